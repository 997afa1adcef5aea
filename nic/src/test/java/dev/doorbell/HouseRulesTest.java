package dev.doorbell;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of the house, as tests: which room may use which, and who may touch the clock, the
/// kernel and raw memory.
class HouseRulesTest {
    private static final String ROOT = "dev.doorbell";
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /// Room -> rooms it may import. `cli`, a wing, may import anything and nothing imports it.
    private static final Map<String, Set<String>> IMPORTS = new TreeMap<>(Map.ofEntries(
            Map.entry("linux", Set.of()),
            Map.entry("register", Set.of()),
            Map.entry("memory", Set.of()),
            Map.entry("time", Set.of()),
            Map.entry("counter", Set.of()),
            Map.entry("option", Set.of()),
            Map.entry("output", Set.of()),
            Map.entry("agent", Set.of("time", "counter")),
            Map.entry("frame", Set.of("memory")),
            Map.entry("ring", Set.of("memory", "register")),
            Map.entry("pci", Set.of("register", "memory")),
            Map.entry("backend", Set.of("frame", "linux", "time", "counter", "memory", "option", "agent")),
            Map.entry("device", Set.of("pci", "register", "ring", "frame", "memory", "time", "counter", "agent")),
            Map.entry("vfiouser", Set.of("pci", "memory", "linux", "agent", "counter", "time")),
            Map.entry("vfio", Set.of("pci", "memory", "linux")),
            Map.entry(
                    "serve",
                    Set.of(
                            "vfiouser",
                            "backend",
                            "device",
                            "pci",
                            "register",
                            "frame",
                            "memory",
                            "time",
                            "counter",
                            "agent",
                            "option",
                            "output",
                            "linux")),
            Map.entry(
                    "driver",
                    Set.of(
                            "pci",
                            "ring",
                            "register",
                            "frame",
                            "memory",
                            "time",
                            "counter",
                            "linux",
                            "vfiouser",
                            "vfio")),
            Map.entry(
                    "lab",
                    Set.of(
                            "driver",
                            "device",
                            "vfiouser",
                            "backend",
                            "pci",
                            "ring",
                            "register",
                            "frame",
                            "memory",
                            "time",
                            "counter",
                            "agent",
                            "option",
                            "output",
                            "linux"))));

    static Stream<String> rooms() {
        return IMPORTS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void roomImportsOnlyWhatItsRowAllows(String room) {
        List<String> forbidden = new ArrayList<>();
        for (String other : IMPORTS.keySet())
            if (!other.equals(room) && !IMPORTS.getOrDefault(room, Set.of()).contains(other))
                forbidden.add(ROOT + "." + other + "..");
        forbidden.add(ROOT + ".cli..");
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @Test
    void everyRoomHasARow() {
        HOUSE.stream()
                .map(c -> c.getPackageName())
                .filter(p -> p.startsWith(ROOT + "."))
                .map(p -> p.substring(ROOT.length() + 1))
                .map(p -> p.contains(".") ? p.substring(0, p.indexOf('.')) : p)
                .distinct()
                .forEach(room -> assertTrue(room.equals("cli") || IMPORTS.containsKey(room), "no row for " + room));
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void theHostClockIsReadOnlyInTime() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".time..", ROOT + ".cli..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(HOUSE);
    }

    @Test
    void nobodySleepsOrRollsDice() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".cli..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(HOUSE);
    }

    @Test
    void cardsHaveNoThreadNoFileAndNoSocketOfTheirOwn() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".device..", ROOT + ".ring..", ROOT + ".pci..", ROOT + ".frame..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io", "java.nio.file..", "java.nio.channels..", "java.net..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(HOUSE);
    }

    @Test
    void systemCallsAreMadeInTheFencedRoomOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".linux..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + ".linux.SystemCall")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + ".linux.KernelCall")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(ROOT + ".linux.Native")
                .check(HOUSE);
    }

    @Test
    void nobodyUsesUnsafeOrJni() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..")
                .orShould()
                .callMethod(System.class, "loadLibrary", String.class)
                .check(HOUSE);
    }

    /// The `restricted` lint makes a restricted FFM call a compile error; only the fenced room may
    /// switch it off.
    @Test
    void onlyTheFencedRoomSuppressesTheRestrictedLint() throws IOException {
        List<Path> offenders = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith(".java")).toList())
                if (!source.toString().contains("/linux/")
                        && Files.readString(source).contains("\"restricted\"")) offenders.add(source);
        }
        assertTrue(offenders.isEmpty(), "restricted lint switched off in " + offenders);
    }

    /// One subject a file: what grows past this is about two things.
    @Test
    void noSourceFileIsLongerThan450Lines() throws IOException {
        List<String> offenders = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                long lines;
                try (Stream<String> content = Files.lines(source)) {
                    lines = content.count();
                }
                if (lines > 450) offenders.add(source + ": " + lines);
            }
        }
        assertTrue(offenders.isEmpty(), "split these: " + offenders);
    }
}
