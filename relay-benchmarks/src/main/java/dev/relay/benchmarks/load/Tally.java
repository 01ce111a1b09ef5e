package dev.relay.benchmarks.load;

/**
 * What went wrong, in messages: never arrived, arrived again, arrived after a later one, arrived broken or where it does not
 * belong.
 */
record Tally(long lost, long duplicated, long reordered, long corrupted) {
    static final Tally CLEAN = new Tally(0, 0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(
                lost + other.lost,
                duplicated + other.duplicated,
                reordered + other.reordered,
                corrupted + other.corrupted);
    }

    boolean isClean() {
        return equals(CLEAN);
    }

    @Override
    public String toString() {
        return lost + "/" + duplicated + "/" + reordered + (corrupted == 0 ? "" : " corrupted " + corrupted);
    }
}
