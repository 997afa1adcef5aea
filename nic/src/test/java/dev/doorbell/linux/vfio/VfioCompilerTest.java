package dev.doorbell.linux.vfio;

import dev.doorbell.linux.CStatements;
import org.junit.jupiter.api.Test;

/// What [Vfio] states, compared with what C's header says. Skipped without a C compiler.
class VfioCompilerTest {
    private static final String HEADERS = """
        #include <linux/vfio.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/ioctl.h>
        """;

    private final CStatements stated = new CStatements(HEADERS);

    @Test
    void structsAreLaidOutAsInC() throws Exception {
        stated.size("vfio_group_status", Vfio.GROUP_STATUS_BYTES);
        stated.offset("vfio_device_info", "num_regions", Vfio.DEVICE_INFO_NUM_REGIONS);
        stated.offset("vfio_device_info", "num_irqs", Vfio.DEVICE_INFO_NUM_IRQS);
        stated.number("sizeof(struct vfio_device_info) >= 16", Vfio.DEVICE_INFO_BYTES == 16 ? 1 : 0);
        stated.size("vfio_region_info", Vfio.REGION_INFO_BYTES);
        stated.offset("vfio_region_info", "index", Vfio.REGION_INFO_INDEX);
        stated.offset("vfio_region_info", "cap_offset", Vfio.REGION_INFO_CAP_OFFSET);
        stated.offset("vfio_region_info", "size", Vfio.REGION_INFO_SIZE);
        stated.offset("vfio_region_info", "offset", Vfio.REGION_INFO_OFFSET);
        stated.size("vfio_irq_info", Vfio.IRQ_INFO_BYTES);
        stated.offset("vfio_irq_info", "index", Vfio.IRQ_INFO_INDEX);
        stated.offset("vfio_irq_info", "count", Vfio.IRQ_INFO_COUNT);
        stated.size("vfio_irq_set", Vfio.IRQ_SET_BYTES);
        stated.offset("vfio_irq_set", "index", Vfio.IRQ_SET_INDEX);
        stated.offset("vfio_irq_set", "start", Vfio.IRQ_SET_START);
        stated.offset("vfio_irq_set", "count", Vfio.IRQ_SET_COUNT);
        stated.offset("vfio_iommu_type1_info", "iova_pgsizes", Vfio.IOMMU_INFO_PGSIZES_AT);
        stated.offset("vfio_iommu_type1_info", "cap_offset", Vfio.IOMMU_INFO_CAP_OFFSET);
        stated.size("vfio_info_cap_header", Vfio.CAP_HEADER_BYTES);
        stated.offset("vfio_info_cap_header", "next", Vfio.CAP_NEXT);
        stated.offset("vfio_iommu_type1_info_cap_iova_range", "nr_iovas", Vfio.RANGE_COUNT);
        stated.offset("vfio_iommu_type1_info_cap_iova_range", "iova_ranges", Vfio.RANGES);
        stated.size("vfio_iova_range", Vfio.RANGE_BYTES);
        stated.size("vfio_iommu_type1_dma_map", Vfio.DMA_MAP_BYTES);
        stated.offset("vfio_iommu_type1_dma_map", "vaddr", Vfio.DMA_MAP_VADDR);
        stated.offset("vfio_iommu_type1_dma_map", "iova", Vfio.DMA_MAP_IOVA);
        stated.offset("vfio_iommu_type1_dma_map", "size", Vfio.DMA_MAP_SIZE);
        stated.size("vfio_iommu_type1_dma_unmap", Vfio.DMA_UNMAP_BYTES);
        stated.offset("vfio_iommu_type1_dma_unmap", "iova", Vfio.DMA_UNMAP_IOVA);
        stated.offset("vfio_iommu_type1_dma_unmap", "size", Vfio.DMA_UNMAP_SIZE);
        stated.compareWithC();
    }

    @Test
    void numbersAreThoseOfC() throws Exception {
        stated.number("VFIO_API_VERSION", Vfio.API_VERSION);
        stated.number("VFIO_TYPE1v2_IOMMU", Vfio.TYPE1V2_IOMMU);
        stated.number("VFIO_GET_API_VERSION", Vfio.GET_API_VERSION);
        stated.number("VFIO_CHECK_EXTENSION", Vfio.CHECK_EXTENSION);
        stated.number("VFIO_SET_IOMMU", Vfio.SET_IOMMU);
        stated.number("VFIO_GROUP_GET_STATUS", Vfio.GROUP_GET_STATUS);
        stated.number("VFIO_GROUP_SET_CONTAINER", Vfio.GROUP_SET_CONTAINER);
        stated.number("VFIO_GROUP_GET_DEVICE_FD", Vfio.GROUP_GET_DEVICE_FD);
        stated.number("VFIO_DEVICE_GET_INFO", Vfio.DEVICE_GET_INFO);
        stated.number("VFIO_DEVICE_GET_REGION_INFO", Vfio.DEVICE_GET_REGION_INFO);
        stated.number("VFIO_DEVICE_GET_IRQ_INFO", Vfio.DEVICE_GET_IRQ_INFO);
        stated.number("VFIO_DEVICE_SET_IRQS", Vfio.DEVICE_SET_IRQS);
        stated.number("VFIO_DEVICE_RESET", Vfio.DEVICE_RESET);
        stated.number("VFIO_IOMMU_GET_INFO", Vfio.IOMMU_GET_INFO);
        stated.number("VFIO_IOMMU_MAP_DMA", Vfio.IOMMU_MAP_DMA);
        stated.number("VFIO_IOMMU_UNMAP_DMA", Vfio.IOMMU_UNMAP_DMA);
        stated.number("VFIO_GROUP_FLAGS_VIABLE", Vfio.GROUP_FLAGS_VIABLE);
        stated.number("VFIO_GROUP_FLAGS_CONTAINER_SET", Vfio.GROUP_FLAGS_CONTAINER_SET);
        stated.number("VFIO_DEVICE_FLAGS_RESET", Vfio.DEVICE_FLAGS_RESET);
        stated.number("VFIO_DEVICE_FLAGS_PCI", Vfio.DEVICE_FLAGS_PCI);
        stated.number("VFIO_REGION_INFO_FLAG_MMAP", Vfio.REGION_FLAG_MMAP);
        stated.number("VFIO_REGION_INFO_FLAG_CAPS", Vfio.REGION_FLAG_CAPS);
        stated.number("VFIO_IRQ_INFO_EVENTFD", Vfio.IRQ_INFO_EVENTFD);
        stated.number("VFIO_IRQ_SET_DATA_NONE", Vfio.IRQ_SET_DATA_NONE);
        stated.number("VFIO_IRQ_SET_DATA_EVENTFD", Vfio.IRQ_SET_DATA_EVENTFD);
        stated.number("VFIO_IRQ_SET_ACTION_MASK", Vfio.IRQ_SET_ACTION_MASK);
        stated.number("VFIO_IRQ_SET_ACTION_UNMASK", Vfio.IRQ_SET_ACTION_UNMASK);
        stated.number("VFIO_IRQ_SET_ACTION_TRIGGER", Vfio.IRQ_SET_ACTION_TRIGGER);
        stated.number("VFIO_IOMMU_INFO_CAPS", Vfio.IOMMU_INFO_CAPS);
        stated.number("VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE", Vfio.CAP_IOVA_RANGE);
        stated.number("VFIO_DMA_MAP_FLAG_READ", Vfio.DMA_MAP_FLAG_READ);
        stated.number("VFIO_DMA_MAP_FLAG_WRITE", Vfio.DMA_MAP_FLAG_WRITE);
        stated.compareWithC();
    }
}
