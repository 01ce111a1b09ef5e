package dev.relay.standalone.http;

import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.util.Map;

/** What the server API answers. */
final class Answers {
    static final String DONE = "{\"result\":{}}";
    static final String UNKNOWN_CHANNEL = error(102, "unknown channel");
    static final String NOT_FOUND = error(104, "not found");
    static final String BAD_REQUEST = error(107, "bad request");
    static final String NOT_AVAILABLE = error(108, "not available");

    private Answers() {}

    static String error(int code, String message) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\"}}";
    }

    /** The answer with every epoch, which is made anew each time, blotted out. */
    static String blotted(String answer) {
        return answer.replaceAll("\"epoch\":\"[A-Za-z0-9]{4,16}\"", "\"epoch\":\"E\"");
    }

    static Map<String, Object> result(String answer) {
        return OpenApiSchemas.object(Json.object(answer).get("result"));
    }
}
