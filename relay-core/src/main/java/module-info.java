import org.jspecify.annotations.NullMarked;

/** The engine: routing, dispatch, recovery and the group-committing journal writer. No network, no JSON, no SQL. */
@NullMarked
module dev.relay {
    requires transitive com.codahale.metrics;
    requires java.management;
    requires org.jctools.core;
    requires transitive org.jspecify;
    requires org.slf4j;

    exports dev.relay;
    exports dev.relay.journal;
    exports dev.relay.transport;
    exports dev.relay.watch;
}
