package dev.doorbell.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.linux.SystemCallException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Users of this machine's databases, and what is none.
class AccountTest {
    @Test
    void rootIsFoundByNameAndNumber() throws SystemCallException {
        Account root = Account.byName("root").orElseThrow();
        assertEquals("root", root.name());
        assertEquals(0, root.uid());
        assertEquals(0, root.gid());
        assertEquals("/root", root.home());
        assertThat(root.groups()).contains(0);
        assertEquals(Optional.of(root), Account.byUid(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody-at-all", "a:b", "root\n", "0"})
    void otherNamesAreNobody(String name) throws SystemCallException {
        assertEquals(Optional.empty(), Account.byName(name));
    }

    @Test
    void nameWithANulIsOurOwnMistake() {
        assertThatThrownBy(() -> Account.byName("ro\0ot")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherNumbersAreNobody() throws SystemCallException {
        assertEquals(Optional.empty(), Account.byUid(0x7654_3210));
        assertEquals(Optional.empty(), Account.byUid(0xF654_3210));
    }

    @Test
    void numbersAreUnsigned() {
        assertEquals(OptionalInt.of(0), Account.number("0"));
        assertEquals(OptionalInt.of(65_534), Account.number("65534"));
        assertEquals(OptionalInt.of(-2), Account.number("4294967294"));
        for (String text : List.of("", "-1", "+1", "4294967295", "4294967296", "99999999999", "1x", " 1", "\u0661"))
            assertEquals(OptionalInt.empty(), Account.number(text), text);
    }

    @Test
    void callerOfSudoNeedNotBeInTheDatabases() throws SystemCallException {
        Account caller = Account.ofSudo(Map.of("SUDO_UID", "3000000000", "SUDO_GID", "3000000001"))
                .orElseThrow();
        assertEquals("3000000000", caller.name());
        assertEquals("3000000000", Integer.toUnsignedString(caller.uid()));
        assertEquals("3000000001", Integer.toUnsignedString(caller.gid()));
        assertEquals(List.of(caller.gid()), caller.groups());
        assertEquals("/", caller.home());
    }

    @Test
    void environmentOfNoSudoOrOfRootsIsNobody() throws SystemCallException {
        for (Map<String, String> environment : List.of(
                Map.<String, String>of(),
                Map.of("SUDO_UID", "1000"),
                Map.of("SUDO_GID", "1000"),
                Map.of("SUDO_UID", "0", "SUDO_GID", "0"),
                Map.of("SUDO_UID", "-1", "SUDO_GID", "0"),
                Map.of("SUDO_UID", "x", "SUDO_GID", "1")))
            assertEquals(Optional.empty(), Account.ofSudo(environment), environment::toString);
    }
}
