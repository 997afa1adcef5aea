package dev.doorbell.lab.report;

import dev.doorbell.lab.Plot;
import dev.doorbell.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Bars that lie, in groups: their names have room above them, on a phone too.
final class BarDrawing extends Drawing {
    private static final double BAR = 15;
    private static final double BAR_GAP = 3;
    private static final double GROUP_GAP = 14;
    private static final double VALUE_CHARS = 9; // behind the longest bar

    private final Ruler ruler;
    private final List<String> groups;
    private final double right;
    private final double top;

    BarDrawing(Plot plot, String id, double width) {
        super(plot, id, width);
        Set<String> names = new LinkedHashSet<>();
        plot.series().forEach(series -> names.addAll(series.names()));
        groups = List.copyOf(names);
        right = width - VALUE_CHARS * CHAR;
        ruler = new Ruler(plot.y().scale(), all(Plot.Series::y), Math.max(3, (int) (right / 80)), true);
        top = legendHeight() + 6;
    }

    @Override
    double height() {
        double height = top;
        for (String group : groups) height += groupHeight(group);
        return height + 2 * LINE + 10;
    }

    @Override
    String kind() {
        return plot.y().label() + " of " + String.join(", ", groups);
    }

    @Override
    int left() {
        int left = 0;
        for (double value : all(Plot.Series::y)) if (!Double.isNaN(value) && !ruler.has(value)) left++;
        return left;
    }

    private List<String> title(String group) {
        return Words.wrapped(group, (int) (width / CHAR));
    }

    private double groupHeight(String group) {
        return title(group).size() * LINE + bars(group).size() * (BAR + BAR_GAP) + GROUP_GAP;
    }

    private record Bar(int index, Plot.Series series, double value) {}

    /// The bars of a group, one for each series that has a value there.
    private List<Bar> bars(String group) {
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < plot.series().size(); i++) {
            Plot.Series series = plot.series().get(i);
            int at = series.names().indexOf(group);
            if (at >= 0 && ruler.has(series.y().get(at)))
                bars.add(new Bar(i, series, series.y().get(at)));
        }
        return bars;
    }

    @Override
    void drawInside() {
        hatches();
        legend();
        double y = top;
        double bottom = height() - 2 * LINE - 10;
        for (Ruler.Tick tick : ruler.ticks()) {
            double x = 1 + tick.at() * (right - 1);
            line(x, top, x, bottom, "grid");
            double half = tick.label().length() * CHAR / 2;
            text(tick.label(), Math.max(x, half), bottom + LINE, "tick", "middle");
        }
        text(plot.y().label(), right, bottom + 2 * LINE + 4, "label", "end");
        for (String group : groups) y = group(group, y);
        double base = 1 + ruler.base() * (right - 1);
        line(base, top, base, bottom, "axis");
    }

    private double group(String group, double from) {
        double y = from;
        for (String line : title(group)) {
            text(line, 6, y + LINE - 4, "label", "start");
            y += LINE;
        }
        for (Bar bar : bars(group)) {
            svg.open("g", "class", style(bar.index(), bar.series()));
            double base = 1 + ruler.base() * (right - 1);
            double end = 1 + ruler.at(bar.value()) * (right - 1);
            bar(
                    bar.index(),
                    bar.series(),
                    Math.min(base, end),
                    y,
                    Math.max(1, Math.abs(end - base)),
                    BAR,
                    group + ", " + name(bar.series()) + ": " + Numbers.brief(bar.value()));
            text(Table.number(bar.value()), Math.max(base, end) + 5, y + BAR - 3, "value", "start");
            svg.close();
            y += BAR + BAR_GAP;
        }
        return y + GROUP_GAP;
    }

    private void bar(int index, Plot.Series series, double x, double y, double width, double height, String title) {
        String fill = series.published() ? "url(#" + id + "-hatch" + index + ")" : "";
        if (fill.isEmpty()) svg.open("rect", "class", "bar", "x", x, "y", y, "width", width, "height", height);
        else svg.open("rect", "class", "bar", "x", x, "y", y, "width", width, "height", height, "fill", fill);
        svg.words("title", title).close();
    }

    /// Figures of others are hatched.
    private void hatches() {
        svg.open("defs");
        for (int i = 0; i < plot.series().size(); i++) {
            Plot.Series series = plot.series().get(i);
            if (!series.published()) continue;
            svg.open(
                    "pattern",
                    "id",
                    id + "-hatch" + i,
                    "class",
                    style(i, series),
                    "width",
                    6,
                    "height",
                    6,
                    "patternUnits",
                    "userSpaceOnUse",
                    "patternTransform",
                    "rotate(45)");
            svg.empty("line", "x1", 0, "y1", 0, "x2", 0, "y2", 6, "class", "hatch")
                    .close();
        }
        svg.close();
    }

    @Override
    void sample(int index, Plot.Series series, double x, double y, double width) {
        bar(index, series, x, y - 6, width, 12, name(series));
    }
}
