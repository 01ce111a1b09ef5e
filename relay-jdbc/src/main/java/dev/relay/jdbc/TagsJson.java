package dev.relay.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tags as a JSON object of strings, sorted by name, so that equal tags make equal text and a person can read it in SQL.
 * Reads any JSON object whose values are strings. Any thread.
 */
final class TagsJson {
    private final String text;
    private int at;

    private TagsJson(String text) {
        this.text = text;
    }

    /** Returns {@code null} for no tags. */
    static @Nullable String write(Map<String, String> tags) {
        if (tags.isEmpty()) {
            return null;
        }
        StringBuilder json = new StringBuilder(32 * tags.size());
        char before = '{';
        for (Map.Entry<String, String> tag : new TreeMap<>(tags).entrySet()) {
            json.append(before);
            write(tag.getKey(), json);
            json.append(':');
            write(tag.getValue(), json);
            before = ',';
        }
        return json.append('}').toString();
    }

    private static void write(String value, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // surrogates too: half a pair would not survive UTF-8
                json.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Map<String, String> read(@Nullable String json) {
        return json == null || json.isEmpty() ? Map.of() : new TagsJson(json).object();
    }

    private Map<String, String> object() {
        Map<String, String> tags = new LinkedHashMap<>();
        expect('{');
        if (next() == '}') {
            return tags;
        }
        at--;
        do {
            String name = string();
            expect(':');
            tags.put(name, string());
        } while (next() == ',');
        at--;
        expect('}');
        return tags;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        for (char c = raw(); c != '"'; c = raw()) {
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() {
        char c = raw();
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(raw(), 16);
                    if (digit < 0) {
                        throw malformed();
                    }
                    unit = unit << 4 | digit;
                }
                yield (char) unit;
            }
            default -> c;
        };
    }

    private void expect(char expected) {
        if (next() != expected) {
            throw malformed();
        }
    }

    private char next() {
        char c = raw();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            c = raw();
        }
        return c;
    }

    private char raw() {
        if (at == text.length()) {
            throw malformed();
        }
        return text.charAt(at++);
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("tags are not a JSON object of strings: error at character " + at);
    }
}
