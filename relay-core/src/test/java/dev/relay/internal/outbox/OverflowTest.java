package dev.relay.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.OverflowPolicy;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import dev.relay.internal.FakeTransport;
import dev.relay.internal.TextEncoding;
import dev.relay.internal.outbox.Outbox.Flushed;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverflowTest {
    private static final int LIMIT = 100;

    private final ChunkPool pool = new ChunkPool(new ShardMeter(RelayClock.system()));
    private final TextEncoding encoding = new TextEncoding();
    private final FakeTransport transport = new FakeTransport();
    private final Outbox outbox = new Outbox(pool, transport, LIMIT);

    @Test
    void the_oldest_publications_go_until_the_rest_fits() throws IOException {
        transport.stall();
        for (int i = 1; i <= 5; i++) {
            turn(OverflowPolicy.DROP_OLDEST, i + "x".repeat(25));
        }
        assertThat(outbox.flush()).isEqualTo(Flushed.WAITING);
        assertThat(outbox.waitingBytes()).isEqualTo(3 * 30);
        assertThat(drained()).isEqualTo("[c=3x][c=4x][c=5x]");
        assertThat(pool.backlog().dropped()).isEqualTo(2);
    }

    @Test
    void publications_of_one_turn_go_one_by_one() throws IOException {
        transport.stall();
        turn(OverflowPolicy.DROP_OLDEST, "1".repeat(26), "2".repeat(26), "3".repeat(26), "4".repeat(26));
        assertThat(drained()).isEqualTo("[c=2][c=3][c=4]");
    }

    @Test
    void what_has_begun_to_leave_leaves_whole() throws IOException {
        transport.takePerWrite(3);
        turn(OverflowPolicy.DROP_OLDEST, "1" + "x".repeat(30), "2" + "x".repeat(30), "3" + "x".repeat(30));
        transport.stall();
        assertThat(drained()).isEqualTo("[c=1x][c=3x]");
        assertThat(pool.backlog().dropped()).isEqualTo(1);
    }

    @Test
    void only_the_newest_of_a_channel_waits_where_publications_replace_each_other() throws IOException {
        transport.takePerWrite(3);
        turn(OverflowPolicy.CONFLATE, "1", "2", "3");
        transport.stall();
        turn(OverflowPolicy.CONFLATE, "4");
        assertThat(outbox.waitingBytes()).isEqualTo("[c=1][c=4]".length() - 3);
        turn(OverflowPolicy.CONFLATE, "5", "6");
        assertThat(drained()).isEqualTo("[c=1][c=6]");
        assertThat(pool.backlog().dropped()).isEqualTo(4);
    }

    @Test
    void the_newest_of_each_channel_that_a_pattern_matches_waits() throws IOException {
        transport.stall();
        Chunk chunk = pool.take(encoding, OverflowPolicy.CONFLATE);
        for (String one : List.of("a1", "b1", "a2", "b2", "a3")) {
            chunk.push("*", new Push.Matched(one.substring(0, 1), publication(one)));
        }
        add(chunk);
        assertThat(drained()).isEqualTo("[*<b=b2][*<a=a3]");
    }

    @Test
    void what_replaces_comes_after_what_was_said_before_it() throws IOException {
        transport.stall();
        turn(OverflowPolicy.CONFLATE, "1");
        outbox.reply(encoding, 7, Reply.Unsubscribed.INSTANCE);
        outbox.flush();
        turn(OverflowPolicy.CONFLATE, "2");
        assertThat(drained()).isEqualTo("[7:unsubscribed][c=2]");
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void nothing_but_publications_is_given_up(OverflowPolicy policy) throws IOException {
        transport.stall();
        turn(policy, "x".repeat(50));
        outbox.raw(ByteBuffer.wrap("<raw>".repeat(20).getBytes(StandardCharsets.UTF_8)));
        assertThat(outbox.flush()).isEqualTo(policy == OverflowPolicy.DROP_OLDEST ? Flushed.WAITING : Flushed.OVERFLOW);
        outbox.ping(encoding);
        assertThat(outbox.flush()).isEqualTo(Flushed.OVERFLOW);
    }

    @Test
    void a_socket_that_takes_everything_gets_everything() throws IOException {
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            turn(policy, "1".repeat(80), "2".repeat(80), "3".repeat(80));
        }
        assertThat(transport.writes()).hasSize(3);
        assertThat(drained()).isEqualTo("[c=1|c=2|c=3][c=1][c=2][c=3][c=1][c=2][c=3]");
        assertThat(pool.backlog().dropped()).isZero();
    }

    @Test
    void a_copy_that_many_connections_wait_with_is_counted_once_and_until_the_last_has_sent_it() throws IOException {
        List<FakeTransport> transports = new ArrayList<>();
        List<Outbox> outboxes = new ArrayList<>();
        Chunk chunk = chunk(OverflowPolicy.DISCONNECT, "x".repeat(10_000));
        for (int i = 0; i < 10; i++) {
            FakeTransport one = new FakeTransport();
            one.stall();
            transports.add(one);
            outboxes.add(new Outbox(pool, one, 1 << 20));
            outboxes.get(i).add(chunk);
            outboxes.get(i).flush();
        }
        pool.release(chunk);
        assertThat(pool.backlog().bytes()).isBetween(10_000L, 12_000L);
        for (int i = 0; i < 9; i++) {
            transports.get(i).takeAll();
            outboxes.get(i).resume();
        }
        assertThat(pool.backlog().bytes()).isGreaterThan(10_000);
        outboxes.get(9).clear();
        assertThat(pool.backlog().bytes()).isZero();
    }

    /** A frame as a reader of the rules would keep it. */
    private static final class Frame {
        final String text;
        final OverflowPolicy policy;
        final @Nullable String topic;
        int sent;

        Frame(String text, OverflowPolicy policy, @Nullable String topic) {
            this.text = text;
            this.policy = policy;
            this.topic = topic;
        }
    }

    @Test
    void random_partial_writes_tear_no_frame_keep_the_order_and_drop_what_may_be_dropped_only() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        FakeTransport slow = new FakeTransport();
        int limit = 2000;
        Outbox tested = new Outbox(pool, slow, limit);
        List<Frame> waiting = new ArrayList<>();
        StringBuilder expected = new StringBuilder();
        int dropped = 0;
        for (int turn = 0; turn < 5000; turn++) {
            slow.takePerWrite(random.nextInt(3) == 0 ? 0 : random.nextInt(random.nextBoolean() ? 60 : 2000));
            for (int piece = random.nextInt(4); piece > 0; piece--) {
                add(tested, random, waiting);
            }
            for (boolean resume : random.nextInt(3) == 0 ? List.of(false, true) : List.of(false)) {
                int before = slow.text().length();
                Flushed how = resume ? tested.resume() : tested.flush();
                sent(waiting, slow.text().length() - before, expected);
                dropped += conflate(waiting) + shrink(waiting, limit);
                assertThat(tested.waitingBytes()).as("seed %d", seed).isEqualTo(size(waiting));
                assertThat(how)
                        .as("seed %d", seed)
                        .isEqualTo(
                                waiting.isEmpty()
                                        ? Flushed.EMPTY
                                        : size(waiting) > limit ? Flushed.OVERFLOW : Flushed.WAITING);
            }
        }
        slow.takeAll();
        int before = slow.text().length();
        tested.resume();
        sent(waiting, slow.text().length() - before, expected);
        assertThat(waiting).isEmpty();
        assertThat(slow.text().contentEquals(expected)).as("seed %d", seed).isTrue();
        assertThat(pool.backlog().dropped())
                .as("seed %d", seed)
                .isEqualTo(dropped)
                .isPositive();
        assertThat(pool.backlog().bytes()).as("seed %d", seed).isZero();
    }

    private int number;

    private void add(Outbox tested, Random random, List<Frame> waiting) {
        OverflowPolicy policy = OverflowPolicy.values()[random.nextInt(3)];
        boolean pattern = random.nextBoolean();
        Chunk chunk = pool.take(encoding, policy);
        StringBuilder joined = new StringBuilder();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String text = ++number + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 700 : 40));
            String channel = "t" + random.nextInt(3);
            Push push = pattern ? new Push.Matched(channel, publication(text)) : publication(text);
            chunk.push(policy.name(), push);
            String message = policy.name() + (pattern ? "<" + channel : "") + "=" + text;
            if (policy == OverflowPolicy.DISCONNECT) {
                joined.append(joined.isEmpty() ? "[" : "|").append(message);
            } else {
                waiting.add(new Frame("[" + message + "]", policy, pattern ? channel : "itself"));
            }
        }
        if (!joined.isEmpty()) {
            waiting.add(new Frame(joined + "]", policy, null));
        }
        tested.add(chunk);
        pool.release(chunk);
    }

    private static void sent(List<Frame> waiting, int bytes, StringBuilder expected) {
        for (int left = bytes; left > 0; ) {
            Frame first = waiting.get(0);
            int part = Math.min(left, first.text.length() - first.sent);
            expected.append(first.text, first.sent, first.sent + part);
            first.sent += part;
            left -= part;
            if (first.sent == first.text.length()) {
                waiting.remove(0);
            }
        }
    }

    private static int conflate(List<Frame> waiting) {
        Set<String> newer = new HashSet<>();
        int before = waiting.size();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Frame frame = waiting.get(i);
            if (frame.policy == OverflowPolicy.CONFLATE && frame.sent == 0 && !newer.add(frame.topic)) {
                waiting.remove(i);
            }
        }
        return before - waiting.size();
    }

    private static int shrink(List<Frame> waiting, int limit) {
        int before = waiting.size();
        for (int i = 0; i < waiting.size() && size(waiting) > limit; ) {
            Frame frame = waiting.get(i);
            if (frame.policy == OverflowPolicy.DROP_OLDEST && frame.sent == 0) {
                waiting.remove(i);
            } else {
                i++;
            }
        }
        return before - waiting.size();
    }

    private static long size(List<Frame> waiting) {
        return waiting.stream()
                .mapToLong(frame -> frame.text.length() - frame.sent)
                .sum();
    }

    private void turn(OverflowPolicy policy, String... data) throws IOException {
        add(chunk(policy, data));
    }

    private void add(Chunk chunk) throws IOException {
        outbox.add(chunk);
        pool.release(chunk);
        outbox.flush();
    }

    private Chunk chunk(OverflowPolicy policy, String... data) {
        Chunk chunk = pool.take(encoding, policy);
        for (String one : data) {
            chunk.push("c", publication(one));
        }
        return chunk;
    }

    /** Everything the peer has got in the end, runs of one letter or digit shortened to one. */
    private String drained() throws IOException {
        transport.takeAll();
        assertThat(outbox.resume()).isEqualTo(Flushed.EMPTY);
        return transport.text().replaceAll("([0-9x])\\1+", "$1");
    }

    private static Publication publication(String data) {
        return new Publication(Payload.of(data), null, Map.of(), StreamPosition.NONE, 0);
    }
}
