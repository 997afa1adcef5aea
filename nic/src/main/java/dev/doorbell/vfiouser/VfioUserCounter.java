package dev.doorbell.vfiouser;

import dev.doorbell.counter.CounterId;

/// What a server counts: messages by kind, refusals by kind, and everything that was dropped.
public enum VfioUserCounter implements CounterId {
    CLIENTS("clients", "clients accepted"),
    CLIENTS_LOST("clients_lost", "clients that left by error or were disconnected, not by closing"),
    CLIENTS_STALLED("clients_stalled", "clients disconnected for not reading what we sent"),
    RECEIVES("receives", "receive calls that brought bytes"),
    SENDS("sends", "send calls that took bytes"),

    VERSION("messages_version", "VERSION requests"),
    DMA_MAP("messages_dma_map", "DMA_MAP requests"),
    DMA_UNMAP("messages_dma_unmap", "DMA_UNMAP requests"),
    DEVICE_GET_INFO("messages_device_get_info", "DEVICE_GET_INFO requests"),
    DEVICE_GET_REGION_INFO("messages_device_get_region_info", "DEVICE_GET_REGION_INFO requests"),
    DEVICE_GET_REGION_IO_FDS("messages_device_get_region_io_fds", "DEVICE_GET_REGION_IO_FDS requests"),
    DEVICE_GET_IRQ_INFO("messages_device_get_irq_info", "DEVICE_GET_IRQ_INFO requests"),
    DEVICE_SET_IRQS("messages_device_set_irqs", "DEVICE_SET_IRQS requests"),
    REGION_READ("messages_region_read", "REGION_READ requests"),
    REGION_WRITE("messages_region_write", "REGION_WRITE requests"),
    REGION_WRITE_POSTED("messages_region_write_posted", "REGION_WRITE requests that want no reply"),
    REGION_WRITE_MULTI("messages_region_write_multi", "REGION_WRITE_MULTI requests"),
    REGION_WRITE_PACKED("writes_packed", "single writes that came inside REGION_WRITE_MULTI requests"),
    DEVICE_RESET("messages_device_reset", "DEVICE_RESET requests"),
    DEVICE_FEATURE("messages_device_feature", "DEVICE_FEATURE requests"),
    OTHER("messages_other", "requests with any other command"),

    REFUSED_SIZE("refused_size", "requests whose size, argsz or count disagrees with itself or a limit"),
    REFUSED_FLAGS("refused_flags", "requests with flags that exclude each other or do not exist"),
    REFUSED_INDEX("refused_index", "requests that name a region, interrupt or vector that is not there"),
    REFUSED_RANGE("refused_range", "ranges that are empty, unaligned, wrap around or leave their region"),
    REFUSED_OVERLAP("refused_overlap", "DMA_MAP requests over a range that is mapped"),
    REFUSED_DESCRIPTOR("refused_descriptor", "descriptors of the wrong number or kind, or that cannot be mapped"),
    REFUSED_LIMIT("refused_limit", "DMA_MAP requests beyond what is held at most"),
    REFUSED_COMMAND("refused_command", "commands that do not exist or go the other way"),
    REFUSED_UNSUPPORTED("refused_unsupported", "commands and options that exist and are not offered"),
    REFUSED_VERSION("refused_version", "VERSION requests that could not be agreed with, or came twice"),
    REFUSED_EARLY("refused_early", "requests before the version was agreed"),
    UNANSWERED_REFUSALS("refused_unanswered", "refusals of requests that wanted no reply"),

    STREAMS_BROKEN("streams_broken", "connections closed because the next message could not be found"),
    DESCRIPTORS_STRAY("descriptors_stray", "descriptors closed because their message has no use for them"),
    REPLIES_UNASKED("replies_unasked", "replies dropped that answer nothing we asked, or come too late"),
    REPLIES_BAD("replies_bad", "replies that disagree with what was asked"),

    DMA_FAULTS("dma_faults", "transfers of the card that no mapping allows"),
    DMA_OWN_REGION("dma_own_region", "transfers of the card into its own regions, refused"),
    DMA_READ_MESSAGES("dma_read_messages", "DMA_READ requests sent"),
    DMA_WRITE_MESSAGES("dma_write_messages", "DMA_WRITE requests sent"),
    DMA_MESSAGES_REFUSED("dma_messages_refused", "DMA requests the client answered with an error"),
    DMA_MESSAGES_LOST("dma_messages_lost", "DMA requests the client did not answer in time"),
    DMA_READS_ABANDONED("dma_reads_abandoned", "answers that came when the card had gone on without them"),
    DMA_STEPS_TOO_LARGE("dma_steps_too_large", "steps of the card that read more by message than can be kept"),
    MEMORY_DAMAGED("memory_damaged", "sessions ended because a mapped file was truncated"),

    INTERRUPTS("interrupts", "eventfds signalled"),
    INTERRUPTS_UNARMED(
            "interrupts_unarmed", "messages for a vector without an eventfd, while others of its kind have one"),
    INTERRUPTS_FAILED("interrupts_failed", "eventfds that could not be signalled");

    private final String label;
    private final String meaning;

    VfioUserCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String meaning() {
        return meaning;
    }

    /// The row that counts requests with `command`.
    static VfioUserCounter ofCommand(int command) {
        return switch (command) {
            case Command.VERSION -> VERSION;
            case Command.DMA_MAP -> DMA_MAP;
            case Command.DMA_UNMAP -> DMA_UNMAP;
            case Command.DEVICE_GET_INFO -> DEVICE_GET_INFO;
            case Command.DEVICE_GET_REGION_INFO -> DEVICE_GET_REGION_INFO;
            case Command.DEVICE_GET_REGION_IO_FDS -> DEVICE_GET_REGION_IO_FDS;
            case Command.DEVICE_GET_IRQ_INFO -> DEVICE_GET_IRQ_INFO;
            case Command.DEVICE_SET_IRQS -> DEVICE_SET_IRQS;
            case Command.REGION_READ -> REGION_READ;
            case Command.REGION_WRITE -> REGION_WRITE;
            case Command.REGION_WRITE_MULTI -> REGION_WRITE_MULTI;
            case Command.DEVICE_RESET -> DEVICE_RESET;
            case Command.DEVICE_FEATURE -> DEVICE_FEATURE;
            default -> OTHER;
        };
    }
}
