package dev.relay.standalone.api;

import dev.relay.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a request was not carried out, as callers see it.
 *
 * @param code the protocol's, or 400 to 1999 of an RPC handler
 * @param httpStatus the status of the response in transport error mode
 */
record ApiError(int code, String message, int httpStatus) {
    static final ApiError INTERNAL = new ApiError(100, "internal server error", 500);
    static final ApiError NOT_FOUND = new ApiError(104, "not found", 404);
    static final ApiError BAD_REQUEST = new ApiError(107, "bad request", 400);

    private static final Logger LOG = LoggerFactory.getLogger(ServerApi.class);

    private static final Map<Integer, Integer> HTTP_STATUS =
            Map.of(100, 500, 102, 404, 104, 404, 107, 400, 108, 400, 111, 429, 112, 416, 113, 409);

    /**
     * What the engine, or a handler of the application, answered. Too many requests stays an error of its own, so that a
     * caller can tell "slow down" from "something is broken".
     */
    static ApiError of(ErrorCode error) {
        if (error.code() == NOT_FOUND.code()) {
            return NOT_FOUND; // "method not found" is for clients; here it says that what was named does not exist
        }
        int status = HTTP_STATUS.getOrDefault(error.code(), error.temporary() ? 503 : 400);
        return new ApiError(error.code(), error.message(), status);
    }

    /** The same; why exactly is nobody's business but the operator's. */
    ApiError because(@Nullable String detail) {
        LOG.debug("refused with {}: {}", code, detail);
        return this;
    }

    /** The same with what is wrong, for methods of Relay's own, whose callers may know. */
    ApiError saying(String what) {
        return new ApiError(code, message + ": " + what, httpStatus);
    }

    void write(JsonOutput out) {
        out.beginObject().number("code", code).text("message", message).endObject();
    }
}
