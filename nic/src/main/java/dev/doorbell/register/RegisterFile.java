package dev.doorbell.register;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stored values of a chip's registers and the effects attached to them. 32-bit registers at
/// multiples of 4.
///
/// Guest accesses come through [#read] and [#write]; the device itself uses [#get] and [#set], which
/// have no effect beyond the storage. An access to an offset that no register holds reads 0, is ignored
/// and answers through [#holds]. One thread: the card's loop.
///
/// A [SharedRegisterFile] shows some of its registers in memory. Where none is made (the subclass is
/// then never loaded) the compiler sees one [#put] only and this class costs what a final one would.
public sealed class RegisterFile permits SharedRegisterFile {
    /// What a guest's read returns; `stored` is the value in the file.
    @FunctionalInterface
    public interface ReadAction {
        int read(int offset, int stored);
    }

    /// What a guest's write does, with the value as written. Called *instead of* storing.
    @FunctionalInterface
    public interface WriteAction {
        void write(int offset, int written);
    }

    private static final Access[] ACCESS = Access.values();

    private final int words;
    private final int[] value;
    private final int[] writable;
    private final int[] reset;
    private final byte[] access; // Access ordinal + 1; 0: no register here
    private final int[] home; // word that stores the value: itself, or the register it aliases
    private final @Nullable ReadAction[] onRead;
    private final @Nullable WriteAction[] onWrite;

    /// @param table     the chip's registers
    /// @param sizeBytes bytes of the register space (BAR0)
    public RegisterFile(Register[] table, int sizeBytes) {
        words = sizeBytes >>> 2;
        value = new int[words];
        writable = new int[words];
        reset = new int[words];
        access = new byte[words];
        home = new int[words];
        onRead = new ReadAction[words];
        onWrite = new WriteAction[words];
        Map<String, Register> byName = new HashMap<>();
        for (Register r : table) byName.put(r.name(), r);
        for (Register r : table) {
            Register.Spec spec = r.spec();
            for (int i = 0; i < spec.count(); i++) {
                int word = spec.offset(i) >>> 2;
                if (access[word] != 0) throw new IllegalArgumentException(r.name() + " sits on another register");
                access[word] = (byte) (spec.access().ordinal() + 1);
                writable[word] = spec.writable();
                reset[word] = spec.reset();
                home[word] = word;
            }
        }
        for (Register r : table)
            if (!r.spec().aliasOf().isEmpty()) placeAlias(r, byName.get(r.spec().aliasOf()));
        System.arraycopy(reset, 0, value, 0, words);
    }

    /// An alias covers the same bytes as its target, from the target's first element on, so that one
    /// alias can stand for interleaved arrays (RAL and RAH). An alias whose elements lie further apart
    /// than the target's stands for it element by element (the queue registers at their 82575 places).
    private void placeAlias(Register alias, @Nullable Register target) {
        if (target == null) throw new IllegalArgumentException(alias.name() + " aliases nothing");
        Register.Spec spec = alias.spec();
        for (int i = 0; i < spec.count(); i++) {
            int word = spec.offset(i) >>> 2;
            boolean byElement = spec.stride() > target.spec().stride();
            int at = (byElement ? target.spec().offset(i) : target.spec().offset() + spec.offset(i) - spec.offset())
                    >>> 2;
            if (access[at] == 0 || home[at] != at)
                throw new IllegalArgumentException(alias.name() + " aliases no register");
            home[word] = at;
            access[word] = access[at];
            writable[word] = writable[at];
        }
    }

    /// Every register back to its reset value, without effects.
    public void resetAll() {
        System.arraycopy(reset, 0, value, 0, words);
    }

    /// Every change of a stored value; `word` is a register's own, never an alias.
    void put(int word, int newValue) {
        value[word] = newValue;
    }

    /// The stored value of the register at `word`, which may be an alias.
    final int stored(int word) {
        return value[home[word]];
    }

    /// The word that stores the value of the register at `word`: itself, or the register it aliases.
    final int home(int word) {
        return home[word];
    }

    final int words() {
        return words;
    }

    /// One register (all its elements) back to its reset value, without effects.
    public void reset(Register register) {
        Register.Spec spec = register.spec();
        for (int i = 0; i < spec.count(); i++) put(spec.offset(i) >>> 2, spec.reset());
    }

    /// Attaches what a guest's read of every element of `register` (and of its aliases) returns.
    public void onRead(Register register, ReadAction action) {
        for (int word = 0; word < words; word++) if (belongs(word, register.spec())) onRead[word] = action;
    }

    /// Attaches what a guest's write to every element of `register` (and of its aliases) does.
    public void onWrite(Register register, WriteAction action) {
        for (int word = 0; word < words; word++) if (belongs(word, register.spec())) onWrite[word] = action;
    }

    private boolean belongs(int word, Register.Spec spec) {
        if (access[word] == 0) return false;
        int distance = (home[word] << 2) - spec.offset();
        if (spec.count() == 1) return distance == 0;
        return distance >= 0 && distance % spec.stride() == 0 && distance / spec.stride() < spec.count();
    }

    /// Whether a register lies at `offset`, a multiple of 4 inside the register space.
    public boolean holds(int offset) {
        int word = offset >>> 2;
        return word < words && access[word] != 0;
    }

    /// A guest's 32-bit read. `offset` is a multiple of 4 inside the register space. Actions see the
    /// offset of the register itself, also when the guest used an alias.
    public int read(int offset) {
        int word = offset >>> 2;
        int kind = access[word];
        if (kind == 0) return 0;
        int at = home[word];
        ReadAction action = onRead[word];
        if (action != null) return action.read(at << 2, value[at]);
        return switch (ACCESS[kind - 1]) {
            case RC, RC_W1C -> {
                int was = value[at];
                put(at, 0);
                yield was;
            }
            case WO -> 0;
            case RW, RO, W1C, W1S -> value[at];
        };
    }

    /// A guest's 32-bit write, as [#read].
    public void write(int offset, int written) {
        int word = offset >>> 2;
        int kind = access[word];
        if (kind == 0) return;
        int at = home[word];
        WriteAction action = onWrite[word];
        if (action != null) {
            action.write(at << 2, written);
            return;
        }
        switch (ACCESS[kind - 1]) {
            case RW -> put(at, (value[at] & ~writable[at]) | (written & writable[at]));
            case W1C, RC_W1C -> put(at, value[at] & ~(written & writable[at]));
            case W1S -> put(at, value[at] | (written & writable[at]));
            case RO, RC, WO -> {}
        }
    }

    /// The stored value, without effects.
    public int get(Register register) {
        return value[register.spec().offset() >>> 2];
    }

    /// The stored value of element `index`.
    public int get(Register register, int index) {
        return value[register.spec().offset(index) >>> 2];
    }

    public void set(Register register, int newValue) {
        put(register.spec().offset() >>> 2, newValue);
    }

    public void set(Register register, int index, int newValue) {
        put(register.spec().offset(index) >>> 2, newValue);
    }

    /// Stores what software may change, keeping the other bits: the plain meaning of a write to a RW
    /// register.
    public void store(Register register, int written) {
        store(register.spec().offset(), written);
    }

    /// As [#store(Register, int)], for an action that serves an array register: `offset` is the
    /// action's parameter.
    public void store(int offset, int written) {
        int word = offset >>> 2;
        put(word, (value[word] & ~writable[word]) | (written & writable[word]));
    }
}
