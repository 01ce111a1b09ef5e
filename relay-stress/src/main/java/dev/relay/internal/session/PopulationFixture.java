package dev.relay.internal.session;

/** Populations with a limit of connections for each user. */
final class PopulationFixture {
    private PopulationFixture() {}

    static Population of(int connectionsPerUser) {
        return new Population(new SessionOptions(
                "stress",
                true,
                0,
                0,
                1,
                1,
                1 << 16,
                1,
                connectionsPerUser,
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                null));
    }
}
