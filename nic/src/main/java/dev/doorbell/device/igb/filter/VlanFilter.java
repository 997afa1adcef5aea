package dev.doorbell.device.igb.filter;

import static dev.doorbell.register.IgbBits.RCTL_CFI;
import static dev.doorbell.register.IgbBits.RCTL_CFIEN;
import static dev.doorbell.register.IgbBits.RCTL_VFE;
import static dev.doorbell.register.IgbBits.VLVF_LVLAN;
import static dev.doorbell.register.IgbBits.VLVF_POOLSEL_SHIFT;
import static dev.doorbell.register.IgbBits.VLVF_VID_MASK;
import static dev.doorbell.register.IgbBits.VLVF_VI_EN;
import static dev.doorbell.register.IgbRegister.RCTL;
import static dev.doorbell.register.IgbRegister.VFTA;
import static dev.doorbell.register.IgbRegister.VLVF;

import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// VLANs: the card's own table, and which pools are in which VLAN.
final class VlanFilter {
    private static final int TAG_CFI = 1 << 12;
    private static final int TAG_VLAN_MASK = 0xFFF;
    private static final int POOL_MASK = 0xFF;

    private final RegisterFile registers;

    VlanFilter(RegisterFile registers) {
        this.registers = registers;
    }

    boolean isOn() {
        return (registers.get(RCTL) & RCTL_VFE) != 0;
    }

    /// Whether a frame may pass VFTA and the CFI rule. Untagged ones always may.
    boolean passes(FrameHeaders headers) {
        int control = registers.get(RCTL);
        if ((control & RCTL_VFE) == 0 || !headers.isTagged()) return true;
        int tag = headers.vlanTag();
        if ((control & RCTL_CFIEN) != 0 && ((tag & TAG_CFI) != 0) != ((control & RCTL_CFI) != 0)) return false;
        int vlan = tag & TAG_VLAN_MASK;
        return (registers.get(VFTA, vlan >>> 5) >>> (vlan & 31) & 1) != 0;
    }

    /// Pools in the VLAN of a tag.
    int pools(int tag) {
        int pools = 0;
        for (int i = 0; i < VLVF.spec().count(); i++) {
            int entry = registers.get(VLVF, i);
            if (names(entry, tag)) pools |= entry >>> VLVF_POOLSEL_SHIFT & POOL_MASK;
        }
        return pools;
    }

    /// Whether the VLAN of a tag never meets the wire. The bit's meaning is inferred from its name
    /// (LVLAN, local).
    boolean isLocal(int tag) {
        for (int i = 0; i < VLVF.spec().count(); i++) {
            int entry = registers.get(VLVF, i);
            if ((entry & VLVF_LVLAN) != 0 && names(entry, tag)) return true;
        }
        return false;
    }

    private static boolean names(int entry, int tag) {
        return (entry & VLVF_VI_EN) != 0 && (entry & VLVF_VID_MASK) == (tag & TAG_VLAN_MASK);
    }
}
