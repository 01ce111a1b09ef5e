package dev.relay.websocket;

import dev.relay.CloseCode;
import org.java_websocket.framing.CloseFrame;

/**
 * A close frame of the peer.
 *
 * @param answer the code to close with: the peer's own, or what is wrong with its frame
 * @param isLegal whether the frame is one of RFC 6455
 */
record PeerClose(CloseCode answer, boolean isLegal) {
    static PeerClose of(byte[] payload, int length) {
        int code = length < 2 ? CloseFrame.NORMAL : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        if (length == 1 || !isSendable(code)) {
            return new PeerClose(new CloseCode(CloseFrame.PROTOCOL_ERROR, "illegal close code"), false);
        }
        if (!Utf8.isValid(payload, Math.min(2, length), length)) {
            return new PeerClose(new CloseCode(CloseFrame.NO_UTF8, "close reason is not UTF-8"), false);
        }
        return new PeerClose(new CloseCode(code, "closed by client"), true);
    }

    /** What the engine hears: it treats some codes of the protocol in a way of their own, and a peer's must not pass for them. */
    CloseCode forEngine() {
        return answer.code() < 3000 ? answer : new CloseCode(CloseFrame.NORMAL, "closed by client");
    }

    /** RFC 6455 7.4: codes that may stand in a close frame. */
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
    }
}
