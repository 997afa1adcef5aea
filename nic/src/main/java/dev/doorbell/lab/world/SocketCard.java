package dev.doorbell.lab.world;

import dev.doorbell.driver.CardConnection;
import dev.doorbell.driver.DriverException;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.MappedPages;
import dev.doorbell.lab.ExperimentException;
import dev.doorbell.pci.PciFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// A card of another process as a driver in this one meets it, with every message to it counted by what
/// it is for. What the card offers to map is reached as memory, and is no message.
///
/// One thread.
public final class SocketCard implements AutoCloseable {
    private final CardConnection connection;
    private final ExitCounter exits;
    private final MappedPages function;

    private SocketCard(CardConnection connection) throws IOException {
        this.connection = connection;
        exits = new ExitCounter(connection);
        function = new MappedPages(exits);
    }

    /// Connects and shares fresh memory with the card.
    ///
    /// @param memoryBytes as much as the driver needs
    public static SocketCard connect(Path socket, long memoryBytes) throws ExperimentException {
        CardConnection connection = null;
        try {
            connection = CardConnection.connect(socket.toString(), memoryBytes);
            return new SocketCard(connection);
        } catch (IOException | UncheckedIOException | DriverException e) {
            if (connection != null) connection.close();
            throw new ExperimentException("cannot connect to " + socket + ": " + e.getMessage(), e);
        }
    }

    /// What a driver drives.
    public PciFunction function() {
        return function;
    }

    public DriverMemory memory() {
        return connection.memory();
    }

    /// Messages so far, with the unmasking of the line: each would be an exit of a virtual machine.
    public long messages() {
        return connection.messages();
    }

    /// Register accesses among them, by what they are for.
    public ExitCounter accesses() {
        return exits;
    }

    /// As [CardConnection#awaitInterrupt].
    public boolean awaitInterrupt(long ns) {
        return connection.awaitInterrupt(ns);
    }

    @Override
    public void close() {
        function.close();
        connection.close();
    }
}
