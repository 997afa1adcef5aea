package dev.doorbell.lab.world;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How a card was driven during one window of time.
///
/// @param framesPerSecond  given to the card, or taken from it
/// @param doorbellsPerFrame messages that write a tail
/// @param exitsPerFrame    messages of any kind
public record Rates(
        double framesPerSecond, double doorbellsPerFrame, double exitsPerFrame, double interruptsPerSecond) {
    public double kpps() {
        return framesPerSecond / 1e3;
    }

    /// Several windows of the same kind.
    public static final class Rounds {
        private final List<Rates> windows = new ArrayList<>();

        public void add(Rates window) {
            windows.add(window);
        }

        /// One figure over all windows, of which there is one at least.
        public Spread of(ToDoubleFunction<Rates> figure) {
            return Spread.of(windows.stream().map(w -> figure.applyAsDouble(w)).toList());
        }
    }
}
