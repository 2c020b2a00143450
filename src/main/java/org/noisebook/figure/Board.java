package org.noisebook.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Shard;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;

/**
 * Collects the parts of a {@link Story}: cells, plots of reductions of cells, and claims on the same reductions.
 *
 * <p>Declared cells are not run at once; the first request for a result runs all waiting cells of its study.
 */
public final class Board implements Claiming {
    private static final int MOST_REFUSED = 1000;
    private static final int MOST_PANELS = 6;
    private static final int LONGEST_CAPTION = 900;
    private static final int LONGEST_TITLE = 72;
    private static final int MOST_WORDS = 12;
    private static final int LONGEST_SUBTITLE = 100;
    private static final int MOST_GREY_WORDS = 18;
    private final String figure;
    private final Preset preset;
    private final Runs runs;
    private final Variant variant;
    private final boolean published;
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
    private String main = "";
    private Optional<Headline> headline = Optional.empty();
    private Optional<Drawn> drawn = Optional.empty();
    private final List<Cell<?, ?>> cells = new ArrayList<>();

    /**
     * What is asked of a board that judges a headline at drawn settings.
     *
     * @param seed seed of the draws
     * @param settings numbers of the settings, from 1; none for those of the box
     * @param chosen a setting chosen in place of drawn ones, such as {@code sigma=0.3, clean=0.1}; empty for none
     * @param listener takes the claims of each setting
     */
    record Drawn(long seed, List<Integer> settings, String chosen, Consumer<List<Variation>> listener) {}

    /** An empty board; a board that declares no cells, for example for a user's table, needs no experiment (null). */
    public Board(String figure, Preset preset, Experiment experiment) {
        this(figure, preset, new Runs.Computed(experiment), Variant.none());
    }

    /** An empty board whose results come from {@code runs}, which may provide none: {@link Story.Asked}. */
    Board(String figure, Preset preset, Runs runs, Variant variant) {
        this.figure = figure;
        this.preset = preset;
        this.runs = runs;
        this.variant = variant;
        this.published = !(runs instanceof Runs.Computed computed) || computed.experiment() != null;
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

    /** Whether it becomes a drawing; otherwise its claims or cells are all that is asked of it. */
    boolean isDrawn() {
        return runs.areDrawn();
    }

    List<Waiting<?, ?>> waiting() {
        return waiting;
    }

    /** The preset being drawn. */
    public Preset preset() {
        return preset;
    }

    /** One of two values, depending on the preset; the second for all presets beyond quick. */
    public <T> T choose(T quick, T full) {
        return preset.choose(quick, full);
    }

    /** One of three values, depending on the preset. */
    public <T> T choose(T quick, T full, T authors) {
        return preset == Preset.AUTHORS ? authors : preset.choose(quick, full);
    }

    /** Sets the number of replicas for subsequent cells; the footer gives it unless {@link #stamp} says otherwise. */
    public int replicas(int quick, int full) {
        return replicas(preset.choose(quick, full));
    }

    /** Sets the number of replicas for subsequent cells. */
    public int replicas(int count) {
        replicas = variant.replicas(count);
        replicasText = replicasText.isEmpty() ? Integer.toString(replicas) : replicasText;
        return replicas;
    }

    /** Sets the text on replicas in the footer, if a number is not enough. */
    public void stamp(String text) {
        replicasText = text;
    }

    /** Pins streams of subsequent cells to replica 0; no arguments for none. */
    public void fixed(String... streams) {
        fixed = Set.of(streams);
    }

    /** A stream of this experiment for resampling, from its beginning; its name starts with {@code bootstrap}. */
    public Stream stream(String name) {
        if (!name.startsWith("bootstrap")) {
            throw new IllegalArgumentException("a figure's stream must begin with 'bootstrap', got '" + name + "'");
        }
        return Streams.of(runs.rootSeed()).withReplica(0).at(name);
    }

    /** The interval of a statistic of replicas 0, …, n − 1, by resampling whole replicas. */
    public Estimate bootstrap(String stream, int n, ToDoubleFunction<int[]> statistic) {
        return Bootstrap.of(n, stream(stream), statistic);
    }

    /** The cell of one config with the current number of replicas. */
    public <C extends Record, R extends Record> Cell<C, R> cell(Study<C, R> study, C config) {
        return cell(study, config, replicas);
    }

    /** The cell of one config with a number of replicas; declaring it again before its sweep gives the same cell. */
    public <C extends Record, R extends Record> Cell<C, R> cell(Study<C, R> study, C base, int count) {
        Cell<C, R> cell = declared(study, base, count);
        if (drawn.isPresent()) {
            cells.add(cell);
        }
        return cell;
    }

    @SuppressWarnings("unchecked") // a waiting sweep has the types of its study
    private <C extends Record, R extends Record> Cell<C, R> declared(Study<C, R> study, C base, int count) {
        C config = variant.of(study.id(), base);
        for (Waiting<?, ?> one : waiting) {
            if (one.isOf(study, fixed)) {
                return ((Waiting<C, R>) one).add(config, count, Streams.of(runs.rootSeed()));
            }
        }
        Waiting<C, R> first = new Waiting<>(study, fixed, this::run);
        waiting.add(first);
        return first.add(config, count, Streams.of(runs.rootSeed()));
    }

    /** Cells along one config field. */
    public <C extends Record, R extends Record> Line<C, R> line(
            Study<C, R> study, C base, String field, double... values) {
        return along(study, values, value -> Schema.with(base, field, value));
    }

    /** Cells along a number x from which their configs are built. */
    public <C extends Record, R extends Record> Line<C, R> along(
            Study<C, R> study, double[] x, DoubleFunction<C> config) {
        return lineOf(x, value -> cell(study, config.apply(value)));
    }

    /** A line of arbitrary cells, for example with more replicas at one x. */
    public <C extends Record, R extends Record> Line<C, R> lineOf(double[] x, DoubleFunction<Cell<C, R>> cell) {
        return new Line<>(x, Arrays.stream(x).mapToObj(cell).toList());
    }

    /** Cells over two numbers, row by row. */
    public <C extends Record, R extends Record> Plane<C, R> plane(
            Study<C, R> study, double[] xs, double[] ys, Plane.Point<C> config) {
        return plane(study, xs, ys, config, (x, y) -> replicas);
    }

    /** The same, with the number of replicas set per cell. */
    public <C extends Record, R extends Record> Plane<C, R> plane(
            Study<C, R> study, double[] xs, double[] ys, Plane.Point<C> config, Plane.Point<Integer> count) {
        DoubleFunction<List<Cell<C, R>>> row = y -> Arrays.stream(xs)
                .mapToObj(x -> cell(study, config.at(x, y), count.at(x, y)))
                .toList();
        return new Plane<>(xs, ys, Arrays.stream(ys).mapToObj(row).toList());
    }

    /** Rounds everything plotted from now on to six digits. */
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

    /** Opens a map of a plane with one number per cell: {@code plane.means(…)}. */
    public Plot map(String name, String title, Axis x, Axis y, ColourBar bar, Plane<?, ?> plane, double[][] value) {
        return map(name, title, x, y, bar, plane.xs(), plane.ys(), value, plane.ends());
    }

    /** Opens a map of numbers that each combine several cells, with the counts of how their runs ended. */
    public Plot map(
            String name,
            String title,
            Axis x,
            Axis y,
            ColourBar bar,
            double[] xs,
            double[] ys,
            double[][] value,
            EndCounts[][] ends) {
        sheet.cells(Part.map(name, title, x, y, bar), xs, ys, value, ends);
        return open(name);
    }

    /** Opens a map of changes with intervals; cells with unresolved sign are grey. */
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

    /** Opens rows of small grey-scale pictures, see {@link Sheet#images}. */
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

    /** A plot that is already open. */
    public Plot plot(String name) {
        return Objects.requireNonNull(plots.get(name), () -> "no plot '" + name + "'; there is: " + plots.keySet());
    }

    @Override
    public ClaimDraft claim(String name, String statement) {
        return new ClaimDraft(this, figure, name, statement);
    }

    /** Sets the control of subsequent claims, as in {@link ClaimDraft#control}; empty to set none. */
    public void control(String what) {
        control = what;
    }

    String control() {
        return control;
    }

    /** Asks for drawn settings of the headline in place of the figure. */
    Board draws(Drawn asked) {
        drawn = Optional.of(asked);
        return this;
    }

    /**
     * The main claim of the paper in its own words, one or two quotations of at most 35 words each, with their place, such
     * as {@code abstract}. Comes first on a board, before anything that asks for results.
     */
    public Headline headline(String place, String... quotations) {
        Headline made = new Headline(this, figure, place, quotations);
        headline = Optional.of(made);
        return made;
    }

    Optional<Headline> headline() {
        return headline;
    }

    /** Judges a headline at one setting, or at drawn ones instead. */
    <S extends Varied<S>> void judge(Headline asked, S at, BiConsumer<Board, S> judge) {
        if (drawn.isPresent()) {
            judgeDrawn(asked, at, judge, drawn.get());
            throw new Story.Asked();
        }
        int first = claims.size();
        try {
            judge.accept(this, at);
        } catch (Story.Asked nothing) {
            // The board runs nothing; the cells are declared.
        }
        claims.subList(first, claims.size()).stream()
                .filter(claim -> main.isEmpty()
                        && asked.decides().contains(claim.id())
                        && !claim.says().isEmpty())
                .findFirst()
                .ifPresent(claim -> main = claim.id());
    }

    private <S extends Varied<S>> void judgeDrawn(Headline asked, S at, BiConsumer<Board, S> judge, Drawn request) {
        Box box = asked.box().orElseThrow();
        if (!request.chosen.isEmpty()) {
            if (!box.holds(request.chosen)) {
                throw new IllegalArgumentException("a setting must lie in " + box + ", got " + request.chosen);
            }
            judge.accept(this, at.with(request.chosen));
            request.listener.accept(judged(asked, 0, request.chosen, 0));
            return;
        }
        List<Integer> numbers = request.settings.isEmpty()
                ? IntStream.rangeClosed(1, box.settings()).boxed().toList()
                : request.settings;
        for (int number : numbers) {
            Stream stream = Streams.of(request.seed).withReplica(number).at("variation-" + figure);
            List<Variation> judged = List.of();
            for (int refused = 0; judged.isEmpty(); refused++) {
                String changes = box.draw(stream, at.config());
                claims.clear();
                cells.clear();
                try {
                    judge.accept(this, at.with(changes));
                    judged = judged(asked, number, changes, refused);
                } catch (IllegalArgumentException e) {
                    if (refused == MOST_REFUSED) {
                        throw new IllegalStateException(
                                figure + ": " + refused + " settings of the box were refused", e);
                    }
                }
            }
            request.listener.accept(judged);
        }
    }

    private List<Variation> judged(Headline asked, int number, String changes, int refused) {
        boolean diverged = cells.stream().anyMatch(cell -> cell.ends().diverged() > 0);
        List<Variation> judged = claims.stream()
                .filter(claim -> asked.decides().contains(claim.id()))
                .map(claim -> Variation.of(number, changes, refused, diverged, claim))
                .toList();
        if (judged.isEmpty()) {
            throw new IllegalStateException(figure + ": no deciding claim was made at " + changes);
        }
        return judged;
    }

    /** Makes a claim with a {@link ClaimDraft#says} the main claim, in place of the first. */
    public void leads(String claim) {
        main = figure + "-" + claim;
    }

    void judge(Claim claim) {
        claims.add(claim);
    }

    List<Claim> claims() {
        return claims;
    }

    /** Sets the caption, at most 900 characters; a value takes the place of each {@code {}}, as in {@link Words#say}. */
    public void caption(String text, Object... values) {
        caption = Words.say(text, values);
        if (caption.length() > LONGEST_CAPTION && published) {
            throw new IllegalArgumentException(
                    figure + ": a caption has at most " + LONGEST_CAPTION + " characters, got " + caption.length());
        }
    }

    /**
     * Sets one sentence about the figure, at most {@value #LONGEST_TITLE} characters, for each verdict of the main
     * claim, which is the first claim with a {@link ClaimDraft#says} unless another {@link #leads}.
     */
    public void title(String agrees, String disagrees, String undecided) {
        titles = List.of(agrees, disagrees, undecided);
        titles.forEach(title -> Words.check(figure, title, LONGEST_TITLE, MOST_WORDS));
    }

    /** Sets the same sentence for all verdicts. */
    public void title(String sentence) {
        title(sentence, sentence, sentence);
    }

    /** Sets the grey line below the title, on what is compared, in at most {@value #LONGEST_SUBTITLE} characters. */
    public void subtitle(String measured) {
        subtitle = Words.check(figure, measured, LONGEST_SUBTITLE, MOST_GREY_WORDS);
    }

    /** Sets the footer of a picture that is not a published figure; {@link Edition} sets it for figures. */
    public void footer(String line) {
        footer = line;
    }

    /** Selects the panels of the figure, in the order in which they were opened; others appear only in the table. */
    public void show(String... plots) {
        shown = List.of(plots);
    }

    /** Rejects claims on plots that were not opened, and a headline whose deciding claims are missing or not the paper's. */
    private void check() {
        claims.stream()
                .map(Claim::panel)
                .filter(one -> !one.equals(Claim.NO_PANEL))
                .forEach(this::plot);
        for (String id : headline.map(Headline::decides).orElse(List.of())) {
            if (id.startsWith(figure + "-")) {
                Claim claim = claims.stream()
                        .filter(one -> one.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(id + " decides the headline, but is not judged"));
                if (claim.role() != Claim.Role.PAPER) {
                    throw new IllegalStateException(id + " decides the headline: its role must be paper, got "
                            + Schema.formatValue(claim.role()));
                }
            }
        }
    }

    /** The finished drawing, under the given title unless it has its own, which is placed above the panels. */
    public Story.Drawing drawing(String title) {
        List<Part> parts = sheet.parts();
        if (shown.isEmpty() && parts.size() > MOST_PANELS) {
            throw new IllegalStateException(figure + ": at most " + MOST_PANELS + " panels, got " + parts.size());
        }
        check();
        Frame data = sheet.frame();
        List<Recipe.Saying> sayings = new ArrayList<>(Recipe.sayings(claims));
        sayings.sort(Comparator.comparing(one -> !one.ids().contains(main)));
        if (!main.isEmpty() && (sayings.isEmpty() || !sayings.get(0).ids().contains(main))) {
            throw new IllegalStateException(main + " must be a claim with words to lead the figure");
        }
        Recipe recipe = new Recipe(titles.isEmpty() ? List.of(title) : titles, subtitle, sayings, shown, parts);
        return new Story.Drawing(
                data,
                recipe.plate(data, claims).footer(footer),
                recipe.text(),
                caption,
                replicasText + sheet.key(),
                claims);
    }
}
