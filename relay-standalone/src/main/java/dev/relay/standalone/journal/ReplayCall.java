package dev.relay.standalone.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import dev.relay.ReplayRequest;
import dev.relay.standalone.api.ReplayClient;
import dev.relay.standalone.api.Times;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import dev.relay.standalone.config.Option;
import java.util.List;

/** {@code journal replay}: begins one in a running server, watches it, and cancels it when it is to stop. */
final class ReplayCall {
    private static final long EVERY_MILLIS = 200;

    private ReplayCall() {}

    /** Returns whether everything was published. */
    static boolean run(Configuration configuration, JournalArguments arguments, Surroundings around) {
        String server = arguments.find(Flag.SERVER);
        ReplayClient client = new ReplayClient(
                server != null ? server : "http://localhost:" + configuration.get(Option.HTTP_PORT),
                configuration.find(Option.API_KEY));
        ReplayClient.Status status = client.begin(request(arguments));
        Progress progress = new Progress(around, Math.max(0, status.total()), 0);
        long published = 0;
        boolean cancelled = false;
        while (status.state().equals("running")) {
            if (around.pause().stopped(EVERY_MILLIS) && !cancelled) {
                client.cancel(status.id());
                cancelled = true;
            }
            status = client.status(status.id());
            progress.add(status.published() - published);
            published = status.published();
        }
        progress.end();
        String detail = status.detail().isEmpty() ? "" : ": " + status.detail();
        around.err()
                .println("relay: " + status.state() + detail + "; " + status.published()
                        + " publications, the last with offset " + status.lastOffset());
        return status.state().equals("done");
    }

    private static ReplayRequest request(JournalArguments arguments) {
        try {
            return new ReplayRequest(
                    requireNonNull(arguments.find(Flag.CHANNEL)),
                    requireNonNull(arguments.find(Flag.TARGET)),
                    number(arguments, Flag.AFTER_OFFSET, 0),
                    number(arguments, Flag.THROUGH_OFFSET, Long.MAX_VALUE),
                    time(arguments, Flag.FROM, Long.MIN_VALUE),
                    time(arguments, Flag.TO, Long.MAX_VALUE),
                    speed(arguments),
                    !arguments.has(Flag.UNTAGGED),
                    arguments.has(Flag.INTO_ITSELF));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static double speed(JournalArguments arguments) {
        String written = arguments.find(Flag.SPEED);
        return written == null ? 1 : Double.parseDouble(written);
    }

    private static long number(JournalArguments arguments, Flag flag, long otherwise) {
        String written = arguments.find(flag);
        return written == null ? otherwise : Long.parseLong(written);
    }

    private static long time(JournalArguments arguments, Flag flag, long otherwise) {
        String written = arguments.find(flag);
        return written == null ? otherwise : Times.micros(written);
    }
}
