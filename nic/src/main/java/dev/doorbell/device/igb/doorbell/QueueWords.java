package dev.doorbell.device.igb.doorbell;

import dev.doorbell.register.IgbRegister;
import dev.doorbell.register.SharedRegisterFile;
import java.util.ArrayList;
import java.util.List;

/// Where the registers of one queue lie in the shared pages: each at its own place, and for queues 0 to
/// 3 at that of the 82575.
///
/// All places are kept in three rows. Ring: the base and length, which say where the queue's
/// descriptors are. Other: the rest, the head among them, but the two that everything turns on, the
/// control word and the tail.
final class QueueWords {
    /// Words of a queue at most: both directions have at most nine registers, each at two places.
    static final int LIMIT_WORDS = 18;

    final int[] control; // at each place, own first
    final int[] tail;
    final int[] ring;
    final int[] other;

    /// The head's own place.
    final int head;

    /// Control, ring, other, tail: the order in which words are collected.
    final int[][] rows;

    final int controlAt; // where each row begins among the collected words
    final int ringAt;
    final int otherAt;
    final int tailAt;

    private QueueWords(int[] control, int[] tail, int[] ring, int[] other, int head) {
        this.control = control;
        this.tail = tail;
        this.ring = ring;
        this.other = other;
        this.head = head;
        rows = new int[][] {control, ring, other, tail};
        controlAt = 0;
        ringAt = control.length;
        otherAt = ringAt + ring.length;
        tailAt = otherAt + other.length;
        assert ring.length + other.length <= LIMIT_WORDS : "a queue of more words";
    }

    static QueueWords transmit(SharedRegisterFile registers, int queue) {
        return new QueueWords(
                places(registers, queue, IgbRegister.TXDCTL, IgbRegister.TXDCTL_A),
                places(registers, queue, IgbRegister.TDT, IgbRegister.TDT_A),
                places(
                        registers,
                        queue,
                        IgbRegister.TDBAL,
                        IgbRegister.TDBAL_A,
                        IgbRegister.TDBAH,
                        IgbRegister.TDBAH_A,
                        IgbRegister.TDLEN,
                        IgbRegister.TDLEN_A),
                places(
                        registers,
                        queue,
                        IgbRegister.TDH,
                        IgbRegister.TDH_A,
                        IgbRegister.TXCTL,
                        IgbRegister.TXCTL_A,
                        IgbRegister.TDWBAL,
                        IgbRegister.TDWBAL_A,
                        IgbRegister.TDWBAH,
                        IgbRegister.TDWBAH_A),
                IgbRegister.TDH.spec().offset(queue));
    }

    static QueueWords receive(SharedRegisterFile registers, int queue) {
        return new QueueWords(
                places(registers, queue, IgbRegister.RXDCTL, IgbRegister.RXDCTL_A),
                places(registers, queue, IgbRegister.RDT, IgbRegister.RDT_A),
                places(
                        registers,
                        queue,
                        IgbRegister.RDBAL,
                        IgbRegister.RDBAL_A,
                        IgbRegister.RDBAH,
                        IgbRegister.RDBAH_A,
                        IgbRegister.RDLEN,
                        IgbRegister.RDLEN_A),
                places(
                        registers,
                        queue,
                        IgbRegister.RDH,
                        IgbRegister.RDH_A,
                        IgbRegister.SRRCTL,
                        IgbRegister.SRRCTL_A,
                        IgbRegister.RXCTL,
                        IgbRegister.RXCTL_A),
                IgbRegister.RDH.spec().offset(queue));
    }

    /// Offsets of element `queue` of those registers that have one and show it in the memory.
    private static int[] places(SharedRegisterFile registers, int queue, IgbRegister... rows) {
        List<Integer> offsets = new ArrayList<>();
        for (IgbRegister row : rows) {
            if (queue >= row.spec().count()) continue;
            int offset = row.spec().offset(queue);
            if (registers.isShared(offset)) offsets.add(offset);
        }
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }
}
