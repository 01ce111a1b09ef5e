package dev.relay.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging to standard output, set up in code: reading an XML file would cost a tenth of the start time. Whoever wants
 * their own file names it with {@code -Dlogback.configurationFile}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-14logger{0} %msg%n";

    /** Libraries whose state changes are not Relay's. */
    private static final Map<String, Level> QUIET = Map.of(
            "org.jooq", Level.WARN,
            "com.zaxxer.hikari", Level.WARN,
            "org.eclipse.jetty", Level.WARN,
            // warns of its own acceptor when a start fails
            "org.eclipse.jetty.util.thread.QueuedThreadPool", Level.ERROR,
            // logs each fault of a peer at ERROR with a trace, and payloads at TRACE
            "org.java_websocket", Level.OFF);

    /** For the logging library, which finds it as a service. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("stdout");
        console.setEncoder(encoder);
        console.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console);
        QUIET.forEach((logger, level) -> context.getLogger(logger).setLevel(level));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets the levels and the format the operator wants. */
    static void apply(Configuration configuration) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            if (configuration.get(Option.LOG_FORMAT) == Option.LogFormat.JSON) {
                writeJson(context);
            }
            context.getLogger(Logger.ROOT_LOGGER_NAME)
                    .setLevel(Level.toLevel(configuration.get(Option.LOG_LEVEL).name()));
            List<String> levels = configuration.find(Option.LOG_LEVELS);
            if (levels != null) {
                for (String entry : levels) {
                    String[] parts = entry.split("=", 2);
                    context.getLogger(parts[0]).setLevel(Level.toLevel(parts[1]));
                }
            }
        }
    }

    private static void writeJson(LoggerContext context) {
        if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout")
                instanceof ConsoleAppender<ILoggingEvent> console) {
            JsonEncoder encoder = new JsonEncoder();
            encoder.setContext(context);
            encoder.setWithSequenceNumber(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithContext(false);
            encoder.setWithArguments(false);
            encoder.setWithMessage(false);
            encoder.setWithFormattedMessage(true);
            encoder.start();
            console.stop();
            console.setEncoder(encoder);
            console.start();
        }
    }

    /** For commands whose standard output is something else, and which say themselves what they do. */
    static void toStandardError() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && System.getProperty("logback.configurationFile") == null) {
            ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
            root.setLevel(Level.WARN);
            if (root.getAppender("stdout") instanceof ConsoleAppender<ILoggingEvent> console) {
                console.stop();
                console.setTarget("System.err");
                console.start();
            }
        }
    }

    /** Whether a person watches standard error. */
    static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return System.console() != null; // not Linux
        }
    }

    /** Writes out what waits; nothing is logged after. */
    static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
