package dev.relay.benchmarks.load.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What one writes with Netty: a set of connections per channel, and one {@code writeAndFlush} for each of them. */
final class PlainNetty implements BenchServer {
    private final Map<String, Set<Channel>> channels = new ConcurrentHashMap<>();

    @Override
    public int listen() throws InterruptedException {
        return NettyListener.listen(0, Handler::new);
    }

    private final class Handler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            String message = frame.text();
            switch (message.charAt(0)) {
                case 's' -> subscribe(context.channel(), message.substring(1));
                case 'p' -> publish(message.substring(1));
                default -> context.writeAndFlush(new TextWebSocketFrame("ok"));
            }
        }

        private void subscribe(Channel connection, String channel) {
            Set<Channel> subscribers = channels.computeIfAbsent(channel, absent -> ConcurrentHashMap.newKeySet());
            subscribers.add(connection);
            connection.closeFuture().addListener(closed -> subscribers.remove(connection));
            connection.writeAndFlush(new TextWebSocketFrame("ok"));
        }

        private void publish(String publication) {
            Set<Channel> subscribers = channels.get(publication.substring(0, publication.indexOf(' ')));
            if (subscribers == null) {
                return;
            }
            TextWebSocketFrame frame = new TextWebSocketFrame(publication);
            for (Channel subscriber : subscribers) {
                subscriber.writeAndFlush(frame.retainedDuplicate());
            }
            frame.release();
        }
    }
}
