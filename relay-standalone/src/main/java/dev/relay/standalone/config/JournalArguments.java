package dev.relay.standalone.config;

import dev.relay.journal.Glob;
import dev.relay.standalone.api.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line of {@code journal}: what to do, how, and beside it every option of the server. */
public final class JournalArguments {
    private static final Kind<Duration> AGES = Kind.duration(Duration.ZERO, Duration.ofDays(36_500));
    private static final Kind<Long> SIZES = Kind.largeSize(0, 1L << 50);

    /** What to do. */
    public enum Action {
        TAIL("Prints publications as they come, and the last ones before that. Ends when it is stopped."),
        EXPORT("Writes publications as lines of JSON. If the file is there, goes on where it ends."),
        IMPORT("Brings in what was exported. Needs the journal for itself. Doing it again changes nothing."),
        STATS("Counts publications and bytes, of each channel and of all."),
        VERIFY(
                "Looks for what must not be: holes, times that go backwards, rows that should be gone. Exit code 1 if there is some."),
        PRUNE("Deletes old publications. Needs the journal for itself. Says what it would do unless --yes is given."),
        REPLAY("Publishes a channel again through a running server. Ends with it; stopping this cancels it.");

        private final String help;

        Action(String help) {
            this.help = help;
        }

        /** As it is written: {@code tail}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What it does, for people. */
        public String help() {
            return help;
        }
    }

    private static final Set<Action> READING = Set.of(Action.TAIL, Action.EXPORT, Action.STATS, Action.VERIFY);

    /** How to do it; the table behind the help texts. */
    public enum Flag {
        CHANNEL("--channel", "NAME", "Only this channel; replay: from this one.", READING, Action.PRUNE, Action.REPLAY),
        CHANNELS(
                "--channels",
                "GLOB",
                "Only channels whose names match: * any text, ? one character, [a-z], {a,b}.",
                READING,
                Action.PRUNE),
        USER("--user", "ID", "Only publications of this user; \"\" is anonymous.", Set.of(), Action.TAIL),
        CLIENT("--client", "ID", "Only publications of this connection.", Set.of(), Action.TAIL),
        TAG("--tag", "NAME=VALUE", "Only publications with this tag.", Set.of(), Action.TAIL),
        LINES("--lines", "N", "How many earlier ones to begin with. Default: 10.", Set.of(), Action.TAIL),
        JSON("--json", "", "Lines of JSON as export writes them.", Set.of(), Action.TAIL),
        NO_FOLLOW("--no-follow", "", "Ends after the earlier ones.", Set.of(), Action.TAIL),
        FILE("--file", "FILE", "The file; - is standard output or input.", Set.of(), Action.EXPORT, Action.IMPORT),
        OLDER_THAN("--older-than", "AGE", "Delete what is older: 30d, 12h.", Set.of(), Action.PRUNE),
        KEEP_BYTES(
                "--keep-bytes",
                "SIZE",
                "Delete the oldest of each channel until its payloads have this size: 64MiB; 0 deletes all.",
                Set.of(),
                Action.PRUNE),
        YES("--yes", "", "Delete.", Set.of(), Action.PRUNE),
        TARGET("--target", "NAME", "Into this channel.", Set.of(), Action.REPLAY),
        SPEED(
                "--speed",
                "N",
                "So many times as fast as it was, 0 as fast as possible. Default: 1.",
                Set.of(),
                Action.REPLAY),
        AFTER_OFFSET("--after-offset", "N", "Only later offsets than this.", Set.of(), Action.REPLAY),
        THROUGH_OFFSET("--through-offset", "N", "No later offset than this.", Set.of(), Action.REPLAY),
        FROM("--from", "TIME", "Only from this time on: 2026-03-01T12:00:00Z.", Set.of(), Action.REPLAY),
        TO("--to", "TIME", "Only before this time.", Set.of(), Action.REPLAY),
        UNTAGGED("--untagged", "", "Without the tag replay-of.", Set.of(), Action.REPLAY),
        INTO_ITSELF("--into-itself", "", "The target may be the channel.", Set.of(), Action.REPLAY),
        SERVER(
                "--server",
                "URL",
                "The server's HTTP side. Default: http://localhost and the configured port. The key is api_key's.",
                Set.of(),
                Action.REPLAY);

        private final String flag;
        private final String value;
        private final String help;
        private final List<Action> actions;

        Flag(String flag, String value, String help, Set<Action> some, Action... others) {
            this.flag = flag;
            this.value = value;
            this.help = help;
            this.actions = Stream.concat(some.stream(), Arrays.stream(others)).toList();
        }

        /** As it is written: {@code --channel}. */
        public String flag() {
            return flag;
        }

        /** What its value is, for people; {@code ""} if it has none. */
        public String value() {
            return value;
        }

        /** What it does, for people. */
        public String help() {
            return help;
        }

        /** Whether it has a meaning there. */
        public boolean belongsTo(Action action) {
            return actions.contains(action);
        }
    }

    private final @Nullable Action action;
    private final Map<Flag, String> given = new EnumMap<>(Flag.class);
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final Arguments options;

    private JournalArguments(String... words) {
        this.action = action(words);
        List<String> rest = new ArrayList<>();
        for (int i = action == null ? 0 : 1; i < words.length; i++) {
            i = word(words, i, rest);
        }
        options = Arguments.parse(
                rest, Arrays.stream(Flag.values()).map(Flag::flag).toList());
        if (action == null && !options.help()) {
            faults.add(0, "say what to do: " + actions());
        }
        check();
    }

    /** Reads the command line behind {@code journal}; never fails. */
    public static JournalArguments parse(String... words) {
        return new JournalArguments(words);
    }

    private static @Nullable Action action(String... words) {
        return words.length == 0
                ? null
                : Arrays.stream(Action.values())
                        .filter(action -> action.word().equals(words[0]))
                        .findFirst()
                        .orElse(null);
    }

    private static String actions() {
        return String.join(
                ", ", Arrays.stream(Action.values()).map(Action::word).toList());
    }

    /** Returns the index of the last word read. */
    private int word(String[] words, int i, List<String> rest) {
        int equals = words[i].indexOf('=');
        String name = equals < 0 ? words[i] : words[i].substring(0, equals);
        for (Flag flag : Flag.values()) {
            if (flag.flag.equals(name)) {
                return flag(flag, words, i, equals);
            }
        }
        rest.add(words[i]);
        return i;
    }

    private int flag(Flag flag, String[] words, int i, int equals) {
        if (action != null && !flag.belongsTo(action)) {
            faults.add(flag.flag + " does not go with journal " + action.word());
        }
        if (flag.value.isEmpty()) {
            given.put(flag, "true");
            return i;
        }
        if (equals < 0 && (i + 1 == words.length || words[i + 1].startsWith("--"))) {
            faults.add(flag.flag + " needs a value: " + flag.value);
            return i;
        }
        String value = equals < 0 ? words[i + 1] : words[i].substring(equals + 1);
        if (flag == Flag.TAG) {
            int split = value.indexOf('=');
            if (split < 1) {
                faults.add("--tag = \"" + value + "\" is not NAME=VALUE");
            } else {
                tags.put(value.substring(0, split), value.substring(split + 1));
            }
        } else if (given.put(flag, value) != null) {
            faults.add(flag.flag + " is given twice");
        }
        return equals < 0 ? i + 1 : i;
    }

    private void check() {
        if (given.containsKey(Flag.CHANNEL) && given.containsKey(Flag.CHANNELS)) {
            faults.add("--channel and --channels exclude each other");
        }
        if (action == Action.EXPORT || action == Action.IMPORT) {
            require(Flag.FILE);
        } else if (action == Action.REPLAY) {
            require(Flag.CHANNEL);
            require(Flag.TARGET);
        } else if (action == Action.PRUNE
                && !given.containsKey(Flag.OLDER_THAN)
                && !given.containsKey(Flag.KEEP_BYTES)) {
            faults.add("say what to delete: --older-than, --keep-bytes or both");
        }
        number(Flag.LINES, 10, 0, 10_000);
        number(Flag.AFTER_OFFSET, 0, 0, Long.MAX_VALUE);
        number(Flag.THROUGH_OFFSET, 0, 0, Long.MAX_VALUE);
        parsed(Flag.FROM, Times::micros);
        parsed(Flag.TO, Times::micros);
        parsed(Flag.SPEED, Double::parseDouble);
        parsed(Flag.OLDER_THAN, text -> kind(AGES, text));
        parsed(Flag.KEEP_BYTES, text -> kind(SIZES, text.equals("0") ? "0B" : text));
        parsed(Flag.CHANNELS, Glob::compile);
    }

    private void require(Flag flag) {
        if (!options.help() && !given.containsKey(flag)) {
            faults.add(flag.flag + " is missing");
        }
    }

    private static <T> T kind(Kind<T> kind, String text) {
        try {
            return kind.parse(new Tree.Text(text));
        } catch (IllegalValueException e) {
            throw new IllegalArgumentException(e.problem(), e);
        }
    }

    private <T> @Nullable T parsed(Flag flag, Function<String, T> parse) {
        String written = given.get(flag);
        try {
            return written == null ? null : parse.apply(written);
        } catch (NumberFormatException e) {
            faults.add(flag.flag + " = \"" + written + "\" is not a number");
        } catch (IllegalArgumentException e) {
            faults.add(flag.flag + " = \"" + written + "\" " + e.getMessage());
        }
        return null;
    }

    private long number(Flag flag, long otherwise, long least, long most) {
        Long number = parsed(flag, Long::parseLong);
        if (number != null && (number < least || number > most)) {
            faults.add(flag.flag + " = " + number + " is not from " + least + " to " + most);
            return otherwise;
        }
        return number == null ? otherwise : number;
    }

    /** The options of the server, {@code --config} and {@code --help}. */
    public Arguments options() {
        return options;
    }

    /** What to do; {@code null} if that is not said. */
    public @Nullable Action action() {
        return action;
    }

    /** What was given, as it was written. */
    public @Nullable String find(Flag flag) {
        return given.get(flag);
    }

    /** Whether it was given. */
    public boolean has(Flag flag) {
        return given.containsKey(flag);
    }

    /** All of {@code --tag}. */
    public Map<String, String> tags() {
        return tags;
    }

    /** {@code --lines}. */
    public int lines() {
        return (int) number(Flag.LINES, 10, 0, 10_000);
    }

    /** {@code --older-than}; {@code null} if it is not given. */
    public @Nullable Duration olderThan() {
        return parsed(Flag.OLDER_THAN, text -> kind(AGES, text));
    }

    /** {@code --keep-bytes}; {@code null} if it is not given. */
    public @Nullable Long keepBytes() {
        return parsed(Flag.KEEP_BYTES, text -> kind(SIZES, text.equals("0") ? "0B" : text));
    }

    /** What is wrong with the flags of this command, one line each. */
    public List<String> faults() {
        return List.copyOf(faults);
    }
}
