package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEncodingTest {
    private static final ClientInfo INFO = new ClientInfo("", "c1", null, null);

    private final JsonEncoding encoding = new JsonEncoding();

    @Test
    void connected() {
        assertThat(reply(1, new Reply.Connected("c1", "relay 0.1.0", null, false, 0, 25, true, Map.of())))
                .isEqualTo("{\"id\":1,\"connect\":{\"client\":\"c1\",\"version\":\"relay 0.1.0\",\"ping\":25,"
                        + "\"pong\":true}}");
        assertThat(reply(1, new Reply.Connected("c1", "", Payload.of("{\"a\":\n1}"), true, 3600, 0, false, Map.of())))
                .isEqualTo("{\"id\":1,\"connect\":{\"client\":\"c1\",\"expires\":true,\"ttl\":3600,"
                        + "\"data\":{\"a\":1}}}");
    }

    @Test
    void connected_with_subscriptions_of_the_server() {
        Map<String, Reply.Subscribed> subscriptions = new LinkedHashMap<>();
        subscriptions.put(
                "#42",
                new Reply.Subscribed(
                        false,
                        0,
                        true,
                        true,
                        new StreamPosition(7, "Wq9a"),
                        true,
                        true,
                        List.of(new Publication(
                                Payload.of("{\"n\":8}"), null, Map.of(), new StreamPosition(8, "Wq9a"), 0)),
                        null));
        subscriptions.put("news", (Reply.Subscribed) subscribed(false, StreamPosition.NONE, false, false));

        assertThat(reply(1, new Reply.Connected("a1", "", null, false, 0, 25, true, subscriptions)))
                .isEqualTo("{\"id\":1,\"connect\":{\"client\":\"a1\",\"subs\":{\"#42\":{\"recoverable\":true,"
                        + "\"epoch\":\"Wq9a\",\"publications\":[{\"data\":{\"n\":8},\"offset\":8}],\"recovered\":true,"
                        + "\"offset\":7,\"positioned\":true,\"was_recovering\":true},\"news\":{}},\"ping\":25,"
                        + "\"pong\":true}}");
        assertThat(reply(1, new Reply.Connected("a1", "v", Payload.of("1"), true, 60, 0, false, subscriptions)))
                .startsWith("{\"id\":1,\"connect\":{\"client\":\"a1\",\"version\":\"v\",\"expires\":true,\"ttl\":60,"
                        + "\"data\":1,\"subs\":{\"#42\":{")
                .endsWith(",\"news\":{}}}}");
        assertThat(reply(1, new Reply.Connected("a1", "", null, false, 0, 0, false, Map.of())))
                .isEqualTo("{\"id\":1,\"connect\":{\"client\":\"a1\"}}");
    }

    @Test
    void subscribed() {
        assertThat(reply(2, subscribed(false, StreamPosition.NONE, false, false)))
                .isEqualTo("{\"id\":2,\"subscribe\":{}}");
        assertThat(reply(2, subscribed(true, new StreamPosition(0, "k3Zq"), false, false)))
                .isEqualTo("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"k3Zq\",\"positioned\":true}}");
        assertThat(reply(
                        2,
                        subscribed(
                                true,
                                new StreamPosition(1, "k3Zq"),
                                true,
                                true,
                                publication("{\"a\":2}", 2),
                                publication("{\"a\":3}", 3))))
                .isEqualTo("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"k3Zq\",\"publications\":["
                        + "{\"data\":{\"a\":2},\"offset\":2},{\"data\":{\"a\":3},\"offset\":3}],\"recovered\":true,"
                        + "\"offset\":1,\"positioned\":true,\"was_recovering\":true}}");
        assertThat(reply(2, subscribed(true, new StreamPosition(5, "k3Zq"), false, true)))
                .isEqualTo("{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"k3Zq\",\"offset\":5,"
                        + "\"positioned\":true,\"was_recovering\":true}}");
        assertThat(reply(
                        2,
                        new Reply.Subscribed(
                                false,
                                0,
                                false,
                                false,
                                StreamPosition.NONE,
                                false,
                                false,
                                List.of(),
                                Payload.of("[1]"))))
                .isEqualTo("{\"id\":2,\"subscribe\":{\"data\":[1]}}");
    }

    @Test
    void a_subscription_that_expires_has_all_its_fields_in_order() {
        assertThat(reply(
                        2,
                        new Reply.Subscribed(
                                true,
                                600,
                                true,
                                true,
                                new StreamPosition(5, "e"),
                                true,
                                true,
                                List.of(publication("1", 6)),
                                Payload.of("{}"))))
                .isEqualTo("{\"id\":2,\"subscribe\":{\"expires\":true,\"ttl\":600,\"recoverable\":true,\"epoch\":\"e\","
                        + "\"publications\":[{\"data\":1,\"offset\":6}],\"recovered\":true,\"offset\":5,"
                        + "\"positioned\":true,\"data\":{},\"was_recovering\":true}}");
    }

    @Test
    void presence_is_there_also_when_nobody_is() {
        Map<String, ClientInfo> clients = new LinkedHashMap<>();
        clients.put("a1", new ClientInfo("42", "a1", Payload.of("{\"name\":\"Ann\"}"), null));
        clients.put("b\"", new ClientInfo("", "b\"", null, Payload.of("7")));

        assertThat(reply(3, new Reply.Presence(clients)))
                .isEqualTo("{\"id\":3,\"presence\":{\"presence\":{\"a1\":{\"user\":\"42\",\"client\":\"a1\","
                        + "\"conn_info\":{\"name\":\"Ann\"}},\"b\\\"\":{\"user\":\"\",\"client\":\"b\\\"\","
                        + "\"chan_info\":7}}}}");
        assertThat(reply(3, new Reply.Presence(Map.of()))).isEqualTo("{\"id\":3,\"presence\":{\"presence\":{}}}");
        assertThat(reply(4, new Reply.PresenceStats(1, 1)))
                .isEqualTo("{\"id\":4,\"presence_stats\":{\"num_clients\":1,\"num_users\":1}}");
        assertThat(reply(4, new Reply.PresenceStats(0, 0)))
                .isEqualTo("{\"id\":4,\"presence_stats\":{\"num_clients\":0,\"num_users\":0}}");
    }

    @Test
    void returned() {
        assertThat(reply(5, new Reply.Returned(Payload.of("{\"now\":1735689600}"))))
                .isEqualTo("{\"id\":5,\"rpc\":{\"data\":{\"now\":1735689600}}}");
        assertThat(reply(5, new Reply.Returned(null))).isEqualTo("{\"id\":5,\"rpc\":{}}");
        assertThat(reply(5, new Reply.Returned(Payload.empty()))).isEqualTo("{\"id\":5,\"rpc\":{}}");
    }

    @Test
    void results_without_content_are_there_all_the_same() {
        assertThat(reply(3, Reply.Published.INSTANCE)).isEqualTo("{\"id\":3,\"publish\":{}}");
        assertThat(reply(6, Reply.Unsubscribed.INSTANCE)).isEqualTo("{\"id\":6,\"unsubscribe\":{}}");
    }

    @Test
    void history_always_has_its_three_fields() {
        assertThat(reply(
                        4,
                        new Reply.History(
                                List.of(new Publication(
                                        Payload.of("{\"a\":1}"), INFO, Map.of(), new StreamPosition(1, "k3Zq"), 0)),
                                new StreamPosition(1, "k3Zq"))))
                .isEqualTo("{\"id\":4,\"history\":{\"publications\":[{\"data\":{\"a\":1},\"info\":{\"user\":\"\","
                        + "\"client\":\"c1\"},\"offset\":1}],\"epoch\":\"k3Zq\",\"offset\":1}}");
        assertThat(reply(5, new Reply.History(List.of(), new StreamPosition(0, "e"))))
                .isEqualTo("{\"id\":5,\"history\":{\"publications\":[],\"epoch\":\"e\",\"offset\":0}}");
    }

    @Test
    void refreshed() {
        assertThat(reply(9, new Reply.Refreshed("c1", "r", true, 3600)))
                .isEqualTo(
                        "{\"id\":9,\"refresh\":{\"client\":\"c1\",\"version\":\"r\",\"expires\":true,\"ttl\":3600}}");
        assertThat(reply(9, new Reply.Refreshed("c1", "", false, 0)))
                .isEqualTo("{\"id\":9,\"refresh\":{\"client\":\"c1\"}}");
    }

    @Test
    void sub_refreshed() {
        assertThat(reply(10, new Reply.SubRefreshed(true, 600)))
                .isEqualTo("{\"id\":10,\"sub_refresh\":{\"expires\":true,\"ttl\":600}}");
        assertThat(reply(10, new Reply.SubRefreshed(false, 0))).isEqualTo("{\"id\":10,\"sub_refresh\":{}}");
    }

    @Test
    void errors_say_temporary_only_when_they_are() {
        assertThat(reply(3, new Reply.Failed(ErrorCode.PERMISSION_DENIED)))
                .isEqualTo("{\"id\":3,\"error\":{\"code\":103,\"message\":\"permission denied\"}}");
        assertThat(reply(3, new Reply.Failed(ErrorCode.INTERNAL)))
                .isEqualTo("{\"id\":3,\"error\":{\"code\":100,\"message\":\"internal server error\","
                        + "\"temporary\":true}}");
    }

    @Test
    void ids_are_unsigned() {
        assertThat(reply(-1, Reply.Published.INSTANCE)).isEqualTo("{\"id\":4294967295,\"publish\":{}}");
    }

    @Test
    void a_live_publication_has_the_epoch_with_offset_1_only() {
        ClientInfo full = new ClientInfo("42", "c1", Payload.of("{\"name\":\"Ann\"}"), Payload.of("[]"));

        assertThat(push(new Publication(Payload.of("{\"a\":1}"), INFO, Map.of(), new StreamPosition(1, "k3Zq"), 0)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":{\"a\":1},\"info\":{\"user\":\"\","
                        + "\"client\":\"c1\"},\"offset\":1,\"epoch\":\"k3Zq\"}}}");
        assertThat(push(new Publication(
                        Payload.of("\"x\""), full, Map.of("k", "v\""), new StreamPosition(2, "k3Zq"), 0)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":\"x\",\"info\":{\"user\":\"42\","
                        + "\"client\":\"c1\",\"conn_info\":{\"name\":\"Ann\"},\"chan_info\":[]},\"offset\":2,"
                        + "\"tags\":{\"k\":\"v\\\"\"}}}}");
        assertThat(push(new Publication(Payload.of("1"), null, Map.of(), StreamPosition.NONE, 0)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":1}}}");
    }

    @Test
    void an_ended_subscription() {
        assertThat(push(Push.Unsubscribed.INSUFFICIENT_STATE))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"unsubscribe\":{\"code\":2500,"
                        + "\"reason\":\"insufficient state\"}}}");
    }

    @Test
    void a_publication_of_another_channel_says_which() {
        Publication first = new Publication(Payload.of("1"), INFO, Map.of("k", "v"), new StreamPosition(1, "e"), 0);

        assertThat(push(new Push.Matched("news.de", first)))
                .isEqualTo(
                        "{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":1,\"info\":{\"user\":\"\",\"client\":\"c1\"},"
                                + "\"offset\":1,\"tags\":{\"k\":\"v\"},\"channel\":\"news.de\",\"epoch\":\"e\"}}}");
        assertThat(push(new Push.Matched("news", publication("1", 2))))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":1,\"offset\":2}}}");
    }

    @Test
    void who_comes_and_goes() {
        assertThat(push(new Push.Joined(new ClientInfo("42", "a1", Payload.of("{\"name\":\"Ann\"}"), null))))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"join\":{\"info\":{\"user\":\"42\",\"client\":\"a1\","
                        + "\"conn_info\":{\"name\":\"Ann\"}}}}}");
        assertThat(push(new Push.Left(INFO)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"leave\":{\"info\":{\"user\":\"\",\"client\":\"c1\"}}}}");
    }

    @Test
    void a_subscription_made_by_the_server() {
        assertThat(push(new Push.Subscribed(true, true, new StreamPosition(12, "Zz01"), null)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"subscribe\":{\"recoverable\":true,\"epoch\":\"Zz01\","
                        + "\"offset\":12,\"positioned\":true}}}");
        assertThat(push(new Push.Subscribed(false, false, StreamPosition.NONE, Payload.of("[]"))))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"subscribe\":{\"data\":[]}}}");
        assertThat(push(new Push.Subscribed(false, false, StreamPosition.NONE, null)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"subscribe\":{}}}");
    }

    @Test
    void what_concerns_the_connection_has_no_channel() {
        assertThat(push(new Push.Message(Payload.of("{\"a\":1}"))))
                .isEqualTo("{\"push\":{\"message\":{\"data\":{\"a\":1}}}}");
        assertThat(push(new Push.Refreshed(true, 3600)))
                .isEqualTo("{\"push\":{\"refresh\":{\"expires\":true,\"ttl\":3600}}}");
        assertThat(push(new Push.Refreshed(false, 0))).isEqualTo("{\"push\":{\"refresh\":{}}}");
    }

    @Test
    void a_payload_that_is_no_json_value_is_refused_wherever_it_stands() {
        Payload bad = Payload.of("{");
        ClientInfo here = new ClientInfo("", "c", bad, null);
        ClientInfo there = new ClientInfo("", "c", null, bad);
        Publication publication = new Publication(Payload.of("1"), there, Map.of(), StreamPosition.NONE, 0);
        Reply.Subscribed subscribed = new Reply.Subscribed(
                false, 0, false, false, StreamPosition.NONE, false, false, List.of(publication), null);
        for (Push push : List.of(
                publication,
                new Push.Matched("x", publication),
                new Push.Joined(here),
                new Push.Left(there),
                new Push.Subscribed(false, false, StreamPosition.NONE, bad),
                new Push.Message(bad),
                new Push.Message(Payload.empty()))) {
            assertThat(push(push)).as("%s", push).isNull();
        }
        for (Reply reply : List.of(
                new Reply.Connected("c", "", bad, false, 0, 0, false, Map.of()),
                new Reply.Connected("c", "", null, false, 0, 0, false, Map.of("a", subscribed)),
                subscribed,
                new Reply.Subscribed(false, 0, false, false, StreamPosition.NONE, false, false, List.of(), bad),
                new Reply.History(List.of(publication), StreamPosition.NONE),
                new Reply.Presence(Map.of("c", here)),
                new Reply.Returned(bad))) {
            assertThat(reply(1, reply)).as("%s", reply).isNull();
        }
    }

    @Test
    void text_is_escaped() {
        OutputBuffer out = new OutputBuffer(16);

        JsonText.put(out, "a\"\\/\n\r\t\u0000\u001f\u007fäߐ€\ud83d\ude00\ud800x\udc00");

        assertThat(text(out, 0)).isEqualTo("\"a\\\"\\\\/\\n\\r\\t\\u0000\\u001f\u007fäߐ€\ud83d\ude00\ufffdx\ufffd\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "1 2",
                "{}{}",
                "tru",
                "01",
                "\"",
                "\"a\nb\"",
                "NaN",
                "'x'",
                "\ufeff1",
                "1\u0000",
                "{\"a\":\u0000}",
                "\u00001"
            })
    void a_payload_that_is_no_json_value_is_refused(String payload) {
        assertThat(push(new Publication(Payload.of(payload), null, Map.of(), StreamPosition.NONE, 0)))
                .isNull();
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        byte[][] payloads = {
            {'"', (byte) 0xff, '"'},
            {'"', (byte) 0xc0, (byte) 0x80, '"'},
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
            {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'},
            {'"', (byte) 0xe2, (byte) 0x82, '"'}
        };
        for (byte[] payload : payloads) {
            assertThat(push(new Publication(Payload.of(payload), null, Map.of(), StreamPosition.NONE, 0)))
                    .isNull();
        }
        String tooDeep = "[".repeat(501) + "]".repeat(501);
        assertThat(push(new Publication(Payload.of(tooDeep), null, Map.of(), StreamPosition.NONE, 0)))
                .isNull();
    }

    @Test
    void raw_line_breaks_of_a_payload_are_taken_out() {
        assertThat(push(new Publication(
                        Payload.of("\r\n{\n\"a\" :\r\n \"\\n\"}\n"), null, Map.of(), StreamPosition.NONE, 0)))
                .isEqualTo("{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":{\"a\" : \"\\n\"}}}}");
    }

    @Test
    void messages_of_one_frame_are_separated_by_a_line_break() {
        OutputBuffer out = new OutputBuffer(16);
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.reply(out, 1, Reply.Published.INSTANCE);
        encoding.beginMessage(out, false);
        encoding.reply(out, 2, Reply.Published.INSTANCE);
        encoding.endFrame(out, 0);

        assertThat(text(out, 2)).isEqualTo("{\"id\":1,\"publish\":{}}\n{\"id\":2,\"publish\":{}}");
    }

    @Test
    void a_ping_is_an_empty_object_in_a_frame_of_its_own() {
        OutputBuffer out = new OutputBuffer(16);
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.ping(out);
        encoding.endFrame(out, 0);

        assertThat(bytes(out)).containsExactly(0x81, 2, '{', '}');
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 127, 65_535, 65_536, 200_000})
    void the_frame_header_fits_the_payload(int length) {
        OutputBuffer out = new OutputBuffer(16);
        out.put((byte) 'x'); // a frame need not be the first in its buffer
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        for (int i = 0; i < length; i++) {
            out.put((byte) ('a' + i % 26));
        }
        encoding.endFrame(out, 1);

        ByteBuffer frame = out.view(1, out.position());
        assertThat(frame.get() & 0xff).isEqualTo(0x81);
        int first = frame.get();
        long announced = first == 127 ? frame.getLong() : first == 126 ? frame.getShort() & 0xffff : first;
        assertThat(announced).isEqualTo(length);
        assertThat(frame.remaining()).isEqualTo(length);
        for (int i = 0; i < length; i++) {
            assertThat(frame.get()).isEqualTo((byte) ('a' + i % 26));
        }
    }

    private static Reply subscribed(
            boolean recoverable,
            StreamPosition position,
            boolean recovered,
            boolean wasRecovering,
            Publication... publications) {
        return new Reply.Subscribed(
                false, 0, recoverable, recoverable, position, recovered, wasRecovering, List.of(publications), null);
    }

    private static Publication publication(String data, long offset) {
        return new Publication(Payload.of(data), null, Map.of(), new StreamPosition(offset, "k3Zq"), 0);
    }

    private @Nullable String reply(int id, Reply reply) {
        OutputBuffer out = new OutputBuffer(16);
        return encoding.reply(out, id, reply) ? text(out, 0) : null;
    }

    private @Nullable String push(Push push) {
        OutputBuffer out = new OutputBuffer(16);
        return encoding.push(out, "news", push) ? text(out, 0) : null;
    }

    private static byte[] bytes(OutputBuffer out) {
        ByteBuffer view = out.view(0, out.position());
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private static String text(OutputBuffer out, int from) {
        byte[] bytes = bytes(out);
        return new String(bytes, from, bytes.length - from, UTF_8);
    }
}
