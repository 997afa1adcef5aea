package dev.doorbell.lab.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorbell.driver.DoorbellPolicy;
import dev.doorbell.driver.Moderation;
import dev.doorbell.lab.ExperimentException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A serving process as experiments use it: what it leaves behind, and what happens when it dies.
@Timeout(120)
class ServingProcessTest {
    private static final DrivenCard.Settings SETTINGS =
            new DrivenCard.Settings(Moderation.NONE, DoorbellPolicy.IMMEDIATE, 60);

    private static ServingProcess serve(String device) throws ExperimentException {
        return ServingProcess.start(List.of(new ServingProcess.Card("a", device, "null")));
    }

    @Test
    void everythingIsCountedOnBothSidesAndNothingIsLeft() throws ExperimentException {
        ServingProcess process = serve("e1000");
        ServedCounts counts;
        DrivenCard.Totals totals;
        try (process) {
            try (DrivenCard card = DrivenCard.start(process, "a", SETTINGS)) {
                card.send(1000);
                card.idle(5_000_000_000L);
                totals = card.stop();
            }
            counts = process.stop();
        }
        assertThat(totals.sent()).isEqualTo(1000);
        assertThat(counts.backend("a", "a-net", "transmit_frames")).isEqualTo(1000);
        assertThat(counts.card("a", "transmit_doorbells")).isEqualTo(1000 + 1); // and the one that empties the ring
        assertThat(totals.accesses())
                .isEqualTo(counts.socket("a", "messages_region_read") + counts.socket("a", "messages_region_write"));
        assertThat(totals.interrupts()).isPositive().isEqualTo(counts.socket("a", "interrupts"));
        assertThat(process.isAlive()).isFalse();
        assertThat(process.socket("a").getParent()).doesNotExist();
    }

    @Test
    void sharedDoorbellsAreNoMessages() throws ExperimentException {
        try (ServingProcess process = serve("igb,doorbells=shared")) {
            try (DrivenCard card = DrivenCard.start(process, "a", SETTINGS)) {
                long before = card.accesses().count(ExitCounter.Purpose.DOORBELL);
                card.send(500);
                card.idle(5_000_000_000L);
                assertThat(card.accesses().count(ExitCounter.Purpose.DOORBELL)).isEqualTo(before);
                card.stop();
            }
            assertThat(process.stop().backend("a", "a-net", "transmit_frames")).isEqualTo(500);
        }
    }

    @Test
    void whatIsSentToThePlugComesBack() throws ExperimentException {
        try (ServingProcess process =
                ServingProcess.start(List.of(new ServingProcess.Card("a", "e1000", "loopback")))) {
            try (DrivenCard card = DrivenCard.start(process, "a", SETTINGS)) {
                for (int i = 0; i < 20; i++) assertThat(card.roundTrip()).isPositive();
                DrivenCard.Totals totals = card.stop();
                assertThat(totals.received()).isEqualTo(totals.sent()).isEqualTo(20);
            }
            assertThat(process.stop().card("a", "receive_frames")).isEqualTo(20);
        }
    }

    @Test
    void serverThatDiesUnderTheDriverIsAnErrorAndNoHang() throws ExperimentException {
        try (ServingProcess process = serve("e1000");
                DrivenCard card = DrivenCard.start(process, "a", SETTINGS)) {
            card.send(10);
            ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
            assertThatThrownBy(() -> card.sendFor(60_000_000_000L, () -> false))
                    .isInstanceOf(ExperimentException.class)
                    .hasMessageMatching("the (serving process died|card does not answer).*");
        }
    }

    @Test
    void serverThatDiesUnderSharedDoorbellsIsAnErrorToo() throws ExperimentException {
        try (ServingProcess process = serve("igb,doorbells=shared");
                DrivenCard card = DrivenCard.start(process, "a", SETTINGS)) {
            card.send(10);
            ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
            assertThatThrownBy(() -> card.sendFor(60_000_000_000L, () -> false))
                    .isInstanceOf(ExperimentException.class);
        }
    }

    @Test
    void wordsThatServeRefusesComeBackInItsOwnWords() {
        assertThatThrownBy(() -> serve("e1000,nonsense=1"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("the serving process ended before it was ready: ")
                .hasMessageContaining("nonsense");
    }

    @Test
    void nobodyAtTheSocketIsAnError() throws ExperimentException {
        ServingProcess process = serve("e1000");
        process.close();
        assertThat(Files.exists(process.socket("a"))).isFalse();
        assertThatThrownBy(() -> DrivenCard.start(process, "a", SETTINGS))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("cannot connect to ");
    }
}
