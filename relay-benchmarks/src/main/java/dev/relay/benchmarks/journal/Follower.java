package dev.relay.benchmarks.journal;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows a channel through every end of its connection: comes back with its position and counts what it was not given.
 *
 * <p><b>Threading.</b> {@link #run} on its own thread; the rest from any.
 */
final class Follower implements Runnable {
    private static final int RECONNECT_MILLIS = 50;
    private static final int IDLE_MILLIS = 200;
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");
    private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]*)\"");

    private final int port;
    private final String channel;

    // Written by its thread only.
    private volatile long offset;
    private volatile int gaps;
    private volatile int returns;
    private volatile int unrecovered;
    private volatile boolean stopping;

    private String epoch = "";

    Follower(int port, String channel) {
        this.port = port;
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    /** The last offset that it was given. */
    long offset() {
        return offset;
    }

    /** Publications that were neither given nor said to be missing, and such as were given twice or out of order. */
    int gaps() {
        return gaps;
    }

    /** How often it came back. */
    int returns() {
        return returns;
    }

    /** How often it was told that what it missed could not be recovered. */
    int unrecovered() {
        return unrecovered;
    }

    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        boolean returning = false;
        while (!stopping) {
            try (JsonSocket socket = new JsonSocket(port)) {
                socket.send(
                        returning
                                ? "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel
                                        + "\",\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch + "\"}}"
                                : "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
                while (!stopping) {
                    String frame = socket.receive(IDLE_MILLIS);
                    if (frame != null) {
                        for (String line : frame.split("\n", -1)) {
                            returning |= read(line, returning);
                        }
                    }
                }
            } catch (IOException e) {
                RelayJar.pause(RECONNECT_MILLIS);
            }
        }
    }

    /** Returns whether the line has made it a subscriber. */
    private boolean read(String line, boolean returning) throws IOException {
        if (line.contains("\"subscribe\":{")) {
            subscribed(line, returning);
            return true;
        } else if (line.contains("\"error\":")) {
            throw new IOException("refused, to be tried again: " + line);
        } else if (line.contains("\"pub\":{")) {
            given(offsetIn(line));
        } else if (line.contains("\"unsubscribe\":{")) {
            throw new IOException("unsubscribed, to come back: " + line);
        }
        return false;
    }

    private void subscribed(String reply, boolean returning) {
        int publications = reply.indexOf("\"publications\":[");
        String head = publications < 0 ? reply : reply.substring(0, publications) + tail(reply, publications);
        Matcher named = EPOCH.matcher(head);
        epoch = named.find() ? named.group(1) : "";
        if (returning) {
            returns++;
        }
        if (returning && !reply.contains("\"recovered\":true")) {
            unrecovered++;
            offset = offsetIn(head);
        } else if (returning && publications >= 0) {
            Matcher offsets = OFFSET.matcher(reply.substring(publications, reply.indexOf(']', publications)));
            while (offsets.find()) {
                given(Long.parseLong(offsets.group(1)));
            }
        } else if (!returning) {
            offset = offsetIn(head);
        }
    }

    private static String tail(String reply, int publications) {
        return reply.substring(reply.indexOf(']', publications));
    }

    private void given(long next) {
        if (next != offset + 1) {
            gaps++;
        }
        offset = next;
    }

    private static long offsetIn(String text) {
        Matcher found = OFFSET.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
