package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Something an SDK told its application.
 *
 * @param name of the event, the same for every SDK
 * @param fields what it was told; payloads as base64
 */
record SdkEvent(String name, Map<String, Object> fields) {
    /** {@code ""} for events of the connection. */
    String channel() {
        return fields.get("channel") instanceof String channel ? channel : "";
    }

    /** Of an error, a close or an unsubscribe; -1 where there is none. */
    int code() {
        return fields.get("code") instanceof Number code ? code.intValue() : -1;
    }

    long offset() {
        return number("offset");
    }

    String epoch() {
        return string("epoch");
    }

    long number(String field) {
        return ((Number) given(field)).longValue();
    }

    String string(String field) {
        return (String) given(field);
    }

    boolean is(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }

    /** The payload. */
    byte[] bytes() {
        return Base64.getDecoder().decode(string("data"));
    }

    /** The payload of a client that speaks text. */
    String text() {
        return textOf("data");
    }

    /** A payload by the name of {@code connInfo} or {@code chanInfo}. */
    String textOf(String field) {
        return new String(Base64.getDecoder().decode(string(field)), UTF_8);
    }

    /** Who published, joined or left. */
    SdkEvent info() {
        return nested(given("info"));
    }

    /** What a history answer lists. */
    List<SdkEvent> publications() {
        return all("publications");
    }

    /** Whom a presence answer lists. */
    List<SdkEvent> people() {
        return all("people");
    }

    private List<SdkEvent> all(String field) {
        return ((List<?>) given(field)).stream().map(SdkEvent::nested).toList();
    }

    private Object given(String field) {
        Object value = fields.get(field);
        if (value == null) {
            throw new AssertionError("no " + field + " in " + this);
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static SdkEvent nested(Object fields) {
        return new SdkEvent("", (Map<String, Object>) fields);
    }
}
