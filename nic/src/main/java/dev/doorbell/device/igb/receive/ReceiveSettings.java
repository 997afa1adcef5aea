package dev.doorbell.device.igb.receive;

import static dev.doorbell.register.IgbBits.MRQC_POOLS;
import static dev.doorbell.register.IgbBits.RCTL_BSIZE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_EN;
import static dev.doorbell.register.IgbBits.RFCTL_IPFRSP_DIS;
import static dev.doorbell.register.IgbBits.RFCTL_IPV6_XSUM_DIS;
import static dev.doorbell.register.IgbBits.RXCSUM_CRCOFL;
import static dev.doorbell.register.IgbBits.RXCSUM_IPOFLD;
import static dev.doorbell.register.IgbBits.RXCSUM_IPPCSE;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSD;
import static dev.doorbell.register.IgbBits.RXCSUM_PCSS_MASK;
import static dev.doorbell.register.IgbBits.RXCSUM_TUOFLD;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.RegisterFile;

/// What the registers that all receive queues share say, read once per duty cycle: no guest's write
/// comes in between.
final class ReceiveSettings {
    private static final int POOL_MASK = 7;

    private final RegisterFile registers;
    private final PciPort port;
    private final int[] splitTypes = new int[POOL_MASK + 1];
    private boolean enabled;
    private boolean busMaster;
    private boolean pools;
    private int poolsEnabled;
    private int dropQueues;
    private int checksum;
    private int filterControl;
    private int bufferBytes;

    ReceiveSettings(RegisterFile registers, PciPort port) {
        this.registers = registers;
        this.port = port;
    }

    void load() {
        int control = registers.get(IgbRegister.RCTL);
        enabled = (control & RCTL_EN) != 0;
        bufferBytes = 2048 >>> (control >>> RCTL_BSIZE_SHIFT & 3);
        busMaster = port.busMaster();
        pools = (registers.get(IgbRegister.MRQC) & MRQC_POOLS) != 0;
        poolsEnabled = pools ? registers.get(IgbRegister.VFRE) : -1;
        dropQueues = registers.get(IgbRegister.QDE);
        checksum = registers.get(IgbRegister.RXCSUM);
        filterControl = registers.get(IgbRegister.RFCTL);
        for (int pool = 0; pool <= POOL_MASK; pool++)
            splitTypes[pool] = registers.get(IgbRegister.PSRTYPE, pools ? pool : 0);
    }

    /// RCTL.EN.
    boolean enabled() {
        return enabled;
    }

    boolean busMaster() {
        return busMaster;
    }

    /// Whether queues belong to pools that are in use.
    boolean pools() {
        return pools;
    }

    /// The pool of a queue. // offloads.md 11: pool p owns the queues p and p + 8
    static int pool(int queue) {
        return queue & POOL_MASK;
    }

    /// VFRE, where pools are in use: whether the queue's pool receives.
    boolean receives(int queue) {
        return (poolsEnabled >>> pool(queue) & 1) != 0;
    }

    /// QDE: frames for this queue are dropped when it has no descriptors, whatever SRRCTL says.
    boolean drops(int queue) {
        return (dropQueues >>> queue & 1) != 0;
    }

    /// Bytes of the packet buffers of queues whose SRRCTL gives none.
    int bufferBytes() {
        return bufferBytes;
    }

    /// PSRTYPE for a queue: which types of packets are split. Without pools entry 0 counts for every
    /// queue: drivers of this family write the other ones for pools only.
    int splitTypes(int queue) {
        return splitTypes[pool(queue)];
    }

    /// Whether fragments are split behind their IP header.
    boolean splitsFragments() {
        return (filterControl & RFCTL_IPFRSP_DIS) == 0;
    }

    boolean checksIp() {
        return (checksum & RXCSUM_IPOFLD) != 0;
    }

    /// Whether the checksum of this layer 4 protocol is checked.
    boolean checks(int protocol, int ipVersion) {
        if (ipVersion == 6 && (filterControl & RFCTL_IPV6_XSUM_DIS) != 0) return false;
        return (checksum & (protocol == FrameHeaders.PROTOCOL_SCTP ? RXCSUM_CRCOFL : RXCSUM_TUOFLD)) != 0;
    }

    /// Whether descriptors give the RSS hash, not the packet's checksum.
    boolean reportsHash() {
        return (checksum & RXCSUM_PCSD) != 0;
    }

    /// First byte of the packet checksum.
    int packetChecksumStart() {
        return checksum & RXCSUM_PCSS_MASK;
    }

    /// Whether the packet checksum of a fragment is that of its IP payload: for software that adds
    /// them up.
    boolean sumsFragments() {
        return (checksum & (RXCSUM_IPPCSE | RXCSUM_PCSD | RXCSUM_PCSS_MASK)) == RXCSUM_IPPCSE;
    }
}
