package dev.relay.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.jspecify.annotations.Nullable;

/**
 * The head of an upgrade request, and whether it is good. The library's own parser joins repeated fields with a
 * semicolon, takes bare line breaks for text and checks neither {@code Upgrade} nor the key, so requests are read here.
 */
final class Handshake {
    /** Subprotocols that name an encoding. */
    static final String JSON_SUBPROTOCOL = "centrifuge-json";

    static final String PROTOBUF_SUBPROTOCOL = "centrifuge-protobuf";

    private static final int MAX_FIELDS = 100;

    private final String method;
    private final String path;
    private final List<String> parameters;
    private final TreeMap<String, String> fields;

    private Handshake(String method, String target, TreeMap<String, String> fields) {
        int query = target.indexOf('?');
        this.method = method;
        this.path = query < 0 ? target : target.substring(0, query);
        this.parameters =
                query < 0 ? List.of() : List.of(target.substring(query + 1).split("&", -1));
        this.fields = fields;
    }

    /** Reads a head that ends in an empty line; {@code null} if it is not one of HTTP/1.1. The position stays. */
    static @Nullable Handshake parse(ByteBuffer bytes) {
        String head = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        int lineEnd = head.indexOf("\r\n");
        String[] request = head.substring(0, Math.max(lineEnd, 0)).split(" ", -1);
        if (request.length != 3
                || request[0].isEmpty()
                || !request[1].startsWith("/")
                || !request[2].equals("HTTP/1.1")) {
            return null;
        }
        TreeMap<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int at = lineEnd + 2;
        for (int count = 0; ; count++) {
            int end = head.indexOf("\r\n", at);
            if (end < 0 || count > MAX_FIELDS) {
                return null;
            }
            if (end == at) {
                return new Handshake(request[0], request[1], fields);
            }
            int colon = head.indexOf(':', at);
            if (colon <= at || colon > end || !isToken(head, at, colon)) {
                return null;
            }
            String value = head.substring(colon + 1, end).strip();
            if (hasControl(value)) {
                return null;
            }
            if (!value.isEmpty()) { // an SDK sends an empty Sec-WebSocket-Protocol: the same as none
                fields.merge(head.substring(at, colon), value, (first, second) -> first + ", " + second);
            }
            at = end + 2;
        }
    }

    /** What is wrong with this request; {@code null} if it may be upgraded. */
    @Nullable
    Refusal refusal(EdgeOptions options) {
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
        return null;
    }

    /** Whether the connection speaks Protobuf; else it speaks JSON. */
    boolean wantsProtobuf() {
        return subprotocol().equals(PROTOBUF_SUBPROTOCOL)
                || parameters.contains("format=protobuf")
                || parameters.contains("cf_protocol=protobuf");
    }

    /** Whether pings shall be those of WebSocket. */
    boolean wantsTransportPings() {
        return parameters.contains("cf_ws_frame_ping_pong=true");
    }

    /** The same for the library, which takes the subprotocol it is offered. */
    ClientHandshake toLibrary() {
        HandshakeImpl1Client handshake = new HandshakeImpl1Client();
        handshake.setResourceDescriptor(path);
        fields.forEach(handshake::put);
        handshake.put("Sec-WebSocket-Protocol", subprotocol());
        return handshake;
    }

    /** The first one offered that we have; {@code ""} if there is none. */
    private String subprotocol() {
        for (String one : field("Sec-WebSocket-Protocol").split(",", -1)) {
            String offered = one.strip();
            if (offered.equals(JSON_SUBPROTOCOL) || offered.equals(PROTOBUF_SUBPROTOCOL)) {
                return offered;
            }
        }
        return "";
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }

    private boolean lists(String name, String token) {
        for (String one : field(name).split(",", -1)) {
            if (one.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
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

    private static boolean isToken(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }
}
