package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A conversation written down as in the protocol's own documentation, and held with a running server:
 *
 * <pre>
 * &gt; {"id":1,"connect":{}}
 * &lt; {"id":1,"connect":{"client":"&lt;client&gt;","version":"&lt;version&gt;","ping":25,"pong":true}}
 * </pre>
 *
 * {@code >} goes to the server, lines indented below it in the same frame. {@code <} must come from the server, with
 * exactly these members; {@code <name>} stands for any value, the same wherever it is used again, and what it stood for can
 * be sent. Among the lines that must come before the next one is sent, pushes keep their order; replies, told apart by their
 * ids, come in any. {@code < close 3501 bad request} is the end. A ping that is not written down is answered as a client
 * would.
 */
final class Dialogue implements AutoCloseable {
    private static final String CONNECT = """
            > {"id":1,"connect":{}}
            < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
            """;
    /** Three times what an SDK waits for a reply. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration PING_PATIENCE = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("<([a-z]+)>");

    private final RawWebSocket socket;
    private final Map<String, Object> names = new HashMap<>();
    private final StringBuilder transcript = new StringBuilder();

    private Dialogue(RawWebSocket socket) {
        this.socket = socket;
    }

    static Dialogue with(RelayProcess relay) {
        return new Dialogue(RawWebSocket.open(relay.port()));
    }

    static Dialogue over(RawWebSocket socket) {
        return new Dialogue(socket);
    }

    /** A dialogue that has said its {@code connect}, with id 1. */
    static Dialogue connected(RelayProcess relay) {
        return with(relay).runs(CONNECT);
    }

    /** Holds the conversation. */
    Dialogue runs(String script) {
        List<String> outgoing = new ArrayList<>();
        List<String> incoming = new ArrayList<>();
        for (String line : script.strip().split("\n", -1)) {
            String message = line.substring(2);
            if (line.startsWith("< ")) {
                send(outgoing);
                incoming.add(message);
            } else if (line.startsWith("> ")) {
                send(outgoing);
                receive(incoming);
                outgoing.add(message);
            } else if (line.startsWith("  ")) {
                (outgoing.isEmpty() ? incoming : outgoing).add(message);
            } else {
                throw new IllegalArgumentException(line);
            }
        }
        send(outgoing);
        receive(incoming);
        return this;
    }

    /** What a name stood for. */
    String value(String name) {
        return String.valueOf(Objects.requireNonNull(names.get(name), name));
    }

    /** Gives a name its meaning before it is used. */
    Dialogue let(String name, String value) {
        names.put(name, value);
        return this;
    }

    /** Sends one command and hands back its reply, whatever it is; pushes before it are passed over. */
    Map<String, Object> ask(int id, String command) {
        send(new ArrayList<>(List.of("{\"id\":" + id + "," + command + "}")));
        Map<String, Object> reply = next();
        while (!reply.containsKey("id")) {
            reply = next();
        }
        assertThat(reply.get("id")).as(transcript.toString()).hasToString(Integer.toString(id));
        return reply;
    }

    RawWebSocket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.close();
    }

    private void send(List<String> messages) {
        if (messages.isEmpty()) {
            return;
        }
        String[] filled = messages.stream().map(this::fill).toArray(String[]::new);
        for (String message : filled) {
            transcript.append("> ").append(abbreviated(message)).append('\n');
        }
        socket.send(filled);
        messages.clear();
    }

    private void receive(List<String> expected) {
        while (!expected.isEmpty()) {
            if (expected.get(0).startsWith("close ")) {
                RawWebSocket.Closed closed = socket.awaitClose();
                assertThat(closed).as(transcript.toString()).hasToString(expected.remove(0));
                assertThat(expected).as("nothing can follow a close").isEmpty();
                return;
            }
            boolean pingExpected = expected.contains("{}");
            Map<String, Object> actual = next(pingExpected);
            Object id = actual.get("id");
            String candidate = expected.stream()
                    .filter(line -> Objects.equals(Json.object(line).get("id"), id))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not expected:\n" + transcript + "expected: " + expected));
            if (!matches(Json.object(candidate), actual)) {
                throw new AssertionError(
                        "the last line should be\n  " + candidate + "\nwith " + names + "\n" + transcript);
            }
            expected.remove(candidate);
        }
    }

    private Map<String, Object> next() {
        return next(false);
    }

    private Map<String, Object> next(boolean pingToo) {
        long deadline = System.nanoTime() + (pingToo ? PING_PATIENCE : PATIENCE).toNanos();
        while (System.nanoTime() - deadline < 0) {
            String line;
            try {
                line = socket.line();
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + " after\n" + transcript, e);
            }
            transcript.append("< ").append(abbreviated(line)).append('\n');
            Map<String, Object> message = Json.object(line);
            if (!message.isEmpty() || pingToo) {
                return message;
            }
            socket.send("{}");
        }
        throw new AssertionError("nothing but pings for " + PATIENCE + " after\n" + transcript);
    }

    private String fill(String message) {
        Matcher matcher = NAME.matcher(message);
        return matcher.replaceAll(match ->
                Matcher.quoteReplacement(names.containsKey(match.group(1)) ? value(match.group(1)) : match.group()));
    }

    private boolean matches(@Nullable Object expected, @Nullable Object actual) {
        if (expected instanceof Map<?, ?> members && actual instanceof Map<?, ?> others) {
            return members.keySet().equals(others.keySet())
                    && members.keySet().stream().allMatch(name -> matches(members.get(name), others.get(name)));
        }
        if (expected instanceof List<?> elements && actual instanceof List<?> others) {
            boolean same = elements.size() == others.size();
            for (int i = 0; same && i < elements.size(); i++) {
                same = matches(elements.get(i), others.get(i));
            }
            return same;
        }
        if (expected instanceof String text && actual != null) {
            Matcher matcher = NAME.matcher(text);
            if (matcher.matches()) {
                Object before = names.putIfAbsent(matcher.group(1), actual);
                return before == null || before.toString().equals(actual.toString());
            }
        }
        return Objects.equals(expected, actual);
    }

    private static String abbreviated(String line) {
        return line.length() > 2000 ? line.substring(0, 2000) + "… " + line.length() + " characters" : line;
    }
}
