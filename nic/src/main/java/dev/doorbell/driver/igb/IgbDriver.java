package dev.doorbell.driver.igb;

import static dev.doorbell.register.IgbBits.*;
import static dev.doorbell.register.IgbRegister.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.FramePool;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.ReceivedChecksum;
import dev.doorbell.driver.chip.CardDriver;
import dev.doorbell.driver.chip.Eeprom;
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
public final class IgbDriver extends CardDriver {
    /// PCI device and vendor id, as the first word of configuration space has them.
    public static final int ID_82576 = 0x10C9_8086;

    /// Longest frame on the wire, with FCS: this chip's jumbo frame.
    static final int MAX_WIRE_BYTES = 9728;

    private static final int FCS_BYTES = 4;

    /// Longest frame, without FCS.
    public static final int MAX_FRAME_BYTES = MAX_WIRE_BYTES - FCS_BYTES;

    private static final List<Register> TABLE = List.copyOf(Arrays.asList(IgbRegister.values()));
    private static final int CTRL_EXT_DRV_LOAD = 1 << 28;

    private final IgbDriverOptions options;
    private final IgbSemaphore semaphore;
    private final IgbLink link;
    private final Eeprom eeprom;
    private final IgbRates rates;
    private final IgbVectors vectors;
    private final IgbReceiveUnit receiveUnit;
    private final IgbTransmitUnit transmitUnit;
    private final List<Knob> knobs;
    private long macAddress;

    /// Nothing is touched before [#start].
    ///
    /// @param memory has at least [IgbDriverOptions#memoryBytes()] left
    public IgbDriver(PciFunction function, DriverMemory memory, IgbDriverOptions options, Delay delay) {
        super(function, memory, delay, TABLE, CRCERRS, SSVPC);
        this.options = options;
        semaphore = new IgbSemaphore(registers, delay);
        link = new IgbLink(registers, semaphore, delay);
        eeprom = Eeprom.of82576(registers, delay);
        rates = new IgbRates(registers);
        vectors = new IgbVectors(registers, function, options);
        receiveUnit = new IgbReceiveUnit(registers, memory, options, delay);
        transmitUnit = new IgbTransmitUnit(registers, memory, options, delay);
        knobs = IgbKnobs.of(this, vectors);
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
        receiveUnit.initialize();
        transmitUnit.initialize();
        link.await();
        statistics().clear();
        vectors.setUp();
        throttle(options.interruptsPerSecond());
        if (options.interrupts()) vectors.enable();
    }

    @Override
    public void usePool(FramePool pool) {
        receiveUnit.usePool(pool);
        transmitUnit.usePool(pool);
    }

    @Override
    public void open() {
        function.connect(memory.dma(), this);
        registers.checkDevice("82576", ID_82576);
        registers.enablePci();
    }

    private void reset() {
        new IgbReset(registers, delay).run();
        receiveUnit.reset();
        transmitUnit.reset();
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

    /// Limits what a transmit queue sends, by the card's own limiter. The first frame is not delayed,
    /// and a queue that was idle may catch up by 20 KiB.
    ///
    /// @param bitsPerSecond Layer-2 bits without FCS, frames counted as at least 64 bytes; from the
    ///     link's rate down to
    ///     a thousandth of it; 0 ends the limit
    /// @throws IllegalArgumentException for a rate that the limiter cannot hold
    public void limitRate(int queue, long bitsPerSecond) {
        rates.limit(transmitUnit.check(queue), linkBitsPerSecond(), bitsPerSecond);
    }

    /// Speed of the link.
    public long linkBitsPerSecond() {
        return link.bitsPerSecond();
    }

    @Override
    public int transmit(FrameBatch batch, int from) {
        return transmit(0, batch, from);
    }

    @Override
    public int transmit(int queue, FrameBatch batch, int from) {
        return transmitUnit.transmit(queue, batch, from);
    }

    @Override
    public int maxFrameBytes() {
        return MAX_FRAME_BYTES;
    }

    @Override
    public int queues() {
        return transmitUnit.queues();
    }

    @Override
    public boolean idle() {
        return transmitUnit.idle();
    }

    @Override
    public int transmitFree() {
        IgbTransmitRing first = transmitUnit.ring(0);
        first.clean();
        return first.free();
    }

    @Override
    public int receive(FrameBatch batch) {
        return receiveUnit.receive(batch);
    }

    @Override
    public int receive(int queue, FrameBatch batch) {
        return receiveUnit.receive(queue, batch);
    }

    @Override
    public ReceivedChecksum checksumOf(FrameBatch batch, int frame) {
        return receiveUnit.checksumOf(batch, frame);
    }

    @Override
    public int receiveQueues() {
        return receiveUnit.queues();
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
        vectors.moderate(interruptsPerSecond);
    }

    /// As [#throttle(int)], for one vector only; 0 without MSI-X.
    ///
    /// @throws IllegalArgumentException for a vector or a rate that there is not
    public void throttle(int vector, int interruptsPerSecond) {
        vectors.moderate(vector, interruptsPerSecond);
    }

    @Override
    public void enableInterrupts() {
        vectors.enable();
    }

    @Override
    public void disableInterrupts() {
        vectors.disable();
        if (doorbellPolicy() == DoorbellPolicy.DEFERRED) doorbells(DoorbellPolicy.BATCH);
    }

    /// @return with MSI-X a bit per vector, vector 0 for everything but queues; without, the bits of
    ///     ICR
    @Override
    public int takeInterrupt() {
        int taken = vectors.take();
        if (taken != 0 && doorbellPolicy() == DoorbellPolicy.DEFERRED)
            for (int queue = 0; queue < queues(); queue++)
                if (vectors.concernsTransmit(queue, taken)) transmitUnit.interrupt(queue);
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
        return receiveUnit.doorbells() + transmitUnit.doorbells();
    }

    @Override
    public long transmitDoorbells() {
        return transmitUnit.doorbells();
    }

    @Override
    public void doorbells(DoorbellPolicy policy) {
        if (policy == DoorbellPolicy.DEFERRED && !vectors.enabled())
            throw new IllegalArgumentException("doorbells: deferred needs a driver with interrupts");
        transmitUnit.doorbells(policy);
    }

    @Override
    public DoorbellPolicy doorbellPolicy() {
        return transmitUnit.doorbellPolicy();
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
    public long linkChanges() {
        return vectors.linkChanges();
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    /// For [DmaCopy], which says itself what is sent from where to where.
    public IgbTransmitRing transmitRing(int queue) {
        return transmitUnit.ring(queue);
    }

    public IgbReceiveRing receiveRing(int queue) {
        return receiveUnit.ring(queue);
    }

    /// Gives the card what was put into a ring.
    public void ringTransmit(int queue) {
        transmitUnit.ringDoorbell(queue);
    }

    public void ringReceive(int queue) {
        receiveUnit.ringDoorbell(queue);
    }

    @Override
    protected void stop() {
        vectors.mask();
        registers.write(RCTL, 0);
        registers.write(TCTL, TCTL_PSP);
        registers.clearBits(CTRL_EXT, CTRL_EXT_DRV_LOAD);
    }

    @Override
    protected void release() {
        receiveUnit.release();
        transmitUnit.release();
    }
}
