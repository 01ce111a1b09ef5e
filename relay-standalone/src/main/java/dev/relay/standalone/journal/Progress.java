package dev.relay.standalone.journal;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A line on a terminal that says how far a command has come; nothing where nobody watches. */
final class Progress {
    private static final int WIDTH = 24;
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final PrintStream err;
    private final boolean shown;
    private final long total;
    private final long began = System.nanoTime();
    private final long skipped;
    private long done;
    private long written;
    private int length;

    /** @param skipped of {@code total}, done by an earlier run */
    Progress(Surroundings around, long total, long skipped) {
        this.err = around.err();
        this.shown = around.terminal();
        this.total = total;
        this.skipped = skipped;
        this.done = skipped;
    }

    void add(long more) {
        done += more;
        long now = System.nanoTime();
        if (shown && now - written >= EVERY_NANOS) {
            written = now;
            write(line(now - began));
        }
    }

    /** The line after so long. */
    String line(long nanos) {
        double rate = (done - skipped) * 1e9 / Math.max(1, nanos);
        long most = Math.max(done, total);
        int filled = most == 0 ? WIDTH : (int) (WIDTH * done / most);
        String left = rate == 0 || done >= most ? "" : ", " + time((long) ((most - done) / rate)) + " left";
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d%%  %,d of %,d, %,.0f/s%s",
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                most == 0 ? 100 : 100 * done / most,
                done,
                most,
                rate,
                left);
    }

    private static String time(long seconds) {
        return seconds >= 3_600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }

    private void write(String line) {
        err.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
        err.flush();
        length = line.length();
    }

    /** Leaves the line as it is at the end. */
    void end() {
        if (shown) {
            write(line(System.nanoTime() - began));
            err.println();
        }
    }
}
