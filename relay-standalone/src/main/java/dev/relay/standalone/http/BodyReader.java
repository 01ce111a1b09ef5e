package dev.relay.standalone.http;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Fetches the body of a request without holding a thread.
 *
 * <p>One that nobody wants, or that is too long, is fetched as well and forgotten, within twice the limit: a caller that is
 * cut off while it sends would not get to see why.
 *
 * <p><b>Threading.</b> One thread at a time: the one that asks for the body, then those on which more has come.
 */
final class BodyReader {
    private final Request request;
    private final int maxBytes;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream fetched = new ByteArrayOutputStream();
    private boolean wanted = true;
    private long length;

    BodyReader(Request request, int maxBytes) {
        this.request = request;
        this.maxBytes = maxBytes;
    }

    /** Fetches it. The stage fails with what {@link #statusOf} understands. */
    CompletionStage<byte[]> read() {
        if (request.getLength() > 2L * maxBytes) {
            refuse();
        } else {
            more();
        }
        return body;
    }

    /** Fetches it and forgets it, unless the caller waits to be asked for it. The stage fails as that of {@link #read}. */
    CompletionStage<byte[]> discard() {
        wanted = false;
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            body.complete(fetched.toByteArray());
            return body;
        }
        return read();
    }

    /** The status of the response to a request whose body could not be had, or whose answer could not. */
    static int statusOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof HttpException http ? http.getCode() : HttpStatus.INTERNAL_SERVER_ERROR_500;
    }

    private void more() {
        boolean last = false;
        while (!last) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::more);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                body.completeExceptionally(chunk.getFailure());
                return;
            }
            last = chunk.isLast();
            take(chunk);
            chunk.release();
            if (length > 2L * maxBytes) {
                refuse();
                return;
            }
        }
        if (length > maxBytes) {
            refuse();
        } else {
            body.complete(fetched.toByteArray());
        }
    }

    private void take(Content.Chunk chunk) {
        length += chunk.remaining();
        if (!wanted || length > maxBytes) {
            fetched.reset();
            return;
        }
        byte[] bytes = new byte[chunk.remaining()];
        chunk.getByteBuffer().get(bytes);
        fetched.writeBytes(bytes);
    }

    private void refuse() {
        body.completeExceptionally(new HttpException.RuntimeException(HttpStatus.PAYLOAD_TOO_LARGE_413));
    }
}
