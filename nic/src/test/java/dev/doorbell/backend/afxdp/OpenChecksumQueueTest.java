package dev.doorbell.backend.afxdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorbell.backend.BackendCounter;
import dev.doorbell.backend.Frames;
import dev.doorbell.counter.CounterTable;
import dev.doorbell.frame.FrameBatch;
import dev.doorbell.linux.xdp.FakeKernelRings;
import dev.doorbell.linux.xdp.FakeKernelRings.Descriptor;
import dev.doorbell.linux.xdp.TransmitMetadata;
import dev.doorbell.linux.xdp.Umem;
import dev.doorbell.linux.xdp.XdpSocket;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the kernel reads of frames whose checksum is left to it.
class OpenChecksumQueueTest {
    private static final int CHUNK_BYTES = 2048;
    private static final int CHUNKS = 8;
    private static final int HEAD = TransmitMetadata.BYTES;

    @Test
    void everyPieceHasRoomBeforeItAndTheFirstSaysWhatToDo() {
        FakeKernelRings kernel = new FakeKernelRings(8, 8, 8, 8);
        kernel.metadataBytes = HEAD;
        CounterTable<BackendCounter> counters = new CounterTable<>(BackendCounter.class);
        Umem umem = Umem.allocate(CHUNKS, CHUNK_BYTES);
        try (AfXdpQueue queue = new AfXdpQueue(0, kernel, umem, true, false, counters)) {
            byte[] longer = Frames.random(1, 3000);
            byte[] fitting = Frames.random(2, CHUNK_BYTES - HEAD);
            FrameBatch batch = Frames.batch(longer, fitting);
            batch.openChecksum(0, 34, 16);
            assertThat(queue.append(batch, 0)).isTrue();
            assertThat(queue.append(batch, 1)).isTrue();
            assertThat(queue.owners().count(ChunkOwners.TRANSMIT)).isEqualTo(3);
            queue.flush();

            List<Descriptor> sent = new ArrayList<>();
            for (Descriptor d = kernel.takeTransmit(); d != null; d = kernel.takeTransmit()) sent.add(d);
            assertThat(sent)
                    .extracting(Descriptor::options)
                    .containsExactly(XdpSocket.XDP_TX_METADATA | XdpSocket.XDP_PKT_CONTD, 0, 0);
            assertThat(sent)
                    .extracting(Descriptor::lengthBytes)
                    .containsExactly(CHUNK_BYTES - HEAD, 3000 - (CHUNK_BYTES - HEAD), CHUNK_BYTES - HEAD);
            assertThat(sent).allMatch(d -> d.umemOffset() % CHUNK_BYTES == HEAD);
            MemorySegment memory = umem.segment();
            long at = sent.getFirst().umemOffset() - HEAD;
            assertThat(memory.get(JAVA_LONG, at)).isEqualTo(2);
            assertThat(memory.get(JAVA_SHORT, at + 8)).isEqualTo((short) 34);
            assertThat(memory.get(JAVA_SHORT, at + 10)).isEqualTo((short) 16);
            MemorySegment first = memory.asSlice(sent.getFirst().umemOffset(), CHUNK_BYTES - HEAD);
            assertThat(first.mismatch(MemorySegment.ofArray(longer).asSlice(0, CHUNK_BYTES - HEAD)))
                    .isEqualTo(-1);

            for (Descriptor each : sent) kernel.complete(each.umemOffset());
            queue.reclaim();
            assertThat(queue.owners().count(ChunkOwners.TRANSMIT)).isZero();
            assertThat(queue.owners().isConsistent()).isTrue();
            assertThat(counters.get(BackendCounter.TRANSMIT_BAD_COMPLETIONS)).isZero();
        }
        assertThat(kernel.isIntact()).isTrue();
    }
}
