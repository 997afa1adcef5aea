package dev.doorbell.device.igb.doorbell;

import static dev.doorbell.register.IgbRegister.RDBAL_A;
import static dev.doorbell.register.IgbRegister.RDT;
import static dev.doorbell.register.IgbRegister.RDT_A;
import static dev.doorbell.register.IgbRegister.RXDCTL;
import static dev.doorbell.register.IgbRegister.RXDCTL_A;
import static dev.doorbell.register.IgbRegister.TCTL;
import static dev.doorbell.register.IgbRegister.TDBAH;
import static dev.doorbell.register.IgbRegister.TDBAL;
import static dev.doorbell.register.IgbRegister.TDBAL_A;
import static dev.doorbell.register.IgbRegister.TDH;
import static dev.doorbell.register.IgbRegister.TDH_A;
import static dev.doorbell.register.IgbRegister.TDLEN;
import static dev.doorbell.register.IgbRegister.TDLEN_A;
import static dev.doorbell.register.IgbRegister.TDT;
import static dev.doorbell.register.IgbRegister.TDT_A;
import static dev.doorbell.register.IgbRegister.TXDCTL;
import static dev.doorbell.register.IgbRegister.TXDCTL_A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.counter.CounterTable;
import dev.doorbell.device.igb.statistics.IgbCounter;
import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.PciPort;
import dev.doorbell.register.IgbBits;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.SharedRegisterFile;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.story.igb.MappedPages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What a guest stores in shared pages, and when, in which order and as what the registers get to see
/// it.
class SharedDoorbellsTest {
    private static final int ENABLE = 1 << 25;

    private final MappedPages guest = new MappedPages();
    private final SharedRegisterFile registers =
            SharedDoorbells.registers(guest.forCard().memory());
    private final CounterTable<IgbCounter> counters = new CounterTable<>(IgbCounter.class);
    private final Slot slot = new Slot();
    private final SharedDoorbells doorbells = new SharedDoorbells(registers, slot, counters);
    private final List<String> written = new ArrayList<>();

    private static final class Slot implements PciPort {
        private final DmaMemory memory = new GuestMemory(4096);
        private boolean busMaster = true;

        @Override
        public DmaMemory memory() {
            return memory;
        }

        @Override
        public void setInterruptLine(boolean asserted) {}

        @Override
        public void sendMessage(int vector) {}

        @Override
        public boolean busMaster() {
            return busMaster;
        }
    }

    /// Notes every write to these registers: `TDT2=7`.
    private void note(IgbRegister... rows) {
        for (IgbRegister row : rows)
            registers.onWrite(row, (offset, value) -> {
                int element = row.spec().stride() == 0
                        ? 0
                        : (offset - row.spec().offset()) / row.spec().stride();
                written.add(row + "" + element + "=" + Integer.toHexString(value));
                registers.store(offset, value);
            });
    }

    private void transmitterOn() {
        doorbells.write(TCTL.spec().offset(), IgbBits.TCTL_EN);
    }

    private void enabled(int queue) {
        guest.store(TXDCTL, queue, ENABLE);
        doorbells.poll();
        written.clear();
    }

    @Test
    void doorbellAtEitherPlaceIsFoundAndShownAtBoth() {
        note(TDT);
        transmitterOn();
        enabled(3);
        guest.store(TDT_A, 3, 5);
        assertThat(doorbells.rang()).isTrue();
        assertThat(doorbells.poll()).isEqualTo(1);
        assertThat(guest.load(TDT, 3)).isEqualTo(5);
        guest.store(TDT, 3, 6);
        assertThat(doorbells.poll()).isEqualTo(1);
        assertThat(guest.load(TDT_A, 3)).isEqualTo(6);

        assertThat(written).containsExactly("TDT3=5", "TDT3=6");
        assertThat(doorbells.rang()).isFalse();
        assertThat(doorbells.poll()).isZero();
    }

    @Test
    void queueThatIsEnabledByAStoreIsSeenWithWhatWasStoredBeforeAndAfter() {
        note(TDBAL, TDLEN, TXDCTL, TDT);
        transmitterOn();
        guest.store(TDBAL_A, 0, 0x1000);
        guest.store(TDLEN_A, 0, 128);
        guest.store(TXDCTL_A, 0, ENABLE);
        guest.store(TDT_A, 0, 4);

        assertThat(doorbells.poll()).isEqualTo(4);

        assertThat(written).containsSubsequence("TDBAL0=1000", "TXDCTL0=2000000");
        assertThat(written).containsSubsequence("TDLEN0=80", "TXDCTL0=2000000");
        assertThat(registers.get(TDT, 0)).isEqualTo(4);
    }

    /// The chip may take a tail only while its queue is enabled; the guest stored it after that.
    @Test
    void tailThatDidNotCountBeforeItsQueueWasEnabledIsWrittenAgain() {
        registers.onWrite(RDT, (offset, value) -> {
            if ((registers.get(RXDCTL, 1) & ENABLE) != 0) registers.store(offset, value);
        });
        transmitterOn();
        guest.store(RDBAL_A, 1, 0x1000);
        guest.store(RXDCTL_A, 1, ENABLE);
        guest.store(RDT_A, 1, 7);
        doorbells.poll();
        assertThat(registers.get(RDT, 1)).isEqualTo(7);
        assertThat(guest.load(RDT, 1)).isEqualTo(7);
    }

    @Test
    void ringThatMovedUnderAnEnabledControlWordIsStoppedSetUpAndStarted() {
        note(TDBAL, TDH, TXDCTL, TDT);
        transmitterOn();
        enabled(0);
        registers.set(TDH, 0, 9);
        registers.publish();

        // Disabled, moved and enabled again between two looks.
        guest.store(TDBAL_A, 0, 0x2000);
        guest.store(TDH_A, 0, 0);
        guest.store(TDT_A, 0, 1);
        doorbells.poll();

        assertThat(written)
                .containsExactly("TXDCTL0=0", "TDBAL0=2000", "TDH0=0", "TDH0=0", "TDT0=1", "TXDCTL0=2000000");
    }

    /// The tail that the guest stored after it enabled the moved ring may be the one that was there
    /// before.
    @Test
    void tailOfARestartedQueueCountsThoughItLooksUnchanged() {
        registers.onWrite(RXDCTL, (offset, value) -> {
            registers.store(offset, value);
            if ((value & ENABLE) != 0) registers.set(RDT, 1, 0); // begins anew
        });
        transmitterOn();
        guest.store(RXDCTL_A, 1, ENABLE);
        guest.store(RDT_A, 1, 63);
        doorbells.poll();
        guest.store(RDBAL_A, 1, 0x1000);
        guest.store(IgbRegister.RDH_A, 1, 5);
        doorbells.read(IgbRegister.STATUS.spec().offset());
        assertThat(registers.get(RDT, 1)).isEqualTo(63);
        assertThat(guest.load(RDT_A, 1)).isEqualTo(63);
    }

    @Test
    void headStoredWhileTheQueueRunsDoesNotRestartIt() {
        note(TXDCTL, TDH);
        transmitterOn();
        enabled(0);
        guest.store(TDH_A, 0, 3);
        doorbells.read(IgbRegister.STATUS.spec().offset());
        assertThat(written).containsExactly("TDH0=3");
    }

    /// What the page shows may be what the guest writes, while the card is further than it shows.
    @Test
    void headOfAMovedRingIsWrittenThoughItLooksUnchanged() {
        note(TDBAL, TDH);
        guest.store(TDBAL, 6, 0x2000);
        transmitterOn();
        assertThat(written).containsExactly("TDBAL6=2000", "TDH6=0");
    }

    @Test
    void queueIsStoppedBeforeItsNewRingIsSetUp() {
        note(TDBAL, TXDCTL);
        transmitterOn();
        enabled(5);
        guest.store(TXDCTL, 5, 0);
        guest.store(TDBAL, 5, 0x4000);
        doorbells.poll();
        assertThat(written).containsExactly("TXDCTL5=0", "TDBAL5=4000");
    }

    @Test
    void thresholdsOfARunningQueueDoNotStopIt() {
        note(TXDCTL);
        transmitterOn();
        enabled(0);
        guest.store(TXDCTL_A, 0, ENABLE | 8);
        doorbells.poll();
        assertThat(written).containsExactly("TXDCTL0=2000008");
    }

    @Test
    void nothingIsLookedAtWhileNoQueueCanRun() {
        note(TDT);
        guest.store(TXDCTL, 0, ENABLE);
        guest.store(TDT, 0, 3);
        assertThat(doorbells.polls()).isFalse();
        assertThat(doorbells.poll()).isZero();

        transmitterOn(); // by message: the look before it finds both

        assertThat(written).containsExactly("TDT0=3");
        assertThat(doorbells.polls()).isTrue();
        slot.busMaster = false;
        guest.store(TDT, 0, 4);
        assertThat(doorbells.polls()).isFalse();
        assertThat(doorbells.poll()).isZero();
        slot.busMaster = true;
        assertThat(doorbells.poll()).isEqualTo(1);
    }

    @Test
    void everythingIsSeenBeforeAMessage() {
        note(TDT, IgbRegister.DTXSWC, IgbRegister.RCTL);
        guest.store(TDT_A, 2, 3);
        guest.store(IgbRegister.DTXSWC, 0, 1);
        doorbells.write(IgbRegister.RCTL.spec().offset(), 2);
        assertThat(written).containsExactly("DTXSWC0=1", "TDT2=3", "RCTL0=2");
        guest.store(TDT_A, 2, 4);
        assertThat(doorbells.read(IgbRegister.TDT_A.spec().offset(2))).isEqualTo(4);
    }

    @Test
    void otherRegistersStoredBeforeADoorbellAreSeenBeforeIt() {
        note(TDT, IgbRegister.VMVIR);
        transmitterOn();
        enabled(0);
        guest.store(IgbRegister.VMVIR, 3, 0x4000_0005);
        assertThat(doorbells.poll()).as("not looked at by itself").isZero();
        guest.store(TDT_A, 0, 1);
        doorbells.poll();
        assertThat(written).containsExactly("VMVIR3=40000005", "TDT0=1");
    }

    @Test
    void messagesForSharedRegistersAreShown() {
        doorbells.write(IgbRegister.FCRTH.spec().offset(), 0xFFFF_FFFF);
        assertThat(guest.load(IgbRegister.FCRTH, 0)).isEqualTo(0xFFF0);
        doorbells.write(TDT_A.spec().offset(1), 12);
        assertThat(guest.load(TDT, 1)).isEqualTo(12);
        assertThat(guest.load(TDT_A, 1)).isEqualTo(12);
    }

    @Test
    void rateLimiterIsMemoryToStoresAndRegistersToMessages() {
        int select = IgbRegister.RTTDQSEL.spec().offset();
        guest.store(select, 5);
        doorbells.write(TCTL.spec().offset(), IgbBits.TCTL_EN);
        assertThat(registers.get(IgbRegister.RTTDQSEL)).isZero();
        assertThat(guest.load(select)).isEqualTo(5);
        doorbells.write(select, 7);
        assertThat(registers.get(IgbRegister.RTTDQSEL)).isEqualTo(7);
        assertThat(guest.load(select)).isEqualTo(5);
        doorbells.reset();
        assertThat(guest.load(select)).isZero();
    }

    /// Linux adds up what it reads: RQDPC of each queue by a load, then GPRC and others by messages.
    @Test
    void dropsAreShownOncePerRoundThroughTheStatistics() {
        int gprc = IgbRegister.GPRC.spec().offset();
        registers.set(IgbRegister.RQDPC, 2, 7);
        assertThat(guest.load(IgbRegister.RQDPC_A, 2)).isZero();
        doorbells.read(gprc);
        assertThat(guest.load(IgbRegister.RQDPC_A, 2)).isEqualTo(7);
        assertThat(guest.load(IgbRegister.RQDPC, 2)).isEqualTo(7);
        registers.set(IgbRegister.RQDPC, 2, 1);
        doorbells.read(gprc);
        assertThat(guest.load(IgbRegister.RQDPC_A, 2)).isEqualTo(1);

        registers.set(IgbRegister.RQDPC, 2, 3);
        assertThat(doorbells.read(IgbRegister.RQDPC_A.spec().offset(2)))
                .as("by message")
                .isEqualTo(4);
        doorbells.read(gprc);
        assertThat(guest.load(IgbRegister.RQDPC_A, 2)).isZero();
    }

    /// A guest on another processor restarts its ring over and over, with an address, a length and a
    /// head that belong together. Whatever the card looks at meanwhile, a queue it finds enabled has
    /// those of one ring.
    @Test
    void enabledQueueNeverHasHalfOfAnotherRing() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        transmitterOn();
        Thread driver = new Thread(
                () -> {
                    for (int ring = 1; !done.get(); ring = ring % 4000 + 1) {
                        guest.store(TXDCTL_A, 1, 0);
                        guest.store(TDBAL_A, 1, ring << 7);
                        guest.store(TDLEN_A, 1, ring << 4);
                        guest.store(TDBAH, 1, ring);
                        guest.store(TDH_A, 1, ring);
                        guest.store(TDT_A, 1, ring);
                        guest.store(TXDCTL_A, 1, ENABLE);
                        Thread.onSpinWait();
                    }
                },
                "driver");
        driver.start();
        int seen = 0;
        try {
            // On a busy machine the other thread may not run at all for that long: then longer.
            long untilNs = System.nanoTime() + 20_000_000_000L;
            for (int look = 0; look < 300_000 || (seen == 0 && System.nanoTime() < untilNs); look++) {
                doorbells.poll();
                if ((registers.get(TXDCTL, 1) & ENABLE) == 0) continue;
                int ring = registers.get(TDBAL, 1) >>> 7;
                assertThat(registers.get(TDLEN, 1)).isEqualTo(ring << 4);
                assertThat(registers.get(TDBAH, 1)).isEqualTo(ring);
                assertThat(registers.get(TDH, 1)).isEqualTo(ring);
                assertThat(registers.get(TDT, 1)).isEqualTo(ring);
                seen++;
            }
        } finally {
            done.set(true);
            driver.join();
        }
        assertThat(seen).isPositive();
    }
}
