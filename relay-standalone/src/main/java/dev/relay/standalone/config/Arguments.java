package dev.relay.standalone.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line: {@code --name value} or {@code --name=value} for every option, {@code --config}, {@code --help},
 * {@code --version}. Unknown flags are remembered, not thrown, so that they are reported with all other faults.
 */
public final class Arguments {
    static final String CONFIG = "--config";
    private static final Map<String, Option<?>> FLAGS =
            Option.all().stream().collect(Collectors.toMap(Option::flag, option -> option));
    private final Names names;
    private final Map<Option<?>, Given> given = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private boolean help;
    private boolean version;
    private @Nullable String configFile;

    private Arguments(Collection<String> otherFlags) {
        names = new Names(Stream.of(FLAGS.keySet(), List.of(CONFIG, "--help", "--version"), otherFlags)
                .flatMap(Collection::stream)
                .toList());
    }

    /** Reads the command line; never fails. */
    public static Arguments parse(String... words) {
        return parse(List.of(words), List.of());
    }

    /**
     * Reads the part of a command line that is about options.
     *
     * @param otherFlags what else would have been understood, for somebody who has written another
     */
    static Arguments parse(List<String> words, Collection<String> otherFlags) {
        Arguments arguments = new Arguments(otherFlags);
        String[] all = words.toArray(String[]::new);
        for (int i = 0; i < all.length; i++) {
            i = arguments.word(all, i);
        }
        return arguments;
    }

    /** Whether the help text is asked for; it wins over everything else. */
    public boolean help() {
        return help;
    }

    /** Whether the version is asked for. */
    public boolean version() {
        return version;
    }

    @Nullable
    String configFile() {
        return configFile;
    }

    Map<Option<?>, Given> given() {
        return given;
    }

    List<String> faults() {
        return faults;
    }

    /** Reads the word at {@code i} and, where it takes one, its value; returns the index of the last word read. */
    private int word(String[] words, int i) {
        String word = words[i];
        if (!word.startsWith("-")) {
            faults.add("unexpected argument: " + word);
            return i;
        }
        int equals = word.indexOf('=');
        String flag = equals < 0 ? word : word.substring(0, equals);
        switch (flag) {
            case "-h", "--help" -> help = true;
            case "-V", "--version" -> version = true;
            default -> {
                return flag(flag, equals < 0 ? null : word.substring(equals + 1), words, i);
            }
        }
        return i;
    }

    /** PEM begins with more dashes. */
    private static boolean isFlag(String word) {
        return word.startsWith("--") && !word.startsWith("---");
    }

    private int flag(String flag, @Nullable String joined, String[] words, int i) {
        Option<?> option = FLAGS.get(flag);
        if (option == null && !flag.equals(CONFIG)) {
            faults.add(flag + " (flag) is unknown" + names.hint(flag));
            // what follows an unknown flag is most likely its value: one mistake, one fault
            return joined == null && i + 1 < words.length && !words[i + 1].startsWith("-") ? i + 1 : i;
        }
        String value = joined;
        int last = i;
        if (value == null && option != null && option.kind().bare()) {
            value = "true";
        } else if (value == null) {
            if (i + 1 == words.length || isFlag(words[i + 1])) {
                faults.add(flag + " (flag) needs a value: " + (option == null ? "a file" : option.legal()));
                return i;
            }
            last = i + 1;
            value = words[last];
        }
        boolean twice = option == null
                ? configFile != null
                : given.put(option, new Given("flag " + flag, new Tree.Text(value))) != null;
        if (option == null) {
            configFile = value;
        }
        if (twice) {
            faults.add(flag + " (flag) is given twice");
        }
        return last;
    }
}
