package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Goes through one JSON text (RFC 8259) value by value, where it stands: nothing is copied but the strings that are asked
 * for, and what is skipped is checked all the same. Jackson's parser made 800 bytes of garbage for each command and took
 * a third of the time of a small one.
 *
 * <p>Whoever reads an object asks for a name, then for the value; in an array for one value after the other. What is no
 * JSON, or nests too deeply, throws {@link MalformedCommand}. The bytes must be well-formed UTF-8.
 *
 * <p><b>Threading.</b> Not thread-safe.
 */
final class JsonCursor {
    /** Deepest nesting. */
    static final int MAX_DEPTH = 500;

    /** What the cursor stands on. */
    enum Token {
        BEGIN_OBJECT,
        END_OBJECT,
        BEGIN_ARRAY,
        END_ARRAY,
        STRING,
        INTEGER,
        DECIMAL,
        TRUE,
        FALSE,
        NULL,
        END
    }

    private final long[] objects = new long[MAX_DEPTH / Long.SIZE + 1]; // by depth: object or array
    private final TextCache names = new TextCache(128);

    private byte[] source = new byte[0];
    private int at;
    private int end;
    private int depth;
    private boolean first; // nothing was read yet of the container at hand
    private Token token = Token.END;
    private int tokenStart;
    private boolean escaped; // the string at hand holds escapes

    /** Begins with {@code bytes[from, to)}. */
    void reset(byte[] bytes, int from, int to) {
        source = bytes;
        at = from;
        end = to;
        depth = 0;
        first = true;
        token = Token.END;
    }

    /** What it stands on. */
    Token token() {
        return token;
    }

    /** Where the value at hand begins. */
    int tokenStart() {
        return tokenStart;
    }

    /** Where it has come to: behind what it stands on. */
    int position() {
        return at;
    }

    /** The next name of the object at hand; {@code null} at its end. */
    @Nullable
    String nextName() {
        if (!toName()) {
            return null;
        }
        String name = escaped ? text() : names.get(source, tokenStart + 1, at - 1);
        behindName();
        return name;
    }

    /** The next value: that of the name just read, the next one of an array, the whole text; or the end of these. */
    Token next() {
        byte b = skipSpace();
        if (depth == 0) {
            if (!first) {
                token = at == end ? Token.END : malformed();
                return token;
            }
        } else if (!isObject()) {
            if (b == ']') {
                return leave(Token.END_ARRAY);
            }
            if (!first) {
                b = behindComma(b);
            }
        }
        first = false;
        return value(b);
    }

    /** Goes to the end of the object or array that begins here; stays on anything else. */
    void skipChildren() {
        if (token != Token.BEGIN_OBJECT && token != Token.BEGIN_ARRAY) {
            return;
        }
        int outside = depth - 1;
        while (depth > outside) {
            if (!isObject()) {
                next();
            } else if (toName()) {
                behindName();
                next();
            }
        }
    }

    /** The string at hand. */
    String text() {
        return escaped ? unescaped() : new String(source, tokenStart + 1, at - tokenStart - 2, UTF_8);
    }

    /** The string at hand, one that probably was there before. */
    String text(TextCache cache) {
        return escaped ? unescaped() : cache.get(source, tokenStart + 1, at - 1);
    }

    /** The integer at hand. */
    long integer(int maxDigits) {
        boolean negative = source[tokenStart] == '-';
        int from = negative ? tokenStart + 1 : tokenStart;
        if (at - from > maxDigits) {
            throw MalformedCommand.INSTANCE;
        }
        long number = 0;
        for (int i = from; i < at; i++) {
            number = 10 * number + (source[i] - '0');
        }
        return negative ? -number : number;
    }

    /** Whether there is a name: then it was read as a string, else the object has ended. */
    private boolean toName() {
        byte b = skipSpace();
        if (b == '}') {
            leave(Token.END_OBJECT);
            return false;
        }
        if (!first) {
            b = behindComma(b);
        }
        first = false;
        if (b != '"') {
            malformed();
        }
        string();
        return true;
    }

    private void behindName() {
        if (skipSpace() != ':') {
            malformed();
        }
        at++;
    }

    private byte behindComma(byte b) {
        if (b != ',') {
            malformed();
        }
        at++;
        return skipSpace();
    }

    private Token value(byte b) {
        tokenStart = at;
        return token = switch (b) {
            case '{' -> enter(true, Token.BEGIN_OBJECT);
            case '[' -> enter(false, Token.BEGIN_ARRAY);
            case '"' -> {
                string();
                yield Token.STRING;
            }
            case 't' -> literal("true", Token.TRUE);
            case 'f' -> literal("false", Token.FALSE);
            case 'n' -> literal("null", Token.NULL);
            default -> number();
        };
    }

    private Token enter(boolean object, Token begin) {
        if (++depth > MAX_DEPTH) {
            malformed();
        }
        long bit = 1L << depth;
        objects[depth >> 6] = object ? objects[depth >> 6] | bit : objects[depth >> 6] & ~bit;
        first = true;
        at++;
        return begin;
    }

    private Token leave(Token ending) {
        depth--;
        first = false;
        at++;
        token = ending;
        return ending;
    }

    private boolean isObject() {
        return (objects[depth >> 6] & 1L << depth) != 0;
    }

    /** Reads the string that begins here, up to its closing quote. */
    private void string() {
        tokenStart = at;
        escaped = false;
        int i = at + 1;
        for (; i < end; i++) {
            byte b = source[i];
            if (b == '"') {
                at = i + 1;
                return;
            }
            if (b == '\\') {
                escaped = true;
                i = escape(i + 1);
            } else if (b >= 0 && b < ' ') {
                break;
            }
        }
        malformed();
    }

    /** Checks the escape whose letter is at {@code i}; returns where its last byte is. */
    private int escape(int i) {
        if (i < end) {
            if (source[i] != 'u') {
                if ("\"\\/bfnrt".indexOf(source[i]) >= 0) {
                    return i;
                }
            } else if (end - i > 4 && hex(i + 1) >= 0) {
                return i + 4;
            }
        }
        malformed();
        return i;
    }

    /** The number of four hexadecimal digits; negative if one is none. */
    private int hex(int from) {
        int number = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = source[i] < 0 ? -1 : Character.digit(source[i], 16);
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }

    private String unescaped() {
        StringBuilder text = new StringBuilder(at - tokenStart);
        int plain = tokenStart + 1;
        for (int i = plain; i < at - 1; i++) {
            if (source[i] != '\\') {
                continue;
            }
            text.append(new String(source, plain, i - plain, UTF_8));
            byte letter = source[++i];
            switch (letter) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) hex(i + 1));
                    i += 4;
                }
                default -> text.append((char) letter);
            }
            plain = i + 1;
        }
        return text.append(new String(source, plain, at - 1 - plain, UTF_8)).toString();
    }

    private Token literal(String word, Token meaning) {
        if (end - at < word.length()) {
            return malformed();
        }
        for (int i = 0; i < word.length(); i++) {
            if (source[at + i] != word.charAt(i)) {
                return malformed();
            }
        }
        at += word.length();
        return meaning;
    }

    private Token number() {
        int i = at;
        if (i < end && source[i] == '-') {
            i++;
        }
        int digits = digits(i);
        if (digits == i || (source[i] == '0' && digits > i + 1)) {
            return malformed();
        }
        i = digits;
        boolean integer = true;
        if (i < end && source[i] == '.') {
            integer = false;
            digits = digits(i + 1);
            if (digits == i + 1) {
                return malformed();
            }
            i = digits;
        }
        if (i < end && (source[i] | 0x20) == 'e') {
            integer = false;
            i++;
            if (i < end && (source[i] == '+' || source[i] == '-')) {
                i++;
            }
            digits = digits(i);
            if (digits == i) {
                return malformed();
            }
            i = digits;
        }
        at = i;
        return integer ? Token.INTEGER : Token.DECIMAL;
    }

    /** Where the digits that begin at {@code i} end. */
    private int digits(int i) {
        int last = i;
        while (last < end && source[last] >= '0' && source[last] <= '9') {
            last++;
        }
        return last;
    }

    /** The next byte that is not white space; 0 at the end, which begins nothing. */
    private byte skipSpace() {
        while (at < end) {
            byte b = source[at];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b;
            }
            at++;
        }
        return 0;
    }

    private static Token malformed() {
        throw MalformedCommand.INSTANCE;
    }
}
