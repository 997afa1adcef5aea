package dev.doorbell.driver;

/// What a card found out about the checksums of a received frame.
public enum ReceivedChecksum {
    /// It has not looked, or found no TCP or UDP that it knows: software's business.
    NONE,
    /// TCP's or UDP's is right, and so is IPv4's if there is one.
    GOOD,
    /// One of them is wrong.
    WRONG
}
