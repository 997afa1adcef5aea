package dev.doorbell.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table against itself and, row by row, against the transcribed map.
class IgbRegisterTest {
    private static final Set<String> LEFT_OUT = RegisterSheet.names("/registers-82576-left-out.csv");
    private static final RegisterSheet SHEET =
            new RegisterSheet("/registers-82576.csv", "/registers-82576-notes.csv", LEFT_OUT);

    static Stream<RegisterSheet.Row> rows() {
        return SHEET.rows().stream();
    }

    private static RegisterFile file() {
        return new RegisterFile(IgbRegister.values(), IgbRegister.SPACE_BYTES);
    }

    @Test
    void noTwoRegistersShareAnOffset() {
        Map<Integer, String> seen = new HashMap<>();
        for (IgbRegister register : IgbRegister.values()) {
            Register.Spec spec = register.spec();
            for (int i = 0; i < spec.count(); i++) {
                int offset = spec.offset(i);
                assertEquals(0, offset & 3, register + " is aligned");
                assertTrue(offset >= 0 && offset < IgbRegister.SPACE_BYTES, register + " lies inside BAR0");
                assertNull(seen.put(offset, register.name()), register + " sits on another register");
            }
        }
    }

    @Test
    void everyRegisterOfTheTableIsARowOfTheSheet() {
        assertEquals(
                SHEET.rows().stream().map(RegisterSheet.Row::name).toList(),
                Arrays.stream(IgbRegister.values()).map(Enum::name).toList());
    }

    @Test
    void whatIsLeftOutIsInTheSheet() {
        Set<String> all = RegisterSheet.names("/registers-82576.csv");
        for (String name : LEFT_OUT) assertTrue(all.contains(name), name);
    }

    /// The sheet counts the mailboxes, the table their words.
    @Test
    void mailboxMemoryIsSixteenWordsForEachVirtualFunction() {
        RegisterSheet.Row row = SHEET.row("VMBMEM");
        Register.Spec spec = IgbRegister.VMBMEM.spec();
        assertEquals(row.offset(), spec.offset());
        assertEquals(4, spec.stride());
        assertEquals(row.count() * row.stride(), spec.count() * spec.stride());
    }

    static Stream<RegisterSheet.Row> placed() {
        return rows().filter(row -> !row.name().equals("VMBMEM"));
    }

    @ParameterizedTest
    @MethodSource("placed")
    void placeAndAccessAreTheSheets(RegisterSheet.Row row) {
        Register.Spec spec = IgbRegister.valueOf(row.name()).spec();
        assertEquals(row.offset(), spec.offset());
        assertEquals(row.stride(), spec.stride());
        assertEquals(row.count(), spec.count());
        assertEquals(row.aliasOf(), spec.aliasOf());
        if (row.aliasOf().isEmpty()) assertEquals(access(row.access()), spec.access());
    }

    private static Access access(String word) {
        return switch (word) {
            case "RW", "RW/SC", "RW/RC" -> Access.RW;
            case "RO" -> Access.RO;
            case "WO" -> Access.WO;
            case "RC" -> Access.RC;
            case "RC/W1C" -> Access.RC_W1C;
            case "RW1C" -> Access.W1C;
            case "RW(set)", "WO(readable)" -> Access.W1S;
            default -> throw new IllegalArgumentException(word);
        };
    }

    static Stream<RegisterSheet.Row> counters() {
        return SHEET.rows().stream().filter(row -> row.access().equals("RC"));
    }

    @ParameterizedTest
    @MethodSource("counters")
    void counterIsClearedByReadingIt(RegisterSheet.Row row) {
        RegisterFile file = file();
        IgbRegister home = IgbRegister.valueOf(row.aliasOf().isEmpty() ? row.name() : row.aliasOf());
        for (int i = 0; i < row.count(); i++) {
            file.set(home, i, 0xFFFF_FFFF);

            assertEquals(0xFFFF_FFFF, file.read(row.offset(i)));
            assertEquals(0, file.read(row.offset(i)));
        }
    }

    @Test
    void oneAliasCoversTwoInterleavedArrays() {
        RegisterFile file = file();
        file.write(0x00040 + 8 * 3, 0x1234_5678);
        file.write(0x00044 + 8 * 3, 0xFFFF_FFFF);

        assertEquals(0x1234_5678, file.get(IgbRegister.RAL, 3));
        assertEquals(0x83FF_FFFF, file.get(IgbRegister.RAH, 3), "with the mask of RAH");
    }

    static Stream<RegisterSheet.Row> queueAliases() {
        return SHEET.rows().stream().filter(row -> row.name().endsWith("_A"));
    }

    @ParameterizedTest
    @MethodSource("queueAliases")
    void firstFourQueuesLieAtTwoPlaces(RegisterSheet.Row row) {
        RegisterFile file = file();
        IgbRegister home = IgbRegister.valueOf(row.aliasOf());
        assertEquals(4, row.count());
        for (int queue = 0; queue < 4; queue++) {
            file.set(home, queue, 0x100 + queue);
            assertEquals(0x100 + queue, file.read(row.offset(queue)), row + "[" + queue + "]");
        }
    }

    @Test
    void actionsOfARegisterServeItsAliasesAndSeeItsOwnOffset() {
        RegisterFile file = file();
        List<Integer> seen = new ArrayList<>();
        file.onWrite(IgbRegister.TDT, (offset, written) -> seen.add(offset));

        file.write(0x03818 + 0x100 * 3, 7);
        file.write(0x0E018 + 0x40 * 3, 7);
        file.write(0x0E018 + 0x40 * 15, 7);

        int third = IgbRegister.TDT.spec().offset(3);
        assertEquals(List.of(third, third, IgbRegister.TDT.spec().offset(15)), seen);
    }

    @Test
    void offsetWithoutARegisterReadsZeroAndIgnoresWrites() {
        RegisterFile file = file();
        file.write(0x0000C, -1);

        assertEquals(0, file.read(0x0000C));
        assertEquals(false, file.holds(0x0000C));
        assertEquals(false, file.holds(IgbRegister.SPACE_BYTES), "beyond the space");
    }
}
