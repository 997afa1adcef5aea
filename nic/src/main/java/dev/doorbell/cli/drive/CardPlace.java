package dev.doorbell.cli.drive;

import dev.doorbell.driver.CardConnection;
import dev.doorbell.option.OptionException;
import dev.doorbell.vfio.PciAddress;
import java.io.IOException;

/// Where the card is that `drive` is to drive.
sealed interface CardPlace {
    /// Behind a vfio-user socket.
    record Socket(String path) implements CardPlace {
        @Override
        public CardConnection open(long memoryBytes, boolean mapped) throws IOException {
            return CardConnection.connect(path, memoryBytes, mapped);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /// In this machine, bound to vfio-pci.
    record Vfio(PciAddress address) implements CardPlace {
        @Override
        public CardConnection open(long memoryBytes, boolean mapped) throws IOException {
            return CardConnection.lend(address, memoryBytes);
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /// The place that `--socket` and `--vfio` name: one of them is empty.
    static CardPlace of(String socket, String vfio) throws OptionException {
        if (socket.isEmpty() == vfio.isEmpty())
            throw new OptionException(
                    "drive needs one of --socket PATH and --vfio ADDRESS" + (socket.isEmpty() ? "" : ", not both"));
        if (vfio.isEmpty()) return new Socket(socket);
        PciAddress address = PciAddress.parse(vfio);
        if (address == null)
            throw new OptionException("--vfio=" + vfio + ": expected a PCI address such as 0000:00:03.0 (lspci -D)");
        return new Vfio(address);
    }

    /// Connects to the card and shares fresh memory with it.
    ///
    /// @param memoryBytes as much as the driver needs; it is rounded up to pages
    /// @param mapped      whether registers that a server offers to map are reached as memory
    CardConnection open(long memoryBytes, boolean mapped) throws IOException;
}
