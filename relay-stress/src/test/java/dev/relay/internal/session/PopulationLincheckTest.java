package dev.relay.internal.session;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Coming and going of one user's connections on several shards is as if it happened one after the other: the limit of a user
 * holds exactly, and in the end the figures are right. (The figures while something happens are approximate, as documented.)
 */
@Param(name = "shard", gen = ThreadIdGen.class)
public class PopulationLincheckTest {
    private static final int LIMIT = 1;
    private static final int MOST_THREADS = 8;

    private final Population population = PopulationFixture.of(LIMIT);
    private final int[] here = new int[MOST_THREADS]; // connections, each the concern of one thread

    @Operation
    public boolean come(@Param(name = "shard") int shard) {
        boolean came = population.came("ann");
        if (came) {
            here[shard]++;
        }
        return came;
    }

    @Operation
    public boolean leave(@Param(name = "shard") int shard) {
        if (here[shard] == 0) {
            return false;
        }
        here[shard]--;
        population.left("ann");
        return true;
    }

    @Validate
    public void theFiguresAreRight() {
        int clients = 0;
        for (int connections : here) {
            clients += connections;
        }
        if (population.clients() != clients || population.users() != Math.min(clients, 1)) {
            throw new IllegalStateException(
                    clients + " clients counted as " + population.clients() + " of " + population.users() + " users");
        }
    }

    @Test
    void every_interleaving_of_small_scenarios() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(30)
                .invocationsPerIteration(1000)
                .check(PopulationLincheckTest.class);
    }

    @Test
    void real_threads() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(20)
                .invocationsPerIteration(3000)
                .check(PopulationLincheckTest.class);
    }
}
