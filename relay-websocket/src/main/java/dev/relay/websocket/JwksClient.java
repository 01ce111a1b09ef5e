package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key set from its URL: one request, bounded in time and size, without redirects.
 *
 * <p><b>Threading.</b> Any thread; never blocks. Stages complete on threads of the JDK.
 */
final class JwksClient {
    static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_REASON = 200;

    /** Less than an SDK waits for the answer to its connect command. */
    static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final HttpClient client;
    private final HttpRequest request;
    private final String shown;
    private final Duration timeout;

    /** @param timeout from the request to the end of the answer */
    JwksClient(URI url, Duration timeout) {
        this.timeout = timeout;
        int port = url.getPort();
        shown = url.getScheme() + "://" + url.getHost() + (port < 0 ? "" : ":" + port) + url.getRawPath();
        client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        HttpRequest.Builder get = HttpRequest.newBuilder(
                        URI.create(url.getRawQuery() == null ? shown : shown + "?" + url.getRawQuery()))
                .timeout(timeout)
                .header("Accept", "application/json");
        if (url.getUserInfo() != null) {
            get.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(url.getUserInfo().getBytes(UTF_8)));
        }
        request = get.build();
    }

    /** The URL for people: without what may be a password. */
    String shown() {
        return shown;
    }

    /** Asks once. */
    CompletionStage<KeySet> fetch() {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(
                request, info -> info.statusCode() == 200 ? new BoundedBody() : BodySubscribers.replacing(new byte[0]));
        // the request's own timeout ends with the head of the response; its body may be slow, too
        return exchange.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync((response, failure) -> {
                    exchange.cancel(true);
                    return keys(response, failure);
                });
    }

    private static KeySet keys(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
        if (response == null) {
            throw new CompletionException(failure);
        }
        if (response.statusCode() != 200) {
            throw new CompletionException(new IOException("HTTP status " + response.statusCode()));
        }
        try {
            return KeySet.parse(new String(response.body(), UTF_8));
        } catch (ParseException | RuntimeException | StackOverflowError e) {
            // the parser promises ParseException only, but it is fed by somebody else
            throw new CompletionException(new IOException("not a key set Relay can use: " + e.getMessage(), e));
        }
    }

    /** What went wrong, on one line of bounded length: part of it may come from the other side. */
    String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "no whole answer within " + timeout.toMillis() + " ms";
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage().replaceAll("\\p{Cntrl}+", " ");
        String reason = cause.getClass() == IOException.class
                ? message
                : cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
        return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
    }

    /** A body that may not be longer than {@link #MAX_BYTES}. */
    private static final class BoundedBody implements BodySubscriber<byte[]> {
        private final BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
        private long left = MAX_BYTES;
        private Flow.@Nullable Subscription source;

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            whole.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            if (left < 0) {
                return; // under way when it was cancelled
            }
            left -= buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            if (left >= 0) {
                whole.onNext(buffers);
            } else {
                if (source != null) {
                    source.cancel();
                }
                whole.onError(new IOException("the answer is longer than " + MAX_BYTES + " bytes"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.onError(failure);
        }

        @Override
        public void onComplete() {
            if (left >= 0) {
                whole.onComplete();
            }
        }
    }
}
