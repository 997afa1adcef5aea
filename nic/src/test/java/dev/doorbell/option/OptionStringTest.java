package dev.doorbell.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionStringTest {
    private static OptionString parse(String text) throws OptionException {
        return OptionString.parse("--thing", text);
    }

    private static void refused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(OptionException.class)
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain("\n")
                .startsWith("--thing");
    }

    @Test
    void kindAndTypedValuesAreRead() throws OptionException {
        OptionString o = parse("disk,id=d0,size=9k,wait=1.5s,fast=on,loss=0.25,mode=b");
        assertThat(o.kind()).isEqualTo("disk");
        assertThat(o.required("id", "a name")).isEqualTo("d0");
        assertThat(o.amount("size", 1, 0, 10_000)).isEqualTo(9000);
        assertThat(o.timeNs("wait", 1, 0, Long.MAX_VALUE)).isEqualTo(1_500_000_000L);
        assertThat(o.flag("fast", false)).isTrue();
        assertThat(o.chance("loss", 0)).isEqualTo(0.25);
        assertThat(o.oneOf("mode", "a", "a", "b")).isEqualTo("b");
        assertThat(o.number("absent", 7, 0, 9)).isEqualTo(7);
        o.finish();
    }

    @Test
    void twoCommasAreOneCommaOfAValue() throws OptionException {
        assertThat(parse("disk,path=/a,,b,id=x").required("path", "a path")).isEqualTo("/a,b");
        assertThat(parse("disk,path=/a,,,id=x").required("id", "a name")).isEqualTo("x");
    }

    @Test
    void valueMayHoldAnEqualsSign() throws OptionException {
        assertThat(parse("disk,path=a=b").required("path", "a path")).isEqualTo("a=b");
    }

    @Test
    void missingKindIsRefused() {
        refused(() -> parse(""), "must begin with a kind");
        refused(() -> parse("id=n0"), "must begin with a kind");
        refused(() -> parse(",id=n0"), "must begin with a kind");
    }

    @Test
    void pairWithoutValueIsRefusedWithTheFix() {
        refused(() -> parse("disk,fast"), "--thing disk", "fast has no value", "fast=VALUE");
    }

    @Test
    void emptyPairIsRefused() {
        refused(() -> parse("disk,id=a,"), "remove the extra comma");
    }

    @Test
    void pairWithoutNameIsRefused() {
        refused(() -> parse("disk,=a"), "no name before");
    }

    @Test
    void keyGivenTwiceIsRefused() {
        refused(() -> parse("disk,id=a,id=b"), "id is given twice");
    }

    @Test
    void unknownKeyIsRefusedAndTheKnownOnesAreNamed() throws OptionException {
        OptionString o = parse("disk,id=a,siez=3");
        o.required("id", "a name");
        o.amount("size", 0, 0, 9);
        refused(o::finish, "no option siez", "id, size");
    }

    @Test
    void missingRequiredKeyIsRefused() {
        refused(() -> parse("disk").required("id", "a name"), "needs id= (a name)");
    }

    @Test
    void idIsAPlainName() throws OptionException {
        assertThat(parse("disk,id=Nic-0.a_b").id("a disk")).isEqualTo("Nic-0.a_b");
        refused(() -> parse("disk").id("a disk"), "needs id= (a name for a disk)");
        refused(() -> parse("disk,id=0a").id("a disk"), "id=0a", "begin with a letter");
        refused(() -> parse("disk,id=a b").id("a disk"), "begin with a letter");
        refused(() -> parse("disk,id=" + "a".repeat(65)).id("a disk"), "at most 64");
    }

    @Test
    void emptyValueIsRefused() {
        refused(() -> parse("disk,id=").text("id"), "id is empty");
    }

    @Test
    void exclusiveKeysAreRefusedTogether() throws OptionException {
        parse("disk,a=1").exclusive("a", "b");
        refused(() -> parse("disk,a=1,b=2").exclusive("a", "b"), "a= and b= exclude each other");
    }

    @Test
    void valueOutsideItsRangeIsRefusedWithTheRange() {
        refused(() -> parse("disk,n=10").number("n", 0, 1, 9), "n=10", "from 1 to 9");
        refused(() -> parse("disk,n=0").number("n", 0, 1, 9), "n=0", "from 1 to 9");
        refused(() -> parse("disk,t=1s").timeNs("t", 0, 0, 5), "t=1s", "from 0 to 5 ns");
    }

    @Test
    void wordOutsideItsSetIsRefused() {
        refused(() -> parse("disk,mode=c").oneOf("mode", "a", "a", "b"), "mode=c", "a or b");
    }

    @Test
    void messageStaysOneShortLineWhateverWasWritten() {
        refused(() -> parse("di\nsk,\u0007"), "'di?sk'", "'?'");
        assertThatThrownBy(() -> parse("x".repeat(1000) + ",y")).message().hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1500, 1500",
        "9k, 9000",
        "9K, 9000",
        "64Ki, 65536",
        "100M, 100000000",
        "2.5G, 2500000000",
        "1T, 1000000000000",
        "1Mi, 1048576",
        "1Gi, 1073741824",
        "1Ti, 1099511627776",
        "0.5Ki, 512"
    })
    void amountsCarrySuffixes(String text, long expected) throws OptionException {
        assertThat(Quantity.amount("n", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7ns, 7",
        "10us, 10000",
        "500ms, 500000000",
        "10s, 10000000000",
        "5m, 300000000000",
        "1h, 3600000000000"
    })
    void timesCarryUnits(String text, long expected) throws OptionException {
        assertThat(Quantity.timeNs("t", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "k",
                "-1",
                "+1",
                "1e3",
                "0x10",
                "1.5",
                "1..5k",
                ".5k",
                "5.k",
                "1kk",
                "1 k",
                "1ki",
                "1m",
                "9223372036854775808",
                "9300000T",
                "1.0001k1"
            })
    void nonsenseIsNoAmount(String text) {
        assertThatThrownBy(() -> Quantity.amount("n", text))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("n=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "5sec", "-5s", "0.5ns", "9223372037s", "5M"})
    void nonsenseIsNoTime(String text) {
        assertThatThrownBy(() -> Quantity.timeNs("t", text)).isInstanceOf(OptionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-0.1", "1.1", "2", "NaN", "1e-3", "0.1x", "."})
    void nonsenseIsNoChance(String text) {
        assertThatThrownBy(() -> Quantity.chance("p", text)).isInstanceOf(OptionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ON", "1", "maybe"})
    void nonsenseIsNoFlag(String text) {
        assertThatThrownBy(() -> Quantity.flag("f", text))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("on or off");
    }
}
