package dev.relay.standalone.e2e;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.ClientInfo;
import io.github.centrifugal.centrifuge.ConnectedEvent;
import io.github.centrifugal.centrifuge.ConnectingEvent;
import io.github.centrifugal.centrifuge.DisconnectedEvent;
import io.github.centrifugal.centrifuge.ErrorEvent;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryResult;
import io.github.centrifugal.centrifuge.MessageEvent;
import io.github.centrifugal.centrifuge.PresenceResult;
import io.github.centrifugal.centrifuge.ServerPublicationEvent;
import io.github.centrifugal.centrifuge.ServerSubscribedEvent;
import io.github.centrifugal.centrifuge.ServerUnsubscribedEvent;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the Java SDK tells of a connection, in the words of {@code sdk.mjs}. */
final class JavaSdkEvents extends EventListener {
    private final SdkClient told;

    JavaSdkEvents(SdkClient told) {
        this.told = told;
    }

    @Override
    public void onConnecting(Client client, ConnectingEvent event) {
        told.happened("connecting", Map.of("code", event.getCode(), "reason", event.getReason()));
    }

    @Override
    public void onConnected(Client client, ConnectedEvent event) {
        Map<String, Object> fields = payload("data", event.getData());
        fields.put("client", event.getClient());
        told.happened("connected", fields);
    }

    @Override
    public void onDisconnected(Client client, DisconnectedEvent event) {
        told.happened("disconnected", Map.of("code", event.getCode(), "reason", event.getReason()));
    }

    @Override
    public void onError(Client client, ErrorEvent event) {
        told.happened("error", JavaSdkClient.fault(event.getError()));
    }

    @Override
    public void onMessage(Client client, MessageEvent event) {
        told.happened("message", payload("data", event.getData()));
    }

    @Override
    public void onSubscribed(Client client, ServerSubscribedEvent event) {
        Map<String, Object> fields = payload("data", event.getData());
        fields.put("channel", event.getChannel());
        fields.put("recovered", event.getRecovered());
        fields.put("wasRecovering", event.wasRecovering());
        fields.put("recoverable", event.getRecoverable());
        fields.put("positioned", event.getPositioned());
        told.happened("server subscribed", fields);
    }

    @Override
    public void onUnsubscribed(Client client, ServerUnsubscribedEvent event) {
        told.happened("server unsubscribed", Map.of("channel", event.getChannel()));
    }

    @Override
    public void onPublication(Client client, ServerPublicationEvent event) {
        Map<String, Object> fields = publication(event.getData(), event.getOffset(), event.getInfo(), event.getTags());
        fields.put("channel", event.getChannel());
        told.happened("server publication", fields);
    }

    static Map<String, Object> publication(
            byte[] data, long offset, @Nullable ClientInfo info, @Nullable Map<String, String> tags) {
        Map<String, Object> fields = payload("data", data);
        fields.put("offset", offset);
        if (info != null) {
            fields.put("info", person(info));
        }
        if (tags != null) {
            fields.put("tags", tags);
        }
        return fields;
    }

    static Map<String, Object> history(HistoryResult result) {
        List<Map<String, Object>> publications = result.getPublications().stream()
                .map(each -> publication(each.getData(), each.getOffset(), each.getInfo(), null))
                .toList();
        return Map.of("publications", publications, "offset", result.getOffset(), "epoch", result.getEpoch());
    }

    static Map<String, Object> presence(PresenceResult result) {
        return Map.of(
                "people",
                result.getClients().values().stream().map(JavaSdkEvents::person).toList());
    }

    static Map<String, Object> person(ClientInfo info) {
        Map<String, Object> fields = payload("connInfo", info.getConnInfo());
        fields.putAll(payload("chanInfo", info.getChanInfo()));
        fields.put("client", info.getClient());
        fields.put("user", info.getUser());
        return fields;
    }

    /** A field with a payload; Protobuf does not tell an empty one from none. */
    static Map<String, Object> payload(String name, byte @Nullable [] data) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (data != null && data.length > 0) {
            fields.put(name, Base64.getEncoder().encodeToString(data));
        }
        return fields;
    }
}
