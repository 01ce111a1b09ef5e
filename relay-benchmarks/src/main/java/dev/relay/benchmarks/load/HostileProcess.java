package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The child process that holds the hostile connections, {@code PORT DIALECT TLS CHANNEL KINDS COUNT}. It says {@code attacking}
 * when all have connected once, goes on until its input ends, then says for each kind how many it opened and how many the
 * server ended, and ends.
 */
public final class HostileProcess {
    private static final long TICK_NANOS = 1_000_000_000L / Attacker.TICKS_PER_SECOND;

    private final List<Attacker> attackers = new ArrayList<>();
    private final List<Hostility> kinds;
    private final AtomicBoolean over = new AtomicBoolean();

    private HostileProcess(
            InetSocketAddress server,
            Dialect dialect,
            boolean encrypted,
            String channel,
            List<Hostility> kinds,
            int count) {
        this.kinds = kinds;
        SplittableRandom random = new SplittableRandom();
        ByteBuffer sink = ByteBuffer.allocateDirect(1 << 16);
        for (int i = 0; i < count; i++) {
            Hostility kind = kinds.get(i % kinds.size());
            attackers.add(new Attacker(kind, dialect, server, encrypted, channel, i < kinds.size(), random, sink));
        }
    }

    /** Returns the exit code. */
    public static int run(String[] arguments) {
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        List<Hostility> kinds =
                Arrays.stream(arguments[4].split(",")).map(Hostility::named).toList();
        HostileProcess process = new HostileProcess(
                server,
                Dialect.named(arguments[1]),
                Boolean.parseBoolean(arguments[2]),
                arguments[3],
                kinds,
                Integer.parseInt(arguments[5]));
        Thread end = new Thread(process::awaitEnd, "end");
        end.setDaemon(true);
        end.start();
        process.attack();
        return 0;
    }

    private void awaitEnd() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            while (input.readLine() != null) {
                // nothing is said to it
            }
        } catch (IOException e) {
            // whoever started it is gone, which is the end as well
        }
        over.set(true);
    }

    private void attack() {
        boolean told = false;
        long next = System.nanoTime();
        while (!over.get()) {
            for (Attacker attacker : attackers) {
                attacker.tick();
            }
            if (!told && attackers.stream().allMatch(attacker -> attacker.opened() > 0)) {
                told = true;
                say("attacking");
            }
            next += TICK_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
        for (Hostility kind : kinds) {
            say(kind.word() + " " + sum(kind, Attacker::opened) + " " + sum(kind, Attacker::cutOff));
        }
        attackers.forEach(Attacker::drop);
    }

    private long sum(Hostility kind, java.util.function.ToLongFunction<Attacker> figure) {
        return attackers.stream()
                .filter(attacker -> attacker.hostility() == kind)
                .mapToLong(figure)
                .sum();
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
