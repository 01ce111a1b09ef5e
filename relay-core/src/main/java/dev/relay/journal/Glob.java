package dev.relay.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern for texts as in a shell: {@code *} is any text, also none; {@code ?} one character; {@code [a-z_]} one of
 * these, {@code [!a-z]} and {@code [^a-z]} one of the others; {@code {a,b}} one of these patterns, which may hold others;
 * a backslash takes the next character literally. Upper and lower case differ.
 *
 * <p>All ways through the pattern are followed at once, so the work is at most the length of the text times that of the
 * pattern, for any pattern.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class Glob {
    /** Longest pattern, characters. */
    public static final int MAX_LENGTH = 256;

    /** Deepest nesting of alternatives. */
    public static final int MAX_DEPTH = 8;

    /** A part of a pattern. */
    sealed interface Part {}

    /** One character: from one of the ranges, or from none of them. */
    static final class One implements Part {
        private final int[] ranges; // first and last of each
        private final boolean negated;

        One(int[] ranges, boolean negated) {
            this.ranges = ranges;
            this.negated = negated;
        }

        boolean takes(int character) {
            for (int i = 0; i < ranges.length; i += 2) {
                if (character >= ranges[i] && character <= ranges[i + 1]) {
                    return !negated;
                }
            }
            return negated;
        }

        boolean isLiteral() {
            return !negated && ranges.length == 2 && ranges[0] == ranges[1];
        }
    }

    /** Any text. */
    enum Star implements Part {
        STAR
    }

    /** One of several patterns. */
    record Either(List<List<Part>> branches) implements Part {}

    // What the pattern begins with literally is compared at once; what remains is an automaton. A state waits for one
    // character; a set of states is a bit set.
    private final String prefix;
    private final One[] states; // state 0 has read everything and takes nothing
    private final long[][] after; // the states that follow when a state has taken its character
    private final long[] initial;
    private final long[] decided; // states from which whatever follows is fine

    private Glob(String prefix, Automaton automaton, long[] initial) {
        this.prefix = prefix;
        this.states = automaton.states.toArray(One[]::new);
        this.after = automaton.after.toArray(long[][]::new);
        this.initial = initial;
        this.decided = automaton.decided;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is malformed or too long; the message says what is wrong, and where
     */
    public static Glob compile(String pattern) {
        List<Part> parts = new GlobParser(pattern).parse();
        StringBuilder prefix = new StringBuilder();
        int literals = 0;
        while (literals < parts.size() && parts.get(literals) instanceof One one && one.isLiteral()) {
            prefix.appendCodePoint(one.ranges[0]);
            literals++;
        }
        Automaton automaton = new Automaton(pattern.length());
        long[] initial = automaton.build(parts.subList(literals, parts.size()), automaton.end());
        return new Glob(prefix.toString(), automaton, initial);
    }

    /** The pattern that fits this text only. */
    public static Glob literal(String text) {
        Automaton automaton = new Automaton(0);
        return new Glob(text, automaton, automaton.end());
    }

    /** What every text that fits begins with; often {@code ""}. */
    public String prefix() {
        return prefix;
    }

    /** Whether the whole text fits. */
    public boolean matches(String text) {
        if (!text.startsWith(prefix)) {
            return false;
        }
        long[] now = initial.clone();
        long[] next = new long[now.length];
        for (int i = prefix.length(); i < text.length(); ) {
            if (intersects(now, decided)) {
                return true;
            }
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            if (!step(now, next, character)) {
                return false;
            }
            long[] spent = now;
            now = next;
            next = spent;
        }
        return (now[0] & 1) != 0;
    }

    /** @return whether any way goes on */
    private boolean step(long[] now, long[] next, int character) {
        Arrays.fill(next, 0);
        long any = 0;
        for (int word = 0; word < now.length; word++) {
            for (long left = now[word]; left != 0; left &= left - 1) {
                int state = (word << 6) + Long.numberOfTrailingZeros(left);
                if (states[state].takes(character)) {
                    unite(next, after[state]);
                    any = 1;
                }
            }
        }
        return any != 0;
    }

    private static boolean intersects(long[] a, long[] b) {
        long common = 0;
        for (int i = 0; i < a.length; i++) {
            common |= a[i] & b[i];
        }
        return common != 0;
    }

    private static void unite(long[] set, long[] more) {
        for (int i = 0; i < set.length; i++) {
            set[i] |= more[i];
        }
    }

    /** Built from the end to the beginning: what follows a part is known when the part is made. */
    private static final class Automaton {
        private static final One NOTHING = new One(new int[0], false);
        private static final One ANYTHING = new One(new int[0], true);

        private final List<One> states = new ArrayList<>(List.of(NOTHING));
        private final List<long[]> after = new ArrayList<>();
        private final long[] decided;

        /** @param most parts: each takes at least one character of the pattern and makes at most one state */
        Automaton(int most) {
            decided = new long[(most + 1 + 63) >> 6];
            after.add(decided);
        }

        long[] end() {
            long[] end = new long[decided.length];
            add(end, 0);
            return end;
        }

        /** @return the states in which one may be before these parts */
        long[] build(List<Part> parts, long[] following) {
            long[] before = following;
            for (int i = parts.size() - 1; i >= 0; i--) {
                Part part = parts.get(i);
                if (part instanceof One one) {
                    long[] waiting = new long[before.length];
                    add(waiting, state(one, before));
                    before = waiting;
                } else if (part instanceof Either either) {
                    long[] any = new long[before.length];
                    for (List<Part> branch : either.branches) {
                        unite(any, build(branch, before));
                    }
                    before = any;
                } else {
                    before = star(before);
                }
            }
            return before;
        }

        private long[] star(long[] following) {
            long[] staying = following.clone();
            int star = state(ANYTHING, staying);
            add(staying, star);
            if ((following[0] & 1) != 0) {
                add(decided, star);
            }
            return staying;
        }

        private int state(One takes, long[] follow) {
            states.add(takes);
            after.add(follow);
            return states.size() - 1;
        }

        private static void add(long[] set, int state) {
            set[state >> 6] |= 1L << state;
        }
    }
}
