package dev.relay.internal.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import dev.relay.internal.FakeTransport;
import dev.relay.internal.TextEncoding;
import dev.relay.internal.outbox.Outbox.Flushed;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.transport.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final ChunkPool pool = new ChunkPool(new ShardMeter(RelayClock.system()));
    private final TextEncoding encoding = new TextEncoding();
    private final FakeTransport transport = new FakeTransport();
    private final Outbox outbox = new Outbox(pool, transport, 1000);

    @Test
    void replies_of_a_turn_share_a_frame_and_a_write() throws IOException {
        published(outbox, 1);
        published(outbox, 2);
        assertThat(outbox.flush()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.text()).isEqualTo("[1:published|2:published]");
        assertThat(transport.writes()).hasSize(1);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void replies_chunks_and_raw_bytes_leave_in_the_order_added_and_in_one_write() throws IOException {
        unsubscribed(outbox, 1);
        outbox.add(chunk("a"));
        unsubscribed(outbox, 2);
        outbox.raw(ByteBuffer.wrap("<raw>".getBytes(StandardCharsets.UTF_8)));
        outbox.add(chunk("b"));
        outbox.ping(encoding);
        unsubscribed(outbox, 3);
        assertThat(outbox.flush()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.text()).isEqualTo("[1:unsubscribed][c=a][2:unsubscribed]<raw>[c=b][ping][3:unsubscribed]");
        assertThat(transport.writes()).hasSize(1);
    }

    @Test
    void a_publisher_sees_its_own_publication_before_the_replies_of_the_turn() throws IOException {
        published(outbox, 1);
        published(outbox, 2);
        outbox.add(chunk("a"));
        outbox.add(chunk("b"));
        published(outbox, 3);
        assertThat(outbox.flush()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.text()).isEqualTo("[c=a][c=b][1:published|2:published|3:published]");
        assertThat(transport.writes()).hasSize(1);
    }

    @Test
    void a_push_does_not_overtake_a_reply_that_ends_a_subscription() throws IOException {
        published(outbox, 1);
        unsubscribed(outbox, 2);
        outbox.add(chunk("a"));
        outbox.flush();
        assertThat(transport.text()).isEqualTo("[1:published|2:unsubscribed][c=a]");
    }

    @Test
    void what_the_socket_does_not_take_waits_and_leaves_first() throws IOException {
        transport.takePerWrite(4);
        published(outbox, 1);
        assertThat(outbox.flush()).isEqualTo(Flushed.WAITING);
        published(outbox, 2);
        assertThat(outbox.flush()).isEqualTo(Flushed.WAITING);
        assertThat(transport.text()).isEqualTo("[1:p");
        transport.takeAll();
        assertThat(outbox.resume()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.text()).isEqualTo("[1:published][2:published]");
    }

    @Test
    void resume_does_not_say_empty_while_pieces_of_this_turn_are_left() throws IOException {
        transport.stall();
        published(outbox, 1);
        outbox.flush();
        published(outbox, 2);
        transport.takeAll();
        assertThat(outbox.resume()).isEqualTo(Flushed.WAITING);
        assertThat(outbox.flush()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.text()).isEqualTo("[1:published][2:published]");
    }

    @Test
    void any_sequence_of_partial_writes_gives_the_same_bytes() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder expected = new StringBuilder();
        FakeTransport slow = new FakeTransport();
        Outbox large = new Outbox(pool, slow, 1 << 30);
        for (int turn = 0; turn < 2000; turn++) {
            slow.takePerWrite(random.nextInt(3) == 0 ? 0 : random.nextInt(300_000));
            for (int piece = random.nextInt(4); piece > 0; piece--) {
                String text = "x".repeat(random.nextInt(50) == 0 ? random.nextInt(150_000) : random.nextInt(200));
                if (random.nextBoolean()) {
                    Chunk chunk = chunk(text);
                    large.add(chunk);
                    pool.release(chunk);
                    expected.append("[c=").append(text).append(']');
                } else {
                    large.raw(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                    expected.append(text);
                }
            }
            large.flush();
            if (random.nextBoolean()) {
                large.resume();
            }
        }
        slow.takeAll();
        large.resume();
        assertThat(slow.text().contentEquals(expected)).as("seed %d", seed).isTrue();
        assertThat(large.takenBytes()).isEqualTo(expected.length());
        assertThat(large.isEmpty()).isTrue();
    }

    @Test
    void connections_that_cannot_take_a_chunk_share_one_copy_of_it() {
        Chunk chunk = chunk("hello");
        chunk.seal();
        assertThat(chunk.copy()).isSameAs(chunk.copy());
    }

    @Test
    void more_than_the_limit_is_an_overflow_and_exactly_the_limit_is_not() throws IOException {
        transport.stall();
        outbox.raw(ByteBuffer.allocate(1000));
        assertThat(outbox.flush()).isEqualTo(Flushed.WAITING);
        outbox.raw(ByteBuffer.allocate(1));
        assertThat(outbox.flush()).isEqualTo(Flushed.OVERFLOW);
    }

    @Test
    void everything_is_dropped_but_the_frame_that_is_partly_written() throws IOException {
        transport.takePerWrite(17);
        published(outbox, 1);
        outbox.ping(encoding);
        published(outbox, 2);
        outbox.flush(); // takes [1:published][pin
        published(outbox, 3);
        outbox.dropAllButPartialFrame();
        outbox.raw(ByteBuffer.wrap("<close>".getBytes(StandardCharsets.UTF_8)));
        transport.takeAll();
        outbox.flush();
        outbox.resume();
        assertThat(transport.text()).isEqualTo("[1:published][ping]<close>");
    }

    @Test
    void everything_is_dropped_when_the_socket_stands_between_two_frames() throws IOException {
        transport.takePerWrite("[1:published]".length());
        published(outbox, 1);
        outbox.ping(encoding);
        outbox.flush();
        outbox.dropAllButPartialFrame();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void a_reply_that_is_too_long_is_not_added() throws IOException {
        assertThat(outbox.replyWithin(encoding, 1, Reply.Published.INSTANCE, 5)).isFalse();
        assertThat(outbox.replyWithin(encoding, 2, Reply.Published.INSTANCE, 50))
                .isTrue();
        outbox.flush();
        assertThat(transport.text()).isEqualTo("[2:published]");
    }

    @Test
    void a_push_the_encoding_cannot_carry_leaves_no_trace() throws IOException {
        published(outbox, 1);
        assertThat(outbox.push(encoding, "c", publication("binary"))).isFalse();
        published(outbox, 2);
        outbox.flush();
        assertThat(transport.text()).isEqualTo("[1:published|2:published]");
    }

    @Test
    void an_outbox_with_nothing_but_such_a_push_writes_nothing() throws IOException {
        assertThat(outbox.push(encoding, "c", publication("binary"))).isFalse();
        assertThat(outbox.flush()).isEqualTo(Flushed.EMPTY);
        assertThat(transport.writes()).isEmpty();
    }

    @Test
    void a_broken_transport_is_the_callers_to_handle() {
        transport.breakDown();
        published(outbox, 1);
        assertThatThrownBy(outbox::flush).isInstanceOf(IOException.class);
    }

    @Test
    void messages_join_a_frame_up_to_its_limit_and_a_longer_one_has_a_frame_of_its_own() {
        Chunk chunk = pool.take(new TextEncoding(64 << 10));
        String big = "x".repeat(30 << 10);
        for (int i = 0; i < 5; i++) {
            assertThat(chunk.push("c", publication(big))).isTrue();
        }
        assertThat(chunk.push("c", publication("y".repeat(100 << 10)))).isTrue();
        chunk.seal();
        String text = StandardCharsets.UTF_8.decode(chunk.bytes()).toString();
        assertThat(text.split("]")).hasSize(4).satisfies(frames -> {
            assertThat(List.of(frames).subList(0, 3)).allMatch(frame -> frame.length() < 64 << 10);
            assertThat(frames[0]).matches("\\[c=x+\\|c=x+");
            assertThat(frames[3]).startsWith("[c=y");
        });
    }

    @Test
    void a_chunk_is_used_again_only_when_nobody_needs_it() {
        Chunk chunk = chunk("a");
        outbox.add(chunk);
        pool.release(chunk);
        assertThat(pool.take(encoding)).isNotSameAs(chunk);
        outbox.clear();
        assertThat(pool.take(encoding)).isSameAs(chunk);
    }

    private Chunk chunk(String data) {
        Chunk chunk = pool.take(encoding);
        chunk.push("c", publication(data));
        return chunk;
    }

    private void published(Outbox target, int id) {
        target.reply(encoding, id, Reply.Published.INSTANCE);
    }

    private void unsubscribed(Outbox target, int id) {
        target.reply(encoding, id, Reply.Unsubscribed.INSTANCE);
    }

    private static Publication publication(String data) {
        return new Publication(Payload.of(data), null, Map.of(), StreamPosition.NONE, 0);
    }
}
