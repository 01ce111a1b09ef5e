package dev.relay.standalone.api;

import static dev.relay.standalone.api.RefusedRequestException.given;

import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.RpcResult;

/** {@code rpc}: methods that the embedding application has registered. */
final class Procedures {
    private Procedures() {}

    static Call rpc(JsonObject request) {
        Payload parameters = request.payload("params");
        String method = given("method", request.text("method"));
        return relay -> relay.rpc(method, parameters).thenApply(Procedures::answer);
    }

    private static Answer answer(RpcResult result) {
        if (result instanceof RpcResult.Returned returned) {
            return new Answer.Result(out -> out.payload("data", returned.data()));
        }
        // To close the caller's connection is no answer to a caller without one.
        return result instanceof Refused refused ? Answer.failed(refused) : new Answer.Failed(ApiError.INTERNAL);
    }
}
