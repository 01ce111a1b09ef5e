package dev.relay.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** One workload against one server: connect, warm up, measure, wait for the rest. */
final class LoadRun {
    private static final double MIB = 1 << 20;
    private static final long DRAIN_NANOS = 10_000_000_000L;
    private static final int STALLED_READ_MILLIS = 1000;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);

    private final ServerHandle server;
    private final Workload workload;
    private final int repetition;
    private final String java;
    private final String prefix;
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

    LoadRun(ServerHandle server, Workload workload, int repetition, String java) {
        this.server = server;
        this.workload = workload;
        this.repetition = repetition;
        this.java = java;
        this.prefix = workload.name() + ".";
    }

    Measurement measure() {
        Meter meter = new Meter(workload.payloadBytes());
        Tally tally = Tally.CLEAN;
        String fault = null;
        try (Clients clients = new Clients(server.dialect(), server.address(), server.isEncrypted(), meter)) {
            Traffic traffic = new Traffic(clients, workload, meter, prefix);
            try {
                if (workload.name().equals(Workload.IDLE)) {
                    idle(clients);
                } else {
                    traffic(clients, traffic, meter);
                }
            } catch (IOException | RuntimeException e) {
                fault = fault(e);
            }
            tally = clients.tally(traffic.sequences());
        } catch (IOException e) {
            fault = fault(e);
        }
        return new Measurement(server.name(), workload.name(), repetition, java, figures, tally, fault);
    }

    private void idle(Clients clients) throws IOException {
        // brings up what a first connection brings up
        clients.connect(Client.Role.SUBSCRIBER, 100, workload.channels(), prefix, CONNECT_LIMIT);
        Memory before = memory();
        ProcessFigures.CpuTime cpu = server.figures().cpuTime();
        int count = workload.subscribers();
        clients.connect(Client.Role.SUBSCRIBER, count, workload.channels(), prefix, CONNECT_LIMIT);
        figures.put(Figure.CONNECT_CPU_MICROS, server.figures().cpuTime().since(cpu) / 1e3 / count);
        Memory after = memory();
        figures.put(Figure.RESIDENT, after.resident / MIB);
        figures.put(Figure.HEAP, after.heap / MIB);
        figures.put(Figure.RESIDENT_PER_CONNECTION, (after.resident - before.resident) / (double) count);
        figures.put(Figure.HEAP_PER_CONNECTION, (after.heap - before.heap) / (double) count);
    }

    private void traffic(Clients clients, Traffic traffic, Meter meter) throws IOException {
        clients.connect(Client.Role.SUBSCRIBER, workload.subscribers(), workload.channels(), prefix, CONNECT_LIMIT);
        clients.connect(Client.Role.PUBLISHER, workload.publishers(), workload.publishers(), prefix, CONNECT_LIMIT);
        clients.connect(Client.Role.STALLED, workload.stalled(), 1, prefix, CONNECT_LIMIT);
        Memory before = workload.stalled() > 0 ? memory() : null;
        traffic.run(nanos(workload.warmUpSeconds()));
        meter.restart();
        window(traffic, meter);
        traffic.drain(DRAIN_NANOS);
        Meter.Latency latency = meter.latency();
        figures.put(Figure.P50, latency.p50());
        figures.put(Figure.P99, latency.p99());
        figures.put(Figure.P999, latency.p999());
        figures.put(Figure.MAX, latency.max());
        Memory after = memory();
        figures.put(Figure.RESIDENT, after.resident / MIB);
        figures.put(Figure.HEAP, after.heap / MIB);
        if (before != null) {
            stalled(clients, before, after);
        }
    }

    private void window(Traffic traffic, Meter meter) throws IOException {
        ProcessFigures own = new ProcessFigures(ProcessHandle.current().pid());
        long delivered = meter.delivered();
        long machine = ProcessFigures.machineNanos();
        ProcessFigures.CpuTime ownBefore = own.cpuTime();
        ProcessFigures.CpuTime before = server.figures().cpuTime();
        long begin = System.nanoTime();
        traffic.run(nanos(workload.seconds()));
        double elapsed = System.nanoTime() - begin;
        long count = meter.delivered() - delivered;
        long cpu = server.figures().cpuTime().since(before);
        long ownCpu = own.cpuTime().since(ownBefore);
        long others = ProcessFigures.machineNanos() - machine - cpu - ownCpu;
        figures.put(Figure.CPU_MICROS, cpu / 1e3 / count);
        figures.put(Figure.GENERATOR_CPU_MICROS, ownCpu / 1e3 / count);
        figures.put(Figure.RATE, count * 1e9 / elapsed);
        figures.put(Figure.OTHERS, Math.max(0, others / elapsed));
    }

    private void stalled(Clients clients, Memory before, Memory after) {
        figures.put(Figure.RESIDENT_GROWTH, (after.resident - before.resident) / MIB);
        figures.put(Figure.HEAP_GROWTH, (after.heap - before.heap) / MIB);
        ByteBuffer sink = ByteBuffer.allocate(1 << 16);
        double cutOff = 0;
        for (Client client : clients.all()) {
            if (client.role() == Client.Role.STALLED) {
                cutOff += client.isCutOff(sink, STALLED_READ_MILLIS) ? 1 : 0;
            }
        }
        figures.put(Figure.STALLED_CUT_OFF, cutOff);
    }

    private Memory memory() throws IOException {
        long heap = server.heapBytes();
        return new Memory(server.figures().residentBytes(), heap);
    }

    private String fault(Exception e) {
        String log = server.logTail();
        return e.getMessage() + (server.isAlive() ? "" : "; the server has ended") + (log.isEmpty() ? "" : "; " + log);
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** Bytes. */
    private record Memory(long resident, long heap) {}
}
