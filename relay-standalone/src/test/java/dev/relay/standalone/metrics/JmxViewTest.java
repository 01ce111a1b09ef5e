package dev.relay.standalone.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Relay;
import dev.relay.RelayMetric;
import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What an engine measures, as beans. */
class JmxViewTest {
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    @Test
    void figures_and_histograms_can_be_read_until_it_is_closed() throws Exception {
        MetricRegistry registry = new MetricRegistry();
        try (Relay relay = Relay.builder().shards(1).metrics(registry).build()) {
            assertThat(relay).isNotNull();
            ObjectName all = new ObjectName("dev.relay:*");
            assertThat(beans.queryNames(all, null)).isEmpty();
            try (JmxView view = new JmxView(registry)) {
                assertThat(view).isNotNull();
                assertThat(beans.queryNames(all, null)).hasSameSizeAs(registry.getNames());
                assertThat(beans.getAttribute(bean("gauges", RelayMetric.CONNECTIONS.metricName()), "Value"))
                        .isEqualTo(0L);
                assertThat(beans.getAttribute(
                                bean("histograms", RelayMetric.ACK_LATENCY.metricName("sync")), "99thPercentile"))
                        .isEqualTo(0.0);
            }
            assertThat(beans.queryNames(all, null)).isEmpty();
        }
    }

    private static ObjectName bean(String type, String name) throws Exception {
        return new ObjectName("dev.relay:type=" + type + ",name=" + name);
    }
}
