package dev.doorbell.register;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Registers of which some lie in memory, too, where a guest loads and stores them and nobody is told.
///
/// The memory shows what the file stores: every change is noted, and [#publish] stores it at each
/// shared place of the register (its own and its aliases). What the guest stores there is found by
/// [#changed] and becomes a write, with its action, by [#accept]. A word is published with
/// compare-and-set against what it showed last, so a store that the guest makes at the same time is
/// never lost: it stays in the memory and is found the next time.
///
/// Loads acquire: whoever sees a word of the guest's sees all that the guest stored before it. Bounded,
/// allocates nothing after the constructor. One thread, beside the guest: the card's loop.
public final class SharedRegisterFile extends RegisterFile {
    private static final VarHandle WORD = ValueLayout.JAVA_INT
            .withOrder(ByteOrder.LITTLE_ENDIAN) // the bus's
            .varHandle();

    private static final int PAGE_WORDS = 1024;

    private final MemorySegment memory;
    private final boolean[] isShared;
    private final boolean[] hasShared; // per page of 4096 bytes
    private final int[] shown; // per word: what the memory holds there unless the guest has stored since
    private final int[] firstPlace; // per home word: a shared word that shows it, 0 for none
    private final int[] nextPlace; // per shared word: the next one that shows the same register, 0 for none
    private final int[] noted; // home words that were put since they were published
    private final boolean[] isNoted;
    private int notedCount;

    /// @param memory as large as the register space and readable and writable; the word of a register
    ///     lies at the register's offset. It should be sealed against shrinking where it is a file
    /// @param shared whether the register at an offset is to be shown in the memory there; offset 0
    ///     cannot be
    public SharedRegisterFile(Register[] table, int sizeBytes, MemorySegment memory, IntPredicate shared) {
        super(table, sizeBytes);
        if (memory.byteSize() != sizeBytes) throw new IllegalArgumentException("memory of another size");
        this.memory = memory;
        isShared = new boolean[words()];
        hasShared = new boolean[(words() + PAGE_WORDS - 1) / PAGE_WORDS];
        shown = new int[words()];
        firstPlace = new int[words()];
        nextPlace = new int[words()];
        isNoted = new boolean[words()];
        int homes = 0;
        for (int word = words() - 1; word > 0; word--) {
            if (!holds(word << 2) || !shared.test(word << 2)) continue;
            isShared[word] = true;
            hasShared[word / PAGE_WORDS] = true;
            int home = home(word);
            if (firstPlace[home] == 0) homes++;
            nextPlace[word] = firstPlace[home];
            firstPlace[home] = word;
        }
        noted = new int[homes];
        rewrite();
    }

    /// Whether the register at `offset` is shown in the memory there.
    public boolean isShared(int offset) {
        return isShared[offset >>> 2];
    }

    /// The word in the memory; acquires.
    public int load(int offset) {
        return (int) WORD.getAcquire(memory, (long) offset);
    }

    /// Whether the guest has stored another value at the shared `offset` than it saw there; acquires.
    public boolean changed(int offset) {
        return load(offset) != shown[offset >>> 2];
    }

    /// What the memory showed at `offset` before the guest changed it.
    public int shown(int offset) {
        return shown[offset >>> 2];
    }

    /// Takes `value`, which was loaded from the shared `offset`, as the guest's write to that register.
    /// [#publish] shows then what became of it.
    public void accept(int offset, int value) {
        notice(offset, value);
        write(offset, value);
    }

    /// Keeps in mind that the memory holds `value` at the shared `offset`, without writing the
    /// register: what the register stores is published there again.
    public void notice(int offset, int value) {
        int word = offset >>> 2;
        shown[word] = value;
        note(home(word));
    }

    /// The stored value of the register at `offset`, without effects; `offset` may be that of an alias.
    public int storedAt(int offset) {
        return stored(offset >>> 2);
    }

    @Override
    void put(int word, int newValue) {
        super.put(word, newValue);
        note(word);
    }

    private void note(int home) {
        if (isNoted[home] || firstPlace[home] == 0) return;
        isNoted[home] = true;
        noted[notedCount++] = home;
    }

    /// Shows every register that was put or written since the last time.
    public void publish() {
        for (int i = 0; i < notedCount; i++) {
            int home = noted[i];
            isNoted[home] = false;
            int value = stored(home);
            for (int place = firstPlace[home]; place != 0; place = nextPlace[place]) show(place, value);
        }
        notedCount = 0;
    }

    private void show(int place, int value) {
        int was = shown[place];
        if (was == value) return;
        // Where the guest has stored meanwhile, its word stays and differs from what was shown.
        if (WORD.compareAndSet(memory, (long) place << 2, was, value)) shown[place] = value;
    }

    /// Stores `value` at an offset that is not shared, over whatever lies there.
    public void overwrite(int offset, int value) {
        WORD.setRelease(memory, (long) offset, value);
    }

    /// Every register back to its reset value, without effects, and the memory with them.
    @Override
    public void resetAll() {
        super.resetAll();
        rewrite();
    }

    /// Shows every register, over whatever the guest has stored. What else lies in their pages becomes
    /// 0.
    public void rewrite() {
        for (int page = 0; page < hasShared.length; page++) if (hasShared[page]) rewrite(page);
        Arrays.fill(isNoted, false);
        notedCount = 0;
    }

    private void rewrite(int page) {
        for (int word = page * PAGE_WORDS; word < Math.min(words(), (page + 1) * PAGE_WORDS); word++) {
            int value = isShared[word] ? stored(word) : 0;
            shown[word] = value;
            if (load(word << 2) != value) overwrite(word << 2, value);
        }
    }
}
