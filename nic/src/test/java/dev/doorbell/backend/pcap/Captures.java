package dev.doorbell.backend.pcap;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Capture files of tests, written apart from the readers, from the formats' descriptions.
final class Captures {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteOrder order;

    private Captures(ByteOrder order) {
        this.order = order;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    Captures raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(order);
    }

    /// The classic format; further frames by [#record].
    static Captures pcap(ByteOrder order, boolean nanoseconds) {
        return pcap(order, nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4, 2, 4, 1);
    }

    static Captures pcap(ByteOrder order, int magic, int major, int minor, int network) {
        Captures c = new Captures(order);
        return c.raw(c.buffer(24)
                .putInt(magic)
                .putShort((short) major)
                .putShort((short) minor)
                .putLong(0)
                .putInt(65_535)
                .putInt(network)
                .array());
    }

    Captures record(long seconds, int fraction, byte[] frame) {
        return record(seconds, fraction, frame, frame.length);
    }

    Captures record(long seconds, int fraction, byte[] captured, int original) {
        return raw(buffer(16)
                        .putInt((int) seconds)
                        .putInt(fraction)
                        .putInt(captured.length)
                        .putInt(original)
                        .array())
                .raw(captured);
    }

    /// pcapng: a section header; further blocks by the methods below.
    static Captures pcapng(ByteOrder order) {
        Captures c = new Captures(order);
        return c.raw(section(order, 1));
    }

    static byte[] section(ByteOrder order, int major) {
        return new Captures(order)
                .buffer(28)
                .putInt(0x0A0D0D0A)
                .putInt(28)
                .putInt(0x1A2B3C4D)
                .putShort((short) major)
                .putShort((short) 0)
                .putLong(-1)
                .putInt(28)
                .array();
    }

    /// A block of any type; the body is filled up to a multiple of four.
    Captures block(int type, byte[] body) {
        int padded = (body.length + 3) & ~3;
        return raw(buffer(12 + padded)
                .putInt(type)
                .putInt(12 + padded)
                .put(Arrays.copyOf(body, padded))
                .putInt(12 + padded)
                .array());
    }

    /// An interface description.
    ///
    /// @param options ready-made, [#option] after [#option]
    Captures description(int linkType, int snapBytes, byte[]... options) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] option : options) all.writeBytes(option);
        return block(
                1,
                buffer(8 + all.size())
                        .putShort((short) linkType)
                        .putShort((short) 0)
                        .putInt(snapBytes)
                        .put(all.toByteArray())
                        .array());
    }

    byte[] option(int code, byte... value) {
        int padded = (value.length + 3) & ~3;
        return buffer(4 + padded)
                .putShort((short) code)
                .putShort((short) value.length)
                .put(Arrays.copyOf(value, padded))
                .array();
    }

    byte[] option64(int code, long value) {
        return option(code, buffer(8).putLong(value).array());
    }

    Captures enhanced(int link, long ticks, byte[] frame) {
        return enhanced(link, ticks, frame, frame.length);
    }

    Captures enhanced(int link, long ticks, byte[] captured, int original) {
        return block(
                6,
                buffer(20 + captured.length)
                        .putInt(link)
                        .putInt((int) (ticks >>> 32))
                        .putInt((int) ticks)
                        .putInt(captured.length)
                        .putInt(original)
                        .put(captured)
                        .array());
    }

    Captures old(int link, long ticks, byte[] frame) {
        return block(
                2,
                buffer(20 + frame.length)
                        .putShort((short) link)
                        .putShort((short) 0)
                        .putInt((int) (ticks >>> 32))
                        .putInt((int) ticks)
                        .putInt(frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .array());
    }

    Captures simple(byte[] captured, int original) {
        return block(
                3, buffer(4 + captured.length).putInt(original).put(captured).array());
    }
}
