package dev.doorbell.register;

/// One line of a chip's register table, implemented by an enum per chip.
public interface Register {
    /// Datasheet name, in capitals.
    String name();

    Spec spec();

    /// Facts of a register.
    ///
    /// @param offset     first element's offset from the start of BAR0, bytes
    /// @param stride     distance of the elements of an array register, bytes; 0 for a single one
    /// @param count      elements, 1 or more
    /// @param access     how software may access it
    /// @param reset      value after reset
    /// @param writable   bits that a write can change
    /// @param aliasOf    name of the register that shares its storage, or empty
    record Spec(int offset, int stride, int count, Access access, int reset, int writable, String aliasOf) {
        /// Offset of element `index`.
        public int offset(int index) {
            return offset + index * stride;
        }
    }
}
