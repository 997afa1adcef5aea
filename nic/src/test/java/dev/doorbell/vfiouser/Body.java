package dev.doorbell.vfiouser;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Builds the bytes of a message by hand, little-endian, so that tests do not lean on the encoder they check.
final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Body of() {
        return new Body();
    }

    Body u8(int value) {
        bytes.write(value);
        return this;
    }

    Body u16(int value) {
        return u8(value).u8(value >> 8);
    }

    Body u32(long value) {
        return u16((int) value).u16((int) (value >> 16));
    }

    Body u64(long value) {
        return u32(value).u32(value >> 32);
    }

    Body bytes(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    Body text(String more) {
        return bytes(more.getBytes(StandardCharsets.UTF_8));
    }

    byte[] done() {
        return bytes.toByteArray();
    }

    /// A whole message.
    static byte[] message(int id, int command, int flags, byte[] body) {
        return of().u16(id)
                .u16(command)
                .u32(16 + body.length)
                .u32(flags)
                .u32(0)
                .bytes(body)
                .done();
    }

    static byte[] version() {
        String json = "{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576,\"pgsizes\":4096,"
                + "\"max_dma_maps\":65535,\"migration\":{\"pgsize\":4096},\"write_multiple\":true}}";
        return of().u16(0).u16(0).text(json).u8(0).done();
    }

    static byte[] map(long iova, long size, long offset, int flags) {
        return of().u32(32).u32(flags).u64(offset).u64(iova).u64(size).done();
    }

    static byte[] unmap(long iova, long size, int flags) {
        return of().u32(24).u32(flags).u64(iova).u64(size).done();
    }

    static byte[] regionInfo(int argsz, int index) {
        return of().u32(argsz).u32(0).u32(index).u32(0).u64(0).u64(0).done();
    }

    static byte[] irqInfo(int index) {
        return of().u32(16).u32(0).u32(index).u32(0).done();
    }

    static byte[] setIrqs(int flags, int index, int start, int count, byte... data) {
        return of().u32(20 + data.length)
                .u32(flags)
                .u32(index)
                .u32(start)
                .u32(count)
                .bytes(data)
                .done();
    }

    static byte[] read(int region, long offset, int count) {
        return of().u64(offset).u32(region).u32(count).done();
    }

    static byte[] write(int region, long offset, byte[] data) {
        return of().u64(offset).u32(region).u32(data.length).bytes(data).done();
    }

    static byte[] write32(int region, long offset, int value) {
        return write(region, offset, of().u32(value).done());
    }
}
