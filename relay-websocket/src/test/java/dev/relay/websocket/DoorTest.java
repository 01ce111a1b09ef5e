package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.RelayException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in. */
class DoorTest {
    private static final int UNLIMITED = Integer.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        // descriptors, reserved, clients, handshakes
        "1048576, 128, 1047424, 1024",
        "20000, 384, 18592, 1024",
        "4096, 128, 3528, 440",
        "1024, 128, 797, 99",
        "512, 384, 228, 28",
        "120, 128, 44, 16",
        "10, 128, 1, 16"
    })
    void places_are_fewer_than_descriptors(long descriptors, int reserved, int clients, int handshakes) {
        Places places = Places.of(descriptors, reserved, UNLIMITED);

        assertThat(places.clients()).isEqualTo(clients);
        assertThat(places.handshakes()).isEqualTo(handshakes);
    }

    @Test
    void more_clients_than_fit_are_a_fault_that_says_what_to_do() {
        assertThat(Places.of(1024, 128, 797).clients()).isEqualTo(797);
        assertThat(Places.of(1024, 128, 10).clients()).isEqualTo(10);
        assertThatThrownBy(() -> Places.of(1024, 128, 798))
                .isInstanceOf(RelayException.class)
                .hasMessageContaining("connections_per_node is 798")
                .hasMessageContaining("only 797 ")
                .hasMessageContaining("1024 files")
                .hasMessageContaining("ulimit -n");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "100, 128", "798, 128", "5000, 128", "1000000, 384"})
    void the_number_of_files_it_asks_for_is_enough(int wanted, int reserved) {
        String message = message(() -> Places.of(8, reserved, Math.max(2, wanted)));
        long needed = Long.parseLong(message.replaceAll(".*to at least (\\d+) .*", "$1"));

        assertThat(Places.of(needed, reserved, wanted).clients()).isEqualTo(wanted);
    }

    @Test
    void a_place_is_free_again_when_its_client_has_left() {
        Door door = door(UNLIMITED, UNLIMITED, 2);
        Visitor first = door.visitor(peer("203.0.113.1"));
        Visitor second = door.visitor(peer("203.0.113.1"));
        Visitor third = door.visitor(peer("203.0.113.1"));

        assertThat(first.enter("", 0)).isNull();
        assertThat(second.enter("", 0)).isNull();
        assertThat(third.enter("", 0)).isSameAs(Refusal.FULL);
        third.left();
        first.left();
        first.left();
        assertThat(door.visitor(peer("203.0.113.1")).enter("", 0)).isNull();
        assertThat(door.visitor(peer("203.0.113.1")).enter("", 0)).isSameAs(Refusal.FULL);
    }

    @Test
    void an_address_has_so_many_connections_finished_or_not() {
        Door door = door(2, UNLIMITED, 100);
        Visitor open = door.visitor(peer("203.0.113.1"));
        assertThat(open.arrived()).isTrue();
        assertThat(open.enter("", 0)).isNull();
        Visitor halfOpen = door.visitor(peer("203.0.113.1"));
        assertThat(halfOpen.arrived()).isTrue();

        Visitor third = door.visitor(peer("203.0.113.1"));
        assertThat(third.arrived()).as("to be told so").isTrue();
        assertThat(third.enter("", 0)).isSameAs(Refusal.ADDRESS);
        assertThat(door.visitor(peer("203.0.113.2")).arrived()).isTrue();

        third.left();
        halfOpen.left();
        Visitor again = door.visitor(peer("203.0.113.1"));
        assertThat(again.arrived()).isTrue();
        assertThat(again.enter("", 0)).isNull();
    }

    @Test
    void far_more_connections_of_an_address_are_not_even_kept_to_be_told() {
        Door door = door(2, UNLIMITED, 100);
        List<Visitor> kept = new ArrayList<>();
        for (int i = 0; i < 2 + AddressCounts.EXCESS; i++) {
            Visitor visitor = door.visitor(peer("203.0.113.1"));
            assertThat(visitor.arrived()).isTrue();
            kept.add(visitor);
        }
        for (int i = 0; i < 1000; i++) {
            Visitor visitor = door.visitor(peer("203.0.113.1"));
            assertThat(visitor.arrived()).isFalse();
            visitor.left();
        }
        kept.forEach(Visitor::left);
        assertThat(door.addresses.size()).as("nothing is left behind").isZero();
        assertThat(door.visitor(peer("203.0.113.1")).arrived()).isTrue();
    }

    @Test
    void an_ipv6_network_of_64_bits_counts_as_one_address() {
        Door door = door(1, UNLIMITED, 100);
        assertThat(entered(door, "2001:db8:0:1::1")).isNull();
        assertThat(entered(door, "2001:db8:0:1:ffff::")).isSameAs(Refusal.ADDRESS);
        assertThat(entered(door, "2001:db8:0:2::1")).isNull();
    }

    @Test
    void this_machine_has_no_limit() {
        Door door = door(1, UNLIMITED, 100);
        for (String address : List.of("127.0.0.1", "::1")) {
            assertThat(entered(door, address)).isNull();
            assertThat(entered(door, address)).isNull();
        }
    }

    @Test
    void a_trusted_proxy_counts_for_those_it_speaks_for() {
        Door door = door(1, UNLIMITED, 100);
        Visitor health = door.visitor(peer("10.0.0.1"));
        assertThat(health.arrived()).isTrue();
        assertThat(health.enter("", 0)).isNull();
        assertThat(health.shown()).isEqualTo("10.0.0.1:4711");

        Visitor first = door.visitor(peer("10.0.0.1"));
        assertThat(first.arrived()).isTrue();
        assertThat(first.enter("203.0.113.9", 0)).isNull();
        assertThat(first.shown()).isEqualTo("203.0.113.9");
        Visitor second = door.visitor(peer("10.0.0.2"));
        assertThat(second.arrived()).isTrue();
        assertThat(second.enter("198.51.100.1, 203.0.113.9, 10.0.0.3", 0)).isSameAs(Refusal.ADDRESS);
        first.left();
        second.left();
        assertThat(door.addresses.size()).isZero();
    }

    @Test
    void others_speak_for_themselves_only() {
        Door door = door(1, UNLIMITED, 100);
        Visitor first = door.visitor(peer("203.0.113.9"));
        assertThat(first.arrived()).isTrue();
        assertThat(first.enter("198.51.100.1", 0)).isNull();
        assertThat(first.shown()).isEqualTo("203.0.113.9:4711");
        assertThat(entered(door, "203.0.113.9")).isSameAs(Refusal.ADDRESS);
    }

    @Test
    void so_many_get_in_within_a_second() {
        ConnectionRate rate = new ConnectionRate(4, SECONDS.toNanos(-5));
        long now = SECONDS.toNanos(-4);
        for (int i = 0; i < 4; i++) {
            assertThat(rate.tryTake(now)).isTrue();
        }
        assertThat(rate.tryTake(now)).isFalse();
        assertThat(rate.tryTake(now + MILLISECONDS.toNanos(249))).isFalse();
        assertThat(rate.tryTake(now + MILLISECONDS.toNanos(250))).isTrue();
        assertThat(rate.tryTake(now + MILLISECONDS.toNanos(250))).isFalse();
        now += SECONDS.toNanos(3600);
        for (int i = 0; i < 4; i++) {
            assertThat(rate.tryTake(now)).isTrue();
        }
        assertThat(rate.tryTake(now))
                .as("no more are saved up than of a second")
                .isFalse();
    }

    @Test
    void one_that_comes_too_fast_does_not_keep_its_place() {
        Door door = door(UNLIMITED, 1, 100);
        assertThat(door.visitor(peer("203.0.113.1")).enter("", 0)).isNull();
        for (int i = 0; i < 200; i++) {
            assertThat(door.visitor(peer("203.0.113.1")).enter("", 1)).isSameAs(Refusal.FULL);
        }
        assertThat(door.visitor(peer("203.0.113.1")).enter("", SECONDS.toNanos(1)))
                .isNull();
    }

    @Test
    void shards_that_ask_at_the_same_time_share_the_limits() throws Exception {
        Door door = door(UNLIMITED, 100, 70);
        AtomicInteger in = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < 100; i++) {
                    if (door.visitor(peer("203.0.113.1")).enter("", 0) == null) {
                        in.incrementAndGet();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(in).hasValue(70);
    }

    private static @Nullable Refusal entered(Door door, String address) {
        Visitor visitor = door.visitor(peer(address));
        assertThat(visitor.arrived()).isTrue();
        return visitor.enter("", 0);
    }

    private static Door door(int perAddress, int perSecond, int clients) {
        TrustedProxies proxies = TrustedProxies.parse(List.of("10.0.0.0/8"), new ArrayList<>());
        return new Door(new DoorOptions(proxies, false, perAddress, perSecond, 0, () -> 20_000), clients, 0);
    }

    private static InetSocketAddress peer(String address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), 4711);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String message(Runnable task) {
        try {
            task.run();
        } catch (RelayException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("should have been refused");
    }
}
