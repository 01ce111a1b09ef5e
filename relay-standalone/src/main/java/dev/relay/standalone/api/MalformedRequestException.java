package dev.relay.standalone.api;

/** The body is not JSON, or not of the shape that the method asks for. The message is for the caller and quotes no values. */
public final class MalformedRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
        super(message, null, false, false); // without a trace: the fault is the caller's
    }
}
