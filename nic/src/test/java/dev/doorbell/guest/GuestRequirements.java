package dev.doorbell.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Whether this machine can run what [NeedsGuest] asks for. Something missing skips the tests and says what; with
/// `DOORBELL_REQUIRE_GUEST=1` it fails them. QEMU and the kernel are fetched when that, `CI` or
/// `DOORBELL_GUEST=required` is set; otherwise nothing is downloaded unasked.
public final class GuestRequirements implements ExecutionCondition {
    private static final long FETCH_LIMIT_MINUTES = 20;

    /// Looked up once, when first asked for.
    private static final class Guest {
        /// Why there is none; empty when there is one.
        static final Optional<String> MISSING = lookForGuest();
    }

    /// The folder `guest/` of the checkout, whichever module the tests run in.
    static Path folder() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent())
            if (Files.isExecutable(at.resolve("guest/run"))) return at.resolve("guest");
        throw new IllegalStateException("no folder guest/ in or above " + start);
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<NeedsGuest> needs = AnnotationSupport.findAnnotation(context.getElement(), NeedsGuest.class);
        if (needs.isEmpty()) return ConditionEvaluationResult.enabled("asks for no guest");
        Optional<String> missing = Guest.MISSING;
        if (missing.isEmpty() && needs.get().network()) missing = missingNetwork();
        if (missing.isEmpty()) return ConditionEvaluationResult.enabled("a guest can be had");
        if (isSet("DOORBELL_REQUIRE_GUEST"))
            throw new IllegalStateException("DOORBELL_REQUIRE_GUEST is set, but " + missing.get());
        return ConditionEvaluationResult.disabled("no guest: " + missing.get());
    }

    private static Optional<String> lookForGuest() {
        try {
            if (isSet("CI") || isSet("DOORBELL_REQUIRE_GUEST") || "required".equals(System.getenv("DOORBELL_GUEST"))) {
                Process fetch = new ProcessBuilder(folder().resolve("fetch").toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                if (!fetch.waitFor(FETCH_LIMIT_MINUTES, TimeUnit.MINUTES)) {
                    fetch.destroy();
                    return Optional.of("guest/fetch did not end within " + FETCH_LIMIT_MINUTES + " minutes");
                }
                if (fetch.exitValue() != 0) return Optional.of("guest/fetch failed; its message is above");
            }
            Process known = new ProcessBuilder(folder().resolve("fetch").toString(), "--check").start();
            if (known.waitFor() != 0) return Optional.of("QEMU and a kernel are not in the cache; run guest/fetch");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("guest/fetch cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static Optional<String> missingNetwork() {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")))
                return Optional.of("taps and network namespaces need root");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("cannot tell who runs this: " + e.getMessage());
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) return Optional.of("this kernel has no /dev/net/tun");
        return Optional.empty();
    }

    private static boolean isSet(String name) {
        String value = System.getenv(name);
        return value != null && !value.isEmpty() && !value.equals("0") && !value.equals("false");
    }
}
