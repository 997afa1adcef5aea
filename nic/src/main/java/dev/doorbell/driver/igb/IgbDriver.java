package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverStatistics;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.driver.chip.Eeprom;
import dev.doorbell.driver.chip.Registers;
import dev.doorbell.driver.ring.TransmitDoorbell;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.Register;
import java.util.Arrays;
import java.util.List;

/// A driver of the 82576, in the order that the manuals of this family ask for: mask, reset, general
/// configuration, link, receive, transmit, interrupts.
///
/// Several queues each way; advanced descriptors; frames are sent from where they lie in driver memory.
/// A queue's rate can be limited by the card itself ([#limitRate]). Start reading at [#start]. One
/// thread; nothing is allocated after the constructor.
public final class IgbDriver implements NetworkDriver {
    /// PCI device and vendor id, as the first word of configuration space has them.
    public static final int ID_82576 = 0x10C9_8086;

    /// Longest frame on the wire, with FCS: this chip's jumbo frame.
    private static final int MAX_WIRE_BYTES = 9728;

    private static final int FCS_BYTES = 4;

    /// Longest frame, without FCS.
    public static final int MAX_FRAME_BYTES = MAX_WIRE_BYTES - FCS_BYTES;

    private static final List<Register> TABLE = List.copyOf(Arrays.asList(IgbRegister.values()));
    private static final long QUEUE_POLL_NS = 10_000;
    private static final int QUEUE_POLL_LIMIT = 2000;
    private static final int CTRL_EXT_DRV_LOAD = 1 << 28;
    private static final int RCTL_PMCF = 1 << 23; // PAUSE frames too: what looks like one may be data
    private static final int TCTL_CT = 0x0F << 4;
    private static final int TCTL_COLD = 0x40 << 12; // full duplex
    private static final int TCTL_RTLC = 1 << 24;
    private static final int THRESHOLDS = 8 | 1 << 8; // PTHRESH, HTHRESH; WTHRESH 0: every report at once
    private static final int RETA_ENTRIES_PER_REGISTER = 4;
    private static final int HASH_KEY_SEED = 0x9E37_79B9; // any key does that is not all zeros

    private final PciFunction function;
    private final DriverMemory memory;
    private final IgbDriverOptions options;
    private final Delay delay;
    private final Registers registers;
    private final IgbSemaphore semaphore;
    private final IgbLink link;
    private final Eeprom eeprom;
    private final IgbRates rates;
    private final IgbVectors vectors;
    private final DriverStatistics statistics;
    private final IgbReceiveRing[] receiveRings;
    private final IgbTransmitRing[] transmitRings;
    private final TransmitDoorbell[] transmitDoorbells;
    private final List<Knob> knobs;
    private final int giveBackAt; // descriptors that are worth a write of RDT
    private long macAddress;
    private long receiveDoorbells;

    /// Nothing is touched before [#start].
    ///
    /// @param memory has at least [IgbDriverOptions#memoryBytes()] left
    public IgbDriver(PciFunction function, DriverMemory memory, IgbDriverOptions options, Delay delay) {
        this.function = function;
        this.memory = memory;
        this.options = options;
        this.delay = delay;
        registers = new Registers(function);
        semaphore = new IgbSemaphore(registers, delay);
        link = new IgbLink(registers, semaphore, delay);
        eeprom = Eeprom.of82576(registers, delay);
        rates = new IgbRates(registers);
        vectors = new IgbVectors(registers, function, options);
        statistics = new DriverStatistics(registers, TABLE, CRCERRS, SSVPC);
        receiveRings = new IgbReceiveRing[options.receiveQueues()];
        for (int i = 0; i < receiveRings.length; i++)
            receiveRings[i] =
                    new IgbReceiveRing(memory, options.ringEntries(), options.bufferBytes(), options.ownBuffers());
        transmitRings = new IgbTransmitRing[options.transmitQueues()];
        for (int i = 0; i < transmitRings.length; i++)
            transmitRings[i] = new IgbTransmitRing(
                    memory,
                    options.ringEntries(),
                    options.bufferBytes(),
                    options.ownBuffers(),
                    options.headWriteBack());
        transmitDoorbells = new TransmitDoorbell[transmitRings.length];
        for (int i = 0; i < transmitRings.length; i++) {
            int queue = i;
            transmitDoorbells[i] = new TransmitDoorbell(transmitRings[i], tail -> registers.write(TDT, queue, tail));
        }
        knobs = List.of(Knob.choice(
                "doorbells",
                DoorbellPolicy.class,
                "when the tails are written",
                this::doorbellPolicy,
                this::doorbells));
        giveBackAt = options.ringEntries() / 4;
    }

    @Override
    public void start() {
        open();
        vectors.mask();
        reset();
        vectors.mask();
        identify();
        generalConfiguration();
        link.setUp(options.loopback() == Loopback.OFF);
        initializeReceive();
        initializeTransmit();
        link.await();
        statistics.clear();
        vectors.setUp();
        throttle(options.interruptsPerSecond());
        if (options.interrupts()) vectors.enable();
    }

    @Override
    public void open() {
        function.connect(memory.dma(), this);
        registers.checkDevice("82576", ID_82576);
        registers.enablePci();
    }

    private void reset() {
        new IgbReset(registers, delay).run();
        for (IgbReceiveRing ring : receiveRings) ring.fill();
        for (IgbTransmitRing ring : transmitRings) ring.empty();
        for (TransmitDoorbell doorbell : transmitDoorbells) doorbell.reset();
    }

    /// The EEPROM must add up; the address it holds was loaded by the reset.
    private void identify() {
        semaphore.acquire(IgbSemaphore.EEPROM);
        boolean holds = eeprom.checksumHolds();
        semaphore.release(IgbSemaphore.EEPROM);
        if (!holds) throw new DriverException("the EEPROM's words do not add up");
        macAddress = Integer.toUnsignedLong(registers.read(RAL)) | (registers.read(RAH) & 0xFFFFL) << 32;
    }

    /// The driver is there; copper; no VLANs, no flow control, no filters but the station's address.
    private void generalConfiguration() {
        int extended = registers.read(CTRL_EXT) & ~(3 << CTRL_EXT_LINK_MODE_SHIFT);
        registers.write(CTRL_EXT, extended | CTRL_EXT_DRV_LOAD);
        registers.clearBits(CTRL, CTRL_VME | CTRL_RFCE | CTRL_TFCE | CTRL_GIO_MASTER_DISABLE);
        registers.write(FCTTV, 0);
        for (int i = 0; i < VFTA.spec().count(); i++) registers.write(VFTA, i, 0);
        for (int i = 0; i < MTA.spec().count(); i++) registers.write(MTA, i, 0);
        for (int i = 0; i < UTA.spec().count(); i++) registers.write(UTA, i, 0);
    }

    /// Addresses, rings, spreading; each queue is on before it gets its descriptors.
    private void initializeReceive() {
        registers.write(RLPML, MAX_WIRE_BYTES);
        for (int queue = 0; queue < receiveRings.length; queue++) initializeReceiveQueue(queue);
        spread();
        registers.write(RCTL, receiveControl());
        for (int queue = 0; queue < receiveRings.length; queue++)
            registers.write(RDT, queue, receiveRings[queue].tail());
    }

    private void initializeReceiveQueue(int queue) {
        IgbReceiveRing ring = receiveRings[queue];
        registers.write(RXDCTL, queue, 0);
        registers.write(RDBAL, queue, (int) ring.baseIova());
        registers.write(RDBAH, queue, (int) (ring.baseIova() >>> 32));
        registers.write(RDLEN, queue, ring.sizeBytes());
        registers.write(SRRCTL, queue, DESCTYPE_ONE_BUFFER << SRRCTL_DESCTYPE_SHIFT | options.bufferBytes() / 1024);
        registers.write(RDH, queue, 0);
        registers.write(RDT, queue, 0);
        registers.write(RXDCTL, queue, RXDCTL_ENABLE | THRESHOLDS);
        awaitQueue(RXDCTL, queue, RXDCTL_ENABLE);
    }

    /// Several queues share IP traffic by the hash of its addresses and ports; everything else goes to
    /// the first.
    private void spread() {
        if (receiveRings.length == 1) {
            registers.write(MRQC, 0);
            return;
        }
        for (int i = 0; i < RSSRK.spec().count(); i++) registers.write(RSSRK, i, HASH_KEY_SEED * (i + 1));
        for (int i = 0; i < RETA.spec().count(); i++) {
            int entries = 0;
            for (int entry = 0; entry < RETA_ENTRIES_PER_REGISTER; entry++)
                entries |= (RETA_ENTRIES_PER_REGISTER * i + entry) % receiveRings.length << (8 * entry);
            registers.write(RETA, i, entries);
        }
        registers.setBits(RXCSUM, RXCSUM_PCSD);
        registers.write(MRQC, MRQC_MRQE_RSS | MRQC_IPV4 | MRQC_IPV4_TCP | MRQC_IPV6 | MRQC_IPV6_TCP);
    }

    private int receiveControl() {
        int control = RCTL_EN | RCTL_BAM | RCTL_LPE | RCTL_SECRC;
        if (options.promiscuous()) control |= RCTL_UPE | RCTL_MPE | RCTL_PMCF;
        if (options.loopback() == Loopback.MAC) control |= LBM_MAC << RCTL_LBM_SHIFT;
        return control;
    }

    private void initializeTransmit() {
        for (int queue = 0; queue < transmitRings.length; queue++) initializeTransmitQueue(queue);
        registers.write(TCTL, TCTL_EN | TCTL_PSP | TCTL_CT | TCTL_COLD | TCTL_RTLC);
    }

    private void initializeTransmitQueue(int queue) {
        IgbTransmitRing ring = transmitRings[queue];
        registers.write(TXDCTL, queue, 0);
        registers.write(TDBAL, queue, (int) ring.baseIova());
        registers.write(TDBAH, queue, (int) (ring.baseIova() >>> 32));
        registers.write(TDLEN, queue, ring.sizeBytes());
        registers.write(TDH, queue, 0);
        registers.write(TDT, queue, 0);
        long head = ring.headIova();
        registers.write(TDWBAH, queue, (int) (head >>> 32));
        registers.write(TDWBAL, queue, head == 0 ? 0 : (int) head | TDWBAL_HEAD_WB_EN);
        registers.write(TXDCTL, queue, TXDCTL_ENABLE | THRESHOLDS);
        awaitQueue(TXDCTL, queue, TXDCTL_ENABLE);
    }

    private void awaitQueue(IgbRegister control, int queue, int enabled) {
        for (int i = 0; i < QUEUE_POLL_LIMIT; i++) {
            if ((registers.read(control, queue) & enabled) != 0) return;
            delay.pass(QUEUE_POLL_NS);
        }
        throw new DriverException("queue " + queue + " does not start: " + control);
    }

    /// Limits what a transmit queue sends, by the card's own limiter. The first frame is not delayed,
    /// and a queue that was idle may catch up by 20 KiB.
    ///
    /// @param bitsPerSecond Layer-2 bits without FCS, frames counted as at least 64 bytes; from the
    ///     link's rate down to
    ///     a thousandth of it; 0 ends the limit
    /// @throws IllegalArgumentException for a rate that the limiter cannot hold
    public void limitRate(int queue, long bitsPerSecond) {
        rates.limit(checkQueue(queue), linkBitsPerSecond(), bitsPerSecond);
    }

    /// Speed of the link.
    public long linkBitsPerSecond() {
        return link.bitsPerSecond();
    }

    private int checkQueue(int queue) {
        if (queue < 0 || queue >= transmitRings.length)
            throw new IllegalArgumentException("transmit queue " + queue + " of " + transmitRings.length);
        return queue;
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        return transmit(0, batch, from);
    }

    @Override
    public int transmit(int queue, FrameBatch batch, int from) {
        return transmitDoorbells[checkQueue(queue)].transmit(batch, from);
    }

    @Override
    public int maxFrameBytes() {
        return MAX_FRAME_BYTES;
    }

    @Override
    public int queues() {
        return transmitRings.length;
    }

    @Override
    public boolean idle() {
        int waiting = 0;
        for (IgbTransmitRing ring : transmitRings) {
            ring.clean();
            waiting += ring.waiting();
        }
        return waiting == 0;
    }

    @Override
    public int transmitFree() {
        transmitRings[0].clean();
        return transmitRings[0].free();
    }

    @Override
    public int receive(FrameBatch batch) {
        int frames = 0;
        for (int queue = 0; queue < receiveRings.length; queue++) {
            IgbReceiveRing ring = receiveRings[queue];
            if (ring.heldBySoftware() >= giveBackAt && ring.giveBack() > 0) ringReceive(queue);
            frames += ring.receive(batch);
        }
        return frames;
    }

    @Override
    public void intx(boolean asserted) {
        vectors.line(asserted);
    }

    @Override
    public void message(InterruptKind kind, int vector) {
        vectors.message(kind, vector);
    }

    @Override
    public void throttle(int interruptsPerSecond) {
        vectors.moderate(IgbDriverOptions.intervalUs(interruptsPerSecond));
    }

    @Override
    public void disableInterrupts() {
        vectors.mask();
        if (doorbellPolicy() == DoorbellPolicy.DEFERRED) doorbells(DoorbellPolicy.BATCH);
    }

    /// @return with MSI-X a bit per vector, vector 0 for everything but queues; without, the bits of
    ///     ICR
    @Override
    public int takeInterrupt() {
        int taken = vectors.take();
        if (taken != 0 && doorbellPolicy() == DoorbellPolicy.DEFERRED)
            for (int queue = 0; queue < transmitDoorbells.length; queue++)
                if (vectors.concernsTransmit(queue, taken)) transmitDoorbells[queue].interrupt();
        return taken;
    }

    /// The vector that queues of this number interrupt by; 0 without MSI-X.
    public int vectorOf(int queue) {
        return vectors.vectorOf(queue);
    }

    @Override
    public long interrupts() {
        return vectors.interrupts();
    }

    @Override
    public long doorbells() {
        return receiveDoorbells + transmitDoorbells();
    }

    @Override
    public long transmitDoorbells() {
        long count = 0;
        for (TransmitDoorbell doorbell : transmitDoorbells) count += doorbell.count();
        return count;
    }

    @Override
    public void doorbells(DoorbellPolicy policy) {
        if (policy == DoorbellPolicy.DEFERRED && !vectors.enabled())
            throw new IllegalArgumentException("doorbells: deferred needs a driver with interrupts");
        for (TransmitDoorbell doorbell : transmitDoorbells) doorbell.policy(policy);
    }

    @Override
    public DoorbellPolicy doorbellPolicy() {
        return transmitDoorbells[0].policy();
    }

    @Override
    public List<Knob> knobs() {
        return knobs;
    }

    @Override
    public boolean linkUp() {
        return link.isUp();
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    public DriverStatistics statistics() {
        return statistics;
    }

    @Override
    public List<Register> registers() {
        return TABLE;
    }

    @Override
    public int readRegister(Register register) {
        return registers.read(register);
    }

    @Override
    public void writeRegister(Register register, int value) {
        registers.write(register, value);
    }

    /// For [DmaCopy], which says itself what is sent from where to where.
    public IgbTransmitRing transmitRing(int queue) {
        return transmitRings[queue];
    }

    public IgbReceiveRing receiveRing(int queue) {
        return receiveRings[queue];
    }

    /// Gives the card what was put into a ring.
    public void ringTransmit(int queue) {
        transmitDoorbells[queue].flush();
    }

    public void ringReceive(int queue) {
        registers.write(RDT, queue, receiveRings[queue].tail());
        receiveDoorbells++;
    }

    @Override
    public void close() {
        vectors.mask();
        registers.write(RCTL, 0);
        registers.write(TCTL, TCTL_PSP);
        registers.clearBits(CTRL_EXT, CTRL_EXT_DRV_LOAD);
        registers.disablePci();
    }
}
