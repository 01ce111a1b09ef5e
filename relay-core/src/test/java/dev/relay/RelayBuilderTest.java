package dev.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.transport.Edge;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayBuilderTest {
    @Test
    void all_faults_are_listed_at_once_with_their_values() {
        RelayBuilder builder = Relay.builder()
                .shards(0)
                .outboxBytes(1)
                .outboxBudgetBytes(0)
                .channelsPerClient(0)
                .pingInterval(Duration.ofMillis(1500))
                .pongTimeout(Duration.ofSeconds(30))
                .staleTimeout(Duration.ZERO)
                .writeTimeout(Duration.ofSeconds(-1))
                .shutdownTimeout(Duration.ZERO)
                .idempotencyWindow(Duration.ZERO)
                .channelDefaults(ChannelOptions.journaled())
                .namespace("chat", ChannelOptions.journaled())
                .namespace("x", ChannelOptions.transientChannel());
        InvalidConfigurationException e = catchThrowableOfType(InvalidConfigurationException.class, builder::build);
        assertThat(e.faults())
                .hasSize(13)
                .anyMatch(fault -> fault.equals("shards must be 1 to 1024: 0"))
                .anyMatch(fault -> fault.equals("outbox_budget_bytes must be at least outbox_bytes (1): 0"))
                .anyMatch(fault -> fault.contains("ping_interval") && fault.contains("PT1.5S"))
                .anyMatch(fault -> fault.startsWith("namespace chat keeps history"));
        assertThat(String.valueOf(e.getMessage()).lines()).hasSize(13);
    }

    @Test
    void a_channel_that_takes_json_only_needs_somebody_who_knows_json() {
        ChannelOptions json =
                ChannelOptions.builder().dataFormat(DataFormat.JSON).build();
        ChannelOptions object =
                ChannelOptions.builder().dataFormat(DataFormat.JSON_OBJECT).build();
        RelayBuilder builder = Relay.builder().shards(1).channelDefaults(json).namespace("chat", object);
        InvalidConfigurationException e = catchThrowableOfType(InvalidConfigurationException.class, builder::build);
        assertThat(e.faults())
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("channel_defaults takes JSON only"))
                .anyMatch(fault -> fault.startsWith("namespace chat takes JSON only"));
        builder.jsonVerifier(data -> data).build().close();
    }

    @Test
    void the_edge_may_be_who_knows_json() {
        ChannelOptions json =
                ChannelOptions.builder().dataFormat(DataFormat.JSON).build();
        Edge edge = new Edge() {
            @Override
            public Poller poller(ShardContext shard) {
                throw new RelayException("no poller: the configuration was accepted");
            }

            @Override
            public JsonVerifier jsonVerifier() {
                return data -> data;
            }
        };
        RelayBuilder builder = Relay.builder().shards(1).channelDefaults(json).edge(edge);
        assertThatThrownBy(builder::build).hasMessageContaining("the configuration was accepted");
    }

    @Test
    void a_namespace_is_given_once() {
        RelayBuilder builder = Relay.builder().namespace("chat", ChannelOptions.transientChannel());
        assertThatThrownBy(() -> builder.namespace("chat", ChannelOptions.transientChannel()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("chat");
    }

    @Test
    void channel_options_list_their_contradictions_too() {
        ChannelOptions.Builder builder = ChannelOptions.builder()
                .historySize(0)
                .historyTtl(Duration.ZERO)
                .forceRecovery(true)
                .allowPositioning(true);
        InvalidConfigurationException e = catchThrowableOfType(InvalidConfigurationException.class, builder::build);
        assertThat(e.faults()).hasSize(4);
    }
}
