package dev.relay.standalone.journal;

import dev.relay.RelayException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Lines of a file, as bytes, and where they end. */
final class Lines {
    /** Longer than any line of an export: a publication of 1 MiB in Base64, with its tags and infos. */
    private static final int MAX_LINE = 16 << 20;

    private final InputStream in;
    private long bytes;
    private long number;

    Lines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next one without its end; {@code null} where no whole line follows. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                bytes += line.size() + 1;
                number++;
                return line.toByteArray();
            }
            line.write(next);
            if (line.size() > MAX_LINE) {
                throw new RelayException("line " + (number + 1) + " has more than " + MAX_LINE + " bytes");
            }
        }
        return null;
    }

    /** How many bytes the lines so far take, with their ends. */
    long bytes() {
        return bytes;
    }

    /** How many there were. */
    long number() {
        return number;
    }
}
