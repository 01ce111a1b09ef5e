package dev.relay.standalone.http;

import dev.relay.RelayException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.http.pathmap.RegexPathSpec;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP server beside the WebSocket endpoint. What is served where is decided in one place, {@link #routes}: the
 * console comes in there.
 *
 * <p><b>Threading.</b> Open and close from one thread. Requests run on at most eight threads of its own; they are
 * daemons, so that they never keep a failed process alive.
 */
public final class HttpSide implements AutoCloseable {
    private static final int MAX_THREADS = 8;
    private static final int IDLE_MILLIS = 30_000;

    /** By then the engine has answered everything: what is left is to send it. */
    private static final Duration SENDING_TIMEOUT = Duration.ofSeconds(1);

    private final Server server;
    private final ServerConnector connector;
    private final UnderWay underWay;

    private HttpSide(Server server, ServerConnector connector, UnderWay underWay) {
        this.server = server;
        this.connector = connector;
        this.underWay = underWay;
    }

    /**
     * Starts serving.
     *
     * @param port 0 takes a free one
     * @param connections at a time; one more takes the place of the one that has been idle longest
     * @param monitoring health and metrics
     * @param api the server API
     * @param console the web console; {@code null} for none
     * @throws RelayException if the address cannot be had
     */
    public static HttpSide open(
            String host,
            int port,
            int connections,
            Monitoring monitoring,
            ApiOptions api,
            @Nullable ConsoleOptions console) {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
        threads.setName("relay-http");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        connector.addBean(new ConnectionPlaces(connections));
        UnderWay underWay = new UnderWay();
        server.setHandler(routes(monitoring, api, console, underWay));
        server.setErrorHandler(new PlainErrors());
        HttpSide side = new HttpSide(server, connector, underWay);
        try {
            server.start();
        } catch (Exception e) {
            // Jetty wraps: the innermost message is the one that says "Address already in use"
            side.close();
            throw new RelayException(
                    "HTTP side cannot listen on " + new InetSocketAddress(host, port) + ": " + reason(e)
                            + "; set http_port to another port, 0 or off",
                    e);
        }
        return side;
    }

    private static PathMappingsHandler routes(
            Monitoring monitoring, ApiOptions api, @Nullable ConsoleOptions console, UnderWay underWay) {
        PathMappingsHandler routes = new PathMappingsHandler();
        routes.addMapping(PathSpec.from("/health"), HealthEndpoint.all(monitoring));
        routes.addMapping(PathSpec.from("/health/ready"), HealthEndpoint.ready(monitoring.health()));
        routes.addMapping(PathSpec.from("/health/live"), HealthEndpoint.live(monitoring.health()));
        ApiEndpoint apiEndpoint = new ApiEndpoint(api, console, underWay);
        routes.addMapping(
                PathSpec.from(ApiEndpoint.PATH + "/*"),
                console == null ? apiEndpoint : new CrossOrigin(console.console(), apiEndpoint));
        if (console != null) {
            CrossOrigin consoleEndpoint = new CrossOrigin(console.console(), new ConsoleEndpoint(console));
            for (ConsoleEndpoint.Place place : ConsoleEndpoint.Place.values()) {
                routes.addMapping(PathSpec.from(place.path()), consoleEndpoint);
            }
            // "/" would be the default of Servlets: everything that nothing else is mapped to
            routes.addMapping(new RegexPathSpec("^/$"), ConsolePage.front());
            String endpoint = console.console().endpointOrigin();
            routes.addMapping(
                    PathSpec.from(ConsolePage.PATH + "/*"),
                    endpoint == null ? ConsolePage.ofThisHost() : new ConsolePage(request -> endpoint));
        }
        routes.addMapping(PathSpec.from(OpenApiEndpoint.PATH), new OpenApiEndpoint());
        if (monitoring.scrape() != null) {
            routes.addMapping(
                    PathSpec.from(MetricsEndpoint.PATH),
                    new MetricsEndpoint(monitoring.scrape(), monitoring.metricsKey()));
        }
        return routes;
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Stops serving; requests that are not answered within a second are cut off. Idempotent. */
    @Override
    public void close() {
        underWay.awaitNone(SENDING_TIMEOUT);
        try {
            server.stop();
        } catch (Exception e) {
            throw new RelayException("HTTP side did not stop cleanly: " + reason(e), e);
        }
    }

    private static String reason(Throwable e) {
        Throwable innermost = e;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.toString() : message;
    }
}
