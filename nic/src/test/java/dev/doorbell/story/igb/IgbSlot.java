package dev.doorbell.story.igb;

import static dev.doorbell.pci.PciFunction.REGION_CONFIG;

import dev.doorbell.device.igb.Igb;
import dev.doorbell.device.igb.IgbOptions;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.PciEndpoint;
import dev.doorbell.register.IgbRegister;
import dev.doorbell.story.GuestMemory;
import dev.doorbell.story.Wire;
import dev.doorbell.time.VirtualTimeline;

/// An 82576 in a real slot, on virtual time: the test has what a guest has, configuration space too.
final class IgbSlot implements VfioSelftestSlot, InterruptSink {
    private static final int COMMAND = 0x04;
    private static final int MSI_CONTROL = 0x52;
    private static final int MSIX_CONTROL = 0x72;
    private static final int DEVICE_CONTROL = 0xA8;
    private static final int CYCLE_LIMIT = 100_000;

    final VirtualTimeline time = new VirtualTimeline(1_000_000_000);
    final Igb card;
    final PciEndpoint endpoint;
    private final GuestMemory memory;
    private InterruptKind armed = InterruptKind.INTX;
    private boolean resetByConfigurationWrite;
    private boolean line;
    private int messages;

    /// Memory decoding is on, bus mastering off, as the kernel leaves a function for its driver.
    IgbSlot(IgbOptions options, int memoryBytes) {
        memory = new GuestMemory(memoryBytes);
        card = new Igb(options, time, new Wire());
        endpoint = new PciEndpoint(card);
        endpoint.connect(memory, this);
        writeConfig(COMMAND, 0x2);
    }

    @Override
    public void intx(boolean asserted) {
        line = asserted;
    }

    @Override
    public void message(InterruptKind kind, int vector) {
        if (kind == armed && vector == 0) messages++;
    }

    /// Level of INTA as the guest sees it.
    boolean line() {
        return line;
    }

    void enableMsi() {
        writeConfig(MSI_CONTROL, 0x1);
        armed = InterruptKind.MSI;
    }

    @Override
    public void enableMsix() {
        writeConfig(MSIX_CONTROL, 0x8000);
        armed = InterruptKind.MSIX;
    }

    @Override
    public int messages() {
        return messages;
    }

    /// From now on the function is reset as VFIO does it for one whose capability says FLR.
    void resetByConfigurationWrite() {
        resetByConfigurationWrite = true;
    }

    @Override
    public void resetFunction() {
        armed = InterruptKind.INTX;
        if (resetByConfigurationWrite) writeConfig(DEVICE_CONTROL, readConfig(DEVICE_CONTROL) | 0x8000);
        else endpoint.reset();
        writeConfig(COMMAND, 0x2);
    }

    int read(IgbRegister register) {
        return read(register.spec().offset());
    }

    void write(IgbRegister register, int value) {
        write(register.spec().offset(), value);
    }

    @Override
    public int read(int offset) {
        return (int) endpoint.read(0, offset, 4);
    }

    @Override
    public void write(int offset, int value) {
        endpoint.write(0, offset, 4, Integer.toUnsignedLong(value));
    }

    @Override
    public int readConfig(int offset) {
        return (int) endpoint.read(REGION_CONFIG, offset, 2);
    }

    @Override
    public void writeConfig(int offset, int value) {
        endpoint.write(REGION_CONFIG, offset, 2, value);
    }

    @Override
    public void put(long iova, byte[] content) {
        memory.put(iova, content);
    }

    @Override
    public byte[] get(long iova, int lengthBytes) {
        return memory.get(iova, lengthBytes);
    }

    @Override
    public void putLong(long iova, long value) {
        memory.putLong(iova, value);
    }

    @Override
    public int getInt(long iova) {
        return memory.getInt(iova);
    }

    @Override
    public void sleepUs(long us) {
        long untilNs = time.nowNs() + us * 1000;
        runUntilIdle();
        while (time.hasDeadline() && time.nextDeadlineNs() - untilNs <= 0) {
            time.advanceTo(Math.max(time.nowNs(), time.nextDeadlineNs()), 1_000_000);
            runUntilIdle();
        }
        time.advanceTo(untilNs, 1);
    }

    private void runUntilIdle() {
        for (int cycle = 0; cycle < CYCLE_LIMIT; cycle++) if (card.doWork() == 0) return;
        throw new AssertionError("the card does not come to rest");
    }
}
