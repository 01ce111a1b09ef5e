package dev.relay.benchmarks.load.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one can do with Netty: the frame is encoded once and passes the encoders by, every event loop has its own subscribers
 * and hears of a publication by one task, and what a turn of the loop has written to a connection is flushed once at its end.
 */
final class CoalescingNetty implements BenchServer {
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();

    @Override
    public int listen() throws InterruptedException {
        int eventLoops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return NettyListener.listen(eventLoops, Handler::new);
    }

    private void publish(EventLoop from, String publication) {
        String channel = publication.substring(0, publication.indexOf(' '));
        ByteBuf frame = encode(publication);
        for (Map.Entry<EventLoop, Loop> each : loops.entrySet()) {
            if (each.getKey() == from) {
                each.getValue().publish(channel, frame);
            } else {
                ByteBuf retained = frame.retainedDuplicate();
                each.getKey().execute(() -> {
                    each.getValue().publish(channel, retained);
                    retained.release();
                });
            }
        }
        frame.release();
    }

    /** A text frame as a server writes it. */
    private static ByteBuf encode(String text) {
        byte[] payload = text.getBytes(US_ASCII);
        ByteBuf frame = Unpooled.directBuffer(payload.length + 4).writeByte(0x81);
        if (payload.length < 126) {
            frame.writeByte(payload.length);
        } else {
            frame.writeByte(126).writeShort(payload.length);
        }
        return frame.writeBytes(payload);
    }

    /** The subscribers of one event loop; used on it only. */
    private static final class Loop {
        private final EventLoop eventLoop;
        private final Map<String, Set<Subscriber>> channels = new HashMap<>();
        private final List<Subscriber> written = new ArrayList<>();
        private boolean flushing;

        Loop(EventLoop eventLoop) {
            this.eventLoop = eventLoop;
        }

        void subscribe(Channel connection, ChannelHandlerContext encoder, String channel) {
            Subscriber subscriber = new Subscriber(encoder);
            Set<Subscriber> subscribers = channels.computeIfAbsent(channel, absent -> new HashSet<>());
            subscribers.add(subscriber);
            connection.closeFuture().addListener(closed -> subscribers.remove(subscriber));
        }

        void publish(String channel, ByteBuf frame) {
            for (Subscriber subscriber : channels.getOrDefault(channel, Set.of())) {
                subscriber.beyondEncoders.write(frame.retainedDuplicate(), subscriber.beyondEncoders.voidPromise());
                if (!subscriber.isWritten) {
                    subscriber.isWritten = true;
                    written.add(subscriber);
                }
            }
            if (!flushing && !written.isEmpty()) {
                flushing = true;
                // runs after whatever else this turn has read
                eventLoop.execute(this::flush);
            }
        }

        private void flush() {
            flushing = false;
            for (Subscriber subscriber : written) {
                subscriber.isWritten = false;
                subscriber.beyondEncoders.flush();
            }
            written.clear();
        }
    }

    private static final class Subscriber {
        final ChannelHandlerContext beyondEncoders;
        boolean isWritten;

        Subscriber(ChannelHandlerContext beyondEncoders) {
            this.beyondEncoders = beyondEncoders;
        }
    }

    private final class Handler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            String message = frame.text();
            if (message.charAt(0) == 'p') {
                publish(context.channel().eventLoop(), message.substring(1));
                return;
            }
            if (message.charAt(0) == 's') {
                Channel connection = context.channel();
                loops.computeIfAbsent(connection.eventLoop(), Loop::new)
                        .subscribe(connection, connection.pipeline().firstContext(), message.substring(1));
            }
            context.writeAndFlush(new TextWebSocketFrame("ok"));
        }
    }
}
