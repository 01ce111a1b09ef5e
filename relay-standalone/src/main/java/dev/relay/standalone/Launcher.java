package dev.relay.standalone;

import dev.relay.Health;
import dev.relay.InvalidConfigurationException;
import dev.relay.RelayException;
import dev.relay.standalone.config.Arguments;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.ConfigurationReader;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.journal.JournalCommand;
import dev.relay.standalone.journal.Surroundings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of the program, from its arguments to its exit code.
 *
 * <p><b>Threading.</b> {@link #run} once, from the main thread, which then waits in it; {@link #stop} from any other.
 */
final class Launcher {
    private static final long STARTING_POLL_MILLIS = 10;
    private static final long RUNNING_POLL_MILLIS = 250;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final Path directory;
    private final PrintStream out;
    private final PrintStream err;
    private final Engine.Starter starter;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    // written by the main thread before done is counted down, read by the stopping thread after
    private ExitCode exitCode = ExitCode.FAILED;
    // written by the main thread when the configuration is known, read by the stopping thread: how long to wait
    private volatile Duration stopLimit = Duration.ZERO;

    Launcher(Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
        this(environment, directory, out, err, Engine::start);
    }

    Launcher(
            Map<String, String> environment, Path directory, PrintStream out, PrintStream err, Engine.Starter starter) {
        this.environment = environment;
        this.directory = directory;
        this.out = out;
        this.err = err;
        this.starter = starter;
    }

    /** Runs until stopped or failed; returns the exit code. */
    int run(String... words) {
        try {
            String first = words.length == 0 ? "" : words[0];
            exitCode = switch (first) {
                case TokenCommand.NAME -> token(Arrays.copyOfRange(words, 1, words.length));
                case PasswordCommand.NAME ->
                    new PasswordCommand(System.in).run(Arrays.copyOfRange(words, 1, words.length), out, err);
                case JournalCommand.NAME -> journal(Arrays.copyOfRange(words, 1, words.length));
                default -> execute(Arguments.parse(words));
            };
        } finally {
            out.flush();
            err.flush();
            done.countDown();
        }
        return exitCode.code();
    }

    /**
     * Ends {@link #run} and waits for it, for the drain window, the shutdown timeout and a little more.
     *
     * @return the exit code
     */
    int stop() {
        stop.countDown();
        try {
            if (done.await(stopLimit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)) {
                return exitCode.code();
            }
            err.println("relay: did not stop in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.FAILED.code();
    }

    private ExitCode token(String[] words) {
        return new TokenCommand(environment, directory, InstantSource.system()).run(words, out, err);
    }

    private ExitCode journal(String[] words) {
        Logging.toStandardError();
        Surroundings around = new Surroundings(
                environment, directory, System.in, out, err, Logging.isTerminal(), millis -> stopped(millis));
        int code = new JournalCommand(around).run(words, HelpText::ofJournal);
        return ExitCode.of(code);
    }

    private ExitCode execute(Arguments arguments) {
        if (arguments.help()) {
            out.print(HelpText.text());
            return ExitCode.CLEAN;
        }
        if (arguments.version()) {
            out.println("relay " + Version.current());
            return ExitCode.CLEAN;
        }
        try {
            Configuration configuration = ConfigurationReader.read(arguments, environment, directory);
            Logging.apply(configuration);
            return serve(configuration);
        } catch (InvalidConfigurationException e) {
            err.println("relay: not started, the configuration has "
                    + (e.faults().size() == 1 ? "a fault:" : e.faults().size() + " faults:"));
            e.faults().forEach(fault -> err.println("  " + fault));
            err.println("--help lists every option.");
            return ExitCode.MISCONFIGURED;
        }
    }

    private ExitCode serve(Configuration configuration) {
        Logger log = LoggerFactory.getLogger(Launcher.class);
        configuration.warnings().forEach(log::warn);
        stopLimit = configuration.get(Option.DRAIN_WINDOW).plus(configuration.get(Option.SHUTDOWN_TIMEOUT));
        ExitCode code;
        try (Server server = Server.start(configuration, starter)) {
            Announcement.of(configuration, server).forEach(log::info);
            code = watch(server, log);
            log.info("stopping");
        } catch (InvalidConfigurationException e) {
            throw e;
        } catch (RelayException e) {
            err.println("relay: " + e.getMessage());
            log.debug("failed", e);
            return ExitCode.FAILED;
        } catch (RuntimeException e) {
            log.error("failed in a way nobody foresaw; please report it", e);
            return ExitCode.FAILED;
        }
        log.info("stopped");
        return code;
    }

    /**
     * Waits until told to stop, by a signal or by an engine that drains, or until the engine has failed; says once when it
     * becomes ready and when it no longer is.
     */
    private ExitCode watch(Server server, Logger log) {
        boolean ready = false;
        boolean said = false;
        Instant complainAt = Instant.now().plus(PATIENCE);
        while (!stopped(ready || said ? RUNNING_POLL_MILLIS : STARTING_POLL_MILLIS)) {
            Health health = server.health();
            if (health.state() == Health.State.FAILED) {
                log.error("engine failed, exiting so that it can be started anew: {}", health.detail());
                return ExitCode.FAILED;
            }
            if (health.state() == Health.State.DRAINING) {
                return ExitCode.CLEAN; // somebody has asked for it through the server API
            }
            boolean now = health.state() == Health.State.READY;
            if (now && !ready) {
                log.info("ready{}", said ? " again" : ", " + sinceProcessStart() + " ms after the process began");
                said = true;
            } else if (!now && (ready || !said && Instant.now().isAfter(complainAt))) {
                log.warn("not ready; GET /health says why"); // who found the reason has logged it
                said = true;
            }
            ready = now;
        }
        return ExitCode.CLEAN;
    }

    private boolean stopped(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static long sinceProcessStart() {
        Instant now = Instant.now();
        return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now)
                .toMillis();
    }
}
