package dev.doorbell.story.igb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.doorbell.register.Access;
import dev.doorbell.register.IgbRegister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a word of the shared pages is to a guest that maps it, register by register of the table,
/// against the same register reached by messages; and that docs/shared-doorbells.md lists exactly the
/// differences.
class SharedPagesStoryTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "shared-doorbells.md");
    private static final int[] PATTERNS = {-1, 0x5A5A_5A5A, 0xA5A5_A5A5, 0};

    private final IgbBench bench = IgbBench.shared();
    private final IgbBench exact = IgbBench.byMessages();

    /// How a word differs from its register.
    private enum Difference {
        LIMITER("Limiter"),
        COUNTER("Cleared by reading"),
        READ_ONLY("Read only"),
        ONLY_WHILE_ENABLED("Only while its queue is enabled"),
        MASKED("Fewer bits");

        private final String heading;

        Difference(String heading) {
            this.heading = heading;
        }
    }

    private static Stream<IgbRegister> mapped() {
        return Arrays.stream(IgbRegister.values())
                .filter(r -> MappedPages.hold(r.spec().offset()));
    }

    private static Stream<IgbRegister> registers() {
        return mapped().filter(r -> r.spec().aliasOf().isEmpty());
    }

    private static boolean isLimiter(IgbRegister register) {
        return register.spec().offset() >= 0x3600 && register.spec().offset() < 0x36C0;
    }

    private static boolean isDropCount(IgbRegister register) {
        return register == IgbRegister.RQDPC || register == IgbRegister.RQDPC_A;
    }

    /// The card looks at all words before it acts on a message.
    private void look() {
        bench.read(IgbRegister.STATUS);
    }

    private void reset() {
        bench.card.reset();
        exact.card.reset();
    }

    /// Queue 0 of each direction comes up enabled: a head that is stored then restarts it.
    private void queuesOff() {
        for (IgbRegister control : new IgbRegister[] {IgbRegister.TXDCTL, IgbRegister.RXDCTL}) {
            bench.write(control, 0);
            exact.write(control, 0);
        }
        look();
    }

    private boolean keepsWhatIsWritten(IgbRegister register) {
        exact.card.reset();
        for (int pattern : PATTERNS) {
            exact.write(register, pattern);
            if (exact.read(register) != pattern) return false;
        }
        return true;
    }

    private Map<Difference, Set<String>> differences() {
        Map<Difference, Set<String>> found = new EnumMap<>(Difference.class);
        for (Difference difference : Difference.values()) found.put(difference, new TreeSet<>());
        registers().forEach(register -> {
            Difference difference;
            Access access = register.spec().access();
            if (isLimiter(register)) difference = Difference.LIMITER;
            else if (access == Access.RC) difference = Difference.COUNTER;
            else if (access == Access.RO) difference = Difference.READ_ONLY;
            else if (register == IgbRegister.RDT) difference = Difference.ONLY_WHILE_ENABLED;
            else if (!keepsWhatIsWritten(register)) difference = Difference.MASKED;
            else return;
            Objects.requireNonNull(found.get(difference)).add(register.name());
        });
        return found;
    }

    @Test
    void documentListsEveryRegisterThatDiffersUnderItsKind() throws IOException {
        String document = Files.readString(DOCUMENT);
        Map<Difference, Set<String>> documented = new EnumMap<>(Difference.class);
        for (Difference difference : Difference.values()) {
            Matcher row = Pattern.compile("(?m)^\\| " + difference.heading + " \\|([^|]*)\\|")
                    .matcher(document);
            assertThat(row.find()).as("a row \"" + difference.heading + "\"").isTrue();
            TreeSet<String> names = new TreeSet<>();
            Matcher name = Pattern.compile("[A-Z][A-Z0-9_]+").matcher(row.group(1));
            while (name.find()) names.add(name.group());
            documented.put(difference, names);
        }
        assertThat(documented).isEqualTo(differences());
    }

    @TestFactory
    Stream<DynamicTest> pagesBeginWithResetValues() {
        return mapped().map(register -> dynamicTest(register.name(), () -> {
            for (int i = 0; i < register.spec().count(); i++)
                assertThat(bench.pages().load(register, i)).isEqualTo(exact.read(register, i));
        }));
    }

    /// Memory at once, a register once the card has looked.
    @TestFactory
    Stream<DynamicTest> storeIsKeptAsItIsUntilTheCardLooksAndShowsTheRegisterThen() {
        return mapped().map(register -> dynamicTest(register.name(), () -> {
            reset();
            queuesOff();
            for (int pattern : PATTERNS) {
                for (int i = 0; i < register.spec().count(); i++) {
                    bench.write(register, i, pattern);
                    assertThat(bench.read(register, i)).isEqualTo(pattern);
                }
                look();
                for (int i = 0; i < register.spec().count(); i++) {
                    exact.write(register, i, pattern);
                    int then = isLimiter(register) || isDropCount(register) ? pattern : exact.read(register, i);
                    assertThat(bench.read(register, i)).isEqualTo(then);
                }
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> softwareResetShowsResetValuesWhateverWasStored() {
        return mapped().map(register -> dynamicTest(register.name(), () -> {
            reset();
            for (int i = 0; i < register.spec().count(); i++) {
                bench.write(register, i, 0x5A5A_5A5A);
                if (!isLimiter(register)) exact.write(register, i, 0x5A5A_5A5A);
            }
            bench.write(IgbRegister.CTRL, 1 << 26);
            exact.write(IgbRegister.CTRL, 1 << 26);
            for (int i = 0; i < register.spec().count(); i++)
                assertThat(bench.read(register, i)).isEqualTo(exact.read(register, i));
        }));
    }

    /// Every word of the pages where no register lies is plain memory, zero again after a reset.
    @Test
    void wordsWithoutARegisterAreMemory() {
        List<Integer> holes = new ArrayList<>();
        boolean[] taken = new boolean[IgbRegister.SPACE_BYTES];
        mapped().forEach(r -> {
            for (int i = 0; i < r.spec().count(); i++) taken[r.spec().offset(i)] = true;
        });
        for (int offset = 0; offset < IgbRegister.SPACE_BYTES; offset += 4)
            if (MappedPages.hold(offset) && !taken[offset]) holes.add(offset);
        for (int offset : holes) bench.writeAt(offset, ~offset);
        look();
        for (int offset : holes) assertThat(bench.readAt(offset)).isEqualTo(~offset);
        bench.card.reset();
        for (int offset : holes) assertThat(bench.readAt(offset)).isZero();
    }

    @Test
    void resetOfTheFunctionGivesTheResetValuesBackWhileTheGuestGoesOnStoring() {
        bench.write(IgbRegister.RXPBS, 0x20);
        bench.write(IgbRegister.TDT, 3, 77);
        bench.card.reset();
        assertThat(bench.read(IgbRegister.RXPBS)).isEqualTo(0x40);
        assertThat(bench.read(IgbRegister.TDT, 3)).isZero();
        assertThat(bench.read(IgbRegister.TDT_A, 3)).isZero();
    }
}
