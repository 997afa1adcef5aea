package dev.doorbell.driver.e1000;

import static dev.doorbell.register.E1000Bits.*;
import static dev.doorbell.register.E1000Register.*;

import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.FramePool;
import dev.doorbell.driver.Knob;
import dev.doorbell.driver.Loopback;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.ReceivedChecksum;
import dev.doorbell.driver.chip.CardDriver;
import dev.doorbell.driver.chip.Eeprom;
import dev.doorbell.driver.chip.Phy;
import dev.doorbell.driver.ring.TransmitDoorbell;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.E1000Register;
import dev.doorbell.register.Register;
import java.util.Arrays;
import java.util.List;

/// A driver of the 82540EM, written in the order of the 8254x manual (317453 rev 4.0; the numbers are
/// its sections).
///
/// It drives whatever implements [PciFunction]: a card in this process, or one behind a vfio-user
/// socket. Frames come and go in batches: [#transmit] and [#receive] touch memory and at most one
/// register a call. Start reading at [#start]. One thread; nothing is allocated after the constructor.
public final class E1000Driver extends CardDriver {
    /// PCI device and vendor id, as the first word of configuration space has them.
    public static final int ID_82540EM = 0x100E_8086;

    public static final int ID_82545EM = 0x100F_8086;

    private static final List<Register> TABLE = List.copyOf(Arrays.asList(E1000Register.values()));
    private static final long RESET_SETTLE_NS = 10_000_000; // pending bus transactions end
    private static final long EEPROM_RELOAD_NS = 5_000_000;
    private static final long LINK_POLL_NS = 10_000_000;
    private static final int LINK_POLL_LIMIT = 500; // 5 s: negotiation may take 3
    private static final int PAUSE_ADDRESS_LOW = 0x00C28001; // 01:80:C2:00:00:01, IEEE 802.3 annex 31B
    private static final int PAUSE_ADDRESS_HIGH = 0x0100;
    private static final int PAUSE_TYPE = 0x8808;
    private static final int GAP_COPPER = 8 | 8 << 10 | 6 << 20; // 14.5: IPGT, IPGR1, IPGR2
    private static final int COLLISION_THRESHOLD = 0x0F << 4; // 14.5
    private static final int COLLISION_DISTANCE = 0x40 << 12; // full duplex
    /// Longest frame, without FCS: what one descriptor holds. Two descriptors' worth are possible.
    public static final int MAX_FRAME_BYTES = E1000TransmitRing.MAX_DESCRIPTOR_BYTES;

    private final DriverOptions options;
    private final Phy phy;
    private final Eeprom eeprom;
    private final E1000Interrupts interrupts;
    private final E1000ReceiveRing receiveRing;
    private final E1000TransmitRing transmitRing;
    private final TransmitDoorbell doorbell;
    private final ParavirtualMode paravirtual;
    private final List<Knob> knobs;
    private final int giveBackAt; // descriptors that are worth a write of RDT
    private long macAddress;
    private long receiveDoorbells;

    /// Nothing is touched before [#start].
    ///
    /// @param memory has at least [DriverOptions#memoryBytes()] left
    public E1000Driver(PciFunction function, DriverMemory memory, DriverOptions options, Delay delay) {
        super(function, memory, delay, TABLE, CRCERRS, TSCTFC);
        this.options = options;
        phy = new Phy(registers, MDIC, delay);
        eeprom = Eeprom.of8254x(registers, delay);
        interrupts = new E1000Interrupts(registers);
        receiveRing = new E1000ReceiveRing(memory, options.ringEntries(), options.bufferBytes());
        transmitRing = new E1000TransmitRing(memory, options.ringEntries(), options.bufferBytes());
        paravirtual = new ParavirtualMode(registers, memory);
        doorbell =
                new TransmitDoorbell(transmitRing, tail -> registers.write(TDT, tail), paravirtual::announceTransmit);
        knobs = E1000Knobs.of(this, registers, transmitRing);
        giveBackAt = options.ringEntries() / 4;
    }

    /// 14
    @Override
    public void start() {
        open();
        maskInterrupts();
        reset();
        maskInterrupts();
        identify();
        generalConfiguration();
        initializeReceive();
        initializeTransmit();
        setUpLink();
        awaitLink();
        statistics().clear();
        moderate(options.moderation());
        if (options.interrupts()) enableInterrupts();
    }

    @Override
    public void usePool(FramePool pool) {
        receiveRing.usePool(pool);
        transmitRing.usePool(pool);
    }

    @Override
    public void open() {
        function.connect(memory.dma(), this);
        registers.checkDevice("82540EM or 82545EM", ID_82540EM, ID_82545EM);
        registers.enablePci();
    }

    /// Nothing may interrupt while the card is not set up. 13.4.21
    private void maskInterrupts() {
        disableInterrupts();
        interrupts.forget();
    }

    /// Stops both units, lets their transactions end, then resets the MAC. 13.4.1
    private void reset() {
        paravirtual.end(); // a reset would leave it
        if (doorbell.policy() == DoorbellPolicy.PARAVIRTUAL) doorbell.policy(DoorbellPolicy.BATCH);
        registers.write(RCTL, 0);
        registers.write(TCTL, TCTL_PSP);
        delay.pass(RESET_SETTLE_NS);
        registers.writeThroughIo(CTRL, registers.read(CTRL) | CTRL_RST);
        delay.pass(EEPROM_RELOAD_NS);
        if ((registers.read(CTRL) & CTRL_RST) != 0) throw new DriverException("the reset does not end");
        receiveRing.fill();
        transmitRing.empty();
        doorbell.reset();
    }

    /// The EEPROM says who this is. 5.6
    private void identify() {
        if (!eeprom.checksumHolds()) throw new DriverException("the EEPROM's words do not add up");
        macAddress = eeprom.macAddress();
    }

    /// Link by negotiation, no VLANs, and what a PAUSE frame looks like. 14.3
    private void generalConfiguration() {
        int control = registers.read(CTRL) | CTRL_ASDE | CTRL_SLU;
        registers.write(CTRL, control & ~(CTRL_LRST | CTRL_ILOS | CTRL_FRCSPD | CTRL_FRCDPX | CTRL_VME | CTRL_PHY_RST));
        registers.write(FCAL, PAUSE_ADDRESS_LOW);
        registers.write(FCAH, PAUSE_ADDRESS_HIGH);
        registers.write(FCT, PAUSE_TYPE);
        registers.write(FCTTV, 0);
        for (int i = 0; i < VFTA.spec().count(); i++) registers.write(VFTA, i, 0);
    }

    /// Addresses, ring, buffers; the unit is switched on before it gets its descriptors. 14.4
    private void initializeReceive() {
        writeStationAddress();
        for (int i = 0; i < MTA.spec().count(); i++) registers.write(MTA, i, 0);
        registers.write(RDBAL, (int) receiveRing.baseIova());
        registers.write(RDBAH, (int) (receiveRing.baseIova() >>> 32));
        registers.write(RDLEN, receiveRing.sizeBytes());
        registers.write(RDH, 0);
        registers.write(RDT, 0);
        registers.write(RXCSUM, RXCSUM_IPOFLD | RXCSUM_TUOFLD);
        registers.write(RCTL, receiveControl());
        registers.write(RDT, receiveRing.tail());
    }

    /// The first of the 16 exact addresses. 13.5.2
    private void writeStationAddress() {
        registers.write(RAL, 0, (int) macAddress);
        registers.write(RAH, 0, (int) (macAddress >>> 32) | RAH_AV);
    }

    private int receiveControl() {
        int control = RCTL_EN | RCTL_BAM | RCTL_LPE | RCTL_SECRC | bufferSizeBits();
        if (options.promiscuous()) control |= RCTL_UPE | RCTL_MPE;
        if (options.loopback() == Loopback.MAC) control |= RCTL_LBM_MAC;
        return control;
    }

    /// BSIZE, which BSEX multiplies by 16. 13.4.22
    private int bufferSizeBits() {
        return switch (options.bufferBytes()) {
            case 16384 -> RCTL_BSEX | 1 << RCTL_BSIZE_SHIFT;
            case 8192 -> RCTL_BSEX | 2 << RCTL_BSIZE_SHIFT;
            case 4096 -> RCTL_BSEX | 3 << RCTL_BSIZE_SHIFT;
            default -> 0; // 2048
        };
    }

    /// Ring, thresholds, gaps between frames, then the unit. 14.5
    private void initializeTransmit() {
        registers.write(TDBAL, (int) transmitRing.baseIova());
        registers.write(TDBAH, (int) (transmitRing.baseIova() >>> 32));
        registers.write(TDLEN, transmitRing.sizeBytes());
        registers.write(TDH, 0);
        registers.write(TDT, 0);
        registers.write(TXDCTL, 1 << TXDCTL_WTHRESH_SHIFT | TXDCTL_GRAN); // every report is written back at once
        registers.write(TIPG, GAP_COPPER);
        registers.write(TCTL, TCTL_EN | TCTL_PSP | COLLISION_THRESHOLD | COLLISION_DISTANCE);
    }

    /// Negotiation, or for the PHY's loopback a forced link: nobody answers there. 14.3, IEEE 802.3
    /// clause 22
    private void setUpLink() {
        if (phy.read(Phy.ID_HIGH) == 0xFFFF) throw new DriverException("there is no PHY");
        if (options.loopback() != Loopback.PHY) {
            phy.write(Phy.CONTROL, Phy.CONTROL_NEGOTIATE | Phy.CONTROL_RESTART_NEGOTIATION | Phy.CONTROL_FULL_DUPLEX);
            return;
        }
        phy.write(Phy.CONTROL, Phy.CONTROL_LOOPBACK | Phy.CONTROL_FULL_DUPLEX | Phy.CONTROL_1000);
        int control = registers.read(CTRL) & ~(CTRL_ASDE | 3 << CTRL_SPEED_SHIFT);
        registers.write(CTRL, control | CTRL_FRCSPD | CTRL_FRCDPX | CTRL_FD | 2 << CTRL_SPEED_SHIFT | CTRL_SLU);
    }

    /// The card fetches nothing to send before the link is up; the PHY's loopback counts as one. 13.4.2
    private void awaitLink() {
        for (int i = 0; i < LINK_POLL_LIMIT; i++) {
            if (linkUp()) return;
            delay.pass(LINK_POLL_NS);
        }
        throw new DriverException("the link stays down");
    }

    /// How interrupts are held back from now on: the throttle, and the delay timers of both units.
    /// 13.4.18, 13.4.30, 13.4.31, 13.4.41, 13.4.44
    public void moderate(Moderation moderation) {
        registers.write(ITR, moderation.itr());
        registers.write(RDTR, moderation.rdtr());
        registers.write(RADV, moderation.radv());
        registers.write(TIDV, moderation.tidv());
        registers.write(TADV, moderation.tadv());
        transmitRing.delayReports(moderation.delaysTransmit());
    }

    @Override
    public void enableInterrupts() {
        paravirtual.interrupts(true);
        interrupts.enable();
    }

    @Override
    public void throttle(int interruptsPerSecond) {
        moderate(interruptsPerSecond == 0 ? Moderation.NONE : Moderation.throttled(interruptsPerSecond));
    }

    @Override
    public void disableInterrupts() {
        interrupts.disable();
        if (doorbell.policy() == DoorbellPolicy.DEFERRED) doorbell.policy(DoorbellPolicy.BATCH);
        paravirtual.interrupts(false);
    }

    /// Of large TCP frames the caller has made the headers ready as 3.5 asks: lengths 0, and no length
    /// in the pseudo-header's sum.
    @Override
    public int transmit(FrameBatch batch, int from) {
        return paravirtual.transmit(doorbell, batch, from);
    }

    @Override
    public int maxFrameBytes() {
        return MAX_FRAME_BYTES;
    }

    @Override
    public boolean idle() {
        transmitRing.clean();
        return transmitRing.waiting() == 0;
    }

    @Override
    public int transmitFree() {
        transmitRing.clean();
        return transmitRing.free();
    }

    @Override
    public int receive(FrameBatch batch) {
        if (receiveRing.heldBySoftware() >= giveBackAt) giveBackBuffers();
        return paravirtual.receive(receiveRing, batch);
    }

    @Override
    public ReceivedChecksum checksumOf(FrameBatch batch, int frame) {
        return receiveRing.checksumOf(frame);
    }

    /// Gives back all buffers of earlier batches now, however few they are.
    public void giveBackBuffers() {
        if (receiveRing.giveBack() == 0) return;
        if (!paravirtual.announceReceive(receiveRing.tail())) return;
        registers.write(RDT, receiveRing.tail());
        receiveDoorbells++;
    }

    /// What the card wrote for a frame of the last received batch: status, errors, VLAN tag. 3.2.3
    ///
    /// @return word 1 of its last descriptor, see [dev.doorbell.ring.LegacyReceiveDescriptor]
    public long received(int frame) {
        return receiveRing.wordOf(frame);
    }

    @Override
    public void intx(boolean asserted) {
        interrupts.line(asserted);
    }

    /// The line tells everything; a function tells the message that could replace it, too.
    @Override
    public void message(InterruptKind kind, int vector) {}

    @Override
    public int takeInterrupt() {
        int causes = interrupts.take();
        if ((causes & ICR_TXDW) != 0) doorbell.interrupt();
        return causes;
    }

    @Override
    public long interrupts() {
        return interrupts.interrupts();
    }

    @Override
    public long doorbells() {
        return receiveDoorbells + doorbell.count();
    }

    @Override
    public long transmitDoorbells() {
        return doorbell.count();
    }

    @Override
    public void doorbells(DoorbellPolicy policy) {
        if (policy == DoorbellPolicy.DEFERRED && !interrupts.enabled())
            throw new IllegalArgumentException("doorbells: deferred needs a driver with interrupts");
        if (policy == doorbell.policy()) return;
        boolean shared = doorbell.policy() == DoorbellPolicy.PARAVIRTUAL;
        doorbell.flush();
        if (policy == DoorbellPolicy.PARAVIRTUAL) paravirtual.begin(transmitRing.tail(), receiveRing.tail());
        doorbell.policy(policy);
        if (shared) leavePage();
    }

    /// The registers count again: both tails, and what became of frames while the card was quiet.
    private void leavePage() {
        paravirtual.end();
        doorbell.write();
        registers.write(RDT, receiveRing.tail());
        receiveDoorbells++;
        interrupts.raise();
    }

    @Override
    public DoorbellPolicy doorbellPolicy() {
        return doorbell.policy();
    }

    @Override
    public List<Knob> knobs() {
        return knobs;
    }

    @Override
    public boolean linkUp() {
        return (registers.read(STATUS) & STATUS_LU) != 0;
    }

    @Override
    public long linkChanges() {
        return interrupts.linkChanges();
    }

    @Override
    public long macAddress() {
        return macAddress;
    }

    @Override
    protected void stop() {
        disableInterrupts();
        paravirtual.end();
        registers.write(RCTL, 0);
        registers.write(TCTL, TCTL_PSP);
    }

    @Override
    protected void release() {
        receiveRing.release();
        transmitRing.release();
    }
}
