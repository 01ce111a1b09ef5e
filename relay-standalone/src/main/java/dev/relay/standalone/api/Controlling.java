package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;
import static dev.relay.standalone.api.RefusedRequestException.unlessIllegal;

import dev.relay.ClientSelector;
import dev.relay.Clients;
import dev.relay.CloseCode;
import dev.relay.ControlResult;
import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is done to connections: {@code subscribe}, {@code unsubscribe}, {@code disconnect}, {@code refresh}. */
final class Controlling {
    private static final long MAX_UINT32 = 0xffff_ffffL;
    private static final int LEAST_CLOSE_CODE = 3000; // SDKs take smaller ones for the transport's

    private Controlling() {}

    /** What is to be done to those selected. */
    @FunctionalInterface
    private interface Order {
        CompletionStage<ControlResult> give(Clients clients);
    }

    static Call subscribe(JsonObject request) {
        String channel = request.text("channel");
        ClientSelector who = who(request);
        JsonObject override = request.object("override");
        JsonObject since = request.object("recover_since");
        ServerSubscription how = new ServerSubscription(
                request.payload("info"),
                request.payload("data"),
                request.unsigned("expire_at"),
                override == null ? SubscriptionOverride.NONE : override(override),
                since == null ? null : Histories.position(since));
        given("channel", channel);
        return call(request, clients -> clients.subscribe(who, channel, how));
    }

    static Call unsubscribe(JsonObject request) {
        String channel = request.text("channel");
        ClientSelector who = who(request);
        return call(request, clients -> clients.unsubscribe(who, channel));
    }

    static Call disconnect(JsonObject request) {
        JsonObject how = request.object("disconnect");
        ClientSelector who = who(request).sparing(Set.copyOf(request.textList("whitelist")));
        CloseCode code = how == null ? CloseCode.FORCE_DISCONNECT : closeCode(how);
        return call(request, clients -> clients.disconnect(who, code));
    }

    static Call refresh(JsonObject request) {
        boolean expired = request.flag("expired");
        long expiresAtSeconds = request.unsigned("expire_at");
        ClientSelector who = who(request);
        Payload info = request.payload("info");
        return call(
                request,
                clients -> expired
                        ? clients.disconnect(who, CloseCode.EXPIRED)
                        : clients.refresh(who, expiresAtSeconds, info));
    }

    private static ClientSelector who(JsonObject request) {
        return ClientSelector.client(request.text("user"), request.text("client"));
    }

    private static Call call(JsonObject request, Order order) {
        // Sessions are a matter of transports that Relay does not have: there is none to select.
        boolean nobody = !request.text("session").isEmpty();
        return relay -> nobody
                ? CompletableFuture.completedFuture(Answer.DONE)
                : order.give(relay.clients()).thenApply(Controlling::answer);
    }

    private static Answer answer(ControlResult result) {
        return result instanceof Refused refused ? Answer.failed(refused) : Answer.DONE;
    }

    private static CloseCode closeCode(JsonObject given) {
        int code = (int) Math.min(given.number("code", 0, MAX_UINT32), Integer.MAX_VALUE);
        String reason = given.text("reason");
        if (code < LEAST_CLOSE_CODE) {
            throw new RefusedRequestException(ApiError.BAD_REQUEST, "close code " + code + "; legal is 3000 to 4999");
        }
        return unlessIllegal(() -> new CloseCode(code, reason));
    }

    private static SubscriptionOverride override(JsonObject given) {
        return new SubscriptionOverride(
                value(given, "presence"),
                value(given, "join_leave"),
                value(given, "force_push_join_leave"),
                value(given, "force_positioning"),
                value(given, "force_recovery"));
    }

    private static @Nullable Boolean value(JsonObject override, String name) {
        JsonObject value = override.object(name);
        return value == null ? null : Boolean.valueOf(value.flag("value"));
    }
}
