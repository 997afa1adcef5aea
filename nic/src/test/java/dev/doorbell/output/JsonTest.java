package dev.doorbell.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void commasStandBetweenValuesOnly() {
        String text = new Json()
                .beginObject()
                .field("a", 1)
                .beginArray("b")
                .beginObject()
                .end()
                .beginObject()
                .field("c", true)
                .end()
                .end()
                .beginObject("d")
                .field("e", 0.5)
                .field("f", "g")
                .end()
                .end()
                .toString();
        assertEquals("{\"a\":1,\"b\":[{},{\"c\":true}],\"d\":{\"e\":0.5,\"f\":\"g\"}}", text);
    }

    @Test
    void stringsAreEscaped() {
        String text = new Json().beginObject().field("p\"", "\\\n\u0001x").end().toString();
        assertEquals("{\"p\\\"\":\"\\\\\\u000a\\u0001x\"}", text);
    }

    @Test
    void numberThatJsonCannotWriteIsNull() {
        assertEquals(
                "{\"a\":null}",
                new Json().beginObject().field("a", Double.NaN).end().toString());
    }
}
