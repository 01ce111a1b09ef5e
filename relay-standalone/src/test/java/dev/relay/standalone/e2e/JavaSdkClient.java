package dev.relay.standalone.e2e;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.CompletionCallback;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.ReplyError;
import io.github.centrifugal.centrifuge.ResultCallback;
import io.github.centrifugal.centrifuge.StreamPosition;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionOptions;
import io.github.centrifugal.centrifuge.TokenCallback;
import io.github.centrifugal.centrifuge.UnauthorizedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client of the Java and Android SDK, in this process. It speaks Protobuf only. */
final class JavaSdkClient extends SdkClient {
    private final @Nullable TokenSource tokens;
    private final Client client;

    JavaSdkClient(String url, SdkOptions options) {
        tokens = options.tokens();
        Options made = new Options();
        made.setToken(options.token());
        made.setMinReconnectDelay(100);
        made.setMaxReconnectDelay(500);
        if (tokens != null) {
            made.setTokenGetter(new io.github.centrifugal.centrifuge.ConnectionTokenGetter() {
                @Override
                public void getConnectionToken(
                        io.github.centrifugal.centrifuge.ConnectionTokenEvent event, TokenCallback callback) {
                    answer("", callback);
                }
            });
        }
        client = new Client(url, made, new JavaSdkEvents(this));
    }

    @Override
    void act(SdkAct... acts) {
        for (SdkAct act : acts) {
            carryOut(act);
        }
    }

    private void carryOut(SdkAct act) {
        switch (act.verb()) {
            case "connect" -> client.connect();
            case "disconnect" -> client.disconnect();
            case "subscribe" -> subscription(act).subscribe();
            case "unsubscribe" -> subscription(act).unsubscribe();
            case "send" -> client.send(act.data(), sent());
            case "publish" -> client.publish(act.channel(), act.data(), answering(act, result -> Map.of()));
            case "rpc" ->
                client.rpc(
                        act.string("method"),
                        act.data(),
                        answering(act, result -> JavaSdkEvents.payload("data", result.getData())));
            case "history" -> client.history(act.channel(), range(act), answering(act, JavaSdkEvents::history));
            case "presence" -> client.presence(act.channel(), answering(act, JavaSdkEvents::presence));
            case "presence stats" ->
                client.presenceStats(
                        act.channel(),
                        answering(
                                act,
                                stats -> Map.of("numClients", stats.getNumClients(), "numUsers", stats.getNumUsers())));
            default -> throw new IllegalArgumentException("the Java SDK cannot " + act.verb());
        }
    }

    private Subscription subscription(SdkAct act) {
        Subscription existing = client.getSubscription(act.channel());
        if (existing != null) {
            return existing;
        }
        SubscriptionOptions made = new SubscriptionOptions();
        made.setMinResubscribeDelay(100);
        made.setMaxResubscribeDelay(500);
        act.wishes().forEach((wish, value) -> wish(made, wish, value));
        try {
            return client.newSubscription(act.channel(), made, new JavaSdkSubscriptionEvents(this));
        } catch (DuplicateSubscriptionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void wish(SubscriptionOptions made, String wish, Object value) {
        switch (wish) {
            case "token" -> made.setToken((String) value);
            case "asksForToken" ->
                made.setTokenGetter(new io.github.centrifugal.centrifuge.SubscriptionTokenGetter() {
                    @Override
                    public void getSubscriptionToken(
                            io.github.centrifugal.centrifuge.SubscriptionTokenEvent event, TokenCallback callback) {
                        answer(event.getChannel(), callback);
                    }
                });
            case "recoverable" -> made.setRecoverable((Boolean) value);
            case "positioned" -> made.setPositioned((Boolean) value);
            case "joinLeave" -> made.setJoinLeave((Boolean) value);
            default -> throw new IllegalArgumentException("the Java SDK has no option " + wish);
        }
    }

    private void answer(String channel, TokenCallback callback) {
        happened("token wanted", Map.of("channel", channel));
        if (tokens == null) {
            throw new IllegalStateException("asked for a token, but there is no back end");
        }
        TokenSource.Answer said = tokens.token(channel);
        if (said instanceof TokenSource.Answer.Token token) {
            callback.Done(null, token.text());
        } else if (said instanceof TokenSource.Answer.Unauthorized) {
            callback.Done(new UnauthorizedException(), null);
        } else {
            callback.Done(new IllegalStateException("no token at the moment"), null);
        }
    }

    private <T> ResultCallback<T> answering(SdkAct act, Function<T, Map<String, Object>> fields) {
        return (error, result) -> {
            if (!act.with().containsKey("ask")) {
                return;
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("ask", act.with().getOrDefault("ask", 0));
            answer.putAll(error == null ? fields.apply(result) : fault(error));
            happened("answer", answer);
        };
    }

    private CompletionCallback sent() {
        return error -> {
            if (error != null) {
                happened("error", fault(error));
            }
        };
    }

    private static HistoryOptions range(SdkAct act) {
        HistoryOptions.Builder range = new HistoryOptions.Builder()
                .withLimit((Integer) act.with().getOrDefault("limit", 0))
                .withReverse(Boolean.TRUE.equals(act.with().get("reverse")));
        if (act.with().get("since") instanceof Map<?, ?> since
                && since.get("offset") instanceof Number offset
                && since.get("epoch") instanceof String epoch) {
            range.withSince(new StreamPosition(offset.longValue(), epoch));
        }
        return range.build();
    }

    /** Code and message of what went wrong; the SDK's own troubles have no code. */
    static Map<String, Object> fault(Throwable error) {
        int code = error instanceof ReplyError refused ? refused.getCode() : -1;
        return Map.of("code", code, "message", String.valueOf(error.getMessage()));
    }

    @Override
    public void close() {
        try {
            client.close(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    String described() {
        return "client of the Java SDK, " + client.getState();
    }
}
