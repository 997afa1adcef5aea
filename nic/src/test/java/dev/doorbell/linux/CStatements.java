package dev.doorbell.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What we state about C's structs and numbers, to be compared with what a C compiler says of them.
/// Shared by the tests of this room and those below it.
public final class CStatements {
    private final String headers;
    private final Map<String, Long> stated = new LinkedHashMap<>();
    private final Map<String, String> macros = new HashMap<>();

    /// @param headers lines of `#include`, which must bring stdio.h and stddef.h
    public CStatements(String headers) {
        this.headers = headers;
    }

    public void size(String struct, long bytes) {
        stated.put("sizeof(struct " + struct + ")", bytes);
    }

    public void offset(String struct, String field, long bytes) {
        stated.put("offsetof(struct " + struct + ", " + field + ")", bytes);
    }

    /// @param expression anything of C that has an integer value
    public void number(String expression, long value) {
        stated.put(expression, value);
    }

    /// As [#number], not compared where the machine's headers are older than `macro`.
    public void numberSince(String macro, String expression, long value) {
        macros.put(expression, macro);
        number(expression, value);
    }

    /// Fails with both lists when any differs; skips the test where there is no C compiler.
    public void compareWithC() throws IOException, InterruptedException {
        List<String> inC = new ArrayList<>();
        for (String line : run(program())) inC.add(line.strip());
        List<String> here = new ArrayList<>();
        stated.forEach((expression, value) -> here.add(expression + " = " + value));
        assertEquals(String.join("\n", inC), String.join("\n", here), "the C compiler's answers come first");
    }

    private String program() {
        StringBuilder source = new StringBuilder(headers).append("int main(void) {\n");
        stated.forEach((expression, value) -> {
            String macro = macros.get(expression);
            if (macro != null)
                source.append("#ifndef " + macro + "\n" + print(expression, value.toString()) + "#else\n");
            source.append(print(expression, expression));
            if (macro != null) source.append("#endif\n");
        });
        return source.append("}\n").toString();
    }

    private static String print(String expression, String value) {
        return "    printf(\"%s = %lld\\n\", \"" + expression + "\", (long long) (" + value + "));\n";
    }

    private List<String> run(String source) throws IOException, InterruptedException {
        Optional<String> compiler = compiler();
        assumeTrue(compiler.isPresent(), "no C compiler here (cc, gcc or clang)");
        Path folder = java.nio.file.Files.createTempDirectory("doorbell");
        Path program = folder.resolve("answers");
        Path file = folder.resolve("answers.c");
        try {
            java.nio.file.Files.writeString(file, source);
            output(compiler.get(), "-std=gnu11", "-w", "-o", program.toString(), file.toString());
            return output(program.toString());
        } finally {
            java.nio.file.Files.deleteIfExists(program);
            java.nio.file.Files.deleteIfExists(file);
            java.nio.file.Files.delete(folder);
        }
    }

    private static Optional<String> compiler() {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin");
        return Stream.of("cc", "gcc", "clang")
                .filter(name -> Stream.of(path.split(File.pathSeparator, -1))
                        .anyMatch(folder -> java.nio.file.Files.isExecutable(Path.of(folder, name))))
                .findFirst();
    }

    private static List<String> output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }
}
