package dev.relay;

/** What the publications of a channel may be. */
public enum DataFormat {
    /** Anything but nothing. */
    ANY,
    /** One JSON value. */
    JSON,
    /** One JSON object. */
    JSON_OBJECT,
    /** Anything, also nothing. */
    BINARY
}
