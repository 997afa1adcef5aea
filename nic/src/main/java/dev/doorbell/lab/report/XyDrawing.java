package dev.doorbell.lab.report;

import dev.doorbell.lab.Plot;
import java.util.ArrayList;
import java.util.List;

/// Lines, steps and points between two axes.
final class XyDrawing extends Drawing {
    private static final int MOST_MARKS = 60; // of a line; more would hide it
    private static final int MOST_TITLED = 200;
    private static final double MARK = 4;

    private final double left;
    private final double right;
    private final double top;
    private final double bottom;
    private final Ruler x;
    private final Ruler y;

    XyDrawing(Plot plot, String id, double width) {
        super(plot, id, width);
        double inside = width > 500 ? 300 : 230;
        y = new Ruler(plot.y().scale(), all(Plot.Series::y), 6, false);
        double labels = y.ticks().stream()
                .mapToDouble(tick -> tick.label().length() * CHAR)
                .max()
                .orElse(0);
        left = labels + 13;
        right = width - 16;
        x = new Ruler(plot.x().scale(), all(Plot.Series::x), Math.max(3, (int) ((right - left) / 75)), false);
        top = legendHeight() + LINE + 12; // the label of y stands above its axis
        bottom = top + inside;
    }

    @Override
    double height() {
        return bottom + 2 * LINE + 12;
    }

    @Override
    String kind() {
        return plot.y().label() + " over " + plot.x().label();
    }

    @Override
    int left() {
        int count = 0;
        for (Plot.Series series : plot.series())
            for (int i = 0; i < series.x().size(); i++) if (!has(series, i)) count++;
        return count;
    }

    @Override
    void drawInside() {
        legend();
        axes();
        // Published figures lie below ours where they meet.
        for (boolean published : new boolean[] {true, false}) {
            for (int i = 0; i < plot.series().size(); i++) {
                Plot.Series series = plot.series().get(i);
                if (series.published() != published) continue;
                svg.open("g", "class", style(i, series));
                series(i, series);
                svg.close();
            }
        }
    }

    private void axes() {
        for (Ruler.Tick tick : y.ticks()) {
            double at = bottom - tick.at() * (bottom - top);
            line(left, at, right, at, tick.at() == 0 ? "axis" : "grid");
            text(tick.label(), left - 6, at + 4, "tick", "end");
        }
        double free = 0;
        for (Ruler.Tick tick : x.ticks()) {
            double at = left + tick.at() * (right - left);
            line(at, bottom, at, bottom + 4, "axis");
            double half = tick.label().length() * CHAR / 2;
            if (at - half < free) continue; // no room for the words
            text(tick.label(), Math.min(at, width - half), bottom + LINE + 2, "tick", "middle");
            free = at + half + CHAR;
        }
        text(plot.y().label(), 0, top - 12, "label", "start");
        text(plot.x().label(), right, bottom + 2 * LINE + 6, "label", "end");
    }

    private boolean has(Plot.Series series, int i) {
        return x.has(series.x().get(i)) && y.has(series.y().get(i));
    }

    private double pixelX(double value) {
        return left + x.at(value) * (right - left);
    }

    private double pixelY(double value) {
        return bottom - y.at(value) * (bottom - top);
    }

    private void series(int index, Plot.Series series) {
        int points = series.x().size();
        if (series.shape() != Plot.Shape.POINTS) svg.empty("path", "class", "line", "d", path(series));
        boolean marks =
                series.shape() == Plot.Shape.POINTS || (series.shape() == Plot.Shape.LINE && points <= MOST_MARKS);
        if (!marks) return;
        for (int i = 0; i < points; i++) {
            if (!has(series, i)) continue;
            double atX = pixelX(series.x().get(i));
            double atY = pixelY(series.y().get(i));
            svg.open("path", "class", "mark", "d", mark(index, atX, atY));
            if (points <= MOST_TITLED)
                svg.words(
                        "title",
                        name(series) + ": " + Numbers.brief(series.x().get(i)) + ", "
                                + Numbers.brief(series.y().get(i)));
            svg.close();
        }
    }

    /// The line, broken where a point has no place. Where many points share a pixel their
    /// extremes stand for them.
    private String path(Plot.Series series) {
        StringBuilder path = new StringBuilder();
        boolean broken = true;
        double lastY = 0;
        for (int i : drawn(series)) {
            if (!has(series, i)) {
                broken = true;
                continue;
            }
            double atX = pixelX(series.x().get(i));
            double atY = pixelY(series.y().get(i));
            if (!broken && series.shape() == Plot.Shape.STEPS) point(path, 'L', atX, lastY);
            point(path, broken ? 'M' : 'L', atX, atY);
            lastY = atY;
            broken = false;
        }
        return path.toString();
    }

    private static void point(StringBuilder path, char command, double x, double y) {
        path.append(command).append(Markup.coordinate(x)).append(' ').append(Markup.coordinate(y));
    }

    /// Which points are drawn: all, or of each pixel's the first, the lowest, the highest and the
    /// last.
    private List<Integer> drawn(Plot.Series series) {
        int points = series.x().size();
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < points; ) {
            int end = i + 1;
            int low = i;
            int high = i;
            while (points > 4 * width
                    && end < points
                    && has(series, i)
                    && has(series, end)
                    && samePixel(series, i, end)) {
                if (series.y().get(end) < series.y().get(low)) low = end;
                if (series.y().get(end) > series.y().get(high)) high = end;
                end++;
            }
            java.util.stream.IntStream.of(i, low, high, end - 1)
                    .distinct()
                    .sorted()
                    .forEach(drawn::add);
            i = end;
        }
        return drawn;
    }

    private boolean samePixel(Plot.Series series, int one, int other) {
        return Math.floor(pixelX(series.x().get(one)))
                == Math.floor(pixelX(series.x().get(other)));
    }

    /// Shapes tell series apart where colours do not.
    private static String mark(int index, double x, double y) {
        double[][] corners = switch (index % 5) {
            case 1 -> new double[][] {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}};
            case 2 -> new double[][] {{0, -1.2}, {1.2, 1}, {-1.2, 1}};
            case 3 -> new double[][] {{0, -1.35}, {1.35, 0}, {0, 1.35}, {-1.35, 0}};
            case 4 -> new double[][] {{0, 1.2}, {1.2, -1}, {-1.2, -1}};
            default -> new double[0][];
        };
        if (corners.length == 0) {
            String radius = Markup.coordinate(MARK);
            return "M" + Markup.coordinate(x - MARK) + " " + Markup.coordinate(y) + "a" + radius + " " + radius
                    + " 0 1 0 " + Markup.coordinate(2 * MARK) + " 0a" + radius + " " + radius + " 0 1 0 -"
                    + Markup.coordinate(2 * MARK) + " 0z";
        }
        StringBuilder path = new StringBuilder();
        for (double[] corner : corners)
            point(path, path.isEmpty() ? 'M' : 'L', x + corner[0] * MARK * 0.9, y + corner[1] * MARK * 0.9);
        return path.append('z').toString();
    }

    @Override
    void sample(int index, Plot.Series series, double x, double y, double width) {
        if (series.shape() != Plot.Shape.POINTS) line(x, y, x + width, y, "line");
        if (series.shape() != Plot.Shape.STEPS) svg.empty("path", "class", "mark", "d", mark(index, x + width / 2, y));
    }
}
