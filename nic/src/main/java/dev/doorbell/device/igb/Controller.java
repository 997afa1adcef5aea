package dev.doorbell.device.igb;

import static dev.doorbell.register.IgbBits.CTRL_EXT_EE_RST;
import static dev.doorbell.register.IgbBits.CTRL_EXT_PFRSTD;
import static dev.doorbell.register.IgbBits.CTRL_PHY_RST;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.DCTL_QUEUE_ENABLE;
import static dev.doorbell.register.IgbBits.STATUS_FIXED;
import static dev.doorbell.register.IgbBits.STATUS_GIO_MASTER_ENABLE;
import static dev.doorbell.register.IgbBits.STATUS_TXOFF;
import static dev.doorbell.register.IgbBits.TCTL_SWXOFF;
import static dev.doorbell.register.IgbRegister.CTRL;
import static dev.doorbell.register.IgbRegister.CTRL_EXT;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.STATUS;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TXDCTL;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.IoWindow;
import dev.doorbell.device.igb.clock.CardTimers;
import dev.doorbell.device.igb.clock.SystemClock;
import dev.doorbell.device.igb.doorbell.SharedDoorbells;
import dev.doorbell.device.igb.filter.ReceiveFilters;
import dev.doorbell.device.igb.filter.TransmitSwitch;
import dev.doorbell.device.igb.interrupt.Interrupts;
import dev.doorbell.device.igb.link.FlowControl;
import dev.doorbell.device.igb.link.Link;
import dev.doorbell.device.igb.nvm.Nvm;
import dev.doorbell.device.igb.rate.TransmitArbiter;
import dev.doorbell.device.igb.receive.ReceiveFifo;
import dev.doorbell.device.igb.receive.Receiver;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.device.igb.statistics.Statistics;
import dev.doorbell.device.igb.transmit.Transmitter;
import dev.doorbell.device.interrupt.InterruptGaps;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.pci.PciPort;
import dev.doorbell.pci.SharedPages;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;
import dev.doorbell.register.SharedRegisterFile;
import dev.doorbell.time.Timeline;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The MAC: its units wired together, and the resets. What a register access does beyond storing is
/// attached by the unit that the register belongs to.
final class Controller implements IoWindow.Target {
    /// What a software reset leaves alone: tables without a default value, the split of the packet
    /// buffer, wake up status, and the throttles, as drivers and the chip's model rely on. The
    /// interrupts' mode and vector map go: a driver that goes on with MSI or the line writes
    /// neither, and the driver's own interrupt test maps its vector after the reset.
    private static final Set<IgbRegister> KEPT = EnumSet.of(
            IgbRegister.MTA,
            IgbRegister.VFTA,
            IgbRegister.UTA,
            IgbRegister.RXPBS,
            IgbRegister.TXPBS,
            IgbRegister.EITR,
            IgbRegister.WUS,
            IgbRegister.WUPL,
            IgbRegister.WUPM,
            IgbRegister.IP4AT,
            IgbRegister.IP6AT,
            IgbRegister.FFMT,
            IgbRegister.FFVT,
            IgbRegister.FTFT,
            IgbRegister.RETA,
            IgbRegister.RSSRK);

    private static final IgbRegister[] CLEARED = EnumSet.complementOf(EnumSet.copyOf(KEPT)).stream()
            .filter(r -> r.spec().aliasOf().isEmpty())
            .toArray(IgbRegister[]::new);

    private final FrameBackend backend;
    private final PciPort port;
    private final MasterPort master;
    private final CounterTable<IgbCounter> counters;
    private final RegisterFile registers;
    private final @Nullable SharedDoorbells shared;
    private final Interrupts interrupts;
    private final Link link;
    private final FlowControl flow;
    private final Nvm nvm;
    private final Statistics statistics;
    private final SystemClock clock;
    private final CardTimers timers;
    private final Mailboxes mailboxes;
    private final TransmitArbiter arbiter;
    private final ReceiveFilters filters;
    private final Transmitter transmitter;
    private final Receiver receiver;
    private final IoWindow ioWindow = new IoWindow(this);
    private boolean cable = true;

    Controller(
            IgbOptions options,
            Timeline time,
            FrameBackend backend,
            PciPort port,
            @Nullable SharedPages pages,
            CounterTable<IgbCounter> counters,
            InterruptGaps gaps) {
        this.backend = backend;
        this.port = port;
        this.counters = counters;
        if (pages == null) {
            registers = new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
            shared = null;
        } else {
            SharedRegisterFile file = SharedDoorbells.registers(pages.memory());
            registers = file;
            shared = new SharedDoorbells(file, port, counters);
        }
        int messages = options.msix() ? IgbIdentity.VECTORS : 0;
        interrupts = new Interrupts(registers, time, port, counters, gaps, messages, options.interruptGapNs());
        statistics = new Statistics(registers);
        link = new Link(registers, time, interrupts, counters, options.autoNegotiationNs(), this::speedChanged);
        flow = new FlowControl(registers, time, link, statistics);
        nvm = new Nvm(registers, options.macAddress());
        clock = new SystemClock(registers, time, interrupts);
        timers = new CardTimers(registers, time, interrupts);
        mailboxes = new Mailboxes(registers, interrupts);
        filters = new ReceiveFilters(registers, statistics, clock, counters);
        TransmitSwitch pools = new TransmitSwitch(registers, filters, interrupts, statistics, counters);
        ReceiveFifo fifo = new ReceiveFifo(registers, interrupts, statistics, flow, counters);
        master = new MasterPort(port, registers);
        receiver =
                new Receiver(registers, master, backend, interrupts, statistics, link, flow, fifo, filters, counters);
        arbiter = new TransmitArbiter(registers, time, link::speedMbps, options.lineRate(), options.transmitRates());
        transmitter = new Transmitter(
                registers,
                time,
                master,
                backend,
                interrupts,
                statistics,
                link,
                flow,
                arbiter,
                pools,
                fifo,
                clock,
                counters);
        attachControl();
    }

    /// A guest's read of BAR0; `offset` is a multiple of 4.
    @Override
    public int read(int offset) {
        counters.increment(IgbCounter.REGISTER_READS);
        statistics.settle();
        if (registers.holds(offset)) return shared == null ? registers.read(offset) : shared.read(offset);
        counters.increment(IgbCounter.REGISTER_UNKNOWN);
        return 0;
    }

    /// A guest's write to BAR0; `offset` is a multiple of 4.
    @Override
    public void write(int offset, int value) {
        counters.increment(IgbCounter.REGISTER_WRITES);
        if (!registers.holds(offset)) counters.increment(IgbCounter.REGISTER_UNKNOWN);
        else if (shared == null) registers.write(offset, value);
        else shared.write(offset, value);
    }

    /// Whether stores in the shared pages can matter just now; false where there are none.
    boolean pollsSharedPages() {
        return shared != null && shared.polls();
    }

    /// Whether one has come.
    boolean sharedPagesChanged() {
        return shared != null && shared.polls() && shared.rang();
    }

    IoWindow ioWindow() {
        return ioWindow;
    }

    void connectCable(boolean plugged) {
        cable = plugged;
        pollLink();
    }

    void setTransmitRate(int queue, long bitsPerSecond) {
        arbiter.operatorRate(queue, bitsPerSecond);
    }

    int doWork() {
        pollLink();
        int work = shared == null ? 0 : shared.poll();
        work += receiver.doWork() + transmitter.doWork();
        // What one unit waits for, the other must not release; each releases its own between its steps.
        if (!receiver.isWaiting() && !transmitter.isWaiting()) port.memory().releaseReads();
        if (shared != null) shared.publish();
        return work;
    }

    /// Everything as after power-on. The EEPROM's words and the operator's settings stay.
    void powerOn() {
        interrupts.powerOn(); // first: the reset itself must not interrupt
        statistics.reset();
        registers.resetAll();
        ioWindow.reset();
        nvm.powerOn();
        nvm.release();
        link.powerOn();
        resetUnits();
        interrupts.powerOn(); // again: nothing that the reset itself did is a cause
        pollLink();
        if (shared != null) shared.reset();
    }

    /// CTRL.RST: the MAC, but neither the PHY nor its link.
    private void softwareReset() {
        counters.increment(IgbCounter.SOFTWARE_RESETS);
        interrupts.softwareReset();
        statistics.reset();
        for (IgbRegister register : CLEARED) registers.reset(register);
        nvm.release();
        link.softwareReset();
        resetUnits();
        interrupts.softwareReset();
        if (shared != null) shared.reset();
    }

    private void resetUnits() {
        // Queue 0 starts enabled, as the chip's model has it: a driver that knows one queue only
        // need not ask for it.
        registers.set(RXDCTL, registers.get(RXDCTL) | DCTL_QUEUE_ENABLE);
        registers.set(TXDCTL, registers.get(TXDCTL) | DCTL_QUEUE_ENABLE);
        nvm.load();
        filters.reset();
        clock.reset();
        timers.reset();
        arbiter.reset();
        transmitter.reset();
        receiver.reset();
        flow.reset();
    }

    private void attachControl() {
        registers.onWrite(CTRL, (offset, written) -> writeControl(written));
        registers.onRead(STATUS, (offset, stored) -> status());
        registers.onWrite(STATUS, (offset, written) -> link.statusWritten(written));
        registers.onWrite(TCTL, (offset, written) -> {
            registers.store(TCTL, written);
            if ((written & TCTL_SWXOFF) != 0) flow.softwareXoff();
        });
        registers.onWrite(CTRL_EXT, (offset, written) -> {
            registers.store(CTRL_EXT, written);
            if ((written & CTRL_EXT_EE_RST) != 0) {
                nvm.load();
                filters.reset();
            }
            if ((written & CTRL_EXT_PFRSTD) != 0) mailboxes.physicalResetDone();
            link.modeWritten();
        });
    }

    private int status() {
        return STATUS_FIXED
                | link.status()
                | (flow.transmitPaused() ? STATUS_TXOFF : 0)
                | (master.enabled() ? STATUS_GIO_MASTER_ENABLE : 0);
    }

    private void writeControl(int written) {
        if ((written & CTRL_RST) != 0) {
            softwareReset();
            if ((written & CTRL_PHY_RST) != 0) link.powerOn();
            return;
        }
        registers.store(CTRL, written);
        link.controlWritten(written);
    }

    private void pollLink() {
        link.partner(cable && backend.linkUp());
    }

    private void speedChanged() {
        arbiter.speedChanged();
    }
}
