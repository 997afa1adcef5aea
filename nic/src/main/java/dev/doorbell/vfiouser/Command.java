package dev.doorbell.vfiouser;

/// Numbers of the commands. 14 was dirty page logging, 17 and up are migration; both are refused.
final class Command {
    static final int VERSION = 1;
    static final int DMA_MAP = 2;
    static final int DMA_UNMAP = 3;
    static final int DEVICE_GET_INFO = 4;
    static final int DEVICE_GET_REGION_INFO = 5;
    static final int DEVICE_GET_REGION_IO_FDS = 6;
    static final int DEVICE_GET_IRQ_INFO = 7;
    static final int DEVICE_SET_IRQS = 8;
    static final int REGION_READ = 9;
    static final int REGION_WRITE = 10;
    static final int DMA_READ = 11; // server to client
    static final int DMA_WRITE = 12; // server to client
    static final int DEVICE_RESET = 13;
    static final int DIRTY_PAGES = 14;
    static final int REGION_WRITE_MULTI = 15;
    static final int DEVICE_FEATURE = 16;
    static final int MIGRATION_DATA_READ = 17;
    static final int MIGRATION_DATA_WRITE = 18;
    static final int MIGRATION_PRECOPY_INFO = 19;

    private Command() {}
}
