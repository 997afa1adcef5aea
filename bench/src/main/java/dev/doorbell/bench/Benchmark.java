package dev.doorbell.bench;

import dev.doorbell.lab.world.VethPair;
import java.io.IOException;
import java.util.List;

/// Something that can be measured by name.
interface Benchmark {
    /// The name on the command line.
    String name();

    /// One line for people.
    String description();

    /// Measures.
    ///
    /// @throws UnavailableException when this machine cannot
    /// @throws Exception            when what is measured fails
    List<Figure> run(Settings settings) throws Exception;

    /// How a run is made.
    ///
    /// @param home  where the launcher is
    /// @param quick fewer and shorter samples: shows that it works, not how well
    record Settings(Home home, boolean quick) {
        /// Samples of a whole-process measurement.
        int samples() {
            return quick ? 3 : 7;
        }

        /// Length of one sample of a rate.
        long windowNs() {
            return quick ? 300_000_000L : 1_000_000_000L;
        }
    }

    /// A cable to measure on, alone in its network namespace.
    ///
    /// @param number tells those of this process apart
    /// @param queues of each end, each way
    static VethPair cable(int number, int queues) throws UnavailableException {
        try {
            return VethPair.open("bench", number, queues);
        } catch (IOException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()));
        }
    }

    /// This machine lacks something that the measurement needs; the message says what.
    final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        UnavailableException(String message) {
            super(message);
            why = message;
        }

        String why() {
            return why;
        }
    }
}
