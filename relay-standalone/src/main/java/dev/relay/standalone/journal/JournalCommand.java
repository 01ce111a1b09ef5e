package dev.relay.standalone.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import dev.relay.RelayClock;
import dev.relay.RelayException;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.jdbc.JdbcJournalReader;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.ConfigurationReader;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The subcommand {@code journal}. What only reads works beside a running server; what writes becomes the journal's owner as a
 * server does, and so refuses while one lives.
 */
public final class JournalCommand {
    /** How it is called. */
    public static final String NAME = "journal";

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISCONFIGURED = 2;

    private final Surroundings around;

    public JournalCommand(Surroundings around) {
        this.around = around;
    }

    /**
     * Does it; returns the exit code.
     *
     * @param help makes the help text of a command line that asks for it
     */
    public int run(String[] words, Function<JournalArguments, String> help) {
        JournalArguments arguments = JournalArguments.parse(words);
        if (arguments.options().help()) {
            around.out().print(help.apply(arguments));
            return DONE;
        }
        try {
            return run(configured(arguments), arguments) ? DONE : FAILED;
        } catch (InvalidConfigurationException e) {
            around.err()
                    .println("relay: nothing done, there "
                            + (e.faults().size() == 1
                                    ? "is a fault:"
                                    : "are " + e.faults().size() + " faults:"));
            e.faults().forEach(fault -> around.err().println("  " + fault));
            around.err().println("journal --help lists what it takes.");
            return MISCONFIGURED;
        } catch (RelayException e) {
            around.err().println("relay: " + e.getMessage());
            return FAILED;
        } catch (IOException e) {
            around.err().println("relay: " + e);
            return FAILED;
        }
    }

    private Configuration configured(JournalArguments arguments) {
        List<String> faults = new ArrayList<>(arguments.faults());
        try {
            Configuration configuration =
                    ConfigurationReader.read(arguments.options(), around.environment(), around.directory());
            if (faults.isEmpty()) {
                return configuration;
            }
        } catch (InvalidConfigurationException e) {
            faults.addAll(e.faults());
        }
        throw new InvalidConfigurationException(faults);
    }

    private boolean run(Configuration configuration, JournalArguments arguments) throws IOException {
        JournalArguments.Action action = requireNonNull(arguments.action());
        if (action == JournalArguments.Action.REPLAY) {
            return ReplayCall.run(configuration, arguments, around);
        } else if (action == JournalArguments.Action.IMPORT) {
            try (JdbcJournal journal = Store.of(configuration).build()) {
                journal.open();
                return Import.run(journal, arguments, around);
            }
        } else if (action == JournalArguments.Action.PRUNE && arguments.has(Flag.YES)) {
            try (JdbcJournal journal = Store.of(configuration).build();
                    JdbcJournalReader reader = Store.of(configuration).buildReader()) {
                journal.open();
                return Prune.run(reader, journal, arguments, around, nowMicros());
            }
        }
        try (JdbcJournalReader reader = Store.of(configuration).buildReader()) {
            reader.check();
            return switch (action) {
                case TAIL -> Tail.run(reader, arguments, around);
                case EXPORT -> Export.run(reader, arguments, around);
                case STATS -> Stats.run(reader, arguments, around);
                case VERIFY -> Verify.run(reader, arguments, around);
                case PRUNE -> Prune.run(reader, null, arguments, around, nowMicros());
                case IMPORT, REPLAY -> throw new IllegalStateException(action + " is done elsewhere");
            };
        }
    }

    private static long nowMicros() {
        return RelayClock.system().epochMicros();
    }
}
