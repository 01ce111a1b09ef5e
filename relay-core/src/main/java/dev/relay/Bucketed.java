package dev.relay;

/** A histogram that knows how many values lie between which bounds, since its engine was started. */
public interface Bucketed {
    /** What there is now; counted by other threads meanwhile, so values of the last moment may be missing in part. Any thread. */
    BucketCounts read();
}
