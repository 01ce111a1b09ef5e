package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something an application makes its SDK do.
 *
 * @param verb what, in the words of {@code sdk.mjs}
 * @param with to what and how; payloads as base64
 */
record SdkAct(String verb, Map<String, Object> with) {
    static SdkAct connect() {
        return new SdkAct("connect", Map.of());
    }

    static SdkAct disconnect() {
        return new SdkAct("disconnect", Map.of());
    }

    /** Subscribes; the first time, {@link #wishing} says how. */
    static SdkAct subscribe(String channel) {
        return to("subscribe", channel);
    }

    static SdkAct unsubscribe(String channel) {
        return to("unsubscribe", channel);
    }

    static SdkAct publish(String channel, String data) {
        return publish(channel, data.getBytes(UTF_8));
    }

    static SdkAct publish(String channel, byte[] data) {
        return to("publish", channel).and("data", base64(data));
    }

    static SdkAct history(String channel, int limit) {
        return to("history", channel).and("limit", limit);
    }

    static SdkAct presence(String channel) {
        return to("presence", channel);
    }

    static SdkAct presenceStats(String channel) {
        return to("presence stats", channel);
    }

    static SdkAct rpc(String method, String data) {
        return new SdkAct("rpc", Map.of("method", method, "data", base64(data.getBytes(UTF_8))));
    }

    /** A message that expects no answer. */
    static SdkAct send(String data) {
        return new SdkAct("send", Map.of("data", base64(data.getBytes(UTF_8))));
    }

    /** An act about a channel that not every SDK knows. */
    static SdkAct to(String verb, String channel) {
        return new SdkAct(verb, Map.of("channel", channel));
    }

    /** An act about nothing in particular that not every SDK knows. */
    static SdkAct only(String verb) {
        return new SdkAct(verb, Map.of());
    }

    /** A wish of a subscription: {@code recoverable}, {@code joinLeave}, {@code asksForToken} … */
    SdkAct wishing(String wish, Object value) {
        Map<String, Object> wishes = new LinkedHashMap<>(wishes());
        wishes.put(wish, value);
        return and("wishes", wishes);
    }

    SdkAct and(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(with);
        more.put(name, value);
        return new SdkAct(verb, more);
    }

    String channel() {
        return string("channel");
    }

    String string(String name) {
        return (String) with.getOrDefault(name, "");
    }

    byte[] data() {
        return Base64.getDecoder().decode(string("data"));
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> wishes() {
        return (Map<String, Object>) with.getOrDefault("wishes", Map.of());
    }

    /** As {@code sdk.mjs} takes it. */
    Map<String, Object> message() {
        Map<String, Object> message = new LinkedHashMap<>(with);
        message.put("verb", verb);
        return message;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
