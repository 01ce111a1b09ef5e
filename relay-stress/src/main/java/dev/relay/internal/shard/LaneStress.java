package dev.relay.internal.shard;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.RelayClock;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A shard sends more than the other's inbox holds, while that one takes it out and somebody asks whether to publish. Result:
 * whether the shard said that it is congested, how much was heard in order, and whether it is congested afterwards.
 */
@JCStressTest
@Outcome(
        id = {"0, 4, 0", "1, 4, 0"},
        expect = ACCEPTABLE,
        desc = "all heard in order, and publications are admitted again")
@Outcome(
        id = {"0, 4, 1", "1, 4, 1"},
        expect = FORBIDDEN,
        desc = "congested for ever")
@Outcome(expect = FORBIDDEN, desc = "lost or overtaken at a full inbox")
@State
public class LaneStress {
    private static final int SENT = 4;
    private static final int CAPACITY = 2;

    private final Shard home = new Shard(0, RelayClock.system(), failure -> {}, CAPACITY);
    private final Shard target = new Shard(1, RelayClock.system(), failure -> {}, CAPACITY);
    private int heard; // the target's

    public LaneStress() {
        List<Shard> all = List.of(home, target);
        all.forEach(shard -> shard.prepare(all, new ParkPoller(), new Idle()));
    }

    @Actor
    public void home() {
        for (int i = 1; i <= SENT; i++) {
            int number = i;
            home.send(1, () -> heard = heard == number - 1 ? number : -SENT);
        }
        home.turn(false);
    }

    @Actor
    public void target() {
        target.turn(false);
        target.turn(false);
    }

    @Actor
    public void publisher(III_Result result) {
        result.r1 = home.isCongested() ? 1 : 0;
    }

    @Arbiter
    public void count(III_Result result) {
        for (int i = 0; i < SENT; i++) {
            target.turn(false);
            home.turn(false);
        }
        result.r2 = heard;
        result.r3 = home.isCongested() ? 1 : 0;
    }

    /** Nothing happens in a turn but what was sent. */
    private static final class Idle implements Shard.Duties {
        @Override
        public void flush() {}

        @Override
        public boolean retry() {
            return false;
        }
    }
}
