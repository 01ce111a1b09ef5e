package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What Linux says about a process. */
public final class ProcessFigures {
    /** {@code USER_HZ}, which is 100 on every architecture that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final String RUN_TIME = "se.sum_exec_runtime";

    private final Path directory;
    private final Map<String, Long> lastOfThread = new HashMap<>();
    private long ofThreads;

    public ProcessFigures(long pid) {
        this.directory = Path.of("/proc", Long.toString(pid));
    }

    /** Whether this system has them. */
    public static boolean areAvailable() {
        return Files.isReadable(Path.of("/proc/self/stat"));
    }

    /**
     * CPU time of the whole process, user and system, to subtract from a later one. The kernel gives it in ticks of 10 ms; the
     * threads' own times are exact but are gone with a thread, so they count as long as the ticks do not say more.
     */
    public CpuTime cpuTime() throws IOException {
        return new CpuTime(threadNanos(), tickNanos());
    }

    /** Resident memory, bytes. */
    public long residentBytes() throws IOException {
        return status("VmRSS:") * 1024;
    }

    public long threads() throws IOException {
        return status("Threads:");
    }

    /** Open files and sockets. */
    public long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(directory.resolve("fd"))) {
            return open.count();
        }
    }

    /** CPU time of everything on this machine, nanoseconds, to subtract from a later one. */
    static long machineNanos() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/stat"), US_ASCII)) {
            // cpu user nice system idle iowait irq softirq …
            String[] fields = lines.findFirst().orElse("cpu").split(" +");
            long ticks = 0;
            for (int i = 1; i < Math.min(8, fields.length); i++) {
                ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
            }
            return ticks * NANOS_PER_TICK;
        }
    }

    private long tickNanos() throws IOException {
        String stat = Files.readString(directory.resolve("stat"), US_ASCII);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    private long threadNanos() throws IOException {
        try (Stream<Path> threads = Files.list(directory.resolve("task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                long nanos = runTime(thread);
                ofThreads += nanos - lastOfThread.getOrDefault(thread.toString(), 0L);
                lastOfThread.put(thread.toString(), nanos);
            }
        }
        return ofThreads;
    }

    private long runTime(Path thread) throws IOException {
        try (Stream<String> lines = Files.lines(thread.resolve("sched"), US_ASCII)) {
            return lines.filter(line -> line.startsWith(RUN_TIME))
                    .mapToLong(line -> (long) (Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6))
                    .findFirst()
                    .orElse(lastOfThread.getOrDefault(thread.toString(), 0L));
        } catch (NoSuchFileException e) {
            // the thread has ended, or this kernel does not tell: the ticks remain
            return lastOfThread.getOrDefault(thread.toString(), 0L);
        }
    }

    private long status(String field) throws IOException {
        for (String line : Files.readAllLines(directory.resolve("status"), US_ASCII)) {
            if (line.startsWith(field)) {
                return Long.parseLong(
                        line.substring(field.length()).replace("kB", "").trim());
            }
        }
        return 0;
    }

    /** At one moment, nanoseconds. */
    public record CpuTime(long threadNanos, long tickNanos) {
        public long since(CpuTime earlier) {
            long exact = threadNanos - earlier.threadNanos;
            long coarse = tickNanos - earlier.tickNanos - 2 * NANOS_PER_TICK;
            return Math.max(exact, coarse);
        }
    }
}
