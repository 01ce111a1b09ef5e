package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The head of an upgrade request, whether it is good, and what it is answered. The library's own parser joins repeated
 * fields with a semicolon, takes bare line breaks for text and checks neither {@code Upgrade} nor the key; its answer
 * cost a regular expression, a calendar and 11 KB of garbage. Fields are looked up where they stand.
 */
final class Handshake {
    /** Subprotocols that name an encoding. */
    static final String JSON_SUBPROTOCOL = "centrifuge-json";

    static final String PROTOBUF_SUBPROTOCOL = "centrifuge-protobuf";

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    /** RFC 6455 1.3. */
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int MAX_FIELDS = 100;

    /** Per field: where its name begins and ends, where its value begins and ends. */
    private static final int MARKS = 4;

    private final byte[] head;
    private final int[] marks;
    private final int fields;
    private final String method;
    private final String path;
    private final String query;

    private Handshake(byte[] head, int[] marks, int fields, String method, String target) {
        int mark = target.indexOf('?');
        this.head = head;
        this.marks = marks;
        this.fields = fields;
        this.method = method;
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.query = mark < 0 ? "" : target.substring(mark + 1);
    }

    /** Reads {@code head[0, length)}, which ends in an empty line; {@code null} if it is not one of HTTP/1.1. */
    static @Nullable Handshake parse(byte[] head, int length) {
        int lineEnd = lineEnd(head, 0, length);
        int methodEnd = indexOf(head, ' ', 0, lineEnd);
        int targetEnd = indexOf(head, ' ', methodEnd + 1, lineEnd);
        if (lineEnd == length
                || methodEnd == 0
                || targetEnd == lineEnd
                || !isVersion(text(head, targetEnd + 1, lineEnd))) {
            return null;
        }
        String target = originForm(text(head, methodEnd + 1, targetEnd));
        if (target == null) {
            return null;
        }
        int[] marks = new int[12 * MARKS];
        int fields = 0;
        int at = lineEnd + 2;
        for (int count = 0; count <= MAX_FIELDS; count++) {
            int end = lineEnd(head, at, length);
            if (end == length) {
                return null;
            }
            if (end == at) {
                return new Handshake(head, marks, fields, text(head, 0, methodEnd), target);
            }
            int colon = indexOf(head, ':', at, end);
            if (colon == at || colon == end || !isToken(head, at, colon)) {
                return null;
            }
            int from = colon + 1;
            int to = end;
            while (from < to && isBlank(head[from])) {
                from++;
            }
            while (to > from && isBlank(head[to - 1])) {
                to--;
            }
            if (hasControl(head, from, to)) {
                return null;
            }
            marks = fields * MARKS == marks.length ? Arrays.copyOf(marks, 2 * marks.length) : marks;
            marks[fields * MARKS] = at;
            marks[fields * MARKS + 1] = colon;
            marks[fields * MARKS + 2] = from;
            marks[fields * MARKS + 3] = to;
            fields++;
            at = end + 2;
        }
        return null;
    }

    /** What is wrong with this request; {@code null} if it may be upgraded. */
    @Nullable
    Refusal refusal(EdgeOptions options) {
        if (count("Host") != 1 || field("Host").isEmpty()) {
            return Refusal.HOST;
        }
        if (!path.equals(options.path())) {
            return Refusal.notFound(options.path());
        }
        if (!method.equals("GET")) {
            return Refusal.METHOD;
        }
        if (!lists("Upgrade", "websocket") || !lists("Connection", "upgrade")) {
            return Refusal.UPGRADE;
        }
        if (!field("Sec-WebSocket-Version").equals("13")) {
            return Refusal.VERSION;
        }
        if (!isKey(field("Sec-WebSocket-Key"))) {
            return Refusal.KEY;
        }
        String origin = field("Origin");
        if (!origin.isEmpty() && !options.origins().allows(origin)) {
            return Refusal.ORIGIN;
        }
        if (options.compression() && ExtensionOffers.parse(field(EXTENSIONS)) == null) {
            return Refusal.EXTENSIONS;
        }
        return null;
    }

    /** The answer to an offer of compression that can be met; {@code ""} if there is none. */
    String deflate() {
        ExtensionOffers offers = ExtensionOffers.parse(field(EXTENSIONS));
        return offers == null ? "" : offers.deflate();
    }

    /** Whether the connection speaks Protobuf; else it speaks JSON. */
    boolean wantsProtobuf() {
        return subprotocol().equals(PROTOBUF_SUBPROTOCOL)
                || hasParameter("format=protobuf")
                || hasParameter("cf_protocol=protobuf");
    }

    /** Whether pings shall be those of WebSocket. */
    boolean wantsTransportPings() {
        return hasParameter("cf_ws_frame_ping_pong=true");
    }

    /** Where proxies say that the request comes from; {@code ""} if they do not. */
    String forwardedFor() {
        return field("X-Forwarded-For");
    }

    String path() {
        return path;
    }

    /**
     * The response that upgrades the connection.
     *
     * @param sha1 reset; is reset again
     * @param extension what it agrees on, or {@code ""}
     */
    ByteBuffer response(MessageDigest sha1, String extension) {
        byte[] accept = sha1.digest((field("Sec-WebSocket-Key") + ACCEPT_GUID).getBytes(ISO_8859_1));
        StringBuilder response = new StringBuilder(256)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                .append("Server: Relay\r\nSec-WebSocket-Accept: ")
                .append(Base64.getEncoder().encodeToString(accept));
        String subprotocol = subprotocol();
        if (!subprotocol.isEmpty()) {
            response.append("\r\nSec-WebSocket-Protocol: ").append(subprotocol);
        }
        if (!extension.isEmpty()) {
            response.append("\r\n").append(EXTENSIONS).append(": ").append(extension);
        }
        return ByteBuffer.wrap(response.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    }

    /** The first one offered that we have; {@code ""} if there is none. */
    private String subprotocol() {
        String all = field("Sec-WebSocket-Protocol");
        if (all.isEmpty()) {
            return "";
        }
        for (String one : all.split(",", -1)) {
            String offered = one.strip();
            if (offered.equals(JSON_SUBPROTOCOL) || offered.equals(PROTOBUF_SUBPROTOCOL)) {
                return offered;
            }
        }
        return "";
    }

    private boolean hasParameter(String parameter) {
        for (int at = query.indexOf(parameter); at >= 0; at = query.indexOf(parameter, at + 1)) {
            int end = at + parameter.length();
            if ((at == 0 || query.charAt(at - 1) == '&') && (end == query.length() || query.charAt(end) == '&')) {
                return true;
            }
        }
        return false;
    }

    /** The field's value, those of a repeated one joined with commas; {@code ""} if there is none. */
    private String field(String name) {
        String value = "";
        for (int i = 0; i < fields; i++) {
            if (isNamed(i * MARKS, name)) {
                String one = text(head, marks[i * MARKS + 2], marks[i * MARKS + 3]);
                // an SDK sends an empty Sec-WebSocket-Protocol: the same as none
                value = value.isEmpty() || one.isEmpty() ? value + one : value + ", " + one;
            }
        }
        return value;
    }

    /** How often the field is there. */
    private int count(String name) {
        int count = 0;
        for (int i = 0; i < fields; i++) {
            count += isNamed(i * MARKS, name) ? 1 : 0;
        }
        return count;
    }

    private boolean isNamed(int mark, String name) {
        int from = marks[mark];
        if (marks[mark + 1] - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lowerCase(head[from + i]) != lowerCase((byte) name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean lists(String name, String token) {
        for (String one : field(name).split(",", -1)) {
            if (one.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }

    /** HTTP/1.1 or a later minor version, which means the same to those who only know this one. */
    private static boolean isVersion(String text) {
        return text.length() == 8 && text.startsWith("HTTP/1.") && text.charAt(7) >= '1' && text.charAt(7) <= '9';
    }

    /** The target from its path on, which proxies may have written as an absolute URI; {@code null} if it is none. */
    private static @Nullable String originForm(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return null;
            }
        }
        if (target.startsWith("/")) {
            return target;
        }
        int authority = target.regionMatches(true, 0, "http://", 0, 7)
                ? 7
                : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
        int path = authority;
        while (path >= 0 && path < target.length() && target.charAt(path) != '/' && target.charAt(path) != '?') {
            path++;
        }
        if (path == authority) {
            return null;
        }
        String rest = target.substring(path);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /** 16 bytes in base64. */
    private static boolean isKey(String key) {
        if (key.length() != 24 || !key.endsWith("==")) {
            return false;
        }
        for (int i = 0; i < 22; i++) {
            char c = key.charAt(i);
            boolean base64 =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
            if (!base64) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isTokenCharacter(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether a token of HTTP may hold it. */
    static boolean isTokenCharacter(int c) {
        return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }

    private static boolean hasControl(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static int lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    /** Where the line break is; {@code to} if there is none. */
    private static int lineEnd(byte[] bytes, int from, int to) {
        for (int i = from; i < to - 1; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return to;
    }

    /** Where the byte is; {@code to} if it is not there. */
    private static int indexOf(byte[] bytes, char what, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == what) {
                return i;
            }
        }
        return to;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }
}
