package dev.relay.standalone.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One client of an official SDK, driven by a test. What it is told is kept until a test waits for it, so nothing that
 * happens early is missed.
 *
 * <p>Threading: the test acts and waits; events come on threads of the SDK.
 */
abstract class SdkClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int EVENTS_SHOWN = 40;

    // both guarded by this: the SDK adds, the test takes
    private final List<SdkEvent> untaken = new ArrayList<>();
    private final List<SdkEvent> all = new ArrayList<>();
    private int asked;

    /** Does all of this, one after the other, waiting for nothing in between. */
    abstract void act(SdkAct... acts);

    /** Connects and waits for it; closes when that fails. */
    final SdkClient connected() {
        try {
            act(SdkAct.connect());
            await("connected");
            return this;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Subscribes and waits for it. */
    final SdkEvent subscribed(SdkAct subscribe) {
        act(subscribe);
        return await("subscribed", subscribe.channel());
    }

    /** Asks and waits for the answer. */
    final SdkEvent ask(SdkAct act) {
        int ask = ++asked;
        act(act.and("ask", ask));
        return await("answer to " + act, event -> event.name().equals("answer") && event.number("ask") == ask);
    }

    /** Takes the oldest event of that name that has not been taken yet, waiting for it. */
    final SdkEvent await(String name) {
        return await(name, event -> event.name().equals(name));
    }

    /** The same for one channel. */
    final SdkEvent await(String name, String channel) {
        return await(
                name + " " + channel,
                event -> event.name().equals(name) && event.channel().equals(channel));
    }

    final SdkEvent await(String what, Predicate<SdkEvent> wanted) {
        SdkEvent[] found = new SdkEvent[1];
        Await.until(what, LIMIT, () -> (found[0] = take(wanted)) != null, this::toString);
        return found[0];
    }

    /** Takes as many publications of a channel, waiting for them. */
    final List<SdkEvent> publications(String channel, int count) {
        List<SdkEvent> publications = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            publications.add(await("publication", channel));
        }
        return publications;
    }

    /** Waits until so many clients are present in a channel. */
    final void awaitPresent(String channel, int clients) {
        SdkEvent[] last = new SdkEvent[1];
        Await.until(
                clients + " present in " + channel,
                LIMIT,
                () -> (last[0] = ask(SdkAct.presenceStats(channel))).fields().get("numClients") instanceof Number number
                        && number.intValue() == clients,
                () -> last[0] + "\n" + this);
    }

    /** Everything of that name so far, taken or not. */
    final synchronized List<SdkEvent> soFar(String name) {
        return all.stream().filter(event -> event.name().equals(name)).toList();
    }

    final synchronized void happened(String name, Map<String, Object> fields) {
        SdkEvent event = new SdkEvent(name, fields);
        all.add(event);
        untaken.add(event);
    }

    private synchronized @Nullable SdkEvent take(Predicate<SdkEvent> wanted) {
        for (int i = 0; i < untaken.size(); i++) {
            if (wanted.test(untaken.get(i))) {
                return untaken.remove(i);
            }
        }
        return null;
    }

    @Override
    public abstract void close();

    @Override
    public final synchronized String toString() {
        List<String> last = all.subList(Math.max(0, all.size() - EVENTS_SHOWN), all.size()).stream()
                .map(SdkEvent::toString)
                .toList();
        return "%s; its last events:\n  %s\n".formatted(described(), String.join("\n  ", last));
    }

    /** What it is, for a failed test. */
    abstract String described();
}
