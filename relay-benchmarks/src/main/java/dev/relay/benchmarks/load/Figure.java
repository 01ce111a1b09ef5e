package dev.relay.benchmarks.load;

/** What is measured; the order is that of the columns. */
enum Figure {
    CPU_MICROS("cpu_us_per_delivery", "server CPU, µs per delivery", 2),
    GENERATOR_CPU_MICROS("generator_cpu_us_per_delivery", "generator CPU, µs per delivery", 2),
    RATE("deliveries_per_second", "deliveries/s", 0),
    P50("p50_us", "p50, µs", 0),
    P99("p99_us", "p99, µs", 0),
    P999("p999_us", "p99.9, µs", 0),
    MAX("max_us", "max, µs", 0),
    RESIDENT("resident_mib", "resident, MiB", 0),
    HEAP("heap_mib", "heap, MiB", 1),
    CONNECT_CPU_MICROS("connect_cpu_us", "CPU to connect and subscribe, µs", 0),
    RESIDENT_PER_CONNECTION("resident_bytes_per_connection", "resident per connection, B", 0),
    HEAP_PER_CONNECTION("heap_bytes_per_connection", "heap per connection, B", 0),
    RESIDENT_GROWTH("resident_growth_mib", "resident growth, MiB", 1),
    HEAP_GROWTH("heap_growth_mib", "heap growth, MiB", 1),
    STALLED_CUT_OFF("stalled_cut_off", "cut off (1 = yes)", 0),
    OTHERS("others_cores", "cores used by others", 2);

    private final String field;
    private final String title;
    private final int decimals;

    Figure(String field, String title, int decimals) {
        this.field = field;
        this.title = title;
        this.decimals = decimals;
    }

    /** Its name in JSON. */
    String field() {
        return field;
    }

    /** Its name for people, with the unit. */
    String title() {
        return title;
    }

    String format(double value) {
        return String.format(java.util.Locale.ROOT, "%,." + decimals + "f", value);
    }
}
