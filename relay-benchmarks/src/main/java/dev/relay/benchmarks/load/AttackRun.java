package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The three phases against one server, and what it looked like meanwhile. */
final class AttackRun {
    private static final String PREFIX = "good.";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final long DRAIN_NANOS = 10_000_000_000L;
    private static final long SETTLE_NANOS = 1_000_000_000L;

    private final AttackPlan plan;
    private final JavaCommand java;
    private final List<AttackPhase> phases = new ArrayList<>();
    private final List<String> attacks = new ArrayList<>();

    AttackRun(AttackPlan plan, JavaCommand java) {
        this.plan = plan;
        this.java = java;
    }

    AttackOutcome run() throws IOException {
        Workload workload = plan.workload();
        Meter meter = new Meter(workload.payloadBytes());
        try (ServerHandle server = ServerHandle.start(plan.server(), java);
                Clients clients = new Clients(server.dialect(), server.address(), server.isEncrypted(), meter)) {
            Traffic traffic = new Traffic(clients, workload, meter, PREFIX);
            String fault = null;
            try {
                clients.connect(Client.Role.SUBSCRIBER, plan.good(), 1, PREFIX, CONNECT_LIMIT);
                clients.connect(Client.Role.PUBLISHER, 1, 1, PREFIX, CONNECT_LIMIT);
                traffic.run(nanos(workload.warmUpSeconds()));
                phase("before", server, traffic, meter);
                attack(server, traffic, meter);
                traffic.run(SETTLE_NANOS);
                phase("after", server, traffic, meter);
                traffic.drain(DRAIN_NANOS);
            } catch (IOException | RuntimeException e) {
                fault = e.getMessage() + (server.isAlive() ? "" : "; the server has ended: " + server.logTail());
                System.err.println(fault);
            }
            int ended = clients.endedCount();
            return new AttackOutcome(plan, phases, attacks, clients.tally(traffic.sequences()), ended, fault);
        }
    }

    private void attack(ServerHandle server, Traffic traffic, Meter meter) throws IOException {
        List<String> command = new ArrayList<>(
                new JavaCommand(JavaCommand.current(), List.of("-Xmx512m", "-XX:+UseSerialGC")).command());
        command.addAll(List.of(
                "hostile",
                Integer.toString(server.address().getPort()),
                server.dialect().name(),
                Boolean.toString(server.isEncrypted()),
                PREFIX + 0,
                String.join(",", plan.kinds()),
                Integer.toString(plan.hostile())));
        Process hostile = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told = hostile.inputReader(UTF_8)) {
            while (!told.ready() && hostile.isAlive()) {
                traffic.run(100_000_000);
            }
            System.err.println(told.readLine());
            phase("attack", server, traffic, meter);
            hostile.getOutputStream().close();
            while (!told.ready() && hostile.isAlive()) {
                traffic.run(100_000_000);
            }
            told.lines().forEach(attacks::add);
        } finally {
            end(hostile);
        }
    }

    private void phase(String name, ServerHandle server, Traffic traffic, Meter meter) throws IOException {
        meter.restart();
        AttackPhase phase;
        try (Watch watch = new Watch(server)) {
            ProcessFigures.CpuTime cpu = server.figures().cpuTime();
            traffic.run(nanos(plan.seconds()));
            double cores = server.figures().cpuTime().since(cpu) / 1e9 / plan.seconds();
            phase = new AttackPhase(name, meter.latency(), cores, watch.most());
        }
        phases.add(phase);
        System.err.printf(
                Locale.ROOT,
                "%-7s p50 %,.0f µs · p99 %,.0f µs · max %,.0f µs · server %.2f cores%n",
                name,
                phase.latency().p50(),
                phase.latency().p99(),
                phase.latency().max(),
                phase.cores());
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** Looks at the server twice a second, on a thread of its own: listing descriptors would make messages late. */
    private static final class Watch implements AutoCloseable {
        private static final int PERIOD_MILLIS = 500;

        private final ServerHandle server;
        private final Thread thread = new Thread(this::look, "watch");
        private final java.util.concurrent.CountDownLatch over = new java.util.concurrent.CountDownLatch(1);
        private AttackPhase.@Nullable Footprint most;
        private @Nullable IOException failure;

        Watch(ServerHandle server) {
            this.server = server;
            thread.setDaemon(true);
            thread.start();
        }

        private void look() {
            try {
                do {
                    ProcessFigures figures = server.figures();
                    AttackPhase.Footprint now = new AttackPhase.Footprint(
                            figures.residentBytes(), server.heapUsedBytes(), figures.threads(), figures.descriptors());
                    most = most == null ? now : most.most(now);
                } while (!over.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS));
            } catch (IOException e) {
                failure = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** The most of each, ends the looking. */
        AttackPhase.Footprint most() throws IOException {
            close();
            if (failure != null) {
                throw failure;
            }
            AttackPhase.Footprint seen = most;
            return seen == null ? new AttackPhase.Footprint(0, 0, 0, 0) : seen;
        }

        @Override
        public void close() {
            over.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
