package dev.doorbell.device.e1000;

import static dev.doorbell.register.CommunicationBlock.ALIGNMENT_BYTES;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_RXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_NEED_TXKICK;
import static dev.doorbell.register.CommunicationBlock.GUEST_TXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.HOST_RDH;
import static dev.doorbell.register.CommunicationBlock.HOST_RXKICK_AT;
import static dev.doorbell.register.CommunicationBlock.HOST_TDH;
import static dev.doorbell.register.CommunicationBlock.NONE;
import static dev.doorbell.register.E1000Bits.ICR_TXDW;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.TDH;
import static dev.doorbell.register.ParavirtualRegister.CSBAH;
import static dev.doorbell.register.ParavirtualRegister.CSBAL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.ring.DescriptorRing;
import dev.doorbell.time.Timeline;
import dev.doorbell.time.Timer;
import java.lang.invoke.VarHandle;

/// Doorbells and interrupts through a page that guest and card share, so that most of them cost no exit
/// and no interrupt. `docs/doorbell-policies.md` has the rules of the page and its layout.
///
/// **Tails.** While the card looks ("awake") the guest only stores its tail; [#look] takes it in every
/// duty cycle. When no new one has come for [#LOOK_NS] the card asks for a register write with the next
/// one and looks once more ([CommunicationWords#askForKick]); it does the same for the receive tail when
/// frames wait for descriptors. **Interrupts.** Causes of a direction are left out while the guest wants
/// none ([#transmitCauses], [#receiveCauses]).
///
/// A page is used where guest memory is mapped: one that only messages reach is refused, since looking
/// would cost more than the doorbells. While the page cannot be reached the registers count, and it is
/// tried again now and then. Nothing in the page is trusted. One thread: the card's loop.
final class ParavirtualPage {
    /// How long the card looks for a next tail. Less than the loop does (CardLoop, 300 us).
    static final long LOOK_NS = 200_000;

    /// A guest without the fence that the page asks for (lem has none) may store its tail and miss the
    /// card's wish in that instant: one more look after this time finds it. A store is visible long before.
    static final long SECOND_LOOK_NS = 50_000;

    /// Between two tries to reach a page that could not be reached.
    static final long RETRY_NS = 10_000_000;

    private enum State {
        /// None was given, or it was refused.
        NONE,
        /// Given, to be reached in the next duty cycle.
        WANTED,
        /// Could not be reached; the timer runs.
        LOST,
        ATTACHED
    }

    private final RegisterFile registers;
    private final PciPort port;
    private final Timeline time;
    private final CounterTable<E1000Counter> counters;
    private final CauseSink causes;
    private final CommunicationWords words;
    private final ParavirtualTail transmit = ParavirtualTail.transmit();
    private final ParavirtualTail receive = ParavirtualTail.receive();
    private final Timer timer;
    private Runnable transmitMoved = () -> {};
    private Runnable receiveMoved = () -> {};
    private State state = State.NONE;
    private boolean fresh; // nothing was seen of the tails of this page yet
    private boolean on; // as the guest said in the last look
    private boolean awake; // looks for transmit tails
    private boolean kicked;
    private boolean dry; // frames wait, and the guest was asked to say when there are descriptors
    private boolean secondLook; // what the timer runs for
    private int shownTransmitHead;
    private int shownReceiveHead;

    ParavirtualPage(
            RegisterFile registers,
            PciPort port,
            Timeline time,
            CauseSink causes,
            CounterTable<E1000Counter> counters) {
        this.registers = registers;
        this.port = port;
        this.time = time;
        this.causes = causes;
        this.counters = counters;
        words = new CommunicationWords(port.memory());
        timer = time.timer("paravirtual page", this::timeOut);
        registers.onWrite(CSBAL, (offset, written) -> {
            registers.set(CSBAL, written);
            moved();
        });
    }

    /// Names what is told that TDT and RDT have moved.
    void onTails(Runnable newTransmitMoved, Runnable newReceiveMoved) {
        transmitMoved = newTransmitMoved;
        receiveMoved = newReceiveMoved;
    }

    /// Where causes of the transmitter go.
    void transmitCauses(int raised) {
        pass(raised, GUEST_NEED_TXKICK);
    }

    /// Where causes of the receiver go.
    void receiveCauses(int raised) {
        pass(raised, GUEST_NEED_RXKICK);
    }

    private void pass(int raised, int needFlag) {
        if (state != State.ATTACHED || words.wantsInterrupt(needFlag)) causes.raise(raised);
        else counters.increment(E1000Counter.PARAVIRTUAL_QUIET);
    }

    /// Power-on: there is no page.
    void reset() {
        drop(State.NONE);
    }

    /// CTRL.RST leaves the address alone (lem sets the page up once and resets the card later), but the
    /// rings start anew: registers count until the page changes, and the next tails are kicked.
    void ringsReset() {
        fresh = true;
        if (state != State.ATTACHED) return;
        drop(State.WANTED);
        attach();
    }

    /// The guest wrote the page's address: the card touches the old one no more.
    private void moved() {
        drop(State.NONE);
        long iova = (long) registers.get(CSBAH) << 32 | Integer.toUnsignedLong(registers.get(CSBAL));
        if (iova == 0) return;
        if (iova % ALIGNMENT_BYTES != 0) {
            refuse();
            return;
        }
        words.moveTo(iova);
        fresh = true;
        state = State.WANTED;
        attach(); // now: the guest may read back whether it was refused
    }

    private void refuse() {
        counters.increment(E1000Counter.PARAVIRTUAL_REFUSED);
        drop(State.NONE);
        registers.set(CSBAL, 0);
        registers.set(CSBAH, 0);
    }

    private void drop(State next) {
        state = next;
        on = false;
        awake = false;
        kicked = false;
        dry = false;
        transmit.leads = false;
        receive.leads = false;
        timer.disarm();
    }

    private void lose() {
        counters.increment(E1000Counter.PARAVIRTUAL_FAULTS);
        drop(State.LOST);
        timer.armAt(time.nowNs() + RETRY_NS);
    }

    /// Makes the page say that the card sleeps, then looks at the tails for the first time.
    private void attach() {
        if (!port.busMaster()) return;
        if (words.load(transmit.tailWord) == DmaMemory.BY_MESSAGE) {
            refuse();
            return;
        }
        int stored = words.storeFlag(transmit.kickFlag, true);
        if (stored == DmaMemory.OK) stored = words.storeFlag(receive.kickFlag, true);
        if (stored == DmaMemory.OK) stored = words.store(HOST_RXKICK_AT, NONE);
        if (stored == DmaMemory.NOT_YET) return; // stays wanted: tried again in the next duty cycle
        transmit.kickAsked = true;
        receive.kickAsked = true;
        // Full: the wishes before the look, as in CommunicationWords.askForKick.
        VarHandle.fullFence();
        long transmitTail = words.load(transmit.tailWord);
        long receiveTail = words.load(receive.tailWord);
        if (stored != DmaMemory.OK || transmitTail < 0 || receiveTail < 0) {
            lose();
            return;
        }
        if (fresh) {
            transmit.seen = transmitTail;
            receive.seen = receiveTail;
            fresh = false;
        }
        shownTransmitHead = registers.get(TDH);
        shownReceiveHead = registers.get(RDH);
        words.store(HOST_TDH, shownTransmitHead);
        words.store(HOST_RDH, shownReceiveHead);
        state = State.ATTACHED;
    }

    /// A write to TDT.
    ///
    /// @return whether it was a kick only: the tail comes from the page
    boolean transmitKicked() {
        return kicked(transmit);
    }

    /// A write to RDT, as [#transmitKicked].
    boolean receiveKicked() {
        return kicked(receive);
    }

    private boolean kicked(ParavirtualTail which) {
        if (state == State.LOST) state = State.WANTED;
        if (state != State.ATTACHED) return false;
        kicked |= which == transmit;
        if (!which.leads || !words.isOn()) return false;
        counters.increment(E1000Counter.PARAVIRTUAL_KICKS);
        return true;
    }

    /// Takes what the guest stored since the last look.
    ///
    /// @return tails that moved
    int look() {
        if (state == State.NONE || state == State.LOST || !port.busMaster()) return 0;
        if (state == State.WANTED) attach();
        if (state != State.ATTACHED) return 0;
        if (!words.isOn()) {
            turnedOff();
            return 0;
        }
        on = true;
        int moved = take(transmit) ? 1 : 0;
        if (moved > 0 || kicked) wake();
        kicked = false;
        if (state == State.ATTACHED && take(receive)) moved++;
        return moved;
    }

    /// The registers count from now on. The wishes are in the page for the time when it counts again.
    private void turnedOff() {
        if (words.load(transmit.tailWord) < 0) {
            lose();
            return;
        }
        kicked = false;
        if (!on) return;
        on = false;
        awake = false;
        dry = false;
        timer.disarm();
        transmit.leads = false;
        receive.leads = false;
        if (!ask(transmit) || !ask(receive)) drop(State.WANTED); // by attach, then
    }

    private boolean ask(ParavirtualTail which) {
        which.kickAsked = words.storeFlag(which.kickFlag, true) == DmaMemory.OK;
        return which.kickAsked;
    }

    private boolean take(ParavirtualTail which) {
        long tail = words.load(which.tailWord);
        if (tail < 0) {
            lose();
            return false;
        }
        if (tail == which.seen) return false;
        which.seen = tail;
        if (tail >= which.entries(registers)) {
            counters.increment(E1000Counter.PARAVIRTUAL_BAD_INDEX);
            return false;
        }
        which.leads = true;
        counters.increment(E1000Counter.PARAVIRTUAL_TAILS);
        registers.set(which.tail, (int) tail);
        (which == transmit ? transmitMoved : receiveMoved).run();
        if (which == receive) noKicksForDescriptors();
        return true;
    }

    private void noKicksForDescriptors() {
        dry = false;
        if (!receive.kickAsked) return;
        words.store(HOST_RXKICK_AT, NONE);
        receive.kickAsked = words.storeFlag(receive.kickFlag, false) != DmaMemory.OK;
    }

    private void wake() {
        if (state != State.ATTACHED) return;
        awake = true;
        secondLook = false;
        if (transmit.kickAsked) transmit.kickAsked = words.storeFlag(transmit.kickFlag, false) != DmaMemory.OK;
        timer.armAt(time.nowNs() + LOOK_NS);
    }

    private void timeOut() {
        if (state == State.LOST) {
            state = State.WANTED;
            attach();
        } else if (awake) {
            sleep();
        } else if (secondLook) {
            secondLook = false;
            look();
        }
    }

    /// No new tail for a while: the next one shall be kicked. What came in this instant is taken.
    private void sleep() {
        long tail = words.askForKick(transmit.kickFlag, transmit.tailWord);
        transmit.kickAsked = true;
        if (tail == transmit.seen) {
            awake = false;
            secondLook = true;
            counters.increment(E1000Counter.PARAVIRTUAL_SLEEPS);
            timer.armAt(time.nowNs() + SECOND_LOOK_NS);
            return;
        }
        timer.armAt(time.nowNs() + LOOK_NS); // awake still; a store that must wait is tried again then
        look();
    }

    /// Learns, at the end of a duty cycle, whether frames wait because the ring has no descriptor. Then
    /// the next ones shall be kicked.
    ///
    /// @return 1 when some came in this instant
    int frames(boolean wait) {
        if (!wait) dry = false;
        if (!wait || dry || state != State.ATTACHED || !on) return 0;
        int entries = receive.entries(registers);
        if (entries == 0) return 0;
        dry = true;
        counters.increment(E1000Counter.PARAVIRTUAL_WAITS);
        words.store(HOST_RXKICK_AT, DescriptorRing.add(registers.get(receive.tail) % entries, 1, entries));
        receive.kickAsked = true;
        long tail = words.askForKick(receive.kickFlag, receive.tailWord);
        return tail >= 0 && take(receive) ? 1 : 0;
    }

    /// Shows the heads in the page, and interrupts where the guest waits for one. At the end of a duty
    /// cycle.
    void showHeads() {
        if (state != State.ATTACHED || !on) return;
        int receiveHead = registers.get(RDH);
        if (receiveHead != shownReceiveHead && words.store(HOST_RDH, receiveHead) == DmaMemory.OK)
            shownReceiveHead = receiveHead;
        int head = registers.get(TDH);
        if (head == shownTransmitHead || words.store(HOST_TDH, head) != DmaMemory.OK) return;
        // Full: the head before the look. Pairs with the guest's fence between its threshold and its look.
        VarHandle.fullFence();
        long at = words.load(GUEST_TXKICK_AT);
        int entries = transmit.entries(registers);
        if (at >= 0 && at < entries && crosses(shownTransmitHead % entries, head % entries, (int) at, entries))
            causes.raise(ICR_TXDW);
        shownTransmitHead = head;
    }

    private static boolean crosses(int from, int to, int at, int entries) {
        int steps = DescriptorRing.distance(from, at, entries);
        return steps > 0 && steps <= DescriptorRing.distance(from, to, entries);
    }

    /// Whether [#look] must be called though nothing else happens.
    boolean polls() {
        return state == State.ATTACHED && on && (awake || dry);
    }

    /// Whether [#look] would find a tail; cheaper than a duty cycle.
    boolean changed() {
        if (!polls() || !port.busMaster()) return false;
        return words.load(transmit.tailWord) != transmit.seen || (dry && words.load(receive.tailWord) != receive.seen);
    }
}
