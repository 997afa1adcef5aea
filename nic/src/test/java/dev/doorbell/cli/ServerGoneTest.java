package dev.doorbell.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.doorbell.cli.terminal.Streams;
import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.CardLostException;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.Moderation;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.Files;
import dev.doorbell.option.OptionException;
import dev.doorbell.serve.Service;
import dev.doorbell.serve.Wiring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server that ends under a driver that is connected to it: typed errors, no hang, nothing left open.
class ServerGoneTest {
    private static final DriverOptions OPTIONS = DriverOptions.DEFAULT.withInterrupts(Moderation.NONE);
    private static final long SECOND_NS = 1_000_000_000;

    private final Path socket;

    ServerGoneTest(@TempDir Path folder) {
        socket = folder.resolve("nic.sock");
    }

    private Service serve(String card) throws OptionException, IOException {
        Wiring wiring =
                Wiring.parse(List.of(card + ",id=a,netdev=n,socket=" + socket), List.of("loopback,id=n"), List.of());
        Service service = Service.open(wiring, Streams.silent());
        service.start();
        return service;
    }

    @ParameterizedTest
    @CsvSource({"e1000, false", "igb, false", "'igb,doorbells=shared', true"})
    void everythingThatAsksTheCardSaysThatItIsGone(String device, boolean mapped) throws OptionException, IOException {
        int descriptors = Files.openFdCount();
        Service service = serve(device);
        try (CardConnection card = CardConnection.connect(socket.toString(), OPTIONS.memoryBytes() * 2, mapped)) {
            NetworkDriver driver = NetworkDriver.of(card, card.memory(), OPTIONS, LockSupport::parkNanos);
            driver.start();
            assertThat(driver.linkUp()).isTrue();
            long fromNs = System.nanoTime();

            service.end();

            assertThrows(CardLostException.class, driver::linkUp);
            CardLostException lost = assertThrows(CardLostException.class, driver::checkPresent);
            assertThat(lost.getMessage()).startsWith("the card is gone: ");
            assertThrows(CardLostException.class, () -> driver.statistics().refresh());
            assertThrows(
                    CardLostException.class, () -> driver.knobs().getFirst().read());
            assertThrows(CardLostException.class, () -> card.awaitInterrupt(SECOND_NS));
            assertThrows(CardLostException.class, card::reset);
            FrameBatch none = new FrameBatch(4, 8, 0);
            assertEquals(0, driver.receive(none), "which only looks at memory");
            driver.close();
            assertThat(System.nanoTime() - fromNs).isLessThan(5 * SECOND_NS);
        } finally {
            service.end();
        }
        assertThat(Files.openFdCount()).isLessThanOrEqualTo(descriptors);
    }

    @ParameterizedTest
    @CsvSource({"e1000", "igb"})
    void framesThatAreOfferedToNobodyAreAnErrorOrWaitInTheRing(String device) throws OptionException, IOException {
        Service service = serve(device);
        try (CardConnection card = CardConnection.connect(socket.toString(), OPTIONS.memoryBytes() * 2)) {
            NetworkDriver driver = NetworkDriver.of(card, card.memory(), OPTIONS, LockSupport::parkNanos);
            driver.start();
            service.end();
            FrameBatch batch = new FrameBatch(32, 32, 0);
            for (int i = 0; i < 32; i++) {
                batch.beginFrame();
                batch.addSlice(batch.scratch(), 0, 60);
                batch.endFrame();
            }

            // Each call rings a doorbell, which is a message that nobody takes.
            assertThrows(CardLostException.class, () -> {
                for (int i = 0; i < 100; i++) driver.transmit(batch, 0);
            });

            driver.close();
        } finally {
            service.end();
        }
    }
}
