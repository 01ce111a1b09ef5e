package dev.relay.benchmarks.load;

import java.util.List;
import java.util.Locale;

/**
 * Groups of horizontal bars as SVG, each group with a scale of its own, the range of repetitions as a thin line. It has no
 * background and its colours can be read on white and on black.
 */
record BarChart(String title, String note, List<Group> groups) {
    private static final int WIDTH = 760;
    private static final int LABEL_WIDTH = 150;
    private static final int VALUE_WIDTH = 70;
    private static final int BAR_HEIGHT = 18;
    private static final int BAR_STEP = 24;
    private static final int GROUP_GAP = 34;
    private static final int TOP = 40;
    private static final String TEXT = "#767676";
    private static final String FIRST = "#2f81f7";
    private static final String OTHERS = "#9a9a9a";

    /** Bars that can be compared with each other. */
    record Group(String title, List<Bar> bars) {}

    /** The median, and the least and the most. */
    record Bar(String label, double value, double least, double most) {}

    String svg() {
        StringBuilder body = new StringBuilder();
        int y = TOP;
        for (Group group : groups) {
            text(body, 0, y + 14, "start", "600", group.title());
            y += BAR_STEP;
            double most = group.bars().stream().mapToDouble(Bar::most).max().orElse(1);
            for (int i = 0; i < group.bars().size(); i++) {
                bar(body, y, group.bars().get(i), most, i == 0 ? FIRST : OTHERS);
                y += BAR_STEP;
            }
            y += GROUP_GAP - BAR_STEP;
        }
        text(body, 0, y + 14, "start", "400", note);
        String head = String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
                        + "font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"%s\">%n<title>%s</title>%n",
                WIDTH,
                y + 24,
                TEXT,
                escaped(title));
        StringBuilder heading = new StringBuilder();
        text(heading, 0, 18, "start", "600\" font-size=\"16", title);
        return head + heading + body + "</svg>\n";
    }

    private static void bar(StringBuilder body, int y, Bar bar, double most, String colour) {
        double scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / most;
        double middle = y + BAR_HEIGHT / 2.0;
        text(body, LABEL_WIDTH - 8, y + 14, "end", "400", bar.label());
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n",
                LABEL_WIDTH,
                y,
                Math.max(1, bar.value() * scale),
                BAR_HEIGHT,
                colour));
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                LABEL_WIDTH + bar.least() * scale,
                LABEL_WIDTH + bar.most() * scale,
                middle,
                middle,
                "#555555"));
        text(
                body,
                LABEL_WIDTH + bar.most() * scale + 8,
                y + 14,
                "start",
                "400",
                String.format(Locale.ROOT, "%.2f", bar.value()));
    }

    private static void text(StringBuilder body, double x, double y, String anchor, String weight, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                weight,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
