package dev.doorbell.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.doorbell.driver.LibraryRig.Chip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The program of docs/drivers.md is one that runs.
class FirstDriverTest {
    @ParameterizedTest
    @EnumSource(Chip.class)
    void itSendsAFrameAndReceivesIt(Chip chip) {
        LibraryRig rig = new LibraryRig(chip, DriverOptions.DEFAULT);

        int received = FirstDriver.echo(rig.slot, rig.memory, rig::pass, timeoutNs -> {
            rig.pass(1_000_000);
            return true;
        });

        assertEquals(1, received);
    }

    @Test
    void docsShowIt() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/doorbell/driver/FirstDriver.java"));
        String program = source.substring(
                        source.indexOf('\n', source.indexOf("// docs/drivers.md begins")) + 1,
                        source.indexOf("    // docs/drivers.md ends"))
                .stripTrailing() // an empty last line would count as one without indentation
                .stripIndent();

        assertThat(Files.readString(Path.of("../docs/drivers.md"))).contains(program.strip());
    }
}
