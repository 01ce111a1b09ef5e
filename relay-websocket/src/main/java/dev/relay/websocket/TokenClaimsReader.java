package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the payload of one token. JSON {@code null} counts as absent; claims that mean nothing to Relay are skipped; of a
 * claim given twice the last one counts.
 *
 * <p><b>Threading.</b> {@link #read} from any thread.
 */
final class TokenClaimsReader {
    /** Claims with a meaning of their own, which cannot name the user. */
    static final Set<String> RESERVED = Set.of(
            "exp",
            "nbf",
            "iat",
            "jti",
            "expire_at",
            "iss",
            "aud",
            "channel",
            "client",
            "info",
            "b64info",
            "data",
            "b64data",
            "meta",
            "override",
            "channels",
            "subs");

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonCursor.MAX_DEPTH)
                    .build())
            .build();

    private final byte[] source;
    private final JsonParser in;
    private final String userClaim;
    private String user = "";
    private String client = "";
    private @Nullable String channel;
    private @Nullable Double expiry;
    private @Nullable Double notBefore;
    private @Nullable Double expireAt;
    private List<String> issuers = List.of();
    private List<String> audience = List.of();
    private List<String> channels = List.of();
    private @Nullable Map<String, ServerSubscription> subscriptions;
    private @Nullable Payload meta;
    private final Described described = new Described();

    private TokenClaimsReader(byte[] source, JsonParser in, String userClaim) {
        this.source = source;
        this.in = in;
        this.userClaim = userClaim;
    }

    /** What is said about a subscription, or about the connection. */
    private static final class Described {
        private @Nullable Payload info;
        private @Nullable Payload encodedInfo;
        private @Nullable Payload data;
        private @Nullable Payload encodedData;
        private SubscriptionOverride override = SubscriptionOverride.NONE;

        @Nullable
        Payload info() {
            return encodedInfo != null ? encodedInfo : info;
        }

        @Nullable
        Payload data() {
            return encodedData != null ? encodedData : data;
        }
    }

    /** What to do with a name whose value the parser stands at. */
    @FunctionalInterface
    private interface Member {
        void read(String name);
    }

    /**
     * The claims; {@code null} if the payload is not an object with claims of the right types.
     *
     * @param userClaim which claim says who the user is
     */
    static @Nullable TokenClaims read(byte[] payload, String userClaim) {
        if (payload.length < 2 || payload[0] != '{' || payload[1] == 0 || !Utf8.isValid(payload, 0, payload.length)) {
            return null;
        }
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), payload)) {
            in.nextToken();
            TokenClaimsReader reader = new TokenClaimsReader(payload, in, userClaim);
            reader.object(reader::claim);
            return in.nextToken() == null ? reader.claims() : null;
        } catch (JacksonException | IllegalArgumentException e) {
            return null; // malformed JSON, a claim of the wrong type, or bad base64
        }
    }

    private void claim(String name) {
        if (name.equals(userClaim)) {
            user = orEmpty(text());
            return;
        }
        switch (name) {
            case "client" -> client = orEmpty(text());
            case "channel" -> channel = text();
            case "exp" -> expiry = seconds();
            case "nbf" -> notBefore = seconds();
            case "expire_at" -> expireAt = seconds();
            case "iss" -> issuers = oneOrMore();
            case "aud" -> audience = oneOrMore();
            case "channels" -> channels = texts();
            case "subs" -> subscriptions = subscriptions();
            case "meta" -> meta = raw();
            default -> describe(described, name);
        }
    }

    private void describe(Described target, String name) {
        switch (name) {
            case "info" -> target.info = raw();
            case "b64info" -> target.encodedInfo = decoded();
            case "data" -> target.data = raw();
            case "b64data" -> target.encodedData = decoded();
            case "override" -> target.override = override();
            default -> in.skipChildren();
        }
    }

    private TokenClaims claims() {
        return new TokenClaims(
                user,
                expiry,
                notBefore,
                expireAt,
                issuers,
                audience,
                channel,
                client,
                described.info(),
                described.data(),
                meta,
                described.override,
                subscriptions != null ? subscriptions : plain(channels));
    }

    private static Map<String, ServerSubscription> plain(List<String> channels) {
        Map<String, ServerSubscription> plain = new LinkedHashMap<>();
        channels.forEach(channel -> plain.put(named(channel), ServerSubscription.PLAIN));
        return plain;
    }

    private @Nullable Map<String, ServerSubscription> subscriptions() {
        if (isNull()) {
            return null;
        }
        Map<String, ServerSubscription> read = new LinkedHashMap<>();
        object(channel -> read.put(named(channel), subscription()));
        return read;
    }

    private ServerSubscription subscription() {
        Described target = new Described();
        if (!isNull()) {
            object(name -> describe(target, name));
        }
        return new ServerSubscription(target.info(), target.data(), 0, target.override, null);
    }

    private SubscriptionOverride override() {
        Map<String, Boolean> changed = new LinkedHashMap<>();
        if (!isNull()) {
            object(option -> {
                if (!isNull()) {
                    changed.put(option, overridden());
                }
            });
        }
        return new SubscriptionOverride(
                changed.get("presence"),
                changed.get("join_leave"),
                changed.get("force_push_join_leave"),
                changed.get("force_positioning"),
                changed.get("force_recovery"));
    }

    /** {@code {"value": true}}; without the value, as everywhere in the protocol, it is the zero value. */
    private boolean overridden() {
        boolean[] value = new boolean[1];
        object(name -> {
            if (name.equals("value")) {
                value[0] = truth();
            } else {
                in.skipChildren();
            }
        });
        return value[0];
    }

    /** Reads the members of the object that the parser stands at, to its end. */
    private void object(Member member) {
        require(in.currentToken() == JsonToken.START_OBJECT);
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            in.nextToken();
            member.read(name);
        }
        require(in.currentToken() == JsonToken.END_OBJECT);
    }

    private List<String> oneOrMore() {
        String one = in.currentToken() == JsonToken.VALUE_STRING ? text() : null;
        return one == null ? texts() : List.of(one);
    }

    private List<String> texts() {
        if (isNull()) {
            return List.of();
        }
        require(in.currentToken() == JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.VALUE_STRING);
            texts.add(in.getString());
        }
        return texts;
    }

    private @Nullable String text() {
        if (isNull()) {
            return null;
        }
        require(in.currentToken() == JsonToken.VALUE_STRING);
        return in.getString();
    }

    private @Nullable Double seconds() {
        if (isNull()) {
            return null;
        }
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT || in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT);
        return in.getDoubleValue();
    }

    private boolean truth() {
        if (isNull()) {
            return false;
        }
        require(in.currentToken() == JsonToken.VALUE_TRUE || in.currentToken() == JsonToken.VALUE_FALSE);
        return in.currentToken() == JsonToken.VALUE_TRUE;
    }

    private @Nullable Payload raw() {
        if (isNull()) {
            return null;
        }
        int start = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        in.finishToken();
        int end = (int) in.currentLocation().getByteOffset();
        return payload(Arrays.copyOfRange(source, start, end));
    }

    private @Nullable Payload decoded() {
        String text = text();
        return text == null || text.isEmpty()
                ? null
                : payload(Base64.getDecoder().decode(text));
    }

    private static Payload payload(byte[] bytes) {
        int length = JsonCheck.normalize(bytes);
        return length < 0 ? Payload.of(bytes) : Payload.verifiedJson(bytes, 0, length);
    }

    private boolean isNull() {
        return in.currentToken() == JsonToken.VALUE_NULL;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String named(String channel) {
        require(!channel.isEmpty());
        return channel;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("not of the form a claim has");
        }
    }
}
