package dev.doorbell.linux.vfio;

/// Requests, structs and flags of Linux VFIO, from linux/vfio.h: offsets from the start of a struct, in
/// bytes. A test compares them with a C compiler's.
public final class Vfio {
    // spotless:off
    public static final int API_VERSION     = 0; // what GET_API_VERSION answers
    public static final int TYPE1_IOMMU     = 1;
    public static final int TYPE1V2_IOMMU   = 3;
    public static final int NOIOMMU_IOMMU   = 8;

    // The ioctl requests: _IO(';', 100 + n), which carry neither size nor direction.
    public static final int GET_API_VERSION        = 0x3B64;
    public static final int CHECK_EXTENSION        = 0x3B65;
    public static final int SET_IOMMU              = 0x3B66;
    public static final int GROUP_GET_STATUS       = 0x3B67;
    public static final int GROUP_SET_CONTAINER    = 0x3B68;
    public static final int GROUP_GET_DEVICE_FD    = 0x3B6A;
    public static final int DEVICE_GET_INFO        = 0x3B6B;
    public static final int DEVICE_GET_REGION_INFO = 0x3B6C;
    public static final int DEVICE_GET_IRQ_INFO    = 0x3B6D;
    public static final int DEVICE_SET_IRQS        = 0x3B6E;
    public static final int DEVICE_RESET           = 0x3B6F;
    public static final int IOMMU_GET_INFO         = 0x3B70;
    public static final int IOMMU_MAP_DMA          = 0x3B71;
    public static final int IOMMU_UNMAP_DMA        = 0x3B72;

    // Every struct opens with these two.
    public static final int ARGSZ = 0;
    public static final int FLAGS = 4;

    // struct vfio_group_status
    public static final int GROUP_STATUS_BYTES         = 8;
    public static final int GROUP_FLAGS_VIABLE         = 1;
    public static final int GROUP_FLAGS_CONTAINER_SET  = 2;

    // struct vfio_device_info, as long as it was first
    public static final int DEVICE_INFO_BYTES       = 16;
    public static final int DEVICE_INFO_NUM_REGIONS = 8;
    public static final int DEVICE_INFO_NUM_IRQS    = 12;
    public static final int DEVICE_FLAGS_RESET      = 1;
    public static final int DEVICE_FLAGS_PCI        = 2;

    // struct vfio_region_info
    public static final int REGION_INFO_BYTES      = 32;
    public static final int REGION_INFO_INDEX      = 8;
    public static final int REGION_INFO_CAP_OFFSET = 12;
    public static final int REGION_INFO_SIZE       = 16;
    public static final int REGION_INFO_OFFSET     = 24;
    public static final int REGION_FLAG_READ       = 1;
    public static final int REGION_FLAG_WRITE      = 2;
    public static final int REGION_FLAG_MMAP       = 4;
    public static final int REGION_FLAG_CAPS       = 8;

    // struct vfio_irq_info
    public static final int IRQ_INFO_BYTES   = 16;
    public static final int IRQ_INFO_INDEX   = 8;
    public static final int IRQ_INFO_COUNT   = 12;
    public static final int IRQ_INFO_EVENTFD    = 1;
    public static final int IRQ_INFO_MASKABLE   = 2;
    public static final int IRQ_INFO_AUTOMASKED = 4;

    // struct vfio_irq_set, then its data
    public static final int IRQ_SET_BYTES  = 20;
    public static final int IRQ_SET_INDEX  = 8;
    public static final int IRQ_SET_START  = 12;
    public static final int IRQ_SET_COUNT  = 16;
    public static final int IRQ_SET_DATA_NONE      = 1;
    public static final int IRQ_SET_DATA_EVENTFD   = 4;
    public static final int IRQ_SET_ACTION_MASK    = 0x08;
    public static final int IRQ_SET_ACTION_UNMASK  = 0x10;
    public static final int IRQ_SET_ACTION_TRIGGER = 0x20;

    // struct vfio_iommu_type1_info
    public static final int IOMMU_INFO_BYTES      = 24;
    public static final int IOMMU_INFO_PGSIZES_AT = 8;
    public static final int IOMMU_INFO_CAP_OFFSET = 16;
    public static final int IOMMU_INFO_PGSIZES    = 1;
    public static final int IOMMU_INFO_CAPS       = 2;

    // struct vfio_info_cap_header, and of the capability of address ranges what follows it
    public static final int CAP_ID           = 0; // 16 bits
    public static final int CAP_NEXT         = 4;
    public static final int CAP_HEADER_BYTES = 8;
    public static final int CAP_IOVA_RANGE   = 1; // of struct vfio_iommu_type1_info
    public static final int RANGE_COUNT      = 8;
    public static final int RANGES           = 16; // pairs of first and last address
    public static final int RANGE_BYTES      = 16;

    // struct vfio_iommu_type1_dma_map
    public static final int DMA_MAP_BYTES  = 32;
    public static final int DMA_MAP_VADDR  = 8;
    public static final int DMA_MAP_IOVA   = 16;
    public static final int DMA_MAP_SIZE   = 24;
    public static final int DMA_MAP_FLAG_READ  = 1;
    public static final int DMA_MAP_FLAG_WRITE = 2;

    // struct vfio_iommu_type1_dma_unmap
    public static final int DMA_UNMAP_BYTES = 24;
    public static final int DMA_UNMAP_IOVA  = 8;
    public static final int DMA_UNMAP_SIZE  = 16;
    // spotless:on

    private Vfio() {}
}
