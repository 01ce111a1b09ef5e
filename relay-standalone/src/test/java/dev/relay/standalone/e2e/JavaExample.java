package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.centrifugal.centrifuge.Client;
import io.github.centrifugal.centrifuge.DuplicateSubscriptionException;
import io.github.centrifugal.centrifuge.EventListener;
import io.github.centrifugal.centrifuge.HistoryOptions;
import io.github.centrifugal.centrifuge.Options;
import io.github.centrifugal.centrifuge.PublicationEvent;
import io.github.centrifugal.centrifuge.SubscribedEvent;
import io.github.centrifugal.centrifuge.Subscription;
import io.github.centrifugal.centrifuge.SubscriptionEventListener;

/** What {@code docs/sdks.md} shows of the Java SDK. It runs until it is ended. */
final class JavaExample {
    private JavaExample() {}

    public static void main(String[] arguments) throws DuplicateSubscriptionException {
        String url = arguments[0];
        // snippet: java
        Client client = new Client(url, new Options(), new EventListener() {});
        Subscription chat = client.newSubscription("chat", new SubscriptionEventListener() {
            @Override
            public void onPublication(Subscription chat, PublicationEvent event) {
                System.out.println("received " + event.getOffset() + " " + new String(event.getData(), UTF_8));
            }

            @Override
            public void onSubscribed(Subscription chat, SubscribedEvent event) {
                chat.publish("{\"text\":\"hello\"}".getBytes(UTF_8), (error, result) -> {});
                HistoryOptions newest =
                        new HistoryOptions.Builder().withLimit(10).build();
                chat.history(newest, (error, history) -> {
                    System.out.println("kept " + history.getPublications().size());
                });
            }
        });
        chat.subscribe();
        client.connect();
        // end of snippet
    }
}
