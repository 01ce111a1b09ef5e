package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Locale;

/** What a stranger may do to a server. Each is told its turn by the tick, {@link Attacker#TICKS_PER_SECOND} times a second. */
enum Hostility {
    /** Begins a request and says no more. */
    HALF_OPEN {
        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.write("GET / HTTP/1.1\r\nHost: localhost\r\nUpgr".getBytes(US_ASCII));
            }
        }
    },

    /** Sends a request whose headers have no end. */
    ENDLESS_HEADERS {
        @Override
        void act(Attacker attacker) {
            String first = attacker.age() == 0 ? "GET / HTTP/1.1\r\n" : "";
            attacker.write((first + "X-" + attacker.age() + ": " + "h".repeat(1000) + "\r\n").getBytes(US_ASCII));
        }
    },

    /** Announces a message of 2 GB, and begins to send it. */
    HUGE_LENGTH {
        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.claim(Integer.MAX_VALUE, PIECE);
            } else {
                attacker.write(PIECE);
            }
        }
    },

    /** Sends a message in small frames, none of which is the last. */
    ENDLESS_FRAGMENTS {
        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.fragment(Frames.TEXT, SMALL);
            }
            attacker.fragment(Frames.CONTINUATION, SMALL);
        }
    },

    /**
     * Subscribes to what the good ones get and to a channel of its kind, and never reads. The first of them does read, and
     * publishes to that channel: else there would be little to leave unread.
     */
    SILENT_READER {
        @Override
        boolean reads(Attacker attacker) {
            return attacker.isFirst();
        }

        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.subscribe();
                attacker.subscribeNoise();
            }
            if (attacker.isFirst()) {
                attacker.publishNoise();
            } else if (attacker.age() % Attacker.TICKS_PER_SECOND == 1) {
                // the only way to notice that it has been cut off
                attacker.message(Frames.PONG, SMALL);
            }
        }
    },

    /** Sends pings as long as they can be, sixteen at a time. */
    PING_FLOOD {
        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.introduce();
            }
            attacker.pings();
        }
    },

    /** Sends pings and never takes an answer. */
    DEAF_PINGER {
        @Override
        boolean reads(Attacker attacker) {
            return false;
        }

        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.introduce();
            }
            attacker.pings();
        }
    },

    /** Does what a good subscriber does, a byte at a time. */
    BYTE_AT_A_TIME {
        @Override
        boolean isSlow() {
            return true;
        }

        @Override
        void act(Attacker attacker) {
            if (attacker.age() == 0) {
                attacker.upgrade();
                attacker.subscribe();
            }
        }
    },

    /** Connects, every other time asks for the upgrade, and resets. */
    INSTANT_RESET {
        @Override
        void act(Attacker attacker) throws IOException {
            if (attacker.opened() % 2 == 0) {
                attacker.upgrade();
            }
            attacker.reset();
        }
    };

    private static final byte[] PIECE = new byte[1024];
    private static final byte[] SMALL = new byte[16];

    /** One tick of a connection that has taken everything written before. */
    abstract void act(Attacker attacker) throws IOException;

    /** Whether it takes what the server sends. */
    boolean reads(Attacker attacker) {
        return true;
    }

    /** Whether it writes a byte a tick. */
    boolean isSlow() {
        return false;
    }

    /** Its name on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Hostility named(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
