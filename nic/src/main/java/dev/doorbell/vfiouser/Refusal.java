package dev.doorbell.vfiouser;

/// Why a request was not acted on: the errno the client sees, and the row that counts it.
public enum Refusal {
    BAD_SIZE(Refusal.EINVAL, VfioUserCounter.REFUSED_SIZE, "size, argsz or count does not fit"),
    BAD_FLAGS(Refusal.EINVAL, VfioUserCounter.REFUSED_FLAGS, "flags exclude each other or do not exist"),
    BAD_INDEX(Refusal.EINVAL, VfioUserCounter.REFUSED_INDEX, "no such region, interrupt or vector"),
    BAD_RANGE(
            Refusal.EINVAL, VfioUserCounter.REFUSED_RANGE, "the range is empty, unaligned, wraps or leaves its region"),
    CUTS_MAPPING(Refusal.EINVAL, VfioUserCounter.REFUSED_RANGE, "the range would cut a mapping in two"),
    OVERLAPS(Refusal.EEXIST, VfioUserCounter.REFUSED_OVERLAP, "the range is mapped already"),
    BAD_DESCRIPTORS(Refusal.EINVAL, VfioUserCounter.REFUSED_DESCRIPTOR, "descriptors of the wrong number or kind"),
    BEYOND_FILE(Refusal.EINVAL, VfioUserCounter.REFUSED_DESCRIPTOR, "the file ends before the range does"),
    NOT_WRITABLE(Refusal.EACCES, VfioUserCounter.REFUSED_DESCRIPTOR, "the descriptor allows less than was asked"),
    NOT_MAPPABLE(Refusal.ENODEV, VfioUserCounter.REFUSED_DESCRIPTOR, "the descriptor cannot be mapped"),
    TOO_MANY(Refusal.ENOSPC, VfioUserCounter.REFUSED_LIMIT, "more mappings than are held at most"),
    UNKNOWN_COMMAND(Refusal.EINVAL, VfioUserCounter.REFUSED_COMMAND, "no such command"),
    UNSUPPORTED(Refusal.EOPNOTSUPP, VfioUserCounter.REFUSED_UNSUPPORTED, "not offered"),
    BAD_VERSION(Refusal.EINVAL, VfioUserCounter.REFUSED_VERSION, "no version or capabilities in common"),
    NOT_NEGOTIATED(Refusal.EINVAL, VfioUserCounter.REFUSED_EARLY, "the version comes first");

    // linux/errno.h; what the peer reads, whatever this machine is.
    private static final int EACCES = 13;
    private static final int EEXIST = 17;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int EOPNOTSUPP = 95;

    private final int errno;
    private final VfioUserCounter counter;
    private final String meaning;

    Refusal(int errno, VfioUserCounter counter, String meaning) {
        this.errno = errno;
        this.counter = counter;
        this.meaning = meaning;
    }

    /// The positive errno of the reply.
    public int errno() {
        return errno;
    }

    public VfioUserCounter counter() {
        return counter;
    }

    /// One phrase for people.
    public String meaning() {
        return meaning;
    }
}
