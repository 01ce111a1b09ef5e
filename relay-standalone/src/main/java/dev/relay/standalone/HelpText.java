package dev.relay.standalone;

import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.config.TokenArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code --help} prints, made from the tables of options. */
final class HelpText {
    private static final int WIDTH = 100;
    private static final String INDENT = " ".repeat(10);

    private HelpText() {}

    static String text() {
        StringBuilder text = new StringBuilder("""
                Relay moves messages over WebSocket and keeps every one in a SQL journal.

                Usage: java -jar relay-standalone.jar [--option value]...
                       java -jar relay-standalone.jar token --user ID [--option value]...
                                               prints a token for a client; token --help says more
                       java -jar relay-standalone.jar password
                                               prints what to configure in place of a password
                       java -jar relay-standalone.jar journal ACTION [--option value]...
                                               %s;
                                               journal --help says more

                Every option is a flag, an environment variable, or a name in the file; a flag wins over the
                environment, the environment over the file. Secrets and keys may also be in files of their own
                that variables with _FILE at their end name. Times are written 300s, 10m, 24h, 30d; sizes 64KiB, 1MiB.

                  --config FILE
                          YAML file with options; default ./relay.yaml if there is one
                  -h, --help
                          This text
                  -V, --version
                          The version
                """.formatted(actions()));
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

    /** What {@code token --help} prints. */
    static String ofToken() {
        StringBuilder text = new StringBuilder("""
                Prints a token for a client, signed with the configured secret, and nothing else.

                Usage: java -jar relay-standalone.jar token --user ID [--option value]...

                """);
        for (TokenArguments.Flag flag : TokenArguments.Flag.values()) {
            text.append("  ")
                    .append(flag.flag())
                    .append(' ')
                    .append(flag.value())
                    .append('\n');
            wrap(flag.help()).forEach(line -> text.append(INDENT).append(line).append('\n'));
        }
        text.append("""
                  --config FILE
                          YAML file with options of the server; default ./relay.yaml if there is one
                  -h, --help
                          This text

                The secret, the issuer, the audience and the user's claim are those of the server's configuration:
                file, environment and flags.

                """);
        Stream.of(Option.CONNECTION_TOKENS, Option.SUBSCRIPTION_TOKENS)
                .flatMap(tokens ->
                        Stream.of(tokens.hmacSecret(), tokens.issuer(), tokens.audience(), tokens.userClaim()))
                .forEach(option -> name(option, text));
        text.append("\nA subscription token is signed with the second secret if any key is configured for those.\n");
        return text.toString();
    }

    /** What {@code password --help} prints. */
    static String ofPassword() {
        return """
                Prints what to configure in place of a password of the web console, and nothing else.

                Usage: java -jar relay-standalone.jar password

                Asks for the password, twice; or reads it, one line, from standard input that is no terminal. What it prints can
                be the value of admin_password and of viewer_password, or in the file that RELAY_ADMIN_PASSWORD_FILE names.
                """;
    }

    /** What {@code journal --help} prints, or {@code journal tail --help}. */
    static String ofJournal(JournalArguments arguments) {
        StringBuilder text = new StringBuilder();
        JournalArguments.Action one = arguments.action();
        for (JournalArguments.Action action : JournalArguments.Action.values()) {
            if (one == null || one == action) {
                text.append("java -jar relay-standalone.jar journal ")
                        .append(action.word())
                        .append(" [--option value]...\n");
                wrap(action.help())
                        .forEach(line -> text.append(INDENT).append(line).append('\n'));
            }
        }
        if (one == null) {
            return text.append("\njournal tail --help and the like say more.\n").toString();
        }
        text.append('\n');
        for (JournalArguments.Flag flag : JournalArguments.Flag.values()) {
            if (flag.belongsTo(one)) {
                text.append("  ")
                        .append((flag.flag() + " " + flag.value()).strip())
                        .append('\n');
                wrap(flag.help())
                        .forEach(line -> text.append(INDENT).append(line).append('\n'));
            }
        }
        text.append("""
                  --config FILE
                          YAML file with options of the server; default ./relay.yaml if there is one
                  -h, --help
                          This text

                The database is that of the server's configuration: file, environment and flags.

                """);
        Stream.of(Option.DATA_DIR, Option.DATABASE_URL, Option.DATABASE_USER, Option.DATABASE_PASSWORD)
                .forEach(option -> name(option, text));
        return text.toString();
    }

    private static String actions() {
        return String.join(
                ", ",
                Stream.of(JournalArguments.Action.values())
                        .map(JournalArguments.Action::word)
                        .toList());
    }

    private static void name(Option<?> option, StringBuilder text) {
        text.append("  ").append(option.flag()).append("  ").append(option.variable());
        if (option.inFile()) {
            text.append("[_FILE]");
        }
        text.append('\n');
    }

    private static void describe(Option<?> option, StringBuilder text) {
        name(option, text);
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
