package dev.relay.standalone.console;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.OverflowPolicy;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.RelayClock;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Configuration.Mode;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.metrics.Figures;
import dev.relay.websocket.OriginPolicy;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The web console's server side: who is let in, and what they may do.
 *
 * <p><b>Threading.</b> Any thread; nothing blocks.
 */
public final class Console implements AutoCloseable {
    /** Methods of the server API that change nothing and tell no secret. */
    private static final Set<String> READING = Set.of(
            "presence",
            "presence_stats",
            "history",
            "channels",
            "connections",
            "info",
            "journal_find",
            "journal_streams",
            "journal_events",
            "journal_replay_status");

    private static final long SWEEP_SECONDS = 5;
    private static final String NO_PASSWORD =
            "the console has no password: set admin_password (RELAY_ADMIN_PASSWORD) and start Relay again";
    private static final String FOREIGN_NAME =
            "nobody has to log in here, so the console is for this machine only: open it as http://localhost";

    private final Configuration configuration;
    private final String version;
    private final ConsoleOrigins origins;
    private final OriginPolicy socketOrigins;
    private final Whereabouts whereabouts;
    private final @Nullable Passwords passwords;
    private final ConsoleSessions sessions;
    private final Tickets tickets;
    private final Feed feed;
    private final ScheduledExecutorService timer;

    // whose connections have been ended; once more in the next sweep, for one that was just being accepted
    private final Queue<String> gone = new ConcurrentLinkedQueue<>();
    private final @Nullable ConsoleSession thisMachine;

    // written once by the starting thread, read by HTTP threads
    private volatile @Nullable Running running;

    private record Running(Relay relay, int port) {}

    /** @param version of Relay, for those who have logged in */
    public Console(Configuration configuration, String version, RelayClock clock) {
        boolean development = configuration.mode() == Mode.DEVELOPMENT;
        this.configuration = configuration;
        this.version = version;
        origins = new ConsoleOrigins(configuration.consoleOrigins(), development);
        socketOrigins = new OriginPolicy(configuration.allowedOrigins(), development);
        whereabouts = new Whereabouts(configuration.get(Option.CONSOLE_ENDPOINT), configuration.hasTls());
        sessions = new ConsoleSessions(clock::nanoTime, this::ended);
        tickets = new Tickets(clock::nanoTime);
        timer = timer();
        feed = new Feed(clock, timer, warnings(configuration));
        String admin = configuration.find(Option.ADMIN_PASSWORD);
        passwords = admin == null
                ? null
                : new Passwords(admin, configuration.find(Option.VIEWER_PASSWORD), clock::nanoTime);
        thisMachine = development ? sessions.always(ConsoleSession.ofThisMachine()) : null;
    }

    /** What a request with a session is answered. */
    public enum Verdict {
        /** It may. */
        ADMITTED,
        /** Nobody is logged in there. */
        UNAUTHORIZED,
        /** The request comes from a page that is none of ours, or its role does not allow it. */
        FORBIDDEN
    }

    /**
     * Has an engine let pages in by their tickets, and nobody else to the channels of the console.
     *
     * @param others decides about everybody else
     */
    public RelayBuilder watching(RelayBuilder engine, Authorizer others) {
        // nothing is kept or allowed there; who follows is for the authorizer to say
        ChannelOptions options =
                ChannelOptions.builder().overflow(OverflowPolicy.DROP_OLDEST).build();
        return engine.authorizer(new ConsoleAuthorizer(others, tickets, sessions, feed))
                .sessionListener(feed)
                .namespace(Configuration.CONSOLE_NAMESPACE, options);
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "relay-console");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** How many channels are told something now, because a page follows them. */
    public int running() {
        return feed.running();
    }

    private static List<String> warnings(Configuration configuration) {
        return configuration.mode() == Mode.INSECURE
                ? List.of("insecure: whoever reaches this address may do anything; meant for development and tests")
                : List.of();
    }

    /**
     * The engine runs.
     *
     * @param port of its WebSocket endpoint
     * @param metrics that it registers its figures with
     */
    public void started(Relay relay, int port, MetricRegistry metrics) {
        running = new Running(relay, port);
        feed.from(relay, new Figures(metrics));
        timer.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    private void sweep() {
        for (String user = gone.poll(); user != null; user = gone.poll()) {
            disconnect(user);
        }
        sessions.sweep();
        feed.sweep();
    }

    /** Whether pages of this origin, which is not this server's, may ask and read answers. */
    public boolean isListed(String origin) {
        return origins.isListed(origin);
    }

    /** The origin of the WebSocket endpoint where it is elsewhere than the page; {@code null} if it is on the same host. */
    public @Nullable String endpointOrigin() {
        return whereabouts.elsewhere();
    }

    /** What a page has to know at first: whether to log in, where to connect; a document of JSON. */
    public byte[] describe(Visit visit) {
        ConsoleSession session = session(visit);
        Running engine = running;
        String hint = hint(visit);
        return JsonOutput.document(out -> {
            out.beginObject().flag("login", thisMachine == null);
            if (session == null) {
                out.nothing("role");
            } else {
                out.text("role", session.role().text());
                out.text("websocket", engine == null ? "" : whereabouts.url(visit, engine.port()));
                out.text("version", version);
                out.text("node", configuration.nodeName());
            }
            if (hint != null) {
                out.text("hint", hint);
            }
            out.endObject();
        });
    }

    private @Nullable String hint(Visit visit) {
        if (!origins.mayVisit(visit)) {
            return FOREIGN_NAME;
        } else if (thisMachine == null && passwords == null) {
            return NO_PASSWORD;
        }
        String origin = visit.origin();
        if (origin == null) {
            // a page of this server asks for what it has without saying where it comes from
            origin = (visit.secure() ? "https://" : "http://") + visit.host();
            if (socketOrigins.allows("https://" + visit.host())) {
                return null; // nor whether there is a proxy that speaks TLS
            }
        }
        return socketOrigins.allows(origin)
                ? null
                : "pages of " + origin + " may not connect: add it to allowed_origins (RELAY_ALLOWED_ORIGINS)";
    }

    /** Lets somebody in. The stage does not fail, and completes on another thread. */
    public CompletionStage<LoginResult> login(Visit visit, String password) {
        if (passwords == null) {
            return CompletableFuture.completedFuture(LoginResult.Wrong.INSTANCE);
        }
        return passwords
                .check(password, visit.address())
                .thenApply(answer -> answer instanceof Passwords.Answer.Right right
                        ? new LoginResult.Entered(sessions.begin(right.role()), right.role())
                        : ((Passwords.Answer.Refused) answer).why());
    }

    /** Whether a request that changes something comes from a page of ours. */
    public boolean isOurs(Visit visit) {
        return visit.marked() && origins.isOurs(visit);
    }

    /** How Relay is configured, a document of JSON without secrets; {@code null} if nobody is logged in there. */
    public byte @Nullable [] configuration(Visit visit) {
        return role(visit) == null ? null : ConfigurationView.of(configuration);
    }

    /** Ends a session and its connections. */
    public void logout(Visit visit) {
        String secret = visit.secret();
        if (secret != null) {
            sessions.end(secret);
        }
    }

    /** A ticket to connect with; {@code null} if nobody is logged in there. */
    public @Nullable String ticket(Visit visit) {
        ConsoleSession session = session(visit);
        return session == null ? null : tickets.issue(session);
    }

    /** Who is logged in; {@code null} if nobody is. */
    public @Nullable Role role(Visit visit) {
        ConsoleSession session = session(visit);
        return session == null ? null : session.role();
    }

    /** Whether a request may call a method of the server API; {@code ""} calls several. */
    public Verdict verdict(Visit visit, String method) {
        if (!isOurs(visit)) {
            return Verdict.FORBIDDEN;
        }
        Role role = role(visit);
        if (role == null) {
            return Verdict.UNAUTHORIZED;
        }
        return role == Role.ADMIN || READING.contains(method) ? Verdict.ADMITTED : Verdict.FORBIDDEN;
    }

    private @Nullable ConsoleSession session(Visit visit) {
        if (!origins.mayVisit(visit)) {
            return null;
        }
        String secret = visit.secret();
        return thisMachine != null || secret == null ? thisMachine : sessions.use(secret);
    }

    private void ended(ConsoleSession session) {
        disconnect(session.user());
        gone.add(session.user());
    }

    private void disconnect(String user) {
        Running engine = running;
        if (engine != null) {
            engine.relay().clients().disconnect(ClientSelector.user(user), CloseCode.FORCE_DISCONNECT);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (passwords != null) {
            passwords.close();
        }
    }
}
