package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.StreamPosition;
import dev.relay.internal.World.Client;
import dev.relay.internal.channel.ChannelPattern;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A client, and what it may be told. The n-th publication of a channel is {@code pn}, at offset n where the channel has a
 * stream; those with an even number have another tag than the others.
 */
final class Onlooker {
    private static final FilterNode EVEN = new FilterNode("", "parity", "eq", "even", List.of(), List.of());

    /** What the client asked for and has not been answered. */
    private record Asked(String name, boolean subscribes, boolean even, boolean events) {}

    /** A subscription that stands. */
    private static final class Standing {
        private final boolean even; // it wants even numbers only
        private final boolean events;
        private final Map<String, Integer> last = new HashMap<>(); // number that came last, by channel
        private final Set<String> others = new TreeSet<>(); // who is there, as far as events tell
        private boolean rested; // it has seen a moment at which everything had come

        Standing(boolean even, boolean events) {
            this.even = even;
            this.events = events;
        }

        int next(int number) {
            return even ? number + 2 - number % 2 : number + 1;
        }
    }

    private final Client client;
    private final String user;
    private final Map<Integer, Asked> asked = new HashMap<>();
    private final Map<String, Standing> standing = new HashMap<>();
    private final Map<String, Integer> lastOffsets = new HashMap<>(); // of the channels with a stream
    private boolean mayClose;
    private boolean closed;

    Onlooker(Client client, String user) {
        this.client = client;
        this.user = user;
    }

    Client client() {
        return client;
    }

    String user() {
        return user;
    }

    /** What it is subscribed to. */
    Collection<String> names() {
        return standing.keySet();
    }

    boolean isClosed() {
        return closed;
    }

    void mayClose() {
        mayClose = true;
    }

    /** Subscribes or unsubscribes, whatever it has asked for before. */
    void change(Random random, String name) {
        if (random.nextInt(3) == 0) {
            Command.Unsubscribe command = client.unsubscribe(name);
            asked.put(command.id(), new Asked(name, false, false, false));
            client.send(command);
            return;
        }
        boolean even = random.nextInt(3) == 0;
        boolean events = random.nextInt(3) == 0;
        int last = lastOffsets.getOrDefault(name, -1);
        boolean recover = last >= 0 && random.nextBoolean();
        Command.Subscribe command = new Command.Subscribe(
                client.nextId(),
                name,
                "",
                null,
                recover,
                recover ? new StreamPosition(last, "") : StreamPosition.NONE,
                false,
                false,
                events,
                even ? EVEN : null,
                0);
        asked.put(command.id(), new Asked(name, true, even, events));
        client.send(command);
    }

    /** Checks what has been received. */
    void look(Map<String, Integer> published) {
        for (String message : client.received()) {
            assertThat(closed).as("closed before %s", message).isFalse();
            if (message.startsWith("<close")) {
                assertThat(mayClose).as("may be closed: %s", message).isTrue();
                closed = true;
                standing.clear();
            } else if (Character.isDigit(message.charAt(0))) {
                answered(message);
            } else {
                pushed(message, published);
            }
        }
    }

    /** Everything has come: nothing is missing. */
    void rest(Map<String, Integer> published, Map<String, TreeSet<String>> present) {
        if (closed) {
            return;
        }
        assertThat(asked).as("unanswered").isEmpty();
        standing.forEach((name, subscription) -> {
            published.forEach((channel, top) -> {
                if (matches(name, channel)) {
                    int newest = subscription.even ? top - top % 2 : top;
                    Integer last = subscription.last.put(channel, newest);
                    assertThat(last == null ? newest : last)
                            .as("last publication of %s for %s", channel, this)
                            .isEqualTo(newest);
                }
            });
            if (subscription.events && !ChannelPattern.isPattern(name)) {
                Set<String> there = present.getOrDefault(name, new TreeSet<>());
                if (subscription.rested) {
                    assertThat(subscription.others)
                            .as("in %s, as told to %s", name, this)
                            .isEqualTo(there);
                }
                subscription.others.clear();
                subscription.others.addAll(there);
            }
            subscription.rested = true;
        });
    }

    private void answered(String message) {
        if (message.startsWith("1:connected")) {
            for (String one : message.split(" (?=[^ ]+:subscribed)")) {
                int end = one.indexOf(":subscribed");
                if (end > 0) {
                    String details = one.substring(end + ":subscribed".length());
                    stands(one.substring(0, end), new Standing(false, false), details.trim());
                }
            }
            return;
        }
        String[] words = message.split("[: ]", 3);
        Asked question = asked.remove(Integer.valueOf(words[0]));
        assertThat(question).as("asked for %s", message).isNotNull();
        if (question == null) {
            return;
        }
        String name = question.name();
        if (words[1].equals("unsubscribed")) {
            standing.remove(name);
        } else if (words[1].equals("error")) {
            assertThat(words[2]).as(message).isEqualTo("105");
        } else {
            assertThat(question.subscribes()).as(message).isTrue();
            stands(name, new Standing(question.even(), question.events()), words.length < 3 ? "" : words[2]);
        }
    }

    /** @param details {@code recoverable at 3 recovered #4=p4 #5=p5} and the like */
    private void stands(String name, Standing made, String details) {
        assertThat(standing.put(name, made)).as("subscribed twice to %s", name).isNull();
        String[] words = details.split(" ");
        if (details.isEmpty()) {
            return;
        }
        int at = Integer.parseInt(words[2]);
        boolean recovers = words.length > 3 && words[3].equals("recovered");
        assertThat(details).doesNotContain("not recovered");
        made.last.put(name, made.even ? at - at % 2 : at);
        if (!recovers) {
            lastOffsets.put(name, at);
        }
        for (int i = 4; i < words.length; i++) {
            publication(name, name, words[i]);
        }
    }

    private void pushed(String message, Map<String, Integer> published) {
        int end = indexOfAny(message);
        String name = message.substring(0, end);
        String rest = message.substring(end);
        if (rest.startsWith(" subscribed by server")) {
            String at = rest.substring(" subscribed by server".length());
            stands(name, new Standing(false, false), at.isEmpty() ? "" : "recoverable" + at);
        } else if (rest.startsWith(" unsubscribed ")) {
            assertThat(rest).isEqualTo(" unsubscribed 2000");
            assertThat(standing.remove(name)).as(message).isNotNull();
        } else if (rest.startsWith(" joined ") || rest.startsWith(" left ")) {
            event(name, rest);
        } else if (rest.startsWith("<")) {
            int channelEnd = rest.contains("#") ? rest.indexOf('#') : rest.indexOf('=');
            publication(name, rest.substring(1, channelEnd), rest.substring(channelEnd));
        } else {
            publication(name, name, rest);
            assertThat(published).containsKey(name);
        }
    }

    /** @param what {@code #5=p5}, or {@code =p5} where there are no offsets */
    private void publication(String name, String channel, String what) {
        Standing subscription = standing.get(name);
        assertThat(subscription).as("subscribed to %s at %s", name, what).isNotNull();
        if (subscription == null) {
            return;
        }
        int number = Integer.parseInt(what.substring(what.indexOf("=p") + 2));
        assertThat(what).isEqualTo((channel.startsWith("kept") ? "#" + number : "") + "=p" + number);
        assertThat(matches(name, channel)).as("%s matches %s", name, channel).isTrue();
        Integer last = subscription.last.put(channel, number);
        if (last == null) {
            assertThat(!subscription.even || number % 2 == 0)
                    .as("%s is wanted", what)
                    .isTrue();
        } else {
            assertThat(number).as("number that follows %s in %s", last, channel).isEqualTo(subscription.next(last));
        }
        if (name.equals(channel) && channel.startsWith("kept")) {
            lastOffsets.put(channel, number);
        }
    }

    private void event(String name, String what) {
        Standing subscription = standing.get(name);
        assertThat(subscription).as("subscribed to %s at %s", name, what).isNotNull();
        if (subscription == null) {
            return;
        }
        assertThat(subscription.events).as("wants events: %s", what).isTrue();
        String who = what.substring(what.lastIndexOf(' ') + 1);
        if (what.startsWith(" joined")) {
            assertThat(subscription.others.add(who) || !subscription.rested)
                    .as(what)
                    .isTrue();
        } else {
            assertThat(who).as("who leaves").isNotEqualTo(user);
            assertThat(subscription.others.remove(who) || !subscription.rested)
                    .as(what)
                    .isTrue();
        }
    }

    private static int indexOfAny(String message) {
        int end = 0;
        while ("#=< ".indexOf(message.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static boolean matches(String name, String channel) {
        if (name.equals(channel)) {
            return true;
        }
        String regex = name.replace(".", "[.]")
                .replace("**", "@")
                .replace("*", "[^.]+")
                .replace("@", ".+");
        return channel.matches(regex);
    }

    @Override
    public String toString() {
        return user + names();
    }
}
