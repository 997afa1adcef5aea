package dev.doorbell.vfiouser;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// What one side of a connection can take, as told in the JSON of its VERSION message. A value that is not
/// told has the protocol's default; one that is told is held against a bound before anything depends on it.
///
/// @param maxMessageDescriptors descriptors it takes with one message
/// @param maxTransferBytes      bytes of data it takes in one message
/// @param maxDmaMaps            DMA mappings it holds
/// @param pageSizes             page sizes of DMA mappings, or'ed
/// @param writeMultiple         whether it takes REGION_WRITE_MULTI
record Capabilities(
        int maxMessageDescriptors, int maxTransferBytes, long maxDmaMaps, long pageSizes, boolean writeMultiple) {
    /// The protocol version spoken here. Minor 0 is QEMU's; libvfio-user's 1 adds nothing this library uses.
    static final int MAJOR = 0;

    static final int MINOR = 1;

    /// What this library takes. QEMU refuses more than 16 descriptors and more than 65,535 mappings; more
    /// mappings than that are accepted all the same.
    static final Capabilities OURS = new Capabilities(16, Wire.MAX_TRANSFER_BYTES, 65_535, 4096, true);

    /// What a side takes that tells nothing.
    static final Capabilities DEFAULTS = new Capabilities(1, Wire.MAX_TRANSFER_BYTES, 65_535, 4096, false);

    /// Bytes of JSON that are read at most.
    static final int LIMIT_JSON_BYTES = 4096;

    private static final int LIMIT_QUOTED_BYTES = 200;
    private static final int LIMIT_DESCRIPTORS = 253; // SCM_MAX_FD, net/scm.h
    private static final int LIMIT_TRANSFER_BYTES = 64 << 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(LIMIT_JSON_BYTES)
                    .maxNestingDepth(8)
                    .maxNumberLength(20)
                    .maxNameLength(256)
                    .maxStringLength(LIMIT_JSON_BYTES)
                    .build())
            .build();

    /// Reads the version data of a message.
    ///
    /// @param data NUL-terminated JSON, or nothing at all
    /// @return null when it is not JSON, not terminated, or holds a value out of bounds
    static @Nullable Capabilities parse(MemorySegment data) {
        if (data.byteSize() == 0) return DEFAULTS;
        if (data.byteSize() > LIMIT_JSON_BYTES || data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1) != 0)
            return null;
        byte[] text = data.asSlice(0, data.byteSize() - 1).toArray(ValueLayout.JAVA_BYTE);
        try (JsonParser parser = JSON.createParser(text)) {
            return document(parser);
        } catch (IOException notJson) {
            return null;
        }
    }

    /// The start of what a side told, for people: printable, on one line.
    static String quote(MemorySegment data) {
        int length = (int) Math.min(data.byteSize(), LIMIT_QUOTED_BYTES);
        StringBuilder text = new StringBuilder();
        for (byte letter : data.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))
            if (letter != 0) text.append(letter >= ' ' && letter < 0x7F ? (char) letter : '?');
        return text.append(data.byteSize() > length ? "..." : "").toString();
    }

    private static @Nullable Capabilities document(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) return null;
        Capabilities found = DEFAULTS;
        while (parser.nextToken() == JsonToken.FIELD_NAME) { // bounded by the document
            boolean ours = parser.currentName().equals("capabilities");
            JsonToken value = parser.nextToken();
            if (!ours) {
                parser.skipChildren();
                continue;
            }
            if (value != JsonToken.START_OBJECT) return null;
            Capabilities members = members(parser);
            if (members == null) return null;
            found = members;
        }
        return parser.nextToken() == null ? found : null; // nothing may follow
    }

    private static @Nullable Capabilities members(JsonParser parser) throws IOException {
        long descriptors = DEFAULTS.maxMessageDescriptors;
        long transfer = DEFAULTS.maxTransferBytes;
        long maps = DEFAULTS.maxDmaMaps;
        long pages = DEFAULTS.pageSizes;
        boolean multiple = DEFAULTS.writeMultiple;
        while (parser.nextToken() == JsonToken.FIELD_NAME) { // bounded by the document
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "max_msg_fds" -> descriptors = number(parser, value, 0, LIMIT_DESCRIPTORS);
                case "max_data_xfer_size" -> transfer = number(parser, value, 1, LIMIT_TRANSFER_BYTES);
                case "max_dma_maps" -> maps = number(parser, value, 0, Integer.MAX_VALUE);
                case "pgsizes" -> pages = number(parser, value, 1, Long.MAX_VALUE);
                case "write_multiple" -> {
                    if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) return null;
                    multiple = value == JsonToken.VALUE_TRUE;
                }
                default -> parser.skipChildren(); // migration, twin_socket and what is yet to come
            }
            if (descriptors < 0 || transfer < 0 || maps < 0 || pages < 0) return null;
        }
        return new Capabilities((int) descriptors, (int) transfer, maps, pages, multiple);
    }

    /// A whole number in bounds, or -1.
    private static long number(JsonParser parser, JsonToken value, long least, long most) throws IOException {
        if (value != JsonToken.VALUE_NUMBER_INT) return -1;
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) return -1;
        long number = parser.getLongValue();
        return number < least || number > most ? -1 : number;
    }

    /// The JSON with its terminating NUL. Short: a client may have room for no more than it sent itself.
    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeObjectFieldStart("capabilities");
            json.writeNumberField("max_msg_fds", maxMessageDescriptors);
            json.writeNumberField("max_data_xfer_size", maxTransferBytes);
            json.writeNumberField("pgsizes", pageSizes);
            json.writeNumberField("max_dma_maps", maxDmaMaps);
            json.writeBooleanField("write_multiple", writeMultiple);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory", impossible);
        }
        bytes.write(0);
        return bytes.toByteArray();
    }
}
