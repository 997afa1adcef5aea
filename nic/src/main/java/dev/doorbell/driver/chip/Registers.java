package dev.doorbell.driver.chip;

import dev.doorbell.driver.CardLostException;
import dev.doorbell.driver.DriverException;
import dev.doorbell.pci.PciFunction;
import dev.doorbell.register.Register;

/// The card's registers, by name.
public final class Registers {
    private static final int ALL_ONES = -1;
    private static final int VENDOR_AND_DEVICE = 0x00; // PCI configuration space
    private static final int SUBSYSTEM = 0x2C;
    private static final int COMMAND = 0x04;
    private static final int COMMAND_IO = 1;
    private static final int COMMAND_MEMORY = 1 << 1;
    private static final int COMMAND_MASTER = 1 << 2;
    private static final int COMMAND_INTX_OFF = 1 << 10;
    private static final int BAR0 = 0x10;
    private static final int BAR0_BYTES = 128 * 1024; // of both chips
    private static final int BAR_IS_IO = 1;
    private static final int CAPABILITIES = 0x34;
    private static final int FIRST_CAPABILITY = 0x40;
    private static final int CAPABILITY_LIMIT = 48; // as many as fit
    private static final int CAPABILITY_MSIX = 0x11;
    private static final int MSIX_ENABLE = 1 << 15;
    private static final int IOADDR = 0; // in the I/O window, 13.3
    private static final int IODATA = 4;

    private final PciFunction function;

    public Registers(PciFunction function) {
        this.function = function;
    }

    /// @throws CardLostException when the card is gone
    public int read(Register register) {
        return read(register, 0);
    }

    public void write(Register register, int value) {
        function.write(PciFunction.REGION_BAR0, register.spec().offset(), 4, value & 0xFFFF_FFFFL);
    }

    public void write(Register register, int index, int value) {
        function.write(PciFunction.REGION_BAR0, register.spec().offset(index), 4, value & 0xFFFF_FFFFL);
    }

    /// @throws CardLostException when the card is gone
    public int read(Register register, int index) {
        int value = (int) function.read(PciFunction.REGION_BAR0, register.spec().offset(index), 4);
        if (value == ALL_ONES) checkPresent();
        return value;
    }

    /// A card that was pulled out reads as all ones, its id too, which no card has.
    ///
    /// @throws CardLostException when that is so
    public void checkPresent() {
        if (idOf(function) == ALL_ONES) throw new CardLostException("the card is gone: everything reads as all ones");
    }

    public void setBits(Register register, int bits) {
        write(register, read(register) | bits);
    }

    public void clearBits(Register register, int bits) {
        write(register, read(register) & ~bits);
    }

    /// Device and vendor of a function, as the first word of configuration space has them.
    public static int idOf(PciFunction function) {
        return (int) function.read(PciFunction.REGION_CONFIG, VENDOR_AND_DEVICE, 4);
    }

    /// Refuses every card but those that a driver knows.
    ///
    /// @param names what the driver's cards are called, for the refusal
    public void checkDevice(String names, int... known) {
        int found = idOf(function);
        for (int id : known) {
            if (found != id) continue;
            long sizeBytes = function.regionSizeBytes(PciFunction.REGION_BAR0);
            if (sizeBytes < BAR0_BYTES)
                throw new DriverException("a " + names + " with a BAR 0 of " + sizeBytes + " bytes, not " + BAR0_BYTES);
            return;
        }
        throw new DriverException(String.format("not an %s but PCI %04x:%04x", names, found & 0xFFFF, found >>> 16));
    }

    /// PCI subsystem id: which adapter of the chip it is.
    public int subsystemId() {
        return (int) (function.read(PciFunction.REGION_CONFIG, SUBSYSTEM, 4) >>> 16);
    }

    /// Lets the card decode its windows, reach memory and interrupt.
    public void enablePci() {
        int command = (int) function.read(PciFunction.REGION_CONFIG, COMMAND, 2);
        if ((command & COMMAND_MEMORY) == 0) BarAddresses.assign(function);
        command = (command | COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER) & ~COMMAND_INTX_OFF;
        function.write(PciFunction.REGION_CONFIG, COMMAND, 2, command);
    }

    /// Switches MSI-X on, where the function has it. Where its messages go is not the driver's
    /// business.
    public void enableMessages() {
        int at = (int) function.read(PciFunction.REGION_CONFIG, CAPABILITIES, 1) & 0xFC;
        for (int i = 0; i < CAPABILITY_LIMIT && at >= FIRST_CAPABILITY; i++) {
            int header = (int) function.read(PciFunction.REGION_CONFIG, at, 4);
            if ((header & 0xFF) == CAPABILITY_MSIX) {
                function.write(PciFunction.REGION_CONFIG, at + 2L, 2, (header >>> 16 | MSIX_ENABLE) & 0xFFFF);
                return;
            }
            at = header >>> 8 & 0xFC;
        }
    }

    /// Takes the card's reach back, so that it writes no memory any more.
    public void disablePci() {
        function.write(PciFunction.REGION_CONFIG, COMMAND, 2, COMMAND_INTX_OFF);
    }

    /// Writes a register through the I/O window. The 82540EM wants its reset that way: a reset that
    /// came through memory could cut off the bus transaction that asked for it.
    public void writeThroughIo(Register register, int value) {
        int bar = ioBar();
        if (bar < 0) {
            write(register, value);
            return;
        }
        function.write(bar, IOADDR, 4, register.spec().offset());
        function.write(bar, IODATA, 4, value & 0xFFFF_FFFFL);
    }

    private int ioBar() {
        for (int bar = 1; bar <= PciFunction.REGION_BAR5; bar++) {
            long value = function.read(PciFunction.REGION_CONFIG, BAR0 + 4L * bar, 4);
            if (function.regionSizeBytes(bar) != 0 && (value & BAR_IS_IO) != 0) return bar;
        }
        return -1;
    }
}
