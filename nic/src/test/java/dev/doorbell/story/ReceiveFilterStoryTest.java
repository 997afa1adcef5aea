package dev.doorbell.story;

import static dev.doorbell.register.E1000Bits.CTRL_VME;
import static dev.doorbell.register.E1000Bits.RAH_ASEL_SHIFT;
import static dev.doorbell.register.E1000Bits.RAH_AV;
import static dev.doorbell.register.E1000Bits.RCTL_BAM;
import static dev.doorbell.register.E1000Bits.RCTL_CFI;
import static dev.doorbell.register.E1000Bits.RCTL_CFIEN;
import static dev.doorbell.register.E1000Bits.RCTL_EN;
import static dev.doorbell.register.E1000Bits.RCTL_LPE;
import static dev.doorbell.register.E1000Bits.RCTL_MO_SHIFT;
import static dev.doorbell.register.E1000Bits.RCTL_MPE;
import static dev.doorbell.register.E1000Bits.RCTL_SBP;
import static dev.doorbell.register.E1000Bits.RCTL_SECRC;
import static dev.doorbell.register.E1000Bits.RCTL_UPE;
import static dev.doorbell.register.E1000Bits.RCTL_VFE;
import static dev.doorbell.register.E1000Register.CTRL;
import static dev.doorbell.register.E1000Register.GPRC;
import static dev.doorbell.register.E1000Register.MPRC;
import static dev.doorbell.register.E1000Register.MTA;
import static dev.doorbell.register.E1000Register.RAH;
import static dev.doorbell.register.E1000Register.RAL;
import static dev.doorbell.register.E1000Register.RCTL;
import static dev.doorbell.register.E1000Register.RDH;
import static dev.doorbell.register.E1000Register.RLEC;
import static dev.doorbell.register.E1000Register.ROC;
import static dev.doorbell.register.E1000Register.TPR;
import static dev.doorbell.register.E1000Register.VET;
import static dev.doorbell.register.E1000Register.VFTA;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.doorbell.device.e1000.E1000Counter;
import dev.doorbell.ring.LegacyReceiveDescriptor;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which frames a guest gets: addresses, VLANs, lengths.
class ReceiveFilterStoryTest {
    private static final int ON = RCTL_EN | RCTL_SECRC;
    private static final byte[] MULTICAST = HexFormat.of().parseHex("01aa00123456");
    private static final byte[] STRANGER = HexFormat.of().parseHex("025500000099");

    private final Rings guest = Rings.running();
    private final Bench bench = guest.bench();

    private boolean accepts(byte[] destination) {
        return acceptsFrame(Frames.frame(destination, Frames.PEER, 100, 1));
    }

    private boolean acceptsFrame(byte[] frame) {
        int head = bench.read(RDH);
        bench.wire.arrive(frame);
        bench.runUntilIdle();
        return bench.read(RDH) != head;
    }

    private long lastStatus() {
        return guest.receiveWord1(bench.read(RDH) - 1);
    }

    private void putAddress(int entry, byte[] address, int high) {
        int low = 0;
        for (int i = 3; i >= 0; i--) low = low << 8 | (address[i] & 0xFF);
        bench.write(RAL, entry, low);
        bench.write(RAH, entry, high | (address[5] & 0xFF) << 8 | (address[4] & 0xFF));
    }

    @Test
    void withoutAnyOtherFilterOnlyTheStationsAddressPasses() {
        bench.write(RCTL, ON);
        assertTrue(accepts(Frames.STATION));
        assertTrue(!accepts(STRANGER) && !accepts(MULTICAST) && !accepts(Frames.BROADCAST));
        assertEquals(3, bench.counter(E1000Counter.RECEIVE_FILTERED));
        assertEquals(1, bench.read(GPRC));
        assertEquals(4, bench.read(TPR), "the total counts what was filtered, too");
    }

    @Test
    void eachPromiscuousBitLetsItsKindPassAndNoOther() {
        bench.write(RCTL, ON | RCTL_UPE);
        assertTrue(accepts(STRANGER) && !accepts(MULTICAST) && !accepts(Frames.BROADCAST));
        bench.write(RCTL, ON | RCTL_MPE);
        assertTrue(!accepts(STRANGER) && accepts(MULTICAST) && !accepts(Frames.BROADCAST));
        assertEquals(0, lastStatus() & LegacyReceiveDescriptor.PIF);
        bench.write(RCTL, ON | RCTL_BAM);
        assertTrue(!accepts(STRANGER) && !accepts(MULTICAST) && accepts(Frames.BROADCAST));
        assertEquals(0, lastStatus() & LegacyReceiveDescriptor.PIF);
        assertEquals(1, bench.read(MPRC));
    }

    @Test
    void everyAddressEntryMatchesWhileItIsValid() {
        bench.write(RCTL, ON);
        for (int entry = 0; entry < 16; entry++) {
            byte[] address = STRANGER.clone();
            address[5] = (byte) entry;
            putAddress(entry, address, RAH_AV);
            assertTrue(accepts(address), "entry " + entry);
            bench.write(RAH, entry, bench.read(RAH, entry) & ~RAH_AV);
            assertTrue(!accepts(address), "entry " + entry + " invalid");
        }
    }

    @Test
    void addressSelectComparesDestinationOrSource() {
        bench.write(RCTL, ON);
        putAddress(3, Frames.PEER, RAH_AV | 1 << RAH_ASEL_SHIFT);
        assertTrue(accepts(STRANGER), "from the peer to anybody");
        assertTrue(!acceptsFrame(Frames.frame(Frames.PEER, STRANGER, 100, 1)));
        putAddress(3, Frames.PEER, RAH_AV | 2 << RAH_ASEL_SHIFT);
        assertTrue(!accepts(STRANGER), "reserved values match nothing");
    }

    @ParameterizedTest
    @CsvSource({"0, 43, 3", "1, 86, 6", "2, 44, 13", "3, 49, 20"})
    void multicastHashLooksAtTheBitsThatTheOffsetNames(int offset, int word, int bit) {
        bench.write(RCTL, ON | offset << RCTL_MO_SHIFT);
        for (int i = 0; i < 128; i++) bench.write(MTA, i, i == word ? ~(1 << bit) : -1);
        assertTrue(!accepts(MULTICAST), "all bits but its own");

        for (int i = 0; i < 128; i++) bench.write(MTA, i, i == word ? 1 << bit : 0);
        assertTrue(accepts(MULTICAST), "its own bit only");
        assertEquals(LegacyReceiveDescriptor.PIF, lastStatus() & LegacyReceiveDescriptor.PIF);

        byte[] unicast = MULTICAST.clone();
        unicast[0] = 2;
        assertTrue(!accepts(unicast), "the table is for group addresses");
    }

    @Test
    void broadcastMayPassByTheHashWithoutBam() {
        bench.write(RCTL, ON);
        bench.write(MTA, 127, 1 << 31); // index 0xFFF
        assertTrue(accepts(Frames.BROADCAST));
    }

    @Test
    void vlanFilterDropsTagsThatAreNotInTheTableAndNoUntaggedFrame() {
        bench.write(RCTL, ON | RCTL_VFE);
        bench.write(VFTA, 0x123 >> 5, 1 << (0x123 & 31));
        byte[] plain = Frames.toStation(100, 1);
        assertTrue(acceptsFrame(plain));
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x8100, 0xE123)), "priority does not matter");
        assertTrue(!acceptsFrame(Frames.tagged(plain, 0x8100, 0x124)));
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x88A8, 0x124)), "another type is no tag");
        bench.write(VET, 0x88A8);
        assertTrue(!acceptsFrame(Frames.tagged(plain, 0x88A8, 0x124)));
        bench.write(RCTL, ON);
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x88A8, 0x124)), "filter off");
    }

    @Test
    void vlanFilterDoesNotReplaceTheAddressFilter() {
        bench.write(RCTL, ON | RCTL_VFE);
        bench.write(VFTA, 0, -1);
        assertTrue(!acceptsFrame(Frames.tagged(Frames.frame(STRANGER, Frames.PEER, 100, 1), 0x8100, 5)));
    }

    @Test
    void canonicalFormIsComparedWhereAsked() {
        bench.write(VFTA, 0, -1);
        byte[] clear = Frames.tagged(Frames.toStation(100, 1), 0x8100, 0x0005);
        byte[] set = Frames.tagged(Frames.toStation(100, 1), 0x8100, 0x1005);
        bench.write(RCTL, ON | RCTL_VFE | RCTL_CFIEN);
        assertTrue(acceptsFrame(clear) && !acceptsFrame(set));
        bench.write(RCTL, ON | RCTL_VFE | RCTL_CFIEN | RCTL_CFI);
        assertTrue(!acceptsFrame(clear) && acceptsFrame(set));
        bench.write(RCTL, ON | RCTL_VFE | RCTL_CFI);
        assertTrue(acceptsFrame(clear) && acceptsFrame(set));
    }

    @Test
    void tagIsTakenOutAndReportedWhereVmeAsksForIt() {
        byte[] plain = Frames.toStation(100, 1);
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x8100, 0x6064)));
        assertEquals(104, LegacyReceiveDescriptor.lengthBytes(lastStatus()));
        assertEquals(0, lastStatus() & LegacyReceiveDescriptor.VP);

        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x8100, 0x6064)));
        assertEquals(100, LegacyReceiveDescriptor.lengthBytes(lastStatus()));
        assertEquals(LegacyReceiveDescriptor.VP, lastStatus() & LegacyReceiveDescriptor.VP);
        assertEquals(0x6064, LegacyReceiveDescriptor.vlanTag(lastStatus()));
        assertArrayEquals(plain, guest.received(1, 100));

        assertTrue(acceptsFrame(plain));
        assertEquals(0, lastStatus() & LegacyReceiveDescriptor.VP);
        assertEquals(0, LegacyReceiveDescriptor.vlanTag(lastStatus()));
    }

    @Test
    void shortTaggedFrameIsPaddedBeforeItsTagIsTakenOut() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        byte[] plain = Frames.toStation(20, 1);
        assertTrue(acceptsFrame(Frames.tagged(plain, 0x8100, 1)));
        assertEquals(56, LegacyReceiveDescriptor.lengthBytes(lastStatus()), "60 on the wire");
        assertArrayEquals(Arrays.copyOf(plain, 56), guest.received(0, 56));
    }

    /// df8bf7a7fe, d5e772146d: a tag without anything behind it.
    @Test
    void frameThatEndsInItsTag() {
        bench.write(CTRL, bench.read(CTRL) | CTRL_VME);
        byte[] frame = Arrays.copyOf(Frames.tagged(Frames.toStation(20, 1), 0x8100, 1), 18);
        for (int length = 14; length <= 18; length++) assertTrue(acceptsFrame(Arrays.copyOf(frame, length)));
        assertEquals(56, LegacyReceiveDescriptor.lengthBytes(lastStatus()));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 1514, true", "false, false, 1515, false", // 1518 with FCS
        "false, true, 1518, true", "false, true, 1519, false", // 1522 with a tag
        "true, false, 16380, true", "true, false, 16381, false", // 16384
        "true, true, 16380, true", "true, true, 16381, false"
    })
    void lengthLimit(boolean longFrames, boolean tagged, int length, boolean accepted) {
        bench.write(RCTL, ON | (longFrames ? RCTL_LPE : 0));
        byte[] frame = tagged ? Frames.tagged(Frames.toStation(length - 4, 1), 0x8100, 1) : Frames.toStation(length, 1);
        assertEquals(accepted, acceptsFrame(frame));
        assertEquals(accepted ? 0 : 1, bench.read(ROC));
        assertEquals(accepted ? 0 : 1, bench.read(RLEC));
        assertEquals(accepted ? 1 : 0, bench.read(GPRC));
        assertEquals(accepted ? 0 : 1, bench.counter(E1000Counter.RECEIVE_BAD_LENGTH));
    }

    @Test
    void badFramesAreStoredWhereAskedAndStillCounted() {
        bench.write(RCTL, ON | RCTL_SBP);
        assertTrue(acceptsFrame(Frames.toStation(3000, 1)));
        assertEquals(1, bench.read(ROC));
    }

    @Test
    void frameWithoutAnEthernetHeaderIsDropped() {
        for (int length = 1; length < 14; length++)
            assertTrue(!acceptsFrame(Arrays.copyOf(Frames.toStation(60, 1), length)), length + " bytes");
        assertEquals(13, bench.counter(E1000Counter.RECEIVE_MALFORMED));
    }
}
