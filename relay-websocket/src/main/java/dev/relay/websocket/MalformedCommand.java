package dev.relay.websocket;

/** Not the protocol. One instance without a trace: malformed input is no fault of ours and may come in floods. */
final class MalformedCommand extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final MalformedCommand INSTANCE = new MalformedCommand();

    private MalformedCommand() {
        super("malformed command", null, false, false);
    }
}
