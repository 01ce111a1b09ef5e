package dev.relay.benchmarks.load.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The child process that is one server: says {@code port N} when it listens, answers {@code used} with the bytes of
 * the heap in use and {@code heap} with those after a collection, and ends when its parent does, which it notices by the end of its input.
 */
public final class ServerProcess {
    /** What can be served. */
    public static final List<String> NAMES =
            List.of("relay", "relay-tls", "java-websocket", "netty", "netty-coalesced");

    private ServerProcess() {}

    /** Returns the exit code. */
    public static int run(String[] arguments) throws Exception {
        BenchServer server =
                switch (arguments[0]) {
                    case "relay" -> new RelayServer(false);
                    case "relay-tls" -> new RelayServer(true);
                    case "java-websocket" -> new PlainJavaWebSocket();
                    case "netty" -> new PlainNetty();
                    case "netty-coalesced" -> new CoalescingNetty();
                    default -> throw new IllegalArgumentException("no such server: " + arguments[0]);
                };
        say("port", server.listen());
        answer(new BufferedReader(new InputStreamReader(System.in, UTF_8)));
        return 0;
    }

    private static void answer(BufferedReader orders) throws IOException {
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("heap")) {
                // the first one finds what is garbage, the second one gives back what its cleaners freed
                System.gc();
                System.gc();
            }
            say(order, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    private static void say(String what, long value) {
        System.out.println(what + " " + value);
        System.out.flush();
    }
}
