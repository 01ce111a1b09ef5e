package dev.relay.standalone.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code token}: what is to be in the token, and beside it every option of the server, of which those
 * about tokens matter.
 */
public final class TokenArguments {
    private static final Kind<Duration> TTLS = Kind.duration(Duration.ZERO, Duration.ofDays(365));

    // null: the flag is there and its value is not
    private final Map<Flag, @Nullable String> given = new EnumMap<>(Flag.class);
    private final List<String> faults = new ArrayList<>();
    private final Arguments options;
    private Duration ttl = Duration.ofHours(1);
    private Algorithm algorithm = Algorithm.HS256;

    private TokenArguments(String... words) {
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            i = word(words, i, rest);
        }
        options = Arguments.parse(
                rest, Arrays.stream(Flag.values()).map(Flag::flag).toList());
        check();
    }

    /** Reads the command line behind {@code token}; never fails. */
    public static TokenArguments parse(String... words) {
        return new TokenArguments(words);
    }

    /** What a token is made from; the table behind the help text. */
    public enum Flag {
        USER("--user", "ID", "Who the token is for; \"\" is anonymous. Required."),
        TTL("--ttl", "TIME", "How long it is valid, 0 is for ever. Default: 1h."),
        INFO("--info", "JSON", "What others are shown about the client, in all channels or in the one of --channel."),
        CHANNELS("--channels", "A,B,…", "Channels that the server subscribes the client to."),
        META("--meta", "JSON", "What the application's handlers are told about the client, and clients are not."),
        CHANNEL("--channel", "NAME", "Make a subscription token, for this channel."),
        CLIENT("--client", "ID", "With --channel: only for the connection with this id."),
        DATA("--data", "JSON", "With --channel: what the client is told when it has subscribed."),
        ALGORITHM("--algorithm", "NAME", "HS256, HS384 or HS512. Default: HS256.");

        private final String flag;
        private final String value;
        private final String help;

        Flag(String flag, String value, String help) {
            this.flag = flag;
            this.value = value;
            this.help = help;
        }

        /** As it is written: {@code --user}. */
        public String flag() {
            return flag;
        }

        /** What its value is, for people. */
        public String value() {
            return value;
        }

        /** What it does, for people. */
        public String help() {
            return help;
        }
    }

    /** How a token is signed. */
    public enum Algorithm {
        HS256("HmacSHA256"),
        HS384("HmacSHA384"),
        HS512("HmacSHA512");

        private final String mac;

        Algorithm(String mac) {
            this.mac = mac;
        }

        /** The name the JDK knows it by. */
        public String mac() {
            return mac;
        }
    }

    /** The options of the server, {@code --config} and {@code --help}. */
    public Arguments options() {
        return options;
    }

    /** What was given, as it was written. */
    public @Nullable String find(Flag flag) {
        return given.get(flag);
    }

    /** How long the token is to be valid; zero is for ever. */
    public Duration ttl() {
        return ttl;
    }

    /** How it is to be signed. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** What is wrong with the flags of this command, one line each. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Reads the word at {@code i} and its value; returns the index of the last word read. */
    private int word(String[] words, int i, List<String> rest) {
        int equals = words[i].indexOf('=');
        String name = equals < 0 ? words[i] : words[i].substring(0, equals);
        for (Flag flag : Flag.values()) {
            if (flag.flag().equals(name)) {
                if (equals < 0 && (i + 1 == words.length || words[i + 1].startsWith("--"))) {
                    faults.add(name + " needs a value: " + flag.value());
                    given.put(flag, null);
                    return i;
                }
                String value = equals < 0 ? words[i + 1] : words[i].substring(equals + 1);
                if (given.put(flag, value) != null) {
                    faults.add(name + " is given twice");
                }
                return equals < 0 ? i + 1 : i;
            }
        }
        rest.add(words[i]);
        return i;
    }

    private void check() {
        if (!given.containsKey(Flag.USER)) {
            faults.add("--user is missing: who is the token for?");
        }
        readTtl();
        readAlgorithm();
        boolean subscription = given.containsKey(Flag.CHANNEL);
        for (Flag flag : subscription ? List.of(Flag.CHANNELS, Flag.META) : List.of(Flag.CLIENT, Flag.DATA)) {
            if (given.containsKey(flag)) {
                faults.add(flag.flag() + (subscription ? " does not go with --channel" : " needs --channel"));
            }
        }
        names(Flag.CHANNEL, null);
        names(Flag.CLIENT, null);
        names(Flag.CHANNELS, ",");
    }

    private void names(Flag flag, @Nullable String separator) {
        String written = given.get(flag);
        if (written != null
                && Stream.of(separator == null ? new String[] {written} : written.split(separator, -1))
                        .anyMatch(String::isBlank)) {
            faults.add(flag.flag() + " holds an empty name");
        }
    }

    private void readTtl() {
        String written = given.get(Flag.TTL);
        try {
            if (written != null) {
                ttl = TTLS.parse(new Tree.Text(written));
            }
        } catch (IllegalValueException e) {
            faults.add("--ttl = \"" + written + "\" " + e.problem());
        }
    }

    private void readAlgorithm() {
        String written = given.get(Flag.ALGORITHM);
        try {
            if (written != null) {
                algorithm = Algorithm.valueOf(written.toUpperCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException e) {
            faults.add("--algorithm = \"" + written + "\" is not known; legal is HS256, HS384 or HS512");
        }
    }
}
