package dev.doorbell.vfio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What sysfs tells about a function before VFIO does, and what an operator has to do first.
///
/// Places and words: Linux Documentation/driver-api/vfio.rst and Documentation/ABI/testing/sysfs-bus-pci.
///
/// @param root   `/`, or a tree that stands for it in a test
/// @param group  number of its IOMMU group
record PciSlot(Path root, PciAddress address, int group) {
    private static final String DRIVER = "vfio-pci";
    private static final String SAFE_DRIVERS = "vfio-pci|pcieport|pci-stub"; // of neighbours in a group

    /// Looks a function up.
    ///
    /// @throws VfioException when there is none, it has no IOMMU group, or another driver has it
    static PciSlot find(Path root, PciAddress address) throws VfioException {
        Path device = device(root, address);
        if (!Files.exists(device)) throw new VfioException("no PCI device " + address + "; lspci -D lists them");
        String group = linkName(device.resolve("iommu_group"));
        if (!group.matches("[0-9]{1,9}"))
            throw new VfioException(address + " has no IOMMU group: switch the machine's IOMMU on, in its firmware and"
                    + " by the kernel word intel_iommu=on or amd_iommu=on");
        PciSlot slot = new PciSlot(root, address, Integer.parseInt(group));
        String driver = slot.driverOf(address.toString());
        if (!driver.equals(DRIVER)) throw slot.bound(driver);
        return slot;
    }

    private static Path device(Path root, PciAddress address) {
        return root.resolve("sys/bus/pci/devices").resolve(address.toString());
    }

    private VfioException bound(String driver) {
        String who = driver.isEmpty() ? "has no driver" : "is bound to " + driver;
        String bind = driver.isEmpty()
                ? "echo " + address + " > /sys/bus/pci/drivers_probe"
                : "echo " + address + " | tee /sys/bus/pci/devices/" + address
                        + "/driver/unbind /sys/bus/pci/drivers_probe";
        return new VfioException(address + " " + who + "; give it to vfio-pci, as root: modprobe vfio-pci;"
                + " echo " + DRIVER + " > /sys/bus/pci/devices/" + address + "/driver_override; "
                + bind);
    }

    /// Where VFIO's container is.
    String container() {
        return root.resolve("dev/vfio/vfio").toString();
    }

    /// Where the group is.
    ///
    /// @throws VfioException when VFIO does not offer it
    String groupFile() throws VfioException {
        if (!Files.exists(Path.of(container())))
            throw new VfioException("no " + container() + ": this kernel has no VFIO loaded, try modprobe vfio-pci");
        Path file = root.resolve("dev/vfio/" + group);
        if (Files.exists(file)) return file.toString();
        if (Files.exists(root.resolve("dev/vfio/noiommu-" + group)))
            throw new VfioException(address + " is lent without an IOMMU (noiommu): it would reach all of this"
                    + " machine's memory by addresses this driver does not know; use a machine with an IOMMU");
        throw new VfioException("no " + file + ": VFIO does not offer the group of " + address);
    }

    /// Why a group is not viable: who else of it is in whose hands.
    VfioException notViable() {
        StringBuilder others = new StringBuilder();
        Path devices = root.resolve("sys/kernel/iommu_groups/" + group + "/devices");
        for (String other : namesIn(devices)) {
            String driver = driverOf(other);
            if (driver.isEmpty() || driver.matches(SAFE_DRIVERS)) continue;
            others.append(others.isEmpty() ? ": " : ", ")
                    .append(other)
                    .append(" is bound to ")
                    .append(driver);
        }
        return new VfioException("IOMMU group " + group + " of " + address + " is not viable" + others
                + "; everything in a group must be bound to vfio-pci or to nothing");
    }

    private static List<String> namesIn(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private String driverOf(String device) {
        return linkName(root.resolve("sys/bus/pci/devices").resolve(device).resolve("driver"));
    }

    /// Last name of what a symbolic link says; empty where there is none.
    private static String linkName(Path link) {
        try {
            Path name = Files.readSymbolicLink(link).getFileName();
            return name == null ? "" : name.toString();
        } catch (IOException | UnsupportedOperationException none) {
            return "";
        }
    }
}
