package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Refused;
import dev.relay.RpcHandler;
import dev.relay.RpcResult;
import dev.relay.Session;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import dev.relay.transport.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands rpc and send. */
class CallsTest {
    @Test
    void without_methods_nothing_is_available_and_with_some_others_are_not_found() {
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("add", "1"))).containsExactly("2:error 108");
        }
        try (World world = world(setup -> setup.rpc = Map.of("relay.ack", CallsTest::echo))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("add", "1"), ann.rpc("relay.ack", "1"), ann.rpc("relay.other", "1")))
                    .containsExactly("2:error 108", "3:returned 1", "4:error 108");
        }
        try (World world = world(setup -> setup.rpc = Map.of("echo", CallsTest::echo))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("add", "1"), ann.rpc("echo", "1"), ann.rpc("", "1"), ann.rpc("Echo", "1")))
                    .containsExactly("2:error 104", "3:returned 1", "4:error 104", "5:error 104");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "value        | 2:returned hello",
                "no value     | 2:returned",
                "binary       | <close 3506 inappropriate protocol>",
                "refused      | 2:error 400",
                "closed       | <close 4500 go away>",
                "failed       | 2:error 100",
                "nothing      | 2:error 100",
                "null         | 2:error 100",
                "thrown       | 2:error 100",
                "thrown error | 2:error 100",
            })
    void outcomes(String method, String outcome) {
        for (boolean onExecutor : List.of(false, true)) {
            ArrayDeque<Runnable> tasks = new ArrayDeque<>();
            try (World world = world(setup -> {
                setup.rpc = Map.of(method, CallsTest::outcome);
                setup.handlerExecutor = onExecutor ? tasks::add : null;
            })) {
                Client ann = world.client(0, "ann");
                ann.send(ann.rpc(method, "hello"));
                world.turns();
                runAll(tasks);
                world.turns();
                assertThat(ann.received()).containsExactly(outcome);
            }
        }
    }

    @Test
    void a_handler_knows_who_calls_what() {
        List<RpcHandler.Call> calls = new ArrayList<>();
        try (World world = world(setup -> setup.rpc = Map.of("echo", call -> {
            calls.add(call);
            return echo(call);
        }))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("echo", "1"), new Command.Rpc(9, "echo", null)))
                    .containsExactly("2:returned 1", "9:returned");
            assertThat(calls).hasSize(2);
            assertThat(calls.get(0).method()).isEqualTo("echo");
            assertThat(calls).allSatisfy(call -> assertThat(call.session())
                    .isNotNull()
                    .extracting(Session::user)
                    .isEqualTo("ann"));
            assertThat(calls.get(1).data()).isNull();
        }
    }

    @Test
    void calls_overtake_one_another_and_everything_else() {
        CompletableFuture<RpcResult> one = new CompletableFuture<>();
        CompletableFuture<RpcResult> two = new CompletableFuture<>();
        try (World world = world(setup -> setup.rpc = Map.of("one", call -> one, "two", call -> two))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("one", "x"), ann.rpc("two", "x"), ann.subscribe("a")))
                    .containsExactly("4:subscribed");
            two.complete(new RpcResult.Returned(Payload.of("2")));
            world.turns();
            assertThat(ann.received()).containsExactly("3:returned 2");
            one.complete(new RpcResult.Returned(null));
            world.turns();
            assertThat(ann.received()).containsExactly("2:returned");
        }
    }

    @Test
    void an_answer_for_one_who_has_gone_is_dropped() {
        CompletableFuture<RpcResult> later = new CompletableFuture<>();
        try (World world = world(setup -> setup.rpc = Map.of("wait", call -> later))) {
            Client ann = world.client(0, "ann");
            ann.exchange(ann.rpc("wait", "1"));
            ann.connection.close(CloseCode.FORCE_RECONNECT);
            later.complete(new RpcResult.Closed(CloseCode.FORCE_DISCONNECT));
            world.turns();
            assertThat(ann.received()).containsExactly("<close 3011 force reconnect>");
        }
    }

    @Test
    void calls_that_nobody_answers_pause_the_reading_of_more() {
        List<CompletableFuture<RpcResult>> asked = new ArrayList<>();
        try (World world = world(setup -> setup.rpc = Map.of("wait", call -> {
            CompletableFuture<RpcResult> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        }))) {
            Client ann = world.client(0, "ann");
            for (int i = 0; i < 1500; i++) {
                ann.send(ann.rpc("wait", "x"));
            }
            world.turns();
            assertThat(asked).hasSize(1024);
            assertThat(ann.transport.wantsRead()).isFalse();
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).complete(new RpcResult.Returned(null));
                world.turns();
            }
            assertThat(ann.received()).hasSize(1500);
            assertThat(ann.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void on_an_executor_handlers_are_called_for_one_client_in_order_and_for_two_side_by_side() {
        List<Runnable> tasks = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        try (World world = world(setup -> {
            setup.handlerExecutor = tasks::add;
            setup.messageHandler = (session, data) -> seen.add(session.user() + " sends");
            setup.rpc = Map.of("echo", call -> {
                Session session = call.session();
                seen.add((session == null ? "nobody" : session.user()) + " calls");
                return echo(call);
            });
        })) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            ann.send(new Command.Send(null), ann.rpc("echo", "1"), new Command.Send(null), ann.rpc("echo", "2"));
            bob.send(bob.rpc("echo", "3"));
            world.turns();
            assertThat(tasks).as("one for each client").hasSize(2);
            tasks.get(1).run();
            world.turns();
            assertThat(bob.received()).containsExactly("2:returned 3");
            tasks.get(0).run();
            world.turns();
            assertThat(ann.received()).containsExactly("2:returned 1", "3:returned 2");
            assertThat(seen).containsExactly("bob calls", "ann sends", "ann calls", "ann sends", "ann calls");
        }
    }

    @Test
    void an_executor_that_takes_no_calls_refuses_them() {
        try (World world = world(setup -> {
            setup.rpc = Map.of("echo", CallsTest::echo);
            setup.handlerExecutor = task -> {
                throw new RejectedExecutionException("full");
            };
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.rpc("echo", "1"))).containsExactly("2:error 100");
        }
    }

    @Test
    void messages_are_handed_on_in_order_or_close_the_connection_if_nobody_takes_them() {
        List<String> taken = new ArrayList<>();
        try (World world = world(setup -> setup.messageHandler =
                (session, data) -> taken.add(session.user() + (data == null ? "" : "=" + data.text())))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(
                            new Command.Send(Payload.of("1")),
                            new Command.Send(null),
                            new Command.Send(Payload.of("2"))))
                    .isEmpty();
            assertThat(taken).containsExactly("ann=1", "ann", "ann=2");
        }
        try (World world = world(setup -> {})) {
            assertThat(world.client(0, "ann").exchange(new Command.Send(Payload.of("1"))))
                    .containsExactly("<close 3508 not available>");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_message_handler_that_throws_costs_one_connection(boolean onExecutor) {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        try (World world = world(setup -> {
            setup.handlerExecutor = onExecutor ? tasks::add : null;
            setup.messageHandler = (session, data) -> {
                throw new AssertionError("broken");
            };
        })) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            ann.send(new Command.Send(null));
            world.turns();
            runAll(tasks);
            world.turns();
            assertThat(ann.received()).containsExactly("<close 3004 internal server error>");
            assertThat(bob.subscribed("a")).containsExactly("2:subscribed");
        }
    }

    private static CompletionStage<RpcResult> echo(RpcHandler.Call call) {
        return Decisions.now(new RpcResult.Returned(call.data()));
    }

    @SuppressWarnings("NullAway") // what an application must not do
    private static CompletionStage<RpcResult> outcome(RpcHandler.Call call) {
        return switch (call.method()) {
            case "value" -> echo(call);
            case "no value" -> Decisions.now(new RpcResult.Returned(null));
            case "binary" -> Decisions.now(new RpcResult.Returned(Payload.of("binary")));
            case "refused" -> Decisions.now(new Refused(new ErrorCode(400, "no", false), "for a reason"));
            case "closed" -> Decisions.now(new RpcResult.Closed(new CloseCode(4500, "go away")));
            case "failed" -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
            case "nothing" -> CompletableFuture.completedFuture(null);
            case "null" -> null;
            case "thrown" -> throw new IllegalStateException("broken");
            default -> throw new AssertionError("broken");
        };
    }

    private static void runAll(ArrayDeque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            setup.authorizer = new Decisions();
            choice.accept(setup);
            return setup;
        });
    }
}
