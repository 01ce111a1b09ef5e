package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Where fuzzing begins: the recorded exchanges, and what is known to be awkward. */
final class Seeds {
    private Seeds() {}

    static Stream<byte[]> requests() {
        String good = RawClient.request("/connection/websocket");
        return Stream.of(
                        good,
                        RawClient.request("/connection/websocket?format=protobuf&cf_ws_frame_ping_pong=true"),
                        RawClient.request("/connection/websocket", "Sec-WebSocket-Protocol: chat, centrifuge-protobuf"),
                        RawClient.request(
                                "/connection/websocket", "Sec-WebSocket-Protocol:", "Origin: http://localhost"),
                        RawClient.request("/connection/websocket", "Origin: https://a.example.org", "X: y", "X: z"),
                        RawClient.request(
                                "/connection/websocket",
                                "X-Forwarded-For: 1.2.3.4, [2001:db8::1]:80, 10.0.0.1, unknown"),
                        RawClient.request(
                                "/connection/websocket",
                                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; a=\"b, c\", x"),
                        RawClient.request("http://localhost/connection/websocket?a#b"),
                        good.replace("Upgrade: websocket", "upgrade: h2c, WebSocket"),
                        good.replace("Version: 13", "Version: 8"),
                        good.replace("GET", "POST"),
                        good.replace("HTTP/1.1", "HTTP/1.2"),
                        good.replace("Host: localhost", "Host: a\r\nHost: b"),
                        good.replace("Host: localhost", "Host: a\n"),
                        good.replace("Host: localhost", "Host:a \t\r\n folded"),
                        good + new String(zeroMasked(RawClient.TEXT, "{}".getBytes(US_ASCII)), ISO_8859_1))
                .map(text -> text.getBytes(ISO_8859_1));
    }

    /** One byte that chooses encoding and compression, then frames whose mask is zero, so that the fuzzer sees through it. */
    static Stream<byte[]> frames() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] json : commands("> ", false)) {
            seeds.add(join(new byte[] {0}, zeroMasked(RawClient.TEXT, json)));
        }
        for (byte[] protobuf : commands("> ", true)) {
            seeds.add(join(new byte[] {1}, zeroMasked(RawClient.BINARY, protobuf)));
        }
        for (byte[] json : commands("> ", false)) {
            seeds.add(join(new byte[] {2}, zeroMasked(RawClient.TEXT | 0x40, MessageInflaterTest.deflate(json))));
        }
        seeds.add(join(
                new byte[] {2},
                zeroMasked(RawClient.TEXT | 0x40, MessageInflaterTest.deflate(new byte[MemoryPeer.MAX_MESSAGE + 1])),
                zeroMasked(RawClient.TEXT, "{}".getBytes(UTF_8))));
        byte[] text = "{\"id\":1,\"rpc\":{\"data\":\"ä€😀\"}}".getBytes(UTF_8);
        for (int split = 0; split < text.length; split += 5) {
            seeds.add(join(
                    new byte[] {0},
                    zeroMasked(0x01, Arrays.copyOf(text, split)),
                    zeroMasked(RawClient.PING, new byte[] {1, 2, 3}),
                    zeroMasked(0x80, Arrays.copyOfRange(text, split, text.length))));
        }
        seeds.add(join(new byte[] {0}, RawClient.frame(RawClient.TEXT, text), RawClient.closeFrame(1000, "bye")));
        seeds.add(join(
                new byte[] {0}, zeroMasked(RawClient.PONG, new byte[0]), zeroMasked(RawClient.CLOSE, new byte[0])));
        seeds.add(join(
                new byte[] {0}, zeroMasked(RawClient.PING, new byte[125]), zeroMasked(RawClient.CLOSE, new byte[1])));
        seeds.add(join(new byte[] {0}, zeroMasked(RawClient.TEXT, new byte[MemoryPeer.MAX_MESSAGE + 1])));
        seeds.add(new byte[] {0, (byte) 0x82, (byte) 0xff, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, '{'});
        return seeds.stream();
    }

    static Stream<byte[]> json() throws IOException {
        List<byte[]> seeds = new ArrayList<>(commands("> ", false));
        Samples samples = new Samples(new Random(1), true);
        for (int i = 0; i < 100; i++) {
            seeds.add(JsonMirror.write(samples.command()).getBytes(UTF_8));
        }
        seeds.add("{\"id\":1,\"rpc\":{\"data\":\r[\r1,\r\"a\"]\r}}".getBytes(UTF_8));
        return seeds.stream();
    }

    static Stream<byte[]> protobuf() throws IOException {
        List<byte[]> seeds = new ArrayList<>(commands("> ", true));
        Samples samples = new Samples(new Random(1), false);
        for (int i = 0; i < 100; i++) {
            seeds.add(ProtobufMirror.delimited(ProtobufMirror.write(samples.command())));
        }
        return seeds.stream();
    }

    static Stream<byte[]> payloads() throws IOException {
        List<byte[]> seeds = new ArrayList<>(commands("< ", false));
        for (String text :
                List.of("\"\\u0000\\ud800\\\"ü€😀\"", "-1.5e+10", "[1, {\"a\":\r\n[]}]", "null", " true ", "01")) {
            seeds.add(text.getBytes(UTF_8));
        }
        return seeds.stream();
    }

    static Stream<byte[]> filters() {
        return Stream.of(
                        "{\"key\":\"a\",\"cmp\":\"eq\",\"val\":\"b\"}",
                        "{\"op\":\"and\",\"nodes\":[{\"key\":\"a\",\"cmp\":\"in\",\"vals\":[\"x\",\"y\"]},{\"op\":\"not\","
                                + "\"nodes\":[{\"key\":\"b\",\"cmp\":\"ex\"}]}]}",
                        "{\"op\":null,\"vals\":null,\"nodes\":[],\"other\":[{}]}",
                        "[]",
                        "{\"nodes\":[{\"nodes\":[{\"nodes\":[{}]}]}]}")
                .map(text -> text.getBytes(UTF_8));
    }

    /** The recorded messages of one direction in one encoding. */
    private static List<byte[]> commands(String direction, boolean protobuf) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        try (InputStream in = requireNonNull(Seeds.class.getResourceAsStream("exchanges.txt"))) {
            List<String> lines = new String(in.readAllBytes(), UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(direction)) {
                    messages.add(
                            protobuf
                                    ? HexFormat.of().parseHex(lines.get(i + 1).strip())
                                    : lines.get(i).substring(2).getBytes(UTF_8));
                }
            }
        }
        return messages;
    }

    private static byte[] zeroMasked(int first, byte[] payload) {
        byte[] frame = RawClient.frame(first, payload);
        int start = frame.length - payload.length;
        Arrays.fill(frame, start - 4, start, (byte) 0);
        System.arraycopy(payload, 0, frame, start, payload.length);
        return frame;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
