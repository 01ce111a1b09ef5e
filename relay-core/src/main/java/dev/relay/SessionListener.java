package dev.relay;

/**
 * Is told what clients do; changes nothing about it.
 *
 * <p><b>Listener contract.</b> Calls for one session are serial and in order; calls for two may be concurrent. They come on
 * a shard's thread, which serves thousands of connections: do not block, or give the engine a {@link
 * RelayBuilder#handlerExecutor}. Calling the engine from here is allowed. A throw is logged and closes that session only.
 */
public interface SessionListener {
    /** A client has connected; its connect reply is on its way. */
    default void connected(Session session) {}

    /** A client has subscribed, or was subscribed by the server. */
    default void subscribed(Session session, String channel) {}

    /**
     * A subscription has ended.
     *
     * @param code 0 the client unsubscribed, 1 its connection ended, 2000 and above the server ended it
     */
    default void unsubscribed(Session session, String channel, int code) {}

    /** A connection has ended: the client left ({@link CloseCode#CONNECTION_CLOSED}), or the server closed it. */
    default void disconnected(Session session, CloseCode code) {}
}
