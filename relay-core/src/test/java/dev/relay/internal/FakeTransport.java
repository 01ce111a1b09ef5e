package dev.relay.internal;

import dev.relay.CloseCode;
import dev.relay.transport.Connection;
import dev.relay.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection's outbound half that keeps what it is given, and can stall, take a few bytes at a time, or break. */
public final class FakeTransport implements Transport {
    public int pings;

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final List<Integer> writes = new ArrayList<>();
    private @Nullable Connection connection;
    private int bytesPerWrite = Integer.MAX_VALUE;
    private boolean broken;
    private boolean wantsWrite;
    private boolean wantsRead = true;
    private @Nullable CloseCode closedWith;
    private boolean aborted;
    private @Nullable String takenWhenFlushed;

    /** Whom to hand the close frame and the end. */
    public void connection(Connection connection) {
        this.connection = connection;
    }

    public void stall() {
        bytesPerWrite = 0;
    }

    public void takePerWrite(int bytes) {
        bytesPerWrite = bytes;
    }

    public void takeAll() {
        bytesPerWrite = Integer.MAX_VALUE;
    }

    public void breakDown() {
        broken = true;
    }

    /** Everything taken so far. */
    public String text() {
        return taken.toString(StandardCharsets.UTF_8);
    }

    /** How many bytes each write has taken. */
    public List<Integer> writes() {
        return writes;
    }

    public boolean wantsWrite() {
        return wantsWrite;
    }

    public boolean wantsRead() {
        return wantsRead;
    }

    public @Nullable CloseCode closedWith() {
        return closedWith;
    }

    public boolean isAborted() {
        return aborted;
    }

    /** What had been taken when the engine said that everything has left; {@code null} if it has not yet. */
    public @Nullable String takenWhenFlushed() {
        return takenWhenFlushed;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (broken) {
            throw new IOException("broken pipe");
        }
        int count = Math.min(bytes.remaining(), bytesPerWrite);
        for (int i = 0; i < count; i++) {
            taken.write(bytes.get());
        }
        writes.add(count);
        return count;
    }

    @Override
    public void wantWrite(boolean want) {
        wantsWrite = want;
    }

    @Override
    public void wantRead(boolean want) {
        wantsRead = want;
    }

    @Override
    public void close(CloseCode code) {
        if (closedWith != null) {
            throw new AssertionError("closed twice: " + closedWith + ", then " + code);
        }
        closedWith = code;
        if (connection != null) {
            String frame = "<close " + code.code() + " " + code.reason() + ">";
            connection.raw(ByteBuffer.wrap(frame.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void flushed() {
        if (takenWhenFlushed == null) {
            takenWhenFlushed = text();
        }
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public void abort() {
        aborted = true;
        if (connection != null) {
            connection.ended();
        }
    }
}
