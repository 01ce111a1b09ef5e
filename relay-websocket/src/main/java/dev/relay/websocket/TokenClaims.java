package dev.relay.websocket;

import dev.relay.Payload;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The claims Relay knows. Free-form JSON ({@code info}, {@code data}) is kept as the issuer wrote it.
 *
 * @param user {@code sub}; {@code ""} is anonymous
 * @param expiry {@code exp}, Unix seconds, or {@code null}
 * @param notBefore {@code nbf}, Unix seconds, or {@code null}
 * @param expireAt {@code expire_at}, Unix seconds, or {@code null}
 * @param channel {@code null} when absent
 * @param client {@code ""} when absent
 * @param info {@code b64info}, else {@code info}
 * @param data {@code b64data}, else {@code data}
 */
record TokenClaims(
        String user,
        @Nullable Double expiry,
        @Nullable Double notBefore,
        @Nullable Double expireAt,
        @Nullable String channel,
        String client,
        @Nullable Payload info,
        @Nullable Payload data) {
    private static final JsonCheck CHECK = new JsonCheck();
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonCommands.MAX_DEPTH)
                    .build())
            .build();

    /** Reads the payload of a token; {@code null} if it is not an object with claims of the right types. */
    static @Nullable TokenClaims parse(byte[] payload) {
        if (payload.length < 2 || payload[0] != '{' || payload[1] == 0 || !Utf8.isValid(payload, 0, payload.length)) {
            return null;
        }
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), payload)) {
            in.nextToken();
            Reading reading = new Reading(payload);
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                in.nextToken();
                reading.claim(in, name);
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                return null;
            }
            return reading.claims();
        } catch (JacksonException | IllegalArgumentException e) {
            return null; // malformed JSON, a claim of the wrong type, or bad base64
        }
    }

    private static final class Reading {
        private final byte[] source;
        private String user = "";
        private String client = "";
        private @Nullable String channel;
        private @Nullable Double expiry;
        private @Nullable Double notBefore;
        private @Nullable Double expireAt;
        private @Nullable Payload info;
        private @Nullable Payload encodedInfo;
        private @Nullable Payload data;
        private @Nullable Payload encodedData;

        Reading(byte[] source) {
            this.source = source;
        }

        void claim(JsonParser in, String name) {
            switch (name) {
                case "sub" -> user = orEmpty(text(in));
                case "client" -> client = orEmpty(text(in));
                case "channel" -> channel = text(in);
                case "exp" -> expiry = seconds(in);
                case "nbf" -> notBefore = seconds(in);
                case "expire_at" -> expireAt = seconds(in);
                case "info" -> info = raw(in);
                case "b64info" -> encodedInfo = decoded(in);
                case "data" -> data = raw(in);
                case "b64data" -> encodedData = decoded(in);
                default -> in.skipChildren();
            }
        }

        TokenClaims claims() {
            return new TokenClaims(
                    user,
                    expiry,
                    notBefore,
                    expireAt,
                    channel,
                    client,
                    encodedInfo != null ? encodedInfo : info,
                    encodedData != null ? encodedData : data);
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }

        private static @Nullable String text(JsonParser in) {
            return switch (in.currentToken()) {
                case VALUE_STRING -> in.getString();
                case VALUE_NULL -> null;
                default -> throw new IllegalArgumentException("a claim is not a string");
            };
        }

        private static @Nullable Double seconds(JsonParser in) {
            return switch (in.currentToken()) {
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
                case VALUE_NULL -> null;
                default -> throw new IllegalArgumentException("a claim is not a number");
            };
        }

        private @Nullable Payload raw(JsonParser in) {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            int start = (int) in.currentTokenLocation().getByteOffset();
            in.skipChildren();
            in.finishToken();
            int end = (int) in.currentLocation().getByteOffset();
            return payload(Arrays.copyOfRange(source, start, end));
        }

        private static @Nullable Payload decoded(JsonParser in) {
            String text = text(in);
            return text == null || text.isEmpty()
                    ? null
                    : payload(Base64.getDecoder().decode(text));
        }

        private static Payload payload(byte[] bytes) {
            int length = CHECK.normalize(bytes);
            return length < 0 ? Payload.of(bytes) : Payload.verifiedJson(bytes, 0, length);
        }
    }
}
