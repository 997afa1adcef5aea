package dev.doorbell.story.igb;

import static dev.doorbell.register.IgbBits.CTRL_FD;
import static dev.doorbell.register.IgbBits.CTRL_FRCDPLX;
import static dev.doorbell.register.IgbBits.CTRL_FRCSPD;
import static dev.doorbell.register.IgbBits.CTRL_RST;
import static dev.doorbell.register.IgbBits.CTRL_SLU;
import static dev.doorbell.register.IgbBits.CTRL_SPEED_SHIFT;
import static dev.doorbell.register.IgbBits.GPIE_EIAME;
import static dev.doorbell.register.IgbBits.GPIE_MULTIPLE_MSIX;
import static dev.doorbell.register.IgbBits.MDIC_ERROR;
import static dev.doorbell.register.IgbBits.MDIC_OP_WRITE;
import static dev.doorbell.register.IgbBits.MDIC_PHYADD_SHIFT;
import static dev.doorbell.register.IgbBits.MDIC_READY;
import static dev.doorbell.register.IgbBits.RCTL_BAM;
import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.RCTL_LBM_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_MPE;
import static dev.doorbell.register.IgbBits.RCTL_SECRC;
import static dev.doorbell.register.IgbBits.RCTL_UPE;
import static dev.doorbell.register.IgbBits.RXDCTL_ENABLE;
import static dev.doorbell.register.IgbBits.TCTL_EN;
import static dev.doorbell.register.IgbBits.TCTL_PSP;
import static dev.doorbell.register.IgbBits.TXDCTL_ENABLE;

import dev.doorbell.register.IgbRegister;

/// The register sequence of the 82576 driver in Linux' VFIO selftests, a memory copy by loopback: one
/// of the drivers that must work unchanged. // torvalds/linux,
/// tools/testing/selftests/vfio/lib/drivers/igb, described anew
final class VfioSelftestDriver {
    static final int MOST_FRAMES = 4095;
    static final int MOST_BYTES = 1024;
    private static final int RING_ENTRIES = 4096;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int RING_BYTES = RING_ENTRIES * DESCRIPTOR_BYTES;

    private static final int CONFIG_COMMAND = 0x04;
    private static final int MEMORY_AND_MASTER = 0x6;
    private static final int DRV_LOAD = 1 << 28;
    private static final int LINK_MODE = 3 << 22;
    private static final int AUTO_READ_DONE = 1 << 9;
    private static final int COMPLETION_TIMEOUT_RESEND = 1 << 16;
    private static final int ADVANCED_ONE_BUFFER = 1 << 25;
    /// EOP, IFCS, data descriptor, DEXT. No RS.
    private static final int DATA = 0x0100_0000 | 0x0200_0000 | 0x0030_0000 | 0x2000_0000;

    private static final int WAIT_MS = 200;

    private final VfioSelftestSlot slot;
    private final long transmitRing;
    private final long receiveRing;
    private int next; // tail of both rings
    private int last; // receive descriptor to wait for

    /// @param region where its structure with the two rings lies, 131,072 bytes
    VfioSelftestDriver(VfioSelftestSlot slot, long region) {
        this.slot = slot;
        transmitRing = region;
        receiveRing = region + RING_BYTES;
    }

    void init() {
        reset();
        slot.enableMsix();
        setUp();
    }

    void remove() {
        write(IgbRegister.RCTL, 0);
        write(IgbRegister.TCTL, 0);
        reset();
    }

    private void reset() {
        write(IgbRegister.CTRL, read(IgbRegister.CTRL) | CTRL_RST);
        slot.sleepUs(1000);
        for (int i = 0; i < 20 && (read(IgbRegister.EECD) & AUTO_READ_DONE) == 0; i++) slot.sleepUs(1000);
        if ((read(IgbRegister.CTRL) & CTRL_RST) != 0) throw new AssertionError("the reset does not end");
        write(IgbRegister.IMC, -1);
    }

    private void setUp() {
        write(IgbRegister.CTRL_EXT, (read(IgbRegister.CTRL_EXT) | DRV_LOAD) & ~LINK_MODE);
        slot.writeConfig(CONFIG_COMMAND, slot.readConfig(CONFIG_COMMAND) | MEMORY_AND_MASTER);
        loopback();
        write(IgbRegister.GCR, read(IgbRegister.GCR) & ~COMPLETION_TIMEOUT_RESEND);
        rings();
        write(IgbRegister.RCTL, RCTL_EN | RCTL_UPE | RCTL_MPE | RCTL_BAM | 1 << RCTL_LBM_SHIFT | RCTL_SECRC);
        write(IgbRegister.TCTL, TCTL_EN | TCTL_PSP);
        awaitSet(IgbRegister.TXDCTL, TXDCTL_ENABLE);
        awaitSet(IgbRegister.RXDCTL, RXDCTL_ENABLE);
        write(IgbRegister.GPIE, GPIE_MULTIPLE_MSIX | GPIE_EIAME);
        write(IgbRegister.EIAC, 1);
        write(IgbRegister.EIAM, 1);
        write(IgbRegister.IVAR0, 0x80);
        write(IgbRegister.EIMS, 1);
        next = 0;
    }

    private void loopback() {
        phyControl(0x1200);
        if (!phyControl(0x4140)) throw new AssertionError("the PHY does not answer");
        slot.sleepUs(50_000);
        int control = read(IgbRegister.CTRL) & ~(3 << CTRL_SPEED_SHIFT);
        write(IgbRegister.CTRL, control | CTRL_FRCSPD | CTRL_FRCDPLX | 2 << CTRL_SPEED_SHIFT | CTRL_FD | CTRL_SLU);
        slot.sleepUs(500_000);
    }

    private boolean phyControl(int value) {
        write(IgbRegister.MDIC, value | 1 << MDIC_PHYADD_SHIFT | MDIC_OP_WRITE);
        for (int i = 0; i < 1000; i++) {
            slot.sleepUs(50);
            int result = read(IgbRegister.MDIC);
            if ((result & MDIC_READY) != 0) return (result & MDIC_ERROR) == 0;
        }
        return false;
    }

    /// By the places of the 82575, as the driver does for queue 0.
    private void rings() {
        write(IgbRegister.TDBAL_A, (int) transmitRing);
        write(IgbRegister.TDBAH_A, (int) (transmitRing >>> 32));
        write(IgbRegister.TDLEN_A, RING_BYTES);
        write(IgbRegister.TDH_A, 0);
        write(IgbRegister.TDT_A, 0);
        write(IgbRegister.TXDCTL_A, TXDCTL_ENABLE);
        write(IgbRegister.RDBAL_A, (int) receiveRing);
        write(IgbRegister.RDBAH_A, (int) (receiveRing >>> 32));
        write(IgbRegister.RDLEN_A, RING_BYTES);
        write(IgbRegister.RDH_A, 0);
        write(IgbRegister.RDT_A, 0);
        write(IgbRegister.SRRCTL_A, ADVANCED_ONE_BUFFER);
        write(IgbRegister.RXDCTL_A, RXDCTL_ENABLE);
    }

    private void awaitSet(IgbRegister register, int bit) {
        for (int i = 0; i < 2000; i++) {
            if ((read(register) & bit) != 0) return;
            slot.sleepUs(10);
        }
        throw new AssertionError(register + " stays off");
    }

    /// Starts `count` copies of `sizeBytes` (60 to 1024) each, with interrupts off.
    void startCopy(long source, long target, int sizeBytes, int count) {
        write(IgbRegister.EIMC, 1);
        for (int i = 0; i < count; i++) {
            int at = (next + i) % RING_ENTRIES * DESCRIPTOR_BYTES;
            slot.putLong(transmitRing + at, source);
            slot.putLong(transmitRing + at + 8, (long) sizeBytes << 46 | DATA | sizeBytes);
            slot.putLong(receiveRing + at, target);
            slot.putLong(receiveRing + at + 8, 0);
        }
        last = (next + count - 1) % RING_ENTRIES;
        next = (next + count) % RING_ENTRIES;
        write(IgbRegister.RDT_A, next);
        write(IgbRegister.TDT_A, next);
    }

    /// Waits for the last of the copies. After 200 ms resets the function and starts anew.
    ///
    /// @return whether they were all made
    boolean awaitCopy() {
        for (int ms = 0; ms < WAIT_MS; ms++) {
            if ((slot.getInt(receiveRing + (long) last * DESCRIPTOR_BYTES + 8) & 1) != 0) {
                write(IgbRegister.EICR, -1);
                write(IgbRegister.EIMS, 1);
                return true;
            }
            slot.sleepUs(1000);
        }
        slot.resetFunction();
        slot.enableMsix();
        slot.writeConfig(CONFIG_COMMAND, MEMORY_AND_MASTER); // VFIO restores what was there
        setUp();
        return false;
    }

    void sendMessage() {
        write(IgbRegister.EICS, 1);
    }

    private int read(IgbRegister register) {
        return slot.read(register.spec().offset());
    }

    private void write(IgbRegister register, int value) {
        slot.write(register.spec().offset(), value);
    }
}
