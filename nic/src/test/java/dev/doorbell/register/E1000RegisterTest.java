package dev.doorbell.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table against itself and, row by row, against the transcribed map.
class E1000RegisterTest {
    private static final RegisterSheet SHEET =
            new RegisterSheet("/registers-82540em.csv", "/registers-82540em-notes.csv");

    static Stream<RegisterSheet.Row> rows() {
        return SHEET.rows().stream();
    }

    private static RegisterFile file() {
        return new RegisterFile(E1000Register.values(), E1000Register.SPACE_BYTES);
    }

    @Test
    void noTwoRegistersShareAnOffset() {
        Map<Integer, String> seen = new HashMap<>();
        for (E1000Register register : E1000Register.values()) {
            Register.Spec spec = register.spec();
            for (int i = 0; i < spec.count(); i++) {
                int offset = spec.offset(i);
                assertEquals(0, offset & 3, register + " is aligned");
                assertTrue(offset >= 0 && offset < E1000Register.SPACE_BYTES, register + " lies inside BAR0");
                assertNull(seen.put(offset, register.name()), register + " sits on another register");
            }
        }
    }

    @Test
    void everyRegisterOfTheTableIsARowOfTheSheet() {
        assertEquals(
                SHEET.rows().stream().map(RegisterSheet.Row::name).toList(),
                Arrays.stream(E1000Register.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void placeAndAccessAreTheSheets(RegisterSheet.Row row) {
        Register.Spec spec = E1000Register.valueOf(row.name()).spec();
        assertEquals(row.offset(), spec.offset());
        assertEquals(row.stride(), spec.stride());
        assertEquals(row.count(), spec.count());
        assertEquals(row.aliasOf(), spec.aliasOf());
        if (row.aliasOf().isEmpty()) assertEquals(access(row.access()), spec.access());
    }

    private static Access access(String word) {
        return switch (word) {
            case "RW" -> Access.RW;
            case "RO" -> Access.RO;
            case "WO" -> Access.WO;
            case "RC" -> Access.RC;
            case "RC/W1C" -> Access.RC_W1C;
            case "RO/W1C" -> Access.W1C;
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
        file.set(E1000Register.valueOf(row.name()), 0xFFFF_FFFF);

        assertEquals(0xFFFF_FFFF, file.read(row.offset()));
        assertEquals(0, file.read(row.offset()));
    }

    @Test
    void oneAliasCoversTwoInterleavedArrays() {
        RegisterFile file = file();
        file.write(0x00040 + 8 * 3, 0x1234_5678);
        file.write(0x00044 + 8 * 3, 0xFFFF_FFFF);

        assertEquals(0x1234_5678, file.get(E1000Register.RAL, 3));
        assertEquals(0x8003_FFFF, file.get(E1000Register.RAH, 3), "with the mask of RAH");
    }

    @Test
    void actionsOfARegisterServeItsAliasesAndSeeItsOwnOffset() {
        RegisterFile file = file();
        int[] seen = new int[2];
        file.onWrite(E1000Register.RAH, (offset, written) -> {
            seen[0] = offset;
            seen[1] = written;
        });

        file.write(0x00044 + 8 * 15, 7);

        assertEquals(E1000Register.RAH.spec().offset(15), seen[0]);
        assertEquals(7, seen[1]);
        assertEquals(0, file.get(E1000Register.RAH, 15), "the action is called instead of storing");
    }

    @Test
    void offsetWithoutARegisterReadsZeroAndIgnoresWrites() {
        RegisterFile file = file();
        file.write(0x0000C, -1);

        assertEquals(0, file.read(0x0000C));
        assertEquals(false, file.holds(0x0000C));
        assertEquals(false, file.holds(E1000Register.SPACE_BYTES), "beyond the space");
        assertEquals(false, file.holds(0xF_FFFC), "where the I/O window can point");
    }
}
