package dev.relay.standalone;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Health;
import dev.relay.Relay;
import dev.relay.RelayClock;
import dev.relay.RelayException;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.console.Console;
import dev.relay.standalone.http.ApiOptions;
import dev.relay.standalone.http.ConsoleOptions;
import dev.relay.standalone.http.HttpSide;
import dev.relay.standalone.http.Monitoring;
import dev.relay.standalone.metrics.HealthDetails;
import dev.relay.standalone.metrics.JmxView;
import dev.relay.standalone.metrics.Scrape;
import dev.relay.websocket.TrustedProxies;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs: data directory, engine, HTTP side.
 *
 * <p><b>Threading.</b> Start and close from one thread; {@link #health} from any.
 */
final class Server implements AutoCloseable {
    private static final String NATIVE_DIRECTORY = "org.sqlite.tmpdir";

    private final Configuration configuration;
    private final DataDirectory directory;
    private final MetricRegistry metrics = new MetricRegistry();
    private final @Nullable Console console;
    private @Nullable Engine engine;
    private @Nullable HttpSide http;
    private @Nullable JmxView jmx;

    // written once by the starting thread, read by HTTP threads: publishes the engine's health, or that there is none
    // yet
    private volatile Supplier<Health> health = () -> new Health(Health.State.NOT_READY, "starting");

    // the same for the server API
    private volatile @Nullable Relay relay;

    private Server(Configuration configuration, DataDirectory directory) {
        this.configuration = configuration;
        this.directory = directory;
        this.console =
                configuration.hasConsole() ? new Console(configuration, Version.current(), RelayClock.system()) : null;
    }

    /**
     * Starts everything, or nothing.
     *
     * @throws RelayException if a part cannot start; those that had are stopped again
     */
    static Server start(Configuration configuration, Engine.Starter starter) {
        Server server = new Server(configuration, DataDirectory.open(configuration.dataDirectory()));
        try {
            server.prepareNativeLibrary();
            server.startParts(starter);
            return server;
        } catch (Throwable e) {
            server.closeAfter(e);
            throw e;
        }
    }

    /** Which port clients find it at. */
    int port() {
        return engine == null ? -1 : engine.port();
    }

    /** Which port the HTTP side is at; {@link Option#OFF} if there is none. */
    int httpPort() {
        return http == null ? Option.OFF : http.port();
    }

    /** How the engine is. */
    Health health() {
        return health.get();
    }

    /** The directory it holds. */
    DataDirectory directory() {
        return directory;
    }

    /** Stops in order: clients first, so that health can be asked while they leave. Idempotent. */
    @Override
    public void close() {
        try {
            if (jmx != null) {
                jmx.close();
                jmx = null;
            }
            if (engine != null) {
                engine.stop().run();
                engine = null;
            }
        } finally {
            try {
                if (console != null) {
                    console.close();
                }
                if (http != null) {
                    http.close();
                    http = null;
                }
            } finally {
                directory.close();
            }
        }
    }

    /** The HTTP side starts beside the engine: each spends most of its time on loading classes, and neither needs the other. */
    private void startParts(Engine.Starter starter) {
        int httpPort = configuration.get(Option.HTTP_PORT);
        CompletableFuture<@Nullable HttpSide> opening = httpPort == Option.OFF
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.supplyAsync(
                        () -> HttpSide.open(
                                configuration.host(),
                                httpPort,
                                configuration.get(Option.HTTP_CONNECTIONS),
                                monitoring(),
                                apiOptions(),
                                consoleOptions()),
                        task -> new Thread(task, "relay-http-start").start());
        try {
            engine = starter.start(configuration, directory, metrics, console);
            if (configuration.get(Option.JMX)) {
                jmx = new JmxView(metrics);
            }
            health = engine.health();
            relay = engine.relay();
        } catch (Throwable e) {
            // the engine's fault is the one to report, but what was opened meanwhile has to be closed
            try {
                http = joined(opening);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        http = joined(opening);
    }

    private @Nullable ConsoleOptions consoleOptions() {
        List<String> proxies = configuration.find(Option.TRUSTED_PROXIES);
        return console == null
                ? null
                : new ConsoleOptions(console, TrustedProxies.of(proxies == null ? List.of() : proxies));
    }

    private Monitoring monitoring() {
        return new Monitoring(
                this::health,
                new HealthDetails(metrics, Version.current(), InstantSource.system()),
                configuration.get(Option.METRICS) ? new Scrape(metrics, Version.current()) : null,
                configuration.find(Option.METRICS_KEY));
    }

    private ApiOptions apiOptions() {
        return new ApiOptions(
                new ServerApi(() -> relay),
                apiAccess(),
                configuration.get(Option.API_MAX_BODY_SIZE),
                configuration.get(Option.API_ERROR_MODE));
    }

    private ApiAccess apiAccess() {
        String key = configuration.find(Option.API_KEY);
        if (key != null) {
            return ApiAccess.withKey(key);
        }
        return switch (configuration.mode()) {
            case CLOSED -> ApiAccess.closed();
            case DEVELOPMENT -> ApiAccess.thisMachine();
            case INSECURE -> ApiAccess.open();
        };
    }

    private static @Nullable HttpSide joined(CompletableFuture<@Nullable HttpSide> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RelayException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * SQLite unpacks its library where this property says, by default in the shared temporary directory, which may be
     * read-only, and where a killed process leaves it for ever. In a directory that only we use it can be swept.
     */
    private void prepareNativeLibrary() {
        if (System.getProperty(NATIVE_DIRECTORY) != null) {
            return;
        }
        Path unpacked = directory.path().resolve("native");
        try {
            Files.createDirectories(unpacked);
            try (DirectoryStream<Path> old = Files.newDirectoryStream(unpacked, "sqlite-*")) {
                for (Path file : old) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new RelayException("directory " + unpacked.toAbsolutePath() + " cannot be used: " + e, e);
        }
        System.setProperty(NATIVE_DIRECTORY, unpacked.toAbsolutePath().toString());
    }
}
