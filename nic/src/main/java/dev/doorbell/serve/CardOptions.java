package dev.doorbell.serve;

import dev.doorbell.device.NetworkCard;
import dev.doorbell.device.e1000.E1000;
import dev.doorbell.device.e1000.E1000Model;
import dev.doorbell.device.e1000.E1000Options;
import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.frame.FrameBackend;
import dev.doorbell.option.OptionException;
import dev.doorbell.option.OptionString;
import dev.doorbell.option.Quantity;
import dev.doorbell.pci.SharedPages;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.time.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the operator chose about a card's chip: one record per chip, so that what is chip-specific is asked of one
/// place.
public sealed interface CardOptions {
    /// Least and most of a queue's rate: what the limiter of a 1 Gb/s link can hold, rate factors of 1000 down to 1.
    long LEAST_RATE = 1_000_000;

    long MOST_RATE = 1_000_000_000;

    /// The chips.
    enum Kind {
        I82540EM,
        I82545EM,
        I82576;

        /// The kind that `--device` names.
        static Kind of(OptionString o) throws OptionException {
            return switch (o.kind()) {
                case "e1000", "e1000-82540em" -> I82540EM;
                case "e1000-82545em" -> I82545EM;
                case "igb" -> I82576;
                default -> throw o.refuse("no such card; there are igb, e1000 and e1000-82545em");
            };
        }
    }

    /// A card with these options.
    ///
    /// @param backend where its frames go; belongs to the caller
    /// @param pages   memory for registers that clients may map, where [#sharedBytes] asks for it; null otherwise
    NetworkCard build(Timeline time, FrameBackend backend, @Nullable SharedPages pages);

    /// Bytes of the memory that the card shares with its clients; 0 where every access is a message.
    default int sharedBytes() {
        return 0;
    }

    /// Whether the card has more than one queue each way.
    default boolean hasSeveralQueues() {
        return false;
    }

    /// The station address, first byte uppermost.
    long macAddress();

    /// The Linux driver of this chip.
    String linuxDriver();

    /// An 82540EM or 82545EM.
    record E1000Card(E1000Options options) implements CardOptions {
        @Override
        public NetworkCard build(Timeline time, FrameBackend backend, @Nullable SharedPages pages) {
            return new E1000(options, time, backend);
        }

        @Override
        public long macAddress() {
            return options.macAddress();
        }

        @Override
        public String linuxDriver() {
            return "e1000";
        }
    }

    /// An 82576.
    ///
    /// @param sharedDoorbells whether its doorbells cost no exit
    record IgbCard(IgbOptions options, boolean sharedDoorbells) implements CardOptions {
        @Override
        public NetworkCard build(Timeline time, FrameBackend backend, @Nullable SharedPages pages) {
            return new Igb(options, time, backend, pages);
        }

        @Override
        public int sharedBytes() {
            return sharedDoorbells ? IgbRegister.SPACE_BYTES : 0;
        }

        @Override
        public boolean hasSeveralQueues() {
            return true;
        }

        @Override
        public long macAddress() {
            return options.macAddress();
        }

        @Override
        public String linuxDriver() {
            return "igb";
        }
    }

    /// Reads what belongs to the chip; what it leaves is no option of this card.
    static CardOptions parse(Kind kind, OptionString o, long macAddress, long interruptGapNs) throws OptionException {
        return switch (kind) {
            case I82540EM -> e1000(o, E1000Model.I82540EM, macAddress, interruptGapNs);
            case I82545EM -> e1000(o, E1000Model.I82545EM, macAddress, interruptGapNs);
            case I82576 -> igb(o, macAddress, interruptGapNs);
        };
    }

    private static CardOptions e1000(OptionString o, E1000Model model, long macAddress, long interruptGapNs)
            throws OptionException {
        if (o.oneOf("doorbells", "trapped", "trapped", "shared").equals("shared"))
            throw o.refuse("doorbells=shared needs a card with MSI-X: leave it out");
        return new E1000Card(new E1000Options(model, macAddress)
                .withInterruptGapNs(interruptGapNs)
                .withParavirtual(o.flag("paravirt", false)));
    }

    private static CardOptions igb(OptionString o, long macAddress, long interruptGapNs) throws OptionException {
        boolean shared = o.oneOf("doorbells", "trapped", "trapped", "shared").equals("shared");
        IgbOptions options = new IgbOptions(macAddress)
                .withInterruptGapNs(interruptGapNs)
                .withMsix(o.flag("msix", true))
                .withLineRate(o.flag("line-rate", false))
                .withTransmitRates(transmitRates(o));
        return new IgbCard(options, shared);
    }

    /// `tx-rate=RATE[:RATE...]`: bits per second of queue 0, 1 and so on; 0 leaves a queue to the guest.
    private static List<Long> transmitRates(OptionString o) throws OptionException {
        List<Long> rates = new ArrayList<>();
        String text = o.text("tx-rate").orElse("");
        if (text.isEmpty()) return rates;
        for (String word : text.split(":", -1)) {
            long rate = Quantity.amount(o.subject() + ": tx-rate", word);
            if (rate != 0 && (rate < LEAST_RATE || rate > MOST_RATE))
                throw o.refuse("tx-rate=" + word + ": expected 0 or 1M to 1G, bits per second of a queue");
            rates.add(rate);
        }
        if (rates.size() > IgbRegister.QUEUES)
            throw o.refuse("tx-rate= has " + rates.size() + " rates: there are " + IgbRegister.QUEUES + " queues");
        return rates;
    }
}
