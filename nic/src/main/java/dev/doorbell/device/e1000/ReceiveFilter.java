package dev.doorbell.device.e1000;

import static dev.doorbell.register.E1000Bits.RAH_ASEL_SHIFT;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_CFI;
import static dev.doorbell.register.E1000Bits.RCTL_CFIEN;
import static dev.doorbell.register.E1000Bits.RCTL_MO_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_MPE;
import static dev.doorbell.register.E1000Bits.RCTL_UPE;
import static dev.doorbell.register.E1000Bits.RCTL_VFE;
import static dev.doorbell.register.E1000Register.MTA;
import static dev.doorbell.register.E1000Register.RAH;
import static dev.doorbell.register.E1000Register.RAL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.VFTA;

import dev.doorbell.frame.EthernetAddress;
import dev.doorbell.frame.FrameHeaders;
import dev.doorbell.register.RegisterFile;

/// Decides which frames are for this station. // 317453, 3.2.1
final class ReceiveFilter {
    static final int REJECTED = 0;
    static final int EXACT = 1;
    /// Only the multicast hash matched: the driver has to look at the address.
    static final int INEXACT = 2;

    private static final int ADDRESS_ENTRIES = 16;
    private static final int ASEL_MASK = 3;
    private static final int ASEL_DESTINATION = 0;
    private static final int ASEL_SOURCE = 1;
    private static final int TAG_CFI = 1 << 12;
    private static final int TAG_VLAN_MASK = 0xFFF;
    /// Right shifts of the address's last two bytes, per multicast offset.
    private static final int[] HASH_SHIFT = {4, 3, 2, 0};

    private final RegisterFile registers;

    ReceiveFilter(RegisterFile registers) {
        this.registers = registers;
    }

    /// @return [#REJECTED], [#EXACT] or [#INEXACT]
    int judge(FrameHeaders headers) {
        int control = registers.get(RCTL);
        if ((control & RCTL_VFE) != 0 && headers.isTagged() && !passesVlan(headers.vlanTag(), control)) return REJECTED;
        long destination = headers.destination();
        if (accepts(destination, control) || matchesStation(destination, headers.source())) return EXACT;
        return EthernetAddress.isGroup(destination) && matchesHash(destination, control) ? INEXACT : REJECTED;
    }

    /// Whole kinds of addresses. Broadcast is a kind of its own: MPE does not let it pass. // 317453,
    /// 13.4.22
    private static boolean accepts(long destination, int control) {
        if (EthernetAddress.isBroadcast(destination)) return (control & RCTL_BAM) != 0;
        return (control & (EthernetAddress.isGroup(destination) ? RCTL_MPE : RCTL_UPE)) != 0;
    }

    private boolean matchesStation(long destination, long source) {
        for (int i = 0; i < ADDRESS_ENTRIES; i++) {
            int high = registers.get(RAH, i);
            if ((high & RAH_AV) == 0) continue;
            long address = Integer.toUnsignedLong(registers.get(RAL, i)) | (high & 0xFFFFL) << 32;
            int select = high >>> RAH_ASEL_SHIFT & ASEL_MASK;
            if (select == ASEL_DESTINATION && address == destination) return true;
            if (select == ASEL_SOURCE && address == source) return true;
        }
        return false;
    }

    private boolean matchesHash(long destination, int control) {
        int lastBytes = (int) (destination >>> 32);
        int index = lastBytes >>> HASH_SHIFT[control >>> RCTL_MO_SHIFT & 3] & 0xFFF;
        return (registers.get(MTA, index >>> 5) >>> (index & 31) & 1) != 0;
    }

    private boolean passesVlan(int tag, int control) {
        if ((control & RCTL_CFIEN) != 0 && ((tag & TAG_CFI) != 0) != ((control & RCTL_CFI) != 0)) return false;
        int vlan = tag & TAG_VLAN_MASK;
        return (registers.get(VFTA, vlan >>> 5) >>> (vlan & 31) & 1) != 0;
    }
}
