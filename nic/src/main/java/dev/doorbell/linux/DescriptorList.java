package dev.doorbell.linux;

import java.util.Arrays;

/// File descriptors that travel with a message, or came with one and belong to this list until they are
/// taken. One thread.
public final class DescriptorList {
    private static final int TAKEN = -1;

    private final int[] descriptors;
    private int size;
    private boolean truncated;

    /// @param capacity descriptors at most, 0 or more
    public DescriptorList(int capacity) {
        descriptors = new int[capacity];
    }

    public int capacity() {
        return descriptors.length;
    }

    /// Descriptors that were put in, taken ones included.
    public int size() {
        return size;
    }

    /// The descriptor at an index, or -1 where it was taken. It stays the list's.
    public int get(int index) {
        if (index < 0 || index >= size) throw new IndexOutOfBoundsException(index);
        return descriptors[index];
    }

    /// As [#get], and the caller owns it from now on.
    public int take(int index) {
        int fd = get(index);
        descriptors[index] = TAKEN;
        return fd;
    }

    /// Appends a descriptor. The list must not be full.
    public void add(int fd) {
        if (size == descriptors.length) throw new IllegalStateException("list of " + size + " is full");
        descriptors[size++] = fd;
    }

    /// Whether a message brought more descriptors than
    /// were let in; all those of that message were closed.
    public boolean truncated() {
        return truncated;
    }

    /// Closes every descriptor that was not taken. The slots stay, as -1.
    public void closeRest() {
        for (int i = 0; i < size; i++) {
            if (descriptors[i] != TAKEN) Files.close(descriptors[i]);
            descriptors[i] = TAKEN;
        }
    }

    /// Closes every descriptor that was not taken and forgets all, the mark [#truncated] too.
    public void clear() {
        closeRest();
        size = 0;
        truncated = false;
    }

    /// Forgets all without closing anything: the descriptors belong to someone else, as after a send.
    public void forget() {
        size = 0;
        truncated = false;
    }

    void markTruncated() {
        truncated = true;
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(descriptors, size)) + (truncated ? " truncated" : "");
    }
}
