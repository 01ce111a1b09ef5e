package dev.relay.standalone.config;

import dev.relay.InvalidConfigurationException;
import dev.relay.journal.EventKind;
import dev.relay.websocket.TokenKey;
import dev.relay.websocket.TokenTrust;
import dev.relay.websocket.WebSocketEdge;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What an option's value may be, and how it is written.
 *
 * @param legal what is legal, to end "legal is …"
 * @param bare whether the flag may stand alone, for {@code true}
 */
record Kind<T>(String legal, boolean bare, Parser<T> parser) {
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");
    private static final Map<String, Duration> TIME_UNITS = new LinkedHashMap<>();
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final Pattern ORIGIN = Pattern.compile("\\*|[-a-zA-Z0-9+.*]+://[^/\\s,]+");
    private static final Pattern EXACT_ORIGIN =
            Pattern.compile("https?://[-a-zA-Z0-9.]+(:[0-9]{1,5})?|" + "https?://\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?");
    private static final Pattern ENDPOINT =
            Pattern.compile("auto|(wss?://[^\\s/\"<>]+)?/[^\\s\"<>]*|wss?://[^\\s/\"<>]+");
    private static final Pattern HOST =
            Pattern.compile("[-a-zA-Z0-9_.]+|\\[?(?=[^:]*:[^:]*:)[0-9a-fA-F:.]+(%[^\\s\\]]+)?]?");

    static {
        TIME_UNITS.put("ms", Duration.ofMillis(1));
        TIME_UNITS.put("s", Duration.ofSeconds(1));
        TIME_UNITS.put("m", Duration.ofMinutes(1));
        TIME_UNITS.put("h", Duration.ofHours(1));
        TIME_UNITS.put("d", Duration.ofDays(1));
    }

    /** Turns what was written into the value. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Tree written) throws IllegalValueException;
    }

    /** Turns text into the value; {@code null} means it is not legal. */
    @FunctionalInterface
    private interface TextParser<T> {
        T parse(String text) throws IllegalValueException;
    }

    T parse(Tree written) throws IllegalValueException {
        return parser.parse(written);
    }

    private static <T> Kind<T> ofText(String legal, TextParser<T> parser) {
        return new Kind<>(legal, false, written -> {
            if (written instanceof Tree.Text text) {
                if (text.value().isBlank()) {
                    throw new IllegalValueException("is empty; leave it out for the default, legal is " + legal);
                }
                return parser.parse(text.value());
            }
            throw written == Tree.Nothing.INSTANCE
                    ? new IllegalValueException("is empty; leave it out for the default, legal is " + legal)
                    : new IllegalValueException("must be a single value; legal is " + legal);
        });
    }

    private static IllegalValueException not(String what, String legal) {
        return new IllegalValueException("is not " + what + "; legal is " + legal);
    }

    static Kind<String> text(String legal) {
        return ofText(legal, text -> text);
    }

    static Kind<String> host() {
        String legal = "a host name or an IP address, without port";
        return ofText(legal, text -> {
            if (!HOST.matcher(text).matches()) {
                throw not("a host", legal);
            }
            return text;
        });
    }

    static Kind<Long> wholeNumber(long min, long max) {
        String legal =
                "a whole number " + (max == Long.MAX_VALUE ? "from " + min + " on" : "from " + min + " to " + max);
        return ofText(legal, text -> {
            if (!text.matches("-?[0-9]+")) {
                throw not("a whole number", legal);
            }
            BigInteger number = new BigInteger(text);
            if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
                throw not("in range", legal);
            }
            return number.longValueExact();
        });
    }

    static Kind<Integer> integer(int min, int max) {
        Kind<Long> number = wholeNumber(min, max);
        return new Kind<>(number.legal(), false, written -> Math.toIntExact(number.parse(written)));
    }

    static Kind<Integer> port() {
        String legal = "a port from 0 to 65535, 0 takes a free one";
        return ofText(legal, text -> {
            if (text.startsWith("tcp://") || text.startsWith("udp://")) {
                throw new IllegalValueException(
                        "is what Kubernetes injects for a service named relay; set enableServiceLinks: "
                                + "false in the pod's spec or rename the service");
            }
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
                throw not("a port", legal);
            }
            return Integer.parseInt(text);
        });
    }

    /** A port, or {@code off}, which is {@link Option#OFF}. */
    static Kind<Integer> portOrOff() {
        Kind<Integer> port = port();
        String legal = port.legal() + ", or off";
        return ofText(legal, text -> text.equals("off") ? Option.OFF : port.parse(new Tree.Text(text)));
    }

    static Kind<Boolean> bool() {
        Kind<Boolean> kind = ofText("true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw not("a truth value", "true or false");
        });
        return new Kind<>(kind.legal(), true, kind.parser());
    }

    static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        return oneOf(EnumSet.allOf(type));
    }

    static <E extends Enum<E>> Kind<E> oneOf(EnumSet<E> values) {
        Map<String, E> byName = values.stream()
                .collect(Collectors.toMap(
                        value -> value.name().toLowerCase(Locale.ROOT),
                        value -> value,
                        (a, b) -> a,
                        LinkedHashMap::new));
        String legal = String.join(", ", byName.keySet());
        return ofText(legal, text -> {
            E value = byName.get(text);
            if (value == null) {
                throw not("known", legal);
            }
            return value;
        });
    }

    /** Nothing at all, written {@code ""}, or what {@code kind} takes. */
    static <T> Kind<T> orEmpty(T whenEmpty, Kind<T> kind) {
        return new Kind<>(
                kind.legal() + ", or \"\"",
                false,
                written -> written.equals(new Tree.Text("")) ? whenEmpty : kind.parse(written));
    }

    static Kind<String> regex() {
        String legal = "a regular expression as Java has them";
        return ofText(legal, text -> {
            try {
                return Pattern.compile(text).pattern();
            } catch (PatternSyntaxException e) {
                throw new IllegalValueException(
                        "is not a regular expression: " + e.getDescription() + " near index " + e.getIndex());
            }
        });
    }

    /** A time with its unit; zero may be written without one. */
    static Kind<Duration> duration(Duration min, Duration max) {
        String legal = "a time from " + shown(min) + " to " + shown(max) + ", such as 300s, 10m, 24h or 30d";
        return ofText(legal, text -> {
            Matcher matcher = QUANTITY.matcher(text.equals("0") ? "0s" : text);
            Duration unit = matcher.matches() ? TIME_UNITS.get(matcher.group(2)) : null;
            if (unit == null) {
                throw not("a time with its unit", legal);
            }
            try {
                Duration value = unit.multipliedBy(Long.parseLong(matcher.group(1)));
                if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                    return value;
                }
            } catch (ArithmeticException e) {
                throw not("in range", legal);
            }
            throw not("in range", legal);
        });
    }

    /** Bytes with their unit. */
    static Kind<Integer> size(int min, int max) {
        Kind<Long> kind = largeSize(min, max);
        return new Kind<>(kind.legal(), false, written -> Math.toIntExact(kind.parse(written)));
    }

    /** The same for more than 2 GiB. */
    static Kind<Long> largeSize(long min, long max) {
        String legal = "a size from " + shown(min) + " to " + shown(max) + ", such as 64KiB or 1MiB";
        return ofText(legal, text -> {
            Matcher matcher = QUANTITY.matcher(text);
            Long unit = matcher.matches() ? SIZE_UNITS.get(matcher.group(2)) : null;
            if (unit == null) {
                throw not("a size with its unit", legal);
            }
            BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
            if (bytes.compareTo(BigInteger.valueOf(min)) < 0 || bytes.compareTo(BigInteger.valueOf(max)) > 0) {
                throw not("in range", legal);
            }
            return bytes.longValueExact();
        });
    }

    static Kind<String> databaseUrl() {
        String legal = "jdbc:mysql://host:port/database or jdbc:sqlite:file";
        return ofText(legal, text -> {
            if (!text.matches("jdbc:mysql://[^/]+/.+|jdbc:sqlite:.+")) {
                throw not("a database Relay speaks to", legal);
            }
            return text;
        });
    }

    /** A moment, as RFC 3339 has it. */
    static Kind<Instant> instant() {
        String legal = "a time such as 2026-12-31T00:00:00Z or 2026-12-31T01:00:00+01:00";
        return ofText(legal, text -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw not("a point in time", legal);
            }
        });
    }

    static Kind<URI> webAddress() {
        String legal = "http://… or https://…";
        return ofText(legal, text -> {
            try {
                URI url = new URI(text);
                TokenTrust.builder().jwksUrl(url).build();
                return url;
            } catch (URISyntaxException | InvalidConfigurationException e) {
                throw not("an address Relay can ask", legal);
            }
        });
    }

    static Kind<String> rsaPublicKey() {
        return checked("a PEM public key or certificate", TokenKey::rsa);
    }

    static Kind<String> ecdsaPublicKey() {
        return checked("a PEM public key or certificate", TokenKey::ecdsa);
    }

    static Kind<String> userClaim() {
        return checked("the name of a claim without another meaning", claim -> TokenTrust.builder()
                .key(TokenKey.hmac("any"))
                .userClaim(claim)
                .build());
    }

    /** A text that something can be made of; if not, what is thrown says why. */
    private static Kind<String> checked(String legal, Consumer<String> maker) {
        return ofText(legal, text -> {
            try {
                maker.accept(text);
                return text;
            } catch (InvalidConfigurationException e) {
                throw new IllegalValueException("is of no use: " + String.join("; ", e.faults()));
            }
        });
    }

    /** Browser origins, comma-separated or a list. */
    static Kind<List<String>> origins() {
        String legal =
                "scheme://host[:port] without a path, * for any text (https://*.example.org), or * alone, comma-separated";
        return list(legal, origin -> {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalValueException("\"" + origin + "\" is not an origin; legal is " + legal);
            }
            return origin;
        });
    }

    /** Browser origins without wildcards: to whom answers are given that no other page may read. */
    static Kind<List<String>> exactOrigins() {
        String legal = "scheme://host[:port] without a path or wildcards, comma-separated";
        return list(legal, origin -> {
            if (!EXACT_ORIGIN.matcher(origin).matches()) {
                throw new IllegalValueException("\"" + origin + "\" is not an origin; legal is " + legal);
            }
            return origin;
        });
    }

    /** Where a browser finds the WebSocket endpoint. */
    static Kind<String> endpoint() {
        String legal = "auto, ws://… or wss://…, or a path behind the same proxy such as /connection/websocket";
        return ofText(legal, text -> {
            if (!ENDPOINT.matcher(text).matches()) {
                throw not("an address of a WebSocket endpoint", legal);
            }
            return text;
        });
    }

    /** A password, or a hash of one. */
    static Kind<String> password() {
        return ofText(PasswordHash.LEGAL, text -> {
            if (PasswordHash.isHash(text)) {
                try {
                    PasswordHash.parse(text);
                } catch (IllegalArgumentException e) {
                    throw new IllegalValueException("begins as a hash and is none: " + e.getMessage());
                }
            } else if (text.length() > PasswordHash.MAX_LENGTH) {
                throw new IllegalValueException("has more than " + PasswordHash.MAX_LENGTH + " characters");
            }
            return text;
        });
    }

    /** IP addresses and networks, comma-separated or a list. */
    static Kind<List<String>> networks() {
        String legal = "IP addresses and networks such as 192.0.2.7, 10.0.0.0/8 or fd00::/8, comma-separated";
        return list(legal, network -> {
            try {
                WebSocketEdge.builder().trustedProxies(List.of(network)).build();
                return network;
            } catch (InvalidConfigurationException e) {
                throw new IllegalValueException("\"" + network + "\" is not an address or network; legal is " + legal);
            }
        });
    }

    /** {@code logger=level}, comma-separated or a list. */
    static Kind<List<String>> logLevels() {
        String legal = "logger=level with level off, error, warn, info, debug or trace, comma-separated";
        return list(legal, entry -> {
            if (!entry.matches("[A-Za-z0-9_.$]+=(off|error|warn|info|debug|trace)")) {
                throw new IllegalValueException("\"" + entry + "\" is not understood; legal is " + legal);
            }
            return entry;
        });
    }

    static Kind<List<String>> jsonPointers() {
        String legal = "a list of JSON pointers, such as [\"/card/number\"]";
        Kind<List<String>> pointers = list(legal, entry -> {
            if (!entry.matches("(/([^/~]|~[01])*)+")) {
                throw new IllegalValueException("\"" + entry + "\" is not a JSON pointer; legal is " + legal);
            }
            return entry;
        });
        return new Kind<>(legal, false, pointers.parser());
    }

    /** Some of an enumeration, or {@code none}. */
    static Kind<Set<EventKind>> events() {
        String legal = "none, or of connect, disconnect, subscribe, unsubscribe and refusal, comma-separated";
        Kind<List<String>> names = list(legal, entry -> {
            if (!entry.matches("none|connect|disconnect|subscribe|unsubscribe|refusal")) {
                throw new IllegalValueException("\"" + entry + "\" is not understood; legal is " + legal);
            }
            return entry;
        });
        return new Kind<>(legal, false, written -> {
            List<String> given = names.parse(written);
            if (given.contains("none") && given.size() > 1) {
                throw new IllegalValueException("says none and more; legal is " + legal);
            }
            return given.stream()
                    .filter(name -> !name.equals("none"))
                    .map(EventKind::of)
                    .collect(Collectors.toUnmodifiableSet());
        });
    }

    private static Kind<List<String>> list(String legal, TextParser<String> item) {
        return new Kind<>(legal, false, written -> {
            List<String> items = new ArrayList<>();
            if (written instanceof Tree.Items several) {
                for (Tree tree : several.values()) {
                    items.add(item.parse(
                            tree instanceof Tree.Text text ? text.value().strip() : tree.toString()));
                }
            } else {
                for (String text : ofText(legal, text -> text).parse(written).split(",", -1)) {
                    items.add(item.parse(text.strip()));
                }
            }
            return List.copyOf(items);
        });
    }

    /** Names with values: YAML in the file, JSON elsewhere. */
    static Kind<Tree.Fields> object(String legal) {
        return new Kind<>(legal, false, written -> {
            if (structure(written, legal) instanceof Tree.Fields fields) {
                return fields;
            }
            throw not("an object", legal);
        });
    }

    /** A list of anything: YAML in the file, JSON elsewhere. */
    static Kind<Tree.Items> objects(String legal) {
        return new Kind<>(legal, false, written -> {
            if (structure(written, legal) instanceof Tree.Items items) {
                return items;
            }
            throw not("a list", legal);
        });
    }

    private static Tree structure(Tree written, String legal) throws IllegalValueException {
        return written instanceof Tree.Text
                ? TreeReader.json(ofText(legal, text -> text).parse(written))
                : written;
    }

    static String shown(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        String shown = duration.toMillis() + "ms";
        for (Map.Entry<String, Duration> unit : TIME_UNITS.entrySet()) {
            if (duration.toMillis() % unit.getValue().toMillis() == 0) {
                shown = duration.toMillis() / unit.getValue().toMillis() + unit.getKey();
            }
        }
        return shown;
    }

    private static String shown(long bytes) {
        return bytes % (1 << 20) == 0
                ? (bytes >> 20) + "MiB"
                : bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
    }
}
