package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Study;
import org.noisebook.model.Ends;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * What a {@link Story} is told on: cells, plots of cells × reduction, and claims on the same reductions.
 *
 * <p>Cells that are declared wait; the first question for a result runs all that wait for its study in one sweep.
 */
public final class Board implements Claiming {
    private static final int MOST_PANELS = 6;
    private static final int LONGEST_CAPTION = 900;
    private static final int LONGEST_TITLE = 72;
    private static final int MOST_WORDS = 12;
    private static final int LONGEST_SUBTITLE = 100;
    private static final int MOST_GREY_WORDS = 18;
    private final String figure;
    private final Preset preset;
    private final Experiment experiment;
    private final Runs runs;
    private final Variant variant;
    private final Sheet sheet = new Sheet();
    private final Map<String, Plot> plots = new LinkedHashMap<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<Waiting<?, ?>> waiting = new ArrayList<>();
    private Set<String> fixed = Set.of();
    private int replicas;
    private String replicasText = "";
    private String caption = "";
    private String control = "";
    private List<String> titles = List.of();
    private String subtitle = "";
    private String footer = "";
    private List<String> shown = List.of();
    private boolean sixDigits;

    /** An empty board; one that declares no cells, such as of a user's table, needs no experiment: null. */
    public Board(String figure, Preset preset, Experiment experiment) {
        this(figure, preset, experiment, new Runs.Computed(experiment), Variant.none());
    }

    /** One whose results come from elsewhere, such as from none: {@link Story.Asked}. */
    Board(String figure, Preset preset, Experiment experiment, Runs runs, Variant variant) {
        this.figure = figure;
        this.preset = preset;
        this.experiment = experiment;
        this.runs = runs;
        this.variant = variant;
    }

    private <C extends Record, R extends Record> IntFunction<List<R>> run(Waiting<C, R> cells) {
        try {
            IntFunction<List<R>> results = runs.of(cells.sweep());
            waiting.remove(cells);
            return results;
        } catch (Shard.Pending pending) {
            waiting.remove(cells);
            waiting.forEach(others -> others.share(runs));
            throw pending;
        }
    }

    List<Waiting<?, ?>> waiting() {
        return waiting;
    }

    /** The preset that is drawn. */
    public Preset preset() {
        return preset;
    }

    /** One of two values, by preset; the second for presets beyond quick. */
    public <T> T choose(T quick, T full) {
        return preset.choose(quick, full);
    }

    /** One of three values, by preset. */
    public <T> T choose(T quick, T full, T authors) {
        return preset == Preset.AUTHORS ? authors : preset.choose(quick, full);
    }

    /** The replicas of the cells that follow, by preset; the stamp names them unless {@link #stamp} says otherwise. */
    public int replicas(int quick, int full) {
        return replicas(preset.choose(quick, full));
    }

    /** The replicas of the cells that follow. */
    public int replicas(int count) {
        replicas = count;
        replicasText = replicasText.isEmpty() ? Integer.toString(count) : replicasText;
        return count;
    }

    /** The text on replicas in the stamp, if a number is not enough. */
    public void stamp(String text) {
        replicasText = text;
    }

    /** Streams that the cells which follow pin to replica 0; none for none. */
    public void fixed(String... streams) {
        fixed = Set.of(streams);
    }

    /** A stream of this experiment for resampling, at its beginning; its name begins with {@code bootstrap}. */
    public Stream stream(String name) {
        if (!name.startsWith("bootstrap")) {
            throw new IllegalArgumentException("a figure's stream must begin with 'bootstrap', got '" + name + "'");
        }
        return experiment.streams().withReplica(0).at(name);
    }

    /** The interval of a statistic of replicas 0, …, n − 1, by resampling whole replicas. */
    public Estimate bootstrap(String stream, int n, ToDoubleFunction<int[]> statistic) {
        return Bootstrap.of(n, stream(stream), statistic);
    }

    /** One config with the replicas said last. */
    public <C extends Record, R extends Record> Cell<C, R> cell(Study<C, R> study, C config) {
        return cell(study, config, replicas);
    }

    /** One config with a number of replicas; if it is declared again before its sweep ran, it is the same cell. */
    @SuppressWarnings("unchecked") // a waiting sweep of the same study has its types
    public <C extends Record, R extends Record> Cell<C, R> cell(Study<C, R> study, C base, int count) {
        C config = variant.of(study.id(), base);
        for (Waiting<?, ?> one : waiting) {
            if (one.isOf(study, fixed)) {
                return ((Waiting<C, R>) one).add(config, count, experiment.streams());
            }
        }
        Waiting<C, R> first = new Waiting<>(study, fixed, this::run);
        waiting.add(first);
        return first.add(config, count, experiment.streams());
    }

    /** Cells along one field of a config. */
    public <C extends Record, R extends Record> Line<C, R> line(
            Study<C, R> study, C base, String field, double... values) {
        return along(study, values, value -> Schema.with(base, field, value));
    }

    /** Cells along a number that sets whatever it sets. */
    public <C extends Record, R extends Record> Line<C, R> along(
            Study<C, R> study, double[] x, DoubleFunction<C> config) {
        return lineOf(x, value -> cell(study, config.apply(value)));
    }

    /** A line of any cells, such as with more replicas at one place. */
    public <C extends Record, R extends Record> Line<C, R> lineOf(double[] x, DoubleFunction<Cell<C, R>> cell) {
        return new Line<>(x, Arrays.stream(x).mapToObj(cell).toList());
    }

    /** Cells over two numbers, row by row. */
    public <C extends Record, R extends Record> Plane<C, R> plane(
            Study<C, R> study, double[] xs, double[] ys, Plane.Point<C> config) {
        return plane(study, xs, ys, config, (x, y) -> replicas);
    }

    /** The same with replicas by cell. */
    public <C extends Record, R extends Record> Plane<C, R> plane(
            Study<C, R> study, double[] xs, double[] ys, Plane.Point<C> config, Plane.Point<Integer> count) {
        DoubleFunction<List<Cell<C, R>>> row = y -> Arrays.stream(xs)
                .mapToObj(x -> cell(study, config.at(x, y), count.at(x, y)))
                .toList();
        return new Plane<>(xs, ys, Arrays.stream(ys).mapToObj(row).toList());
    }

    /** Everything that is plotted from here on is rounded to six digits. */
    public void sixDigits() {
        sixDigits = true;
    }

    boolean hasSixDigits() {
        return sixDigits;
    }

    /** Opens a plot of curves; {@code name} is its key in the table. */
    public Plot plot(String name, String title, Axis x, Axis y) {
        sheet.panel(name, title, x, y);
        return open(name).along(x);
    }

    /** Opens a map of a plane, a number a cell: {@code plane.means(…)}. */
    public Plot map(String name, String title, Axis x, Axis y, ColourBar bar, Plane<?, ?> plane, double[][] value) {
        return map(name, title, x, y, bar, plane.xs(), plane.ys(), value, plane.ends());
    }

    /** Opens a map of numbers that each combine several cells, with how the runs behind each ended. */
    public Plot map(
            String name,
            String title,
            Axis x,
            Axis y,
            ColourBar bar,
            double[] xs,
            double[] ys,
            double[][] value,
            Ends[][] ends) {
        sheet.cells(Part.map(name, title, x, y, bar), xs, ys, value, ends);
        return open(name);
    }

    /** The same for changes with intervals; cells with unresolved sign are grey. */
    public Plot map(String name, String title, Axis x, Axis y, ColourBar bar, Plane<?, ?> plane, Estimate[][] change) {
        sheet.cells(Part.map(name, title, x, y, bar), plane.xs(), plane.ys(), change, plane.ends());
        return open(name);
    }

    /** Opens a map of exact values, {@code [y][x]}. */
    public Plot exactMap(
            String name, String title, Axis x, Axis y, ColourBar bar, double[] xs, double[] ys, double[][] value) {
        sheet.cells(Part.map(name, title, x, y, bar), xs, ys, value);
        return open(name);
    }

    /** Opens rows of small grey pictures: see {@link Sheet#images}. */
    public Plot pictures(
            String name,
            String title,
            List<String> rowLabels,
            int perRow,
            int width,
            double[][] pixels,
            double low,
            double high) {
        sheet.images(name, title, rowLabels, perRow, width, pixels, low, high);
        return open(name);
    }

    private Plot open(String name) {
        Plot plot = new Plot(this, sheet, name);
        plots.put(name, plot);
        return plot;
    }

    /** A plot that was opened. */
    public Plot plot(String name) {
        return Objects.requireNonNull(plots.get(name), () -> "no plot '" + name + "'; there is: " + plots.keySet());
    }

    @Override
    public ClaimDraft claim(String name, String statement) {
        return new ClaimDraft(this, figure, name, statement);
    }

    /** The control of the claims that follow, as {@link ClaimDraft#control} says it; empty for none of their own. */
    public void control(String what) {
        control = what;
    }

    String control() {
        return control;
    }

    void judge(Claim claim) {
        claims.add(claim);
    }

    /** The claims so far. */
    List<Claim> claims() {
        return claims;
    }

    /** The caption, at most 900 characters; each {@code {}} is replaced by what follows, as {@link Words#say} does. */
    public void caption(String text, Object... values) {
        caption = Words.say(text, values);
        if (caption.length() > LONGEST_CAPTION && experiment != null) {
            throw new IllegalArgumentException(
                    figure + ": a caption has at most " + LONGEST_CAPTION + " characters, got " + caption.length());
        }
    }

    /**
     * One sentence about what the picture shows, at most {@value #LONGEST_TITLE} characters, for each verdict of the main claim, which
     * is the first that {@link ClaimDraft#says} something.
     */
    public void title(String agrees, String disagrees, String undecided) {
        titles = List.of(agrees, disagrees, undecided);
        titles.forEach(title -> Words.check(figure, title, LONGEST_TITLE, MOST_WORDS));
    }

    /** The same, whatever the verdict. */
    public void title(String sentence) {
        title(sentence, sentence, sentence);
    }

    /** The grey line below the title: what is measured against what, in at most {@value #LONGEST_SUBTITLE} characters. */
    public void subtitle(String measured) {
        subtitle = Words.check(figure, measured, LONGEST_SUBTITLE, MOST_GREY_WORDS);
    }

    /** The line at the bottom, where the picture is not that of a figure, which {@link Edition} signs. */
    public void footer(String line) {
        footer = line;
    }

    /** The panels in the picture, in the order they were opened; the others are only in the table. */
    public void show(String... plots) {
        shown = List.of(plots);
    }

    /** What was told so far, drawn; without a title of its own, which is above the panels, under the one given. */
    public Story.Drawing drawing(String title) {
        List<Part> parts = sheet.parts();
        if (shown.isEmpty() && parts.size() > MOST_PANELS) {
            throw new IllegalStateException(figure + ": at most " + MOST_PANELS + " panels, got " + parts.size());
        }
        Frame data = sheet.frame();
        Recipe recipe =
                new Recipe(titles.isEmpty() ? List.of(title) : titles, subtitle, Recipe.sayings(claims), shown, parts);
        return new Story.Drawing(
                data,
                recipe.plate(data, claims).footer(footer),
                recipe.text(),
                caption,
                replicasText + sheet.key(),
                claims);
    }
}
