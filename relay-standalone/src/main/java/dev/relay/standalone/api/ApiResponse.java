package dev.relay.standalone.api;

import java.nio.charset.StandardCharsets;

/**
 * What is sent back.
 *
 * @param status HTTP's
 * @param contentType HTTP's
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy for nothing
public record ApiResponse(int status, String contentType, byte[] body) {
    static ApiResponse json(int status, byte[] document) {
        return new ApiResponse(status, "application/json", document);
    }

    static ApiResponse malformed(String message) {
        return text(400, message);
    }

    /** There is no engine, or not for much longer. */
    static ApiResponse unavailable() {
        return text(503, "Relay is starting or stopping; try again");
    }

    private static ApiResponse text(int status, String line) {
        return new ApiResponse(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
