package dev.relay.standalone.config;

import java.util.List;
import java.util.Map;

/**
 * What was written for an option, before anyone knows what it means: all scalars are text, so that {@code 0123}, {@code
 * off} and {@code 1e3} reach the option as they were typed.
 */
sealed interface Tree {
    /** A scalar as written, without its quotes. */
    record Text(String value) implements Tree {
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /** A list. */
    record Items(List<Tree> values) implements Tree {
        @Override
        public String toString() {
            return values.isEmpty() ? "[]" : "a list of " + values.size();
        }
    }

    /** Names with values, in the order written. */
    record Fields(Map<String, Tree> values) implements Tree {
        @Override
        public String toString() {
            return values.isEmpty() ? "{}" : "{" + String.join(", ", values.keySet()) + "}";
        }
    }

    /** A name without a value. */
    enum Nothing implements Tree {
        /** The only one. */
        INSTANCE;

        @Override
        public String toString() {
            return "nothing";
        }
    }
}
