package dev.relay.standalone.e2e;

import io.github.centrifugal.centrifuge.JoinEvent;
import io.github.centrifugal.centrifuge.LeaveEvent;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.SubscribingEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionErrorEvent;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;
import io.github.centrifugal.centrifuge.SubscriptionSubscribeError;
import io.github.centrifugal.centrifuge.UnsubscribedEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the Java SDK tells of a subscription, in the words of {@code sdk.mjs}. */
final class JavaSdkSubscriptionEvents extends SubscriptionEventListener {
    private final SdkClient told;

    JavaSdkSubscriptionEvents(SdkClient told) {
        this.told = told;
    }

    @Override
    public void onSubscribing(Subscription subscription, SubscribingEvent event) {
        tell("subscribing", subscription, Map.of("code", event.getCode(), "reason", event.getReason()));
    }

    @Override
    public void onSubscribed(Subscription subscription, SubscribedEvent event) {
        Map<String, Object> fields = JavaSdkEvents.payload("data", event.getData());
        fields.put("recovered", event.getRecovered());
        fields.put("wasRecovering", event.wasRecovering());
        fields.put("recoverable", event.getRecoverable());
        fields.put("positioned", event.getPositioned());
        tell("subscribed", subscription, fields);
    }

    @Override
    public void onUnsubscribed(Subscription subscription, UnsubscribedEvent event) {
        tell("unsubscribed", subscription, Map.of("code", event.getCode(), "reason", event.getReason()));
    }

    @Override
    public void onError(Subscription subscription, SubscriptionErrorEvent event) {
        Throwable error = event.getError();
        tell(
                "failed",
                subscription,
                JavaSdkClient.fault(error instanceof SubscriptionSubscribeError refused ? refused.getError() : error));
    }

    @Override
    public void onPublication(Subscription subscription, PublicationEvent event) {
        tell(
                "publication",
                subscription,
                JavaSdkEvents.publication(event.getData(), event.getOffset(), event.getInfo(), event.getTags()));
    }

    @Override
    public void onJoin(Subscription subscription, JoinEvent event) {
        tell("join", subscription, Map.of("info", JavaSdkEvents.person(event.getInfo())));
    }

    @Override
    public void onLeave(Subscription subscription, LeaveEvent event) {
        tell("leave", subscription, Map.of("info", JavaSdkEvents.person(event.getInfo())));
    }

    private void tell(String name, Subscription subscription, Map<String, Object> fields) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("channel", subscription.getChannel());
        told.happened(name, all);
    }
}
