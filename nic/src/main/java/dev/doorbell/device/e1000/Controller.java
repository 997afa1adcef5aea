package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.CTRL_EXT_EE_RST;
import static dev.doorbell.register.E1000Bits.CTRL_PHY_RST;
import static dev.doorbell.register.E1000Bits.CTRL_RST;
import static dev.doorbell.register.E1000Bits.FPD;
import static dev.doorbell.register.E1000Bits.ICR_ALL;
import static dev.doorbell.register.E1000Bits.STATUS_FIXED;
import static dev.doorbell.register.E1000Bits.STATUS_TXOFF;
import static dev.doorbell.register.E1000Bits.TCTL_SWXOFF;
import static dev.doorbell.register.E1000Bits.WUC_PME_STATUS;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.CTRL_EXT;
import static dev.doorbell.register.E1000Register.ICR;
import static dev.doorbell.register.E1000Register.ICS;
import static dev.doorbell.register.E1000Register.IMC;
import static dev.doorbell.register.E1000Register.IMS;
import static dev.doorbell.register.E1000Register.ITR;
import static dev.doorbell.register.E1000Register.PBA;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDT;
import static dev.doorbell.register.E1000Register.RDTR;
import static dev.doorbell.register.E1000Register.SPACE_BYTES;
import static dev.doorbell.register.E1000Register.STATUS;
import static dev.doorbell.register.E1000Register.TCTL;
import static dev.doorbell.register.E1000Register.TDT;
import static dev.doorbell.register.E1000Register.TIDV;
import static dev.doorbell.register.E1000Register.WUC;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.IoWindow;
import dev.doorbell.device.interrupt.CauseSink;
import dev.doorbell.device.interrupt.InterruptCauses;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.device.interrupt.InterruptThrottle;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.ParavirtualRegister;
import dev.doorbell.register.Register;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.time.Timeline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The MAC: its units wired together, and what a register access does beyond storing. Resets live here,
/// too.
final class Controller implements IoWindow.Target {
    /// Unit of ITR.
    private static final long THROTTLE_TICK_NS = 256;

    /// Packet buffer of the chip, receive and transmit together.
    private static final int PACKET_BUFFER_KB = 64;

    /// What a software reset leaves alone. The tables and base addresses have no default value and keep
    /// what they hold while there is power; the split of the packet buffer takes effect with the reset and
    /// so outlives it, as Linux relies on; wake up status is cleared by loss of power only. // 317453,
    /// 14.7; 324632, 3.8
    private static final Set<E1000Register> KEPT = EnumSet.of(
            PBA,
            E1000Register.MTA,
            E1000Register.VFTA,
            E1000Register.RDBAL,
            E1000Register.RDBAH,
            E1000Register.TDBAL,
            E1000Register.TDBAH,
            E1000Register.IP4AT,
            E1000Register.IP6AT,
            E1000Register.FFMT,
            E1000Register.FFVT,
            E1000Register.WUS,
            E1000Register.WUPL,
            E1000Register.WUPM,
            E1000Register.PBM);

    private static final E1000Register[] CLEARED = EnumSet.complementOf(EnumSet.copyOf(KEPT)).stream()
            .filter(r -> r.spec().aliasOf().isEmpty())
            .toArray(E1000Register[]::new);

    private final FrameBackend backend;
    private final PciPort port;
    private final CounterTable<E1000Counter> counters;
    private final RegisterFile registers;
    private final Statistics statistics;
    private final @Nullable ParavirtualPage page; // where the operator wants one
    private final InterruptThrottle throttle;
    private final InterruptCauses causes;
    private final ReceiveDelay receiveDelay;
    private final TransmitDelay transmitDelay;
    private final Phy phy;
    private final LinkState link;
    private final FlowControl flow;
    private final EepromPort eeprom;
    private final TransmitUnit transmit;
    private final ReceiveUnit receive;
    private final IoWindow ioWindow = new IoWindow(this);
    private boolean cable = true;

    Controller(
            E1000Options options,
            Timeline time,
            FrameBackend backend,
            PciPort port,
            CounterTable<E1000Counter> counters,
            InterruptGaps gaps) {
        this.backend = backend;
        this.port = port;
        this.counters = counters;
        registers = new RegisterFile(table(options), SPACE_BYTES);
        throttle = new InterruptThrottle(time, this::lineChanged, options.interruptGapNs(), gaps);
        causes = new InterruptCauses(throttle, ICR_ALL);
        page = options.paravirtual() ? new ParavirtualPage(registers, port, time, causes, counters) : null;
        CauseSink receiveCauses = page == null ? causes : page::receiveCauses;
        CauseSink transmitCauses = page == null ? causes : page::transmitCauses;
        receiveDelay = new ReceiveDelay(registers, time, receiveCauses, port.memory());
        transmitDelay = new TransmitDelay(registers, time, transmitCauses, port.memory());
        statistics = new Statistics(registers);
        phy = new Phy(time, options.autoNegotiationNs(), this::phyChanged);
        link = new LinkState(registers, phy, causes, counters);
        flow = new FlowControl(registers, time, link, statistics);
        eeprom = new EepromPort(registers, new Eeprom(options));
        new Mdic(registers, phy, causes);
        ReceiveFifo fifo = new ReceiveFifo(registers, causes, statistics, flow, counters);
        transmit = new TransmitUnit(
                registers, port, backend, transmitCauses, transmitDelay, statistics, link, flow, fifo, counters);
        receive = new ReceiveUnit(
                registers, port, backend, receiveCauses, receiveDelay, statistics, link, flow, fifo, counters);
        if (page != null) page.onTails(transmit::tailMoved, receive::tailMoved);
        attachControl();
        attachInterrupts();
        attachRings();
    }

    private static Register[] table(E1000Options options) {
        if (!options.paravirtual()) return E1000Register.values();
        List<Register> all = new ArrayList<>(List.of(E1000Register.values()));
        all.addAll(List.of(ParavirtualRegister.values()));
        return all.toArray(Register[]::new);
    }

    /// A guest's read of BAR0; `offset` is a multiple of 4.
    @Override
    public int read(int offset) {
        counters.increment(E1000Counter.REGISTER_READS);
        statistics.settle();
        if (registers.holds(offset)) return registers.read(offset);
        counters.increment(E1000Counter.REGISTER_UNKNOWN);
        return 0;
    }

    /// A guest's write to BAR0; `offset` is a multiple of 4.
    @Override
    public void write(int offset, int value) {
        counters.increment(E1000Counter.REGISTER_WRITES);
        if (registers.holds(offset)) registers.write(offset, value);
        else counters.increment(E1000Counter.REGISTER_UNKNOWN);
    }

    IoWindow ioWindow() {
        return ioWindow;
    }

    void connectCable(boolean plugged) {
        cable = plugged;
        pollLink();
    }

    int doWork() {
        pollLink();
        int work = page == null ? 0 : page.look();
        work += receive.doWork() + transmit.doWork() + receiveDelay.doWork() + transmitDelay.doWork();
        if (page != null) {
            work += page.frames(receive.isDry());
            page.showHeads();
        }
        // What one unit waits for, the other must not release; the transmitter releases its own between its
        // steps.
        if (!receive.isWaiting() && !transmit.isWaiting()) port.memory().releaseReads();
        return work;
    }

    /// See [dev.doorbell.device.NetworkCard#pollsSharedPages].
    boolean pollsSharedPages() {
        return page != null && page.polls();
    }

    boolean sharedPagesChanged() {
        return page != null && page.changed();
    }

    /// Everything as after power-on. The EEPROM's words, the operator's cable and the operator's interrupt
    /// gap stay.
    void powerOn() {
        causes.reset(); // first: the reset itself must not interrupt
        statistics.reset();
        registers.resetAll();
        if (page != null) page.reset();
        ioWindow.reset();
        eeprom.powerOn();
        phy.hold(false);
        phy.reset();
        resetUnits();
        pollLink();
    }

    /// CTRL.RST: the MAC, but neither the PHY nor its link. // 317453, 13.4.1
    private void softwareReset() {
        counters.increment(E1000Counter.SOFTWARE_RESETS);
        causes.reset();
        statistics.reset();
        for (E1000Register register : CLEARED) registers.reset(register);
        eeprom.release();
        phy.hold(false);
        resetUnits();
        if (page != null) page.ringsReset();
    }

    private void resetUnits() {
        eeprom.load();
        receiveDelay.reset();
        transmitDelay.reset();
        transmit.reset();
        receive.reset();
        flow.reset();
        link.update();
        causes.reset(); // again: nothing that the reset itself did is a cause
    }

    private void attachControl() {
        registers.onWrite(CTRL, (offset, written) -> writeControl(written));
        registers.onWrite(CTRL_EXT, (offset, written) -> {
            registers.store(CTRL_EXT, written);
            if ((written & CTRL_EXT_EE_RST) != 0) eeprom.load();
            link.update();
        });
        registers.onRead(
                STATUS, (offset, stored) -> STATUS_FIXED | link.status() | (flow.transmitPaused() ? STATUS_TXOFF : 0));
        registers.onWrite(PBA, (offset, written) -> {
            registers.store(PBA, written);
            int receiveKb = registers.get(PBA) & 0xFFFF;
            registers.set(PBA, (Math.max(0, PACKET_BUFFER_KB - receiveKb) << 16) | receiveKb);
        });
        registers.onWrite(TCTL, (offset, written) -> {
            registers.store(TCTL, written);
            if ((written & TCTL_SWXOFF) != 0) flow.softwareXoff();
            transmit.enabledChanged();
        });
        registers.onWrite(WUC, (offset, written) -> {
            int status = registers.get(WUC) & WUC_PME_STATUS & ~written;
            registers.store(WUC, written);
            registers.set(WUC, (registers.get(WUC) & ~WUC_PME_STATUS) | status);
        });
    }

    private void attachRings() {
        registers.onWrite(TDT, (offset, written) -> {
            if (page == null || !page.transmitKicked()) registers.store(TDT, written);
            transmit.tailWritten();
        });
        registers.onWrite(RDT, (offset, written) -> {
            if (page == null || !page.receiveKicked()) registers.store(RDT, written);
            receive.tailWritten();
        });
        registers.onWrite(RCTL, (offset, written) -> {
            registers.store(RCTL, written);
            receive.controlWritten(registers.get(RCTL));
        });
    }

    private void attachInterrupts() {
        registers.onRead(ICR, (offset, stored) -> causes.acknowledge());
        registers.onWrite(ICR, (offset, written) -> causes.clear(written));
        registers.onRead(ICS, (offset, stored) -> causes.pending());
        registers.onWrite(ICS, (offset, written) -> causes.raise(written));
        registers.onRead(IMS, (offset, stored) -> causes.unmasked());
        registers.onWrite(IMS, (offset, written) -> causes.unmask(written));
        registers.onWrite(IMC, (offset, written) -> causes.mask(written));
        registers.onWrite(ITR, (offset, written) -> {
            registers.store(ITR, written);
            throttle.interval(registers.get(ITR) * THROTTLE_TICK_NS);
        });
        registers.onWrite(RDTR, (offset, written) -> {
            registers.store(RDTR, written);
            if ((written & FPD) != 0) receiveDelay.flush();
        });
        registers.onWrite(TIDV, (offset, written) -> {
            registers.store(TIDV, written);
            if ((written & FPD) != 0) transmitDelay.flush();
        });
    }

    private void writeControl(int written) {
        if ((written & CTRL_RST) != 0) {
            softwareReset();
            if ((written & CTRL_PHY_RST) != 0) phy.reset();
            return;
        }
        registers.store(CTRL, written);
        phy.hold((written & CTRL_PHY_RST) != 0);
        link.update();
    }

    private void pollLink() {
        phy.partner(cable && backend.linkUp());
    }

    private void phyChanged() {
        link.update();
    }

    private void lineChanged(boolean asserted) {
        if (asserted) counters.increment(E1000Counter.INTERRUPTS);
        port.setInterruptLine(asserted);
    }
}
