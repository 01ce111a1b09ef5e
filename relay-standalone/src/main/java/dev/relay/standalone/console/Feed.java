package dev.relay.standalone.console;

import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.RelayClock;
import dev.relay.RelayException;
import dev.relay.Session;
import dev.relay.SessionListener;
import dev.relay.standalone.api.MalformedRequestException;
import dev.relay.standalone.metrics.Figures;
import dev.relay.watch.WatchQuery;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what pages follow, as long as one follows it: where nobody does, nothing is watched.
 *
 * <p>A watch of messages is admitted when its page asks for the channel, begins with the subscription and ends with it. What has been
 * admitted and not begun counts for half a minute.
 *
 * <p><b>Threading.</b> Any thread; a short lock, which shards take only for the console's own channels.
 */
final class Feed implements SessionListener, ConsoleAuthorizer.Admission {
    /** Most watches of messages at a time. */
    static final int MAX_TRAFFIC = 8;

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int TOP = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    private final RelayClock clock;
    private final ScheduledExecutorService timer;
    private final List<String> standingWarnings;
    private final Map<String, Followed> followed = new HashMap<>(); // by channel; guarded by this
    private @Nullable Source source; // guarded by this

    private record Source(Relay relay, Figures figures) {}

    /** A channel that is followed, or about to be. */
    private static final class Followed {
        private final String user; // whose it is; "" is everybody's
        private final long askedAtNanos;
        private @Nullable TrafficQuery query;
        private @Nullable TrafficQuery running;
        private int followers;
        private @Nullable Runnable stop;

        Followed(String user, long askedAtNanos) {
            this.user = user;
            this.askedAtNanos = askedAtNanos;
        }

        void stop() {
            if (stop != null) {
                stop.run();
                stop = null;
            }
        }
    }

    Feed(RelayClock clock, ScheduledExecutorService timer, List<String> standingWarnings) {
        this.clock = clock;
        this.timer = timer;
        this.standingWarnings = standingWarnings;
    }

    /** What is published, and where, from now on. */
    synchronized void from(Relay relay, Figures figures) {
        source = new Source(relay, figures);
    }

    @Override
    public @Nullable ErrorCode refusal(SubscribeAttempt attempt) {
        String channel = attempt.channel();
        if (channel.equals(ConsoleChannels.FLOW) || channel.equals(ConsoleChannels.NODE)) {
            return null;
        } else if (!ConsoleChannels.isTraffic(channel)) {
            return ErrorCode.UNKNOWN_CHANNEL;
        }
        TrafficQuery query;
        try {
            query = TrafficQuery.read(attempt.data());
        } catch (MalformedRequestException | IllegalArgumentException e) {
            LOG.debug("a page's wish is refused: {}", e.getMessage());
            return ErrorCode.BAD_REQUEST;
        }
        return admission(channel, attempt.session().user(), query);
    }

    private synchronized @Nullable ErrorCode admission(String channel, String user, TrafficQuery query) {
        Followed one = followed.get(channel);
        if (one == null) {
            if (followed.values().stream().filter(each -> !each.user.isEmpty()).count() >= MAX_TRAFFIC) {
                return ErrorCode.LIMIT_EXCEEDED;
            }
            one = new Followed(user, clock.nanoTime());
            followed.put(channel, one);
        } else if (!one.user.equals(user)) {
            return ErrorCode.PERMISSION_DENIED;
        }
        one.query = query; // a page that comes back may bring another
        return null;
    }

    @Override
    public void subscribed(Session session, String channel) {
        if (ConsoleChannels.isReserved(channel)) {
            follow(channel);
        }
    }

    @Override
    public void unsubscribed(Session session, String channel, int code) {
        if (ConsoleChannels.isReserved(channel)) {
            unfollow(channel);
        }
    }

    private synchronized void follow(String channel) {
        Source from = source;
        boolean traffic = ConsoleChannels.isTraffic(channel);
        Followed one = traffic ? followed.get(channel) : followed.computeIfAbsent(channel, name -> new Followed("", 0));
        if (one == null || from == null) {
            return; // somebody whom the server API has subscribed, not a page
        }
        one.followers++;
        if (one.stop != null && one.running == one.query) {
            return;
        }
        one.stop();
        one.running = one.query;
        try {
            one.stop = started(channel, one.query, from);
        } catch (RelayException e) {
            LOG.warn("nothing is told on {}: {}", channel, e.getMessage());
        }
    }

    private @Nullable Runnable started(String channel, @Nullable TrafficQuery query, Source from) {
        Consumer<byte[]> pages =
                document -> from.relay().publish(channel, Payload.verifiedJson(document, 0, document.length));
        if (query != null) {
            return from.relay().watch(query.watch(), new TrafficWatcher(query.messages(), pages))::close;
        } else if (channel.equals(ConsoleChannels.FLOW)) {
            WatchQuery all =
                    WatchQuery.every(INTERVAL).except(ConsoleChannels.ALL).top(TOP);
            return from.relay().watch(all, new FlowWatcher(from.figures(), pages))::close;
        } else if (channel.equals(ConsoleChannels.NODE)) {
            NodeReport report = new NodeReport(from.figures(), from.relay()::health, clock, standingWarnings);
            ScheduledFuture<?> ticking = timer.scheduleAtFixedRate(
                    () -> pages.accept(report.document()),
                    INTERVAL.toMillis(),
                    INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
            return () -> ticking.cancel(false);
        }
        return null;
    }

    private synchronized void unfollow(String channel) {
        Followed one = followed.get(channel);
        if (one != null && --one.followers <= 0) {
            one.stop();
            followed.remove(channel);
        }
    }

    /** Forgets what has been asked for and not come. */
    synchronized void sweep() {
        long now = clock.nanoTime();
        followed.values()
                .removeIf(one ->
                        !one.user.isEmpty() && one.followers == 0 && now - one.askedAtNanos >= PATIENCE.toNanos());
    }

    /** How many channels are told something now. */
    synchronized int running() {
        return (int) followed.values().stream().filter(one -> one.stop != null).count();
    }
}
