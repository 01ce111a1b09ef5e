package dev.relay.standalone.api;

import dev.relay.Refused;

/** What became of a call. Written later than made, and on another thread: making it on a shard costs next to nothing. */
sealed interface Answer {
    /** It has been carried out, and there is nothing to tell. */
    Result DONE = new Result(out -> {});

    /** It has been carried out. */
    record Result(Fields fields) implements Answer {
        void write(JsonOutput out) {
            out.beginObject();
            fields.write(out);
            out.endObject();
        }
    }

    /** It has not. */
    record Failed(ApiError error) implements Answer {}

    /** The members of a result. */
    @FunctionalInterface
    interface Fields {
        void write(JsonOutput out);
    }

    static Answer failed(Refused refused) {
        return new Failed(ApiError.of(refused.error()).because(refused.detail()));
    }
}
