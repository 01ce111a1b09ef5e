package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.websocket.proto.ClientProtocol;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message of 128 bytes of application data, each way and in each encoding; in the package of the encodings, which nobody
 * else sees. Run it with {@code -prof gc} for the bytes allocated.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {
    private static final String CHANNEL = "chat:room-1";
    private static final byte[] DATA = ("{\"text\":\"" + "x".repeat(117) + "\"}").getBytes(UTF_8);

    /** How messages are written. */
    public enum Kind {
        JSON,
        PROTOBUF
    }

    @Param
    public Kind kind = Kind.JSON;

    private final OutputBuffer out = new OutputBuffer(1024);
    private final CommandDecoder.Sink sink = this::take;
    private Encoding encoding = new JsonEncoding();
    private CommandDecoder commands = new JsonCommands();
    private byte[] command = ("{\"id\":123456,\"publish\":{\"channel\":\"" + CHANNEL + "\",\"data\":"
                    + new String(DATA, UTF_8) + "}}")
            .getBytes(UTF_8);
    private Command taken = new Command.Pong();

    private final Publication verified = publication(Payload.verifiedJson(DATA, 0, DATA.length));
    private final Publication unverified = publication(Payload.of(DATA));

    @Setup
    public void setUp() {
        if (kind == Kind.PROTOBUF) {
            encoding = new ProtobufEncoding();
            commands = new ProtobufCommands();
            OutputBuffer frame = new OutputBuffer(256);
            int publish = ProtobufWire.text(ClientProtocol.PublishRequest.CHANNEL_FIELD_NUMBER, CHANNEL)
                    + ProtobufWire.bytes(ClientProtocol.PublishRequest.DATA_FIELD_NUMBER, verified.data());
            ProtobufWire.varint(
                    frame,
                    ProtobufWire.number(ClientProtocol.Command.ID_FIELD_NUMBER, 123456)
                            + ProtobufWire.message(ClientProtocol.Command.PUBLISH_FIELD_NUMBER, publish));
            ProtobufWire.number(frame, ClientProtocol.Command.ID_FIELD_NUMBER, 123456);
            ProtobufWire.message(frame, ClientProtocol.Command.PUBLISH_FIELD_NUMBER, publish);
            ProtobufWire.text(frame, ClientProtocol.PublishRequest.CHANNEL_FIELD_NUMBER, CHANNEL);
            ProtobufWire.bytes(frame, ClientProtocol.PublishRequest.DATA_FIELD_NUMBER, verified.data());
            command = new byte[frame.position()];
            frame.view(0, frame.position()).get(command);
        }
    }

    /** A push in a frame, of a payload that came from a client of JSON. */
    @Benchmark
    public int encodePush() {
        return encode(verified);
    }

    /** The same of a payload about which nothing is known, as from a client of Protobuf. */
    @Benchmark
    public int encodePushOfUnknownBytes() {
        return encode(unverified);
    }

    /** A publish command. */
    @Benchmark
    public Command decodePublish() {
        if (!commands.decodeFrame(command, 0, command.length, sink)) {
            throw new IllegalStateException("malformed");
        }
        return taken;
    }

    private boolean take(Command next) {
        taken = next;
        return true;
    }

    private int encode(Publication publication) {
        out.position(0);
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.push(out, CHANNEL, publication);
        encoding.endFrame(out, 0);
        return out.position();
    }

    private static Publication publication(Payload data) {
        ClientInfo info = new ClientInfo("42", "5c5052b6-0511-4921-bef5-23fe574b4632", null, null);
        return new Publication(data, info, Map.of(), new StreamPosition(4711, "k3Zq"), 0);
    }
}
