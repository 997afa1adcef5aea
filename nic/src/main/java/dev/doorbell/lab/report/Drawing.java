package dev.doorbell.lab.report;

import dev.doorbell.lab.Plot;
import java.util.ArrayList;
import java.util.List;

/// What every plot has: its frame for the page and for those who hear it, its legend, its texts.
/// Sizes are in pixels of the drawing, which the page scales.
abstract class Drawing {
    static final double FONT = 12;
    static final double CHAR = 6.7; // about the width of one
    static final double LINE = 16;
    static final int COLOURS = 8;
    private static final double SAMPLE = 26;

    final Plot plot;
    final String id;
    final double width;
    final Markup svg = new Markup();

    Drawing(Plot plot, String id, double width) {
        this.plot = plot;
        this.id = id;
        this.width = width;
    }

    /// The plot as an SVG element.
    ///
    /// @param id    no other element of the page begins with it
    /// @param style class of the element
    static String of(Plot plot, String id, String style, double width) {
        boolean bars = plot.series().stream().anyMatch(series -> series.shape() == Plot.Shape.BARS);
        Drawing drawing = bars ? new BarDrawing(plot, id, width) : new XyDrawing(plot, id, width);
        return drawing.draw(style);
    }

    abstract double height();

    /// What it shows, in a few words: `Lines over time`.
    abstract String kind();

    abstract void drawInside();

    /// Points that no axis has room for.
    abstract int left();

    private String draw(String style) {
        svg.open(
                "svg",
                "class",
                style,
                "viewBox",
                "0 0 " + Markup.coordinate(width) + " " + Markup.coordinate(height()),
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc");
        svg.words("title", plot.title(), "id", id + "-title");
        svg.words("desc", description(), "id", id + "-desc");
        drawInside();
        return svg.close().newLine().toString();
    }

    private String description() {
        StringBuilder words = new StringBuilder(kind()).append('.');
        for (Plot.Series series : plot.series()) {
            List<Double> y = series.y().stream().filter(Double::isFinite).toList();
            words.append(' ')
                    .append(name(series))
                    .append(": ")
                    .append(y.size())
                    .append(y.size() == 1 ? " value" : " values");
            if (!y.isEmpty())
                words.append(" from ")
                        .append(Numbers.brief(
                                y.stream().mapToDouble(v -> v).min().orElseThrow()))
                        .append(" to ")
                        .append(Numbers.brief(
                                y.stream().mapToDouble(v -> v).max().orElseThrow()));
            words.append('.');
        }
        if (left() > 0)
            words.append(" Left out, having no place on these axes: ")
                    .append(left())
                    .append('.');
        return words.toString();
    }

    static String name(Plot.Series series) {
        return series.published() ? series.name() + " (published)" : series.name();
    }

    /// Class of a series' elements: its colour, and whether it is somebody else's.
    static String style(int index, Plot.Series series) {
        return "s" + index % COLOURS + (series.published() ? " published" : "");
    }

    boolean needsLegend() {
        return plot.series().size() > 1 || plot.series().stream().anyMatch(Plot.Series::published);
    }

    /// Where each entry of the legend begins: x, line.
    private List<double[]> legendPlaces() {
        List<double[]> places = new ArrayList<>();
        double x = 0;
        int line = 0;
        for (Plot.Series series : plot.series()) {
            double needs = SAMPLE + 6 + name(series).length() * CHAR + 18;
            if (x > 0 && x + needs > width) {
                x = 0;
                line++;
            }
            places.add(new double[] {x, line});
            x += needs;
        }
        return places;
    }

    double legendHeight() {
        if (!needsLegend()) return 0;
        return (legendPlaces().getLast()[1] + 1) * (LINE + 4) + 6;
    }

    /// Draws the legend at the top.
    void legend() {
        if (!needsLegend()) return;
        List<double[]> places = legendPlaces();
        for (int i = 0; i < places.size(); i++) {
            Plot.Series series = plot.series().get(i);
            double x = places.get(i)[0];
            double y = 10 + places.get(i)[1] * (LINE + 4);
            svg.open("g", "class", style(i, series));
            sample(i, series, x, y, SAMPLE);
            text(name(series), x + SAMPLE + 6, y + 4, "label", "start");
            svg.close();
        }
    }

    /// The legend's sample of a series, its middle at height `y`.
    abstract void sample(int index, Plot.Series series, double x, double y, double width);

    void text(String words, double x, double y, String style, String anchor) {
        svg.words("text", words, "x", x, "y", y, "class", style, "text-anchor", anchor);
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        svg.empty("line", "x1", x1, "y1", y1, "x2", x2, "y2", y2, "class", style);
    }

    List<Double> all(java.util.function.Function<Plot.Series, List<Double>> part) {
        return plot.series().stream().map(part).flatMap(List::stream).toList();
    }
}
