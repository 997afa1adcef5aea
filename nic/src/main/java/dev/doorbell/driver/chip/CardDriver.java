package dev.doorbell.driver.chip;

import dev.doorbell.driver.CardLostException;
import dev.doorbell.driver.Delay;
import dev.doorbell.driver.DriverMemory;
import dev.doorbell.driver.DriverStatistics;
import dev.doorbell.driver.NetworkDriver;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.Register;
import java.util.List;

/// What drivers of all chips have alike: the function, its registers, its counters, and an end that
/// comes whether the card is still there or not. What makes a chip go is in the driver of that chip.
public abstract class CardDriver implements NetworkDriver {
    protected final PciFunction function;
    protected final DriverMemory memory;
    protected final Delay delay;
    protected final Registers registers;
    private final List<Register> table;
    private final DriverStatistics statistics;

    /// Nothing is touched here.
    ///
    /// @param table        the chip's registers
    /// @param firstCounter the first of its counters in the table
    /// @param lastCounter  the last one
    protected CardDriver(
            PciFunction function,
            DriverMemory memory,
            Delay delay,
            List<Register> table,
            Register firstCounter,
            Register lastCounter) {
        this.function = function;
        this.memory = memory;
        this.delay = delay;
        this.table = table;
        registers = new Registers(function);
        statistics = new DriverStatistics(registers, table, firstCounter, lastCounter);
    }

    /// Stops both units and what else was begun with the card; [#close] switches the function off then.
    protected abstract void stop();

    /// Gives back the buffers that the rings hold. The card has been stopped, or is gone.
    protected abstract void release();

    @Override
    public final DriverStatistics statistics() {
        return statistics;
    }

    @Override
    public final List<Register> registers() {
        return table;
    }

    @Override
    public final int readRegister(Register register) {
        return registers.read(register);
    }

    @Override
    public final void writeRegister(Register register, int value) {
        registers.write(register, value);
    }

    @Override
    public final void checkPresent() {
        registers.checkPresent();
    }

    @Override
    public final void close() {
        try {
            stop();
            registers.disablePci();
        } catch (CardLostException gone) {
            // Nothing is left to be stopped.
        }
        release();
    }
}
