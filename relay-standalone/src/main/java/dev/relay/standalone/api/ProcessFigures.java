package dev.relay.standalone.api;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system says about this process. Any thread. */
public final class ProcessFigures {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessFigures() {}

    /** Writes {@code cpu}, in percent of one processor, and {@code rss}, in bytes; what cannot be found out is left out. */
    static void write(JsonOutput out) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            double load =
                    system.getProcessCpuLoad(); // of all processors, since it was last asked for; negative: unknown
            if (load >= 0) {
                out.number("cpu", Math.round(load * system.getAvailableProcessors() * 1000) / 10.0);
            }
        }
        long bytes = residentBytes();
        if (bytes > 0) {
            out.number("rss", bytes);
        }
    }

    /** Bytes of memory that the process has; 0 where that cannot be found out. */
    public static long residentBytes() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // not Linux
        }
    }
}
