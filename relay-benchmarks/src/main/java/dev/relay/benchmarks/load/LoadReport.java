package dev.relay.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables and the chart of a load bench. */
final class LoadReport {
    private static final List<Figure> OF_TRAFFIC = List.of(
            Figure.CPU_MICROS,
            Figure.RATE,
            Figure.P50,
            Figure.P99,
            Figure.P999,
            Figure.MAX,
            Figure.RESIDENT,
            Figure.HEAP,
            Figure.GENERATOR_CPU_MICROS,
            Figure.OTHERS);
    private static final List<Figure> OF_IDLE = List.of(
            Figure.RESIDENT_PER_CONNECTION,
            Figure.HEAP_PER_CONNECTION,
            Figure.CONNECT_CPU_MICROS,
            Figure.RESIDENT,
            Figure.HEAP);
    private static final List<Figure> OF_STALLED = List.of(
            Figure.STALLED_CUT_OFF,
            Figure.P50,
            Figure.P99,
            Figure.P999,
            Figure.MAX,
            Figure.RESIDENT_GROWTH,
            Figure.HEAP_GROWTH,
            Figure.CPU_MICROS,
            Figure.OTHERS);

    private final List<Workload> workloads;
    private final List<String> servers;
    private final List<Measurement> measurements;
    private final String machine;

    LoadReport(List<Workload> workloads, List<String> servers, List<Measurement> measurements, String machine) {
        this.workloads = workloads;
        this.servers = servers;
        this.measurements = measurements;
        this.machine = machine;
    }

    /** One measurement in a line, for progress. */
    static String line(Measurement measurement) {
        List<Figure> columns = columns(measurement.workload());
        String figures = measurement.figures().entrySet().stream()
                .filter(figure -> columns.contains(figure.getKey()))
                .limit(5)
                .map(figure -> figure.getKey().title() + " " + figure.getKey().format(figure.getValue()))
                .collect(Collectors.joining(" · "));
        return figures + " · lost/dup/reordered " + measurement.tally()
                + (measurement.fault() == null ? "" : " · " + measurement.fault());
    }

    /** All tables; with the chart, if it has a file. */
    String markdown(@Nullable String chartFile) {
        StringBuilder text = new StringBuilder();
        text.append(machine).append(".\n");
        if (chartFile != null) {
            text.append("\n![Server CPU per delivery, side by side](")
                    .append(chartFile)
                    .append(")\n");
        }
        for (Workload workload : workloads) {
            table(text, workload);
        }
        return text.toString();
    }

    /** Server CPU per delivery, for the workloads that have it. */
    String chart() {
        List<BarChart.Group> groups = new ArrayList<>();
        for (Workload workload : workloads) {
            List<BarChart.Bar> bars = new ArrayList<>();
            for (String server : servers) {
                double[] values = values(workload, server, Figure.CPU_MICROS);
                if (values.length > 0 && !columns(workload.name()).equals(OF_STALLED)) {
                    bars.add(new BarChart.Bar(server, median(values), values[0], values[values.length - 1]));
                }
            }
            if (!bars.isEmpty()) {
                groups.add(new BarChart.Group(workload.title(), bars));
            }
        }
        return new BarChart("Server CPU per delivery, µs – less is better", machine, groups).svg();
    }

    private void table(StringBuilder text, Workload workload) {
        List<Figure> columns = columns(workload.name());
        text.append("\n### ").append(workload.name()).append(": ").append(workload.title());
        text.append("\n\n| server |");
        columns.forEach(column -> text.append(' ').append(column.title()).append(" |"));
        text.append(" lost/dup/reordered |\n| --- |").append(" ---: |".repeat(columns.size() + 1));
        text.append('\n');
        for (String server : servers) {
            text.append("| ").append(server).append(" |");
            for (Figure column : columns) {
                text.append(' ').append(cell(workload, server, column)).append(" |");
            }
            text.append(' ').append(faults(workload, server)).append(" |\n");
        }
    }

    private String cell(Workload workload, String server, Figure figure) {
        double[] values = values(workload, server, figure);
        if (values.length == 0) {
            return "–";
        }
        String median = figure.format(median(values));
        return values.length == 1
                ? median
                : median + " [" + figure.format(values[0]) + "–" + figure.format(values[values.length - 1]) + "]";
    }

    private String faults(Workload workload, String server) {
        Tally sum = Tally.CLEAN;
        int unfinished = 0;
        for (Measurement measurement : measurements) {
            if (isOf(measurement, workload, server)) {
                sum = sum.plus(measurement.tally());
                unfinished += measurement.fault() == null ? 0 : 1;
            }
        }
        return sum + (unfinished == 0 ? "" : String.format(Locale.ROOT, ", %d not finished", unfinished));
    }

    /** In ascending order. */
    private double[] values(Workload workload, String server, Figure figure) {
        double[] values = measurements.stream()
                .filter(measurement -> isOf(measurement, workload, server))
                .flatMap(measurement -> measurement.figures().entrySet().stream())
                .filter(entry -> entry.getKey() == figure)
                .mapToDouble(Map.Entry::getValue)
                .toArray();
        Arrays.sort(values);
        return values;
    }

    /** Of values in ascending order. */
    static double median(double[] values) {
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static boolean isOf(Measurement measurement, Workload workload, String server) {
        return measurement.workload().equals(workload.name())
                && measurement.server().equals(server);
    }

    private static List<Figure> columns(String workload) {
        return switch (workload) {
            case Workload.IDLE -> OF_IDLE;
            case Workload.STALLED, Workload.CALM -> OF_STALLED;
            default -> OF_TRAFFIC;
        };
    }
}
