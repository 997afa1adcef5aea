package dev.doorbell.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedByTabs() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Table table =
                new Table(new PrintStream(bytes, true, StandardCharsets.UTF_8), "card", "received frames/s", "Mb/s");
        table.row("nic0", 1234567.0, 0.125);
        table.row("nic10000", 3, 42.5);
        assertEquals("""
                card	received frames/s	Mb/s
                nic0	1234567			0.125
                nic10000	3			42.5
                """, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void numbersHaveThreeDigitsOrMore() {
        assertEquals("0", Table.number(0));
        assertEquals("0.001", Table.number(0.0012));
        assertEquals("9.88", Table.number(9.876));
        assertEquals("98.8", Table.number(98.76));
        assertEquals("98765", Table.number(98765.4));
        assertEquals("-", Table.number(Double.NaN));
    }
}
