package dev.relay.journal;

import dev.relay.journal.Glob.Either;
import dev.relay.journal.Glob.One;
import dev.relay.journal.Glob.Part;
import dev.relay.journal.Glob.Star;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of a {@link Glob}, from left to right. */
final class GlobParser {
    private final String pattern;
    private int at;

    GlobParser(String pattern) {
        this.pattern = pattern;
    }

    List<Part> parse() {
        if (pattern.length() > Glob.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "glob has " + pattern.length() + " characters, the limit is " + Glob.MAX_LENGTH);
        }
        return sequence(0);
    }

    /** Up to the end, or inside of braces to a comma or the closing one. */
    private List<Part> sequence(int depth) {
        List<Part> parts = new ArrayList<>();
        while (at < pattern.length()) {
            char c = pattern.charAt(at);
            if (depth > 0 && (c == ',' || c == '}')) {
                return parts;
            }
            switch (c) {
                case '*' -> {
                    at++;
                    if (parts.isEmpty() || parts.get(parts.size() - 1) != Star.STAR) {
                        parts.add(Star.STAR);
                    }
                }
                case '?' -> {
                    at++;
                    parts.add(new One(new int[0], true));
                }
                case '[' -> parts.add(characterClass());
                case '{' -> parts.add(alternatives(depth + 1));
                default -> {
                    int literal = character();
                    parts.add(new One(new int[] {literal, literal}, false));
                }
            }
        }
        return parts;
    }

    private Either alternatives(int depth) {
        int start = at;
        if (depth > Glob.MAX_DEPTH) {
            throw fault("alternatives are nested more than " + Glob.MAX_DEPTH + " deep", start);
        }
        List<List<Part>> branches = new ArrayList<>();
        do {
            at++; // the brace or the comma
            branches.add(sequence(depth));
        } while (at < pattern.length() && pattern.charAt(at) == ',');
        if (at == pattern.length()) {
            throw fault("a { is not closed", start);
        }
        at++;
        return new Either(branches);
    }

    private One characterClass() {
        int start = at++;
        boolean negated = at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^');
        if (negated) {
            at++;
        }
        List<Integer> ranges = new ArrayList<>();
        while (!isNext(']')) {
            if (at == pattern.length()) {
                throw fault("a [ is not closed", start);
            }
            int rangeStart = at;
            int first = character();
            int last = first;
            // A hyphen at the end of a class is meant literally.
            if (isNext('-') && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']') {
                at++;
                last = character();
            }
            if (first > last) {
                throw fault("a range ends before it begins: " + pattern.substring(rangeStart, at), rangeStart);
            }
            ranges.add(first);
            ranges.add(last);
        }
        at++;
        if (ranges.isEmpty()) {
            throw fault("a [] holds no character", start);
        }
        return new One(ranges.stream().mapToInt(Integer::intValue).toArray(), negated);
    }

    /** One that stands for itself, maybe behind a backslash. */
    private int character() {
        if (pattern.charAt(at) == '\\') {
            at++;
            if (at == pattern.length()) {
                throw fault("nothing follows a backslash", at - 1);
            }
        }
        int character = pattern.codePointAt(at);
        at += Character.charCount(character);
        return character;
    }

    private boolean isNext(char c) {
        return at < pattern.length() && pattern.charAt(at) == c;
    }

    private IllegalArgumentException fault(String what, int where) {
        return new IllegalArgumentException("glob \"" + pattern + "\": " + what + ", at character " + (where + 1));
    }
}
