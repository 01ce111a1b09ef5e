import org.jspecify.annotations.NullMarked;

/** Contract tests for those who implement a journal. */
@NullMarked
module dev.relay.tck {
    requires transitive dev.relay;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;

    exports dev.relay.tck;
}
