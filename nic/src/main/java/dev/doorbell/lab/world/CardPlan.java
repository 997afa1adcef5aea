package dev.doorbell.lab.world;

import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.driver.DriverOptions;
import dev.doorbell.driver.exercise.TestFrames;
import dev.doorbell.driver.igb.IgbDriverOptions;

/// What card and what driver a world has: options of both, of either chip.
public sealed interface CardPlan {
    /// Address of the cards that a plan makes unless it says otherwise: 52:54:00:12:34:56.
    long MAC = 0x5254_0012_3456L;

    /// An 82540EM or 82545EM.
    ///
    /// @param frameBytes longest frame that [TestFrames] are made of, without FCS
    record E1000Plan(E1000Options card, DriverOptions driver, int frameBytes) implements CardPlan {
        @Override
        public long driverMemoryBytes() {
            return driver.memoryBytes() + TestFrames.memoryBytes(frameBytes) + SPARE_BYTES;
        }

        /// With or without the page that card and driver can share.
        public E1000Plan withParavirtual(boolean on) {
            return new E1000Plan(card.withParavirtual(on), driver, frameBytes);
        }
    }

    /// An 82576.
    ///
    /// @param sharedDoorbells whether the driver writes tails into shared pages, with no exit, instead of
    ///     registers
    /// @param frameBytes      longest frame that [TestFrames] are made of, without FCS
    record IgbPlan(IgbOptions card, IgbDriverOptions driver, boolean sharedDoorbells, int frameBytes)
            implements CardPlan {
        @Override
        public long driverMemoryBytes() {
            return driver.memoryBytes() + TestFrames.memoryBytes(frameBytes) + SPARE_BYTES;
        }

        public IgbPlan withSharedDoorbells(boolean shared) {
            return new IgbPlan(card, driver, shared, frameBytes);
        }
    }

    /// Alignment of parts, and pages that a driver shares with its card.
    long SPARE_BYTES = 64 << 10;

    /// Memory that the driver, its rings and one set of [TestFrames] take at most.
    long driverMemoryBytes();

    /// An 82540EM that links up at once, for frames of up to `frameBytes`.
    static E1000Plan e1000(DriverOptions driver, int frameBytes) {
        return new E1000Plan(new E1000Options(E1000Model.I82540EM, MAC).withAutoNegotiationNs(0), driver, frameBytes);
    }

    /// An 82576 that links up at once, with trapped doorbells, for frames of up to `frameBytes`.
    static IgbPlan igb(IgbDriverOptions driver, int frameBytes) {
        return new IgbPlan(new IgbOptions(MAC).withAutoNegotiationNs(0), driver, false, frameBytes);
    }
}
