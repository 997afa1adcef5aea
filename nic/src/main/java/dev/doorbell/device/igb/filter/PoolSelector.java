package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.DTXSWC_LLE_SHIFT;
import static dev.doorbell.register.IgbBits.RCTL_MPE;
import static dev.doorbell.register.IgbBits.RCTL_UPE;
import static dev.doorbell.register.IgbBits.VMOLR_AUPE;
import static dev.doorbell.register.IgbBits.VMOLR_BAM;
import static dev.doorbell.register.IgbBits.VMOLR_MPME;
import static dev.doorbell.register.IgbBits.VMOLR_ROMPE;
import static dev.doorbell.register.IgbBits.VMOLR_ROPE;
import static dev.doorbell.register.IgbBits.VT_CTL_DEF_PL_SHIFT;
import static dev.doorbell.register.IgbBits.VT_CTL_DIS_DEF_POOL;
import static dev.doorbell.register.IgbBits.VT_CTL_IGMAC;
import static dev.doorbell.register.IgbBits.VT_CTL_RPL_EN;
import static dev.doorbell.register.IgbRegister.DTXSWC;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.VFRE;
import static dev.doorbell.register.IgbRegister.VMOLR;
import static dev.doorbell.register.IgbRegister.VT_CTL;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Which pools a frame is for. Pools are bits of an int.
///
/// The order of the steps is that of the chip's model; what a bit's name says and the model leaves
/// out is done here: ROPE for stations' hash hits, MPME, UPE and MPE, replication, IGMAC.
final class PoolSelector {
    static final int POOLS = VMOLR.spec().count();

    private static final int ALL = (1 << POOLS) - 1;
    private static final int POOL_MASK = POOLS - 1;

    private final RegisterFile registers;
    private final StationAddresses stations;
    private final AddressHash hash;
    private final VlanFilter vlans;
    private boolean inexact;

    PoolSelector(RegisterFile registers, StationAddresses stations, AddressHash hash, VlanFilter vlans) {
        this.registers = registers;
        this.stations = stations;
        this.hash = hash;
        this.vlans = vlans;
    }

    /// @param originPool pool that sent the frame, or [ReceiveFilters#WIRE]
    /// @return pools that want it and may receive
    int select(FrameHeaders headers, int originPool) {
        boolean fromWire = originPool == ReceiveFilters.WIRE;
        int pools = byAddress(headers);
        if (vlans.isOn()) pools &= byVlan(headers);
        if (fromWire && pools == 0) pools = leftOver(headers.destination());
        if (!fromWire) pools &= ~notBackTo(originPool);
        return onlyOne(pools & registers.get(VFRE));
    }

    /// Whether the last frame matched a hash table only.
    boolean inexact() {
        return inexact;
    }

    private int byAddress(FrameHeaders headers) {
        inexact = false;
        if ((registers.get(VT_CTL) & VT_CTL_IGMAC) != 0) return ALL;
        long destination = headers.destination();
        if (EthernetAddress.isBroadcast(destination)) return with(VMOLR_BAM);
        int pools = stations.pools(destination, headers.source());
        if (EthernetAddress.isGroup(destination)) {
            int all = pools | with(VMOLR_MPME);
            if (pools == 0 && hash.hitsGroups(destination)) return hashed(all, with(VMOLR_ROMPE));
            return all;
        }
        return pools == 0 && hash.hitsStations(destination) ? hashed(0, with(VMOLR_ROPE)) : pools;
    }

    private int hashed(int otherwise, int byHash) {
        inexact = otherwise == 0 && byHash != 0;
        return otherwise | byHash;
    }

    private int byVlan(FrameHeaders headers) {
        return headers.isTagged() ? vlans.pools(headers.vlanTag()) : with(VMOLR_AUPE);
    }

    /// What no pool asked for: stations' frames go to the default pool, groups' only with MPE. UPE
    /// gives it the frames of unknown stations even where there is no default otherwise.
    private int leftOver(long destination) {
        int control = registers.get(RCTL);
        int defaultPool = 1 << defaultPool();
        inexact = false;
        if (EthernetAddress.isBroadcast(destination)) return 0;
        if (EthernetAddress.isGroup(destination)) return (control & RCTL_MPE) != 0 ? defaultPool : 0;
        boolean disabled = (registers.get(VT_CTL) & VT_CTL_DIS_DEF_POOL) != 0;
        return !disabled || (control & RCTL_UPE) != 0 ? defaultPool : 0;
    }

    private int notBackTo(int originPool) {
        boolean mayHearItself = (registers.get(DTXSWC) >>> (DTXSWC_LLE_SHIFT + originPool) & 1) != 0;
        return mayHearItself ? 0 : 1 << originPool;
    }

    /// Without replication a frame goes to one pool: to the default pool if it is among them, else to
    /// the first.
    private int onlyOne(int pools) {
        if ((registers.get(VT_CTL) & VT_CTL_RPL_EN) != 0) return pools;
        int defaultPool = pools & 1 << defaultPool();
        return defaultPool != 0 ? defaultPool : Integer.lowestOneBit(pools);
    }

    private int defaultPool() {
        return registers.get(VT_CTL) >>> VT_CTL_DEF_PL_SHIFT & POOL_MASK;
    }

    /// Pools whose VMOLR has `bit` set.
    int with(int bit) {
        int pools = 0;
        for (int pool = 0; pool < POOLS; pool++) if ((registers.get(VMOLR, pool) & bit) != 0) pools |= 1 << pool;
        return pools;
    }
}
