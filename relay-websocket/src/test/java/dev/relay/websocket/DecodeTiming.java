package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.OutputBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Times decoding and encoding of a small publication; run by hand, prints nanoseconds per message. */
final class DecodeTiming {
    private static final int ROUNDS = 2_000_000;

    private DecodeTiming() {}

    public static void main(String[] args) {
        String data = "{\"text\":\"" + "x".repeat(128 - 11) + "\"}";
        byte[] command = ("{\"id\":123456,\"publish\":{\"channel\":\"chat:room-1\",\"data\":" + data + "}}")
                .getBytes(StandardCharsets.UTF_8);
        JsonCommands commands = new JsonCommands();
        Publication publication = new Publication(
                Payload.verifiedJson(data.getBytes(StandardCharsets.UTF_8), 0, data.length()),
                null,
                Map.of(),
                new StreamPosition(4711, "k3Zq"),
                0);
        JsonEncoding encoding = new JsonEncoding();
        OutputBuffer out = new OutputBuffer(1024);
        for (int repetition = 0; repetition < 6; repetition++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                commands.decodeFrame(command, 0, command.length, c -> true);
            }
            long decoded = System.nanoTime();
            boolean valid = true;
            for (int i = 0; i < ROUNDS; i++) {
                valid &= Utf8.isValid(command, 0, command.length);
            }
            long checked = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                out.position(0);
                encoding.beginFrame(out);
                encoding.beginMessage(out, true);
                encoding.push(out, "chat:room-1", publication);
                encoding.endFrame(out, 0);
            }
            long encoded = System.nanoTime();
            System.out.printf(
                    "decode %d ns, utf-8 check %d ns (%s), encode %d ns%n",
                    (decoded - start) / ROUNDS, (checked - decoded) / ROUNDS, valid, (encoded - checked) / ROUNDS);
        }
    }
}
