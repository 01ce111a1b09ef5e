package dev.relay.standalone.journal;

import dev.relay.RelayException;
import dev.relay.standalone.api.JournalLine;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * How far an export has come.
 *
 * @param channel of the last line; {@code ""} if there is none
 * @param epoch of its stream
 * @param offset up to which it has been written
 * @param bytes of all whole lines
 */
record Position(
        String channel, String epoch, long offset, long bytes, long streams, long publications, boolean complete) {
    static final Position NEW = new Position("", "", 0, 0, 0, 0, false);

    /** Reads what is there, every line of it: a file that is something else is not written to. */
    static Position read(FileChannel file, String what, Path path) throws IOException {
        Lines lines = new Lines(Channels.newInputStream(file));
        Position position = NEW;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            position = position.behind(parsed(line, lines.number(), path), lines.bytes(), what, path);
        }
        if (lines.number() == 0 && file.size() > 0) {
            file.position(0);
            byte[] start = Channels.newInputStream(file).readNBytes(10);
            if (!new String(start, java.nio.charset.StandardCharsets.US_ASCII).startsWith("{\"journal\"")) {
                throw new RelayException(path + " is no export; it is left as it is");
            }
        }
        return position;
    }

    private static JournalLine parsed(byte[] line, long number, Path path) {
        try {
            return JournalLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw new RelayException(path + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    private Position behind(JournalLine line, long end, String what, Path path) {
        if (bytes == 0 && !(line instanceof JournalLine.Begin)) {
            throw new RelayException(path + " is no export; it is left as it is");
        }
        if (line instanceof JournalLine.Begin begin) {
            if (!begin.what().equals(what)) {
                throw new RelayException(path + " is an export of channels " + begin.what() + ", not of " + what
                        + "; choose another file");
            }
            return new Position("", "", 0, end, 0, 0, false);
        } else if (line instanceof JournalLine.Stream stream) {
            return new Position(
                    stream.channel(), stream.epoch(), stream.trimmedTo(), end, streams + 1, publications, false);
        } else if (line instanceof JournalLine.Entry entry) {
            long at = entry.entry().publication().offset();
            return new Position(channel, epoch, at, end, streams, publications + 1, false);
        }
        return new Position(channel, epoch, offset, end, streams, publications, true);
    }
}
