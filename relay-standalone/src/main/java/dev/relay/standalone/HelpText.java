package dev.relay.standalone;

import dev.relay.standalone.config.Option;
import java.util.ArrayList;
import java.util.List;

/** What {@code --help} prints, made from the table of options. */
final class HelpText {
    private static final int WIDTH = 100;
    private static final String INDENT = " ".repeat(10);

    private HelpText() {}

    static String text() {
        StringBuilder text = new StringBuilder("""
                Relay moves messages over WebSocket and keeps every one in a SQL journal.

                Usage: java -jar relay-standalone.jar [--option value]...

                Every option is a flag, an environment variable, or a name in the file; a flag wins over the
                environment, the environment over the file. Secrets and keys may also be in files of their own
                that variables with _FILE at their end name. Times are written 300s, 10m, 24h, 30d; sizes 64KiB, 1MiB.

                  --config FILE
                          YAML file with options; default ./relay.yaml if there is one
                  -h, --help
                          This text
                  -V, --version
                          The version
                """);
        for (Option.Group group : Option.Group.values()) {
            text.append('\n').append(group.title()).append('\n');
            Option.all().stream().filter(option -> option.group() == group).forEach(option -> describe(option, text));
        }
        text.append("\nExit codes\n");
        for (ExitCode code : ExitCode.values()) {
            text.append("  ")
                    .append(code.code())
                    .append("       ")
                    .append(code.meaning())
                    .append('\n');
        }
        return text.toString();
    }

    private static void describe(Option<?> option, StringBuilder text) {
        text.append("  ").append(option.flag()).append("  ").append(option.variable());
        if (option.inFile()) {
            text.append("[_FILE]");
        }
        text.append('\n');
        wrap(option.help() + " Default: " + option.defaultShown() + ".")
                .forEach(line -> text.append(INDENT).append(line).append('\n'));
    }

    private static List<String> wrap(String sentence) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" ")) {
            if (!line.isEmpty() && INDENT.length() + line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
