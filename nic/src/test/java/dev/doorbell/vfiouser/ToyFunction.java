package dev.doorbell.vfiouser;

import dev.doorbell.memory.DmaMemory;
import dev.doorbell.pci.InterruptKind;
import dev.doorbell.pci.InterruptSink;
import dev.doorbell.pci.MappableAreas;
import dev.doorbell.pci.PciFunction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A small real function: 4 KiB of storage in BAR0, 16 bytes in BAR1, a ROM, plain configuration space with
/// a decoded BAR0, and a record of every access. Its memory and interrupts are driven by the test.
final class ToyFunction implements PciFunction {
    static final int BAR0_BYTES = 4096;
    static final int ROM_BYTES = 2048;
    static final int MSIX_VECTORS = 40;

    final ByteBuffer bar0 = ByteBuffer.allocate(BAR0_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer bar1 = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer rom = ByteBuffer.allocate(ROM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer config = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    /// Every access: `r0+10/4` or `w0+10/4=1f`.
    final List<String> accesses = new ArrayList<>();

    MappableAreas areas = MappableAreas.NONE;
    DmaMemory memory = new dev.doorbell.memory.DmaTable();
    InterruptSink interrupts = InterruptSink.NONE;
    int resets;
    int connects;

    ToyFunction() {
        for (int i = 0; i < ROM_BYTES; i++) rom.put(i, (byte) (i * 3));
        powerOn();
    }

    private void powerOn() {
        for (ByteBuffer store : List.of(bar0, bar1, config))
            for (int i = 0; i < store.capacity(); i++) store.put(i, (byte) 0);
        config.putShort(0, (short) 0x8086);
        config.putShort(2, (short) 0x100E);
    }

    private ByteBuffer store(int region) {
        return switch (region) {
            case 0 -> bar0;
            case 1 -> bar1;
            case REGION_ROM -> rom;
            case REGION_CONFIG -> config;
            default -> throw new AssertionError("access to region " + region);
        };
    }

    @Override
    public long regionSizeBytes(int region) {
        return switch (region) {
            case 0, 1, REGION_ROM, REGION_CONFIG -> store(region).capacity();
            default -> 0;
        };
    }

    @Override
    public int vectorCount(InterruptKind kind) {
        return switch (kind) {
            case INTX, ERR, REQ -> 1;
            case MSI -> 4;
            case MSIX -> MSIX_VECTORS;
        };
    }

    @Override
    public long read(int region, long offset, int sizeBytes) {
        accesses.add("r" + region + "+" + Long.toHexString(offset) + "/" + sizeBytes);
        assert offset % sizeBytes == 0 : "an access out of its place";
        ByteBuffer store = store(region);
        return switch (sizeBytes) {
            case 1 -> store.get((int) offset) & 0xFF;
            case 2 -> store.getShort((int) offset) & 0xFFFF;
            case 4 -> store.getInt((int) offset) & 0xFFFF_FFFFL;
            case 8 -> store.getLong((int) offset);
            default -> throw new AssertionError("a read of " + sizeBytes);
        };
    }

    @Override
    public void write(int region, long offset, int sizeBytes, long value) {
        accesses.add("w" + region + "+" + Long.toHexString(offset) + "/" + sizeBytes + "=" + Long.toHexString(value));
        assert offset % sizeBytes == 0 : "an access out of its place";
        ByteBuffer store = store(region);
        switch (sizeBytes) {
            case 1 -> store.put((int) offset, (byte) value);
            case 2 -> store.putShort((int) offset, (short) value);
            case 4 -> store.putInt((int) offset, (int) value);
            case 8 -> store.putLong((int) offset, value);
            default -> throw new AssertionError("a write of " + sizeBytes);
        }
    }

    @Override
    public void connect(DmaMemory newMemory, InterruptSink newInterrupts) {
        memory = newMemory;
        interrupts = newInterrupts;
        connects++;
    }

    @Override
    public MappableAreas mappableAreas(int region) {
        return region == 0 ? areas : MappableAreas.NONE;
    }

    @Override
    public void reset() {
        resets++;
        powerOn();
        memory.releaseReads();
        interrupts.intx(false);
    }
}
