package dev.doorbell.option;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The names that somebody may have meant by a wrong one.
public final class Nearest {
    private static final int MOST = 3;
    private static final int MOST_CHARS = 64; // of a word that is worth a guess
    private static final int LEAST_PREFIX_CHARS = 2;

    private Nearest() {}

    /// At most three of `names`, the nearest first: those that a few slips of the keyboard away
    /// from `word`, and those that begin with it. Empty when none is near.
    public static List<String> to(String word, Collection<String> names) {
        if (word.isEmpty() || word.length() > MOST_CHARS) return List.of();
        String asked = word.toLowerCase(Locale.ROOT);
        record Candidate(String name, int slips) {}
        return names.stream()
                .map(name -> new Candidate(name, slipsFor(asked, name.toLowerCase(Locale.ROOT))))
                .filter(each -> each.slips() <= mostSlips(asked, each.name()))
                .sorted((a, b) -> Integer.compare(a.slips(), b.slips()))
                .limit(MOST)
                .map(Candidate::name)
                .toList();
    }

    /// What to say after a wrong name: `did you mean a or b?`, or all there are when none is
    /// near.
    public static String hint(String word, Collection<String> names) {
        List<String> near = to(word, names);
        if (!near.isEmpty()) return "did you mean " + or(near) + "?";
        return names.isEmpty() ? "there are none" : "there " + (names.size() == 1 ? "is " : "are ") + and(names);
    }

    private static String or(Collection<String> names) {
        return joined(names, " or ");
    }

    private static String and(Collection<String> names) {
        return joined(names, " and ");
    }

    private static String joined(Collection<String> names, String last) {
        List<String> all = List.copyOf(names);
        if (all.size() == 1) return all.getFirst();
        return Stream.of(String.join(", ", all.subList(0, all.size() - 1)), all.getLast())
                .reduce((a, b) -> a + last + b)
                .orElseThrow();
    }

    private static int mostSlips(String asked, String name) {
        return Math.max(1, Math.min(asked.length(), name.length()) / 3);
    }

    /// A beginning of the name is as good as one slip.
    private static int slipsFor(String asked, String name) {
        if (asked.equals(name)) return 0;
        if (asked.length() >= LEAST_PREFIX_CHARS && name.startsWith(asked)) return 1;
        return distance(asked, name);
    }

    /// Letters put in, left out, replaced, or two neighbours swapped: how many of these make `a`
    /// into `b` (optimal string alignment).
    static int distance(String a, String b) {
        int[][] least = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) least[i][0] = i;
        for (int j = 0; j <= b.length(); j++) least[0][j] = j;
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replaced = least[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                int best = Math.min(replaced, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                least[i][j] = swapped ? Math.min(best, least[i - 2][j - 2] + 1) : best;
            }
        }
        return least[a.length()][b.length()];
    }
}
