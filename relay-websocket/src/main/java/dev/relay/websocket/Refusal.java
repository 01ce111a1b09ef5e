package dev.relay.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a request that is not upgraded: plain text that says why, and the end of the connection.
 *
 * @param status code and phrase
 * @param fields further header lines, each with its line break, or {@code ""}
 * @param reason for the person who reads it
 */
record Refusal(String status, String fields, String reason) {
    static final Refusal MALFORMED = new Refusal("400 Bad Request", "", "not a well-formed HTTP/1.1 request");
    static final Refusal HOST = new Refusal("400 Bad Request", "", "exactly one Host field must name the server");
    static final Refusal METHOD =
            new Refusal("405 Method Not Allowed", "Allow: GET\r\n", "a WebSocket connection starts with GET");
    static final Refusal UPGRADE = new Refusal(
            "426 Upgrade Required", "Upgrade: websocket\r\n", "this is a WebSocket endpoint; use a WebSocket client");
    static final Refusal VERSION = new Refusal(
            "426 Upgrade Required",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            "only WebSocket version 13 is supported");
    static final Refusal KEY = new Refusal("400 Bad Request", "", "Sec-WebSocket-Key must be 16 bytes in base64");
    static final Refusal EXTENSIONS =
            new Refusal("400 Bad Request", "", "Sec-WebSocket-Extensions is not a well-formed list of extensions");
    static final Refusal ORIGIN = new Refusal(
            "403 Forbidden", "", "this origin may not connect; add it to the allowed origins of the server");
    static final Refusal TOO_LARGE = new Refusal(
            "431 Request Header Fields Too Large",
            "",
            "the request head is longer than " + EdgeOptions.MAX_HEADER_BYTES + " bytes");
    static final Refusal TIMEOUT = new Refusal("408 Request Timeout", "", "the request did not arrive in time");

    static final Refusal PLAIN_TEXT = new Refusal(
            "400 Bad Request",
            "",
            "this port speaks TLS; connect to it with wss:// (https://) instead of ws:// (http://)");

    static final Refusal FULL = new Refusal(
            "503 Service Unavailable",
            "Retry-After: 1\r\n",
            "the server has as many connections as it takes, or gets them faster than it takes them; try again later");

    static final Refusal ADDRESS = new Refusal(
            "429 Too Many Requests",
            "Retry-After: 1\r\n",
            "this address has as many connections as it may have; close one, or try again later");

    static Refusal notFound(String path) {
        return new Refusal("404 Not Found", "", "the WebSocket endpoint is at " + path);
    }

    /** The response as it goes to the socket. */
    ByteBuffer response() {
        byte[] text = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] head = ("HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.length + "\r\nConnection: close\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(head.length + text.length)
                .put(head)
                .put(text)
                .flip();
    }
}
