package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * The three phases of SGD of a lazy network in the (B, η) plane, noise-dominated, dominated by the first step and
 * gradient descent, their borders by their asymptotes and by the first step, what is left of them with features, and
 * the growth of the batch size B* between the first two with P.
 */
public final class NetworkBatchPhaseDiagram implements Figure {
    /** η/h of the cell of the first step, T/h of the noisy one of the errors. */
    private static final double LARGE_RATE_PER_WIDTH = 0x1p-3;

    private static final double NOISY_PER_WIDTH = 0x1p-7;
    /** Measured on the planes of the quick preset: samples a run drew, as a share of its cap. */
    private static final double MEAN_SHARE_OF_CAP = 0.05;

    /** The slope in B is taken at so many of the smallest batches. */
    private static final int SLOPE_BATCHES = 3;

    /** Level lines stand at the decades from here to −1; between them and the borders stand the names of the phases. */
    private static final int LOWEST_LEVEL = -2;

    /** Colours of the borders of (a–d) stand for phases; (e, f) have others. */
    private static final int[] SERIES_COLOURS = {2, 5, 6};

    private static final String PAPER = "Sclocchi and Wyart 2024, arXiv 2309.10688";
    private static final String WEIGHTS = "weights";
    private static final String ERROR = "error";
    private static final String FEATURE = "feature";
    private static final String FEATURE_ERROR = "feature error";
    private static final String CURVES = "curves";
    private static final String CROSSOVER = "crossover";

    @Override
    public String id() {
        return "network-batch-phase-diagram";
    }

    @Override
    public String title() {
        return "Three phases of SGD on networks in the plane of batch size and learning rate";
    }

    @Override
    public List<String> sources() {
        return PerceptronCells.SOURCES;
    }

    /** One plane: everything but B and η, and these. */
    record Grid(NetworkConfig base, double[] batches, double[] rates, long mostSteps, int replicas) {
        NetworkConfig cell(double batch, double rate) {
            return Schema.with(
                    base, "batchSize", (int) batch, "learningRate", rate, "sampleCap", mostSteps * (long) batch);
        }

        NetworkConfig firstStep() {
            return BatchCrossover.firstStep(base);
        }

        List<NetworkConfig> cells() {
            List<NetworkConfig> cells = new ArrayList<>();
            for (double rate : rates) {
                Arrays.stream(batches).forEach(batch -> cells.add(cell(batch, rate)));
            }
            cells.add(firstStep());
            return cells;
        }

        BatchPlane<NetworkResult> plane(Results<NetworkConfig, NetworkResult> results) {
            return BatchPlane.of(batches, rates, (batch, rate) -> results.of(cell(batch, rate)));
        }

        double largestBatch() {
            return base.trainSize();
        }

        /** Of the cells of the largest batch on a log axis. */
        double rightEdge() {
            return largestBatch() * StrictMath.sqrt(largestBatch() / batches[batches.length - 2]);
        }

        int width() {
            return base.network().width();
        }

        /** The learning rates at B = 1 that the exponents of lazy scaling are fitted at. */
        double[] noiseRates() {
            return Arrays.stream(rates)
                    .filter(rate -> rate >= LazySweep.FIT_LOW * width() && rate <= LazySweep.FIT_HIGH * width())
                    .toArray();
        }
    }

    static Grid lazy(Preset preset) {
        NetworkConfig base = preset == Preset.QUICK
                ? Schema.with(NetworkCells.GAUSSIAN, "testSize", 4096)
                : Schema.with(NetworkPlane.base(preset), "testSize", 16_384);
        double[] batches = preset.choose(TrainingCells.powers(1, 2, 9), TrainingCells.powers(1, 4, 6));
        double[] rates = preset.choose(TrainingCells.powers(0x1p-12, 4, 10), TrainingCells.powers(0x1p-10, 4, 10));
        NetworkConfig lazy = Schema.with(
                base,
                "outputScale",
                NetworkCells.LAZY,
                "precision",
                Precision.FLOAT64,
                "probeSize",
                0,
                "learningRate",
                LARGE_RATE_PER_WIDTH * base.network().width());
        return new Grid(lazy, batches, rates, preset.choose(1L << 15, 1L << 17), 3);
    }

    static Grid feature(Preset preset) {
        Grid lazy = lazy(preset);
        return new Grid(
                Schema.with(lazy.base, "outputScale", 1.0),
                lazy.batches,
                preset.choose(TrainingCells.powers(0x1p-2, 4, 6), TrainingCells.powers(0x1p-4, 4, 7)),
                lazy.mostSteps,
                lazy.replicas);
    }

    /** A cell deep in each phase, with more replicas and test points. */
    private record Corners(NetworkConfig noise, NetworkConfig firstStep, NetworkConfig descent) {
        static Corners of(Preset preset) {
            Grid lazy = lazy(preset);
            int width = lazy.width();
            int points = preset.choose(16_384, 32_768);
            Grid larger =
                    new Grid(Schema.with(lazy.base, "testSize", points), lazy.batches, lazy.rates, lazy.mostSteps, 0);
            return new Corners(
                    larger.cell(1, NOISY_PER_WIDTH * width),
                    larger.cell(lazy.largestBatch(), LARGE_RATE_PER_WIDTH * width),
                    larger.cell(lazy.largestBatch(), lazy.rates[1]));
        }

        List<NetworkConfig> cells() {
            return List.of(noise, firstStep, descent);
        }
    }

    private static int cornerReplicas(Preset preset) {
        return preset.choose(16, 8);
    }

    private static Sweep<NetworkConfig, NetworkResult> sweep(Preset preset) {
        Sweep<NetworkConfig, NetworkResult> sweep = new Sweep<>(NetworkCells.STUDY, List.of(), Set.of());
        for (Grid grid : List.of(lazy(preset), feature(preset))) {
            sweep = sweep.and(Sweep.of(NetworkCells.STUDY, grid.cells(), grid.replicas));
        }
        sweep = sweep.and(Sweep.of(NetworkCells.STUDY, Corners.of(preset).cells(), cornerReplicas(preset)));
        for (BatchCrossover crossover : BatchCrossover.of(preset)) {
            sweep = sweep.and(Sweep.of(NetworkCells.STUDY, crossover.cells(), crossover.replicas()));
        }
        return sweep;
    }

    /** Times dense steps on this machine; runs cost as much of their caps as those of the quick preset. */
    @Override
    public String forecast(Preset preset, Experiment experiment) {
        if (preset == Preset.QUICK) {
            return "";
        }
        NetworkConfig config = lazy(preset).base;
        double steps = (double) config.sampleCap() / config.batchSize();
        double seconds = steps * NetworkForecast.secondsAStep(config, experiment);
        Sweep<NetworkConfig, NetworkResult> sweep = sweep(preset);
        double work = sweep.cells().stream()
                .mapToDouble(cell -> NetworkCells.STUDY.work(cell.config()) * cell.replicas())
                .sum();
        return NetworkForecast.text(
                sweep.runs(),
                "about",
                MEAN_SHARE_OF_CAP * work / NetworkCells.STUDY.work(config) * seconds,
                experiment);
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Grid lazy = lazy(preset);
        Grid feature = feature(preset);
        List<BatchCrossover> crossovers = BatchCrossover.of(preset);
        Results<NetworkConfig, NetworkResult> results = experiment.run(sweep(preset));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        drawLazy(sheet, lazy, results);
        drawFeature(sheet, feature, results);
        addPlaneClaims(claims, lazy, results, experiment);
        addErrorClaims(claims, Corners.of(preset), results);
        drawCurves(sheet, crossovers, results);
        String gammas = drawCrossovers(sheet, preset.choose(256, 1024), crossovers, results, claims, experiment);
        String n = lazy.replicas + " (a–d), " + crossovers.get(0).replicas() + " (e, f), " + cornerReplicas(preset)
                + " (errors of the claims)";
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption(lazy, crossovers, Corners.of(preset), cornerReplicas(preset), gammas),
                n,
                claims);
    }

    /** Asymptotes of the lazy plane: w = noise · T, w = plateau · η, w = descent. */
    record Asymptotes(double noise, double plateau, double descent, double firstStep) {
        static Asymptotes of(Grid grid, Results<NetworkConfig, NetworkResult> results) {
            double log = 0;
            double[] rates = grid.noiseRates();
            for (double rate : rates) {
                log += StrictMath.log(mean(results, grid.cell(1, rate)) / rate) / rates.length;
            }
            double large = LARGE_RATE_PER_WIDTH * grid.width();
            return new Asymptotes(
                    rates.length == 0 ? Double.NaN : StrictMath.exp(log),
                    mean(results, grid.cell(grid.largestBatch(), large)) / large,
                    mean(results, grid.cell(grid.largestBatch(), grid.rates[0])),
                    firstStepNorm(grid, results));
        }

        BatchPlane.Borders measured() {
            return new BatchPlane.Borders(descent / noise, noise / plateau, descent / plateau);
        }

        BatchPlane.Borders predicted(Grid grid) {
            return new BatchPlane.Borders(grid.width() * grid.base.margin(), noise / firstStep, descent / firstStep);
        }
    }

    /** Weight change a unit of learning rate in the first step at B = P. */
    private static double firstStepNorm(Grid grid, Results<NetworkConfig, NetworkResult> results) {
        NetworkConfig config = grid.firstStep();
        return Estimate.ofGeometricMean(results.values(config, NetworkResult::relativeWeightChange))
                        .mean()
                / config.learningRate();
    }

    private static double mean(Results<NetworkConfig, NetworkResult> results, NetworkConfig config) {
        return TrainingCells.ends(results.of(config)).allFitted()
                ? Estimate.ofGeometricMean(results.values(config, NetworkResult::relativeWeightChange))
                        .mean()
                : Double.NaN;
    }

    private static void addMaps(
            Sheet sheet,
            Grid grid,
            String weights,
            String error,
            String words,
            Results<NetworkConfig, NetworkResult> results) {
        BatchPlane<NetworkResult> plane = grid.plane(results);
        double[][] change = plane.means(run -> StrictMath.log10(run.relativeWeightChange()));
        double[] range = plane.range(change);
        plane.addMap(
                sheet,
                weights,
                "Weight change, " + words,
                ColourBar.of("log₁₀ weight change |Δw|/|w₀|", Math.floor(range[0]), Math.ceil(range[1])),
                change);
        double[][] errors = plane.means(NetworkResult::testError);
        double[] errorRange = plane.range(errors);
        plane.addMap(
                sheet,
                error,
                "Test error, " + words,
                ColourBar.of("test error", Math.floor(100 * errorRange[0]) / 100, Math.ceil(100 * errorRange[1]) / 100),
                errors);
    }

    private static void drawLazy(Sheet sheet, Grid grid, Results<NetworkConfig, NetworkResult> results) {
        addMaps(sheet, grid, WEIGHTS, ERROR, "α = " + NetworkCells.power(NetworkCells.LAZY), results);
        for (int level = LOWEST_LEVEL; level < 0; level++) {
            sheet.contour(WEIGHTS, level, "−" + -level);
        }
        Asymptotes asymptotes = Asymptotes.of(grid, results);
        BatchPlane<NetworkResult> plane = grid.plane(results);
        BatchPlane.Borders measured = asymptotes.measured();
        for (String panel : List.of(WEIGHTS, ERROR)) {
            plane.addBorders(
                    sheet,
                    panel,
                    measured,
                    new String[] {"", "where the asymptotes meet", ""},
                    " (asymptotes)",
                    Sheet.Kind.BORDER,
                    Sheet.Kind.BORDER);
            plane.addBorders(
                    sheet,
                    panel,
                    asymptotes.predicted(grid),
                    new String[] {"T = h/α", "noise = first step", "gradient descent = first step"},
                    " (predicted)",
                    Sheet.Kind.THEORY,
                    Sheet.Kind.MEASURED_PREFACTOR);
        }
        if (measured.crossover() > 0 && measured.firstStepRate() > 0) {
            double level = StrictMath.pow(10, LOWEST_LEVEL);
            double middle = StrictMath.sqrt(measured.crossover());
            sheet.text(WEIGHTS, middle, middle * StrictMath.sqrt(measured.onset() * level / asymptotes.noise), "noise");
            BatchPlane.Borders predicted = asymptotes.predicted(grid);
            sheet.text(
                    WEIGHTS,
                    StrictMath.sqrt(predicted.crossover() * grid.rightEdge()),
                    StrictMath.sqrt(predicted.firstStepRate() * level / asymptotes.plateau),
                    "first\nstep");
            sheet.text(
                    WEIGHTS,
                    StrictMath.sqrt(measured.crossover() * grid.largestBatch()),
                    StrictMath.sqrt(measured.firstStepRate() * grid.rates[0]),
                    "gradient\ndescent");
        }
    }

    /** With features the borders of the first step and of T = h/α lie where no run fits, or next to it. */
    private static void drawFeature(Sheet sheet, Grid grid, Results<NetworkConfig, NetworkResult> results) {
        addMaps(sheet, grid, FEATURE, FEATURE_ERROR, "α = 1", results);
        double rate = mean(results, grid.cell(grid.largestBatch(), grid.rates[0])) / firstStepNorm(grid, results);
        double onset = grid.width() * grid.base.margin();
        for (String panel : List.of(FEATURE, FEATURE_ERROR)) {
            grid.plane(results)
                    .addBorders(
                            sheet,
                            panel,
                            new BatchPlane.Borders(onset, rate / onset, rate),
                            new String[] {"T = h/α", "", "gradient descent = first step"},
                            " (predicted)",
                            Sheet.Kind.THEORY,
                            Sheet.Kind.MEASURED_PREFACTOR);
        }
    }

    /** Weight change of the largest P over the first step against B, with the two asymptotes. */
    private static void drawCurves(
            Sheet sheet, List<BatchCrossover> crossovers, Results<NetworkConfig, NetworkResult> results) {
        String largest = crossovers.stream()
                .map(c -> String.valueOf(c.sizes()[c.sizes().length - 1]))
                .distinct()
                .collect(Collectors.joining(", "));
        sheet.panel(
                CURVES,
                "Over the first step, P = " + largest,
                Axis.log2("batch size B"),
                Axis.log2("over first step |Δw|/|Δw₁|"));
        for (int k = 0; k < crossovers.size(); k++) {
            BatchCrossover crossover = crossovers.get(k);
            BatchCrossover.Curves curves = crossover.curves(results);
            int size = crossover.sizes()[crossover.sizes().length - 1];
            double[] batches = BatchCrossover.batches(size);
            double[][] ratios = curves.overFirstSteps();
            Estimate[] estimates =
                    Arrays.stream(ratios).map(Estimate::ofGeometricMean).toArray(Estimate[]::new);
            Ends[] ends = Arrays.stream(batches)
                    .mapToObj(batch -> TrainingCells.ends(results.of(crossover.config(size, batch))))
                    .toArray(Ends[]::new);
            sheet.points(CURVES, crossover.name(), SERIES_COLOURS[k], batches, estimates, ends);
            double meeting = curves.predicted(NetworkCells.all(crossover.replicas()))[crossover.sizes().length - 1];
            sheet.line(
                    CURVES,
                    crossover.name(),
                    crossover.name(),
                    SERIES_COLOURS[k],
                    new double[] {1, meeting, size},
                    new double[] {meeting, 1, 1},
                    Sheet.Kind.MEASURED_PREFACTOR);
        }
        sheet.key(CURVES, "(e, f): law of noise and first step", Sheet.Kind.MEASURED_PREFACTOR);
    }

    /** γ of every series, in words. */
    private static String drawCrossovers(
            Sheet sheet,
            double highest,
            List<BatchCrossover> crossovers,
            Results<NetworkConfig, NetworkResult> results,
            List<Claim> claims,
            Experiment experiment) {
        sheet.panel(
                CROSSOVER,
                "Crossover B*",
                Axis.log2("training points P"),
                Axis.log2("batch size B*").range(1, highest));
        List<String> lines = new ArrayList<>();
        List<String> gammas = new ArrayList<>();
        for (int k = 0; k < crossovers.size(); k++) {
            BatchCrossover crossover = crossovers.get(k);
            BatchCrossover.Curves curves = crossover.curves(results);
            double[] sizes = crossover.sizesAsDoubles();
            int replicas = crossover.replicas();
            String name = "bootstrap/batch/" + crossover.key() + "/";
            Estimate[] measured = new Estimate[sizes.length];
            Ends[] ends = new Ends[sizes.length];
            for (int s = 0; s < sizes.length; s++) {
                int size = s;
                measured[s] = Bootstrap.of(
                        replicas,
                        experiment.streams().at(name + crossover.sizes()[s]),
                        chosen -> curves.measured(chosen)[size]);
                ends[s] = crossover.ends(crossover.sizes()[s], results);
            }
            Estimate gamma = Bootstrap.of(replicas, experiment.streams().at(name + "gamma"), curves::gamma);
            Estimate exponent = Bootstrap.of(
                    replicas,
                    experiment.streams().at(name + "exponent"),
                    chosen -> NetworkCells.slope(sizes, curves.measured(chosen)));
            String series = crossover.name();
            lines.add(String.format(
                    Locale.ROOT,
                    "%s: %.2f ± %.2f",
                    series.replace("Gaussian, ", "").replaceAll(", D.*", ""),
                    exponent.mean(),
                    (exponent.high() - exponent.low()) / 2));
            gammas.add(series + ": " + gamma.brief());
            sheet.points(CROSSOVER, series, SERIES_COLOURS[k], sizes, measured, ends);
            sheet.line(
                    CROSSOVER,
                    series,
                    series,
                    SERIES_COLOURS[k],
                    sizes,
                    curves.predicted(NetworkCells.all(replicas)),
                    Sheet.Kind.MEASURED_PREFACTOR);
            addCrossoverClaims(claims, crossover, curves, results, experiment);
        }
        sheet.note(CROSSOVER, String.join("\n", lines));
        return String.join("; ", gammas);
    }

    private static void addCrossoverClaims(
            List<Claim> claims,
            BatchCrossover crossover,
            BatchCrossover.Curves curves,
            Results<NetworkConfig, NetworkResult> results,
            Experiment experiment) {
        String key = "-" + crossover.key();
        String where =
                ", " + crossover.name() + ", h = " + crossover.base().network().width();
        String name = "batch/" + crossover.key() + "/";
        double[] sizes = crossover.sizesAsDoubles();
        int size = crossover.sizes()[sizes.length - 1];
        double[] batches = TrainingCells.powers(1, 2, SLOPE_BATCHES);
        PowerFit slope = TrainingCells.fit(
                name + "slope",
                batches,
                Arrays.stream(batches)
                        .mapToObj(batch -> crossover.config(size, batch))
                        .toList(),
                results,
                NetworkResult::relativeWeightChange,
                experiment);
        int last = BatchCrossover.batches(size).length - 1;
        claims.add(Claim.theory(
                "network-batch-noise" + key,
                "noise-dominated: at fixed η the lazy weight change falls as 1/B, exponent −1 over B = 1, 2, 4" + where
                        + ", P = " + size,
                -1,
                slope.exponent(),
                PAPER + ": only T = η/B matters, |Δw| ~ T"));
        claims.add(Claim.theory(
                "network-batch-plateau" + key,
                "above B* the lazy weight change does not depend on B: its value at B = P/2 over that at B = P is 1"
                        + where + ", P = " + size,
                1,
                curves.plateau(last - 1, last),
                PAPER + ": first-step-dominated SGD"));
        claims.add(Claim.theory(
                "network-batch-first-step" + key,
                "above B* the lazy weight change is that of the first step: their ratio at B = P is 1" + where
                        + ", P = " + size,
                1,
                curves.overFirstStep(),
                PAPER + ": first-step-dominated SGD"));
        claims.add(Claim.theory(
                "network-batch-crossover" + key,
                "B* ~ P^γ: the exponent of B*, where the weight change is twice that at B = P, over γ of |Δw| ~ T"
                        + " P^γ is 1" + where,
                1,
                Bootstrap.of(
                        crossover.replicas(),
                        experiment.streams().at("bootstrap/" + name + "ratio"),
                        chosen -> NetworkCells.slope(sizes, curves.measured(chosen)) / curves.gamma(chosen)),
                PAPER + ": B* ~ P^γ"));
        claims.add(Claim.theory(
                "network-batch-prediction" + key,
                "B* ~ P^γ: the exponent of B*, where the law of noise meets the first step, over γ of |Δw| ~ T P^γ is 1"
                        + where,
                1,
                Bootstrap.of(
                        crossover.replicas(),
                        experiment.streams().at("bootstrap/" + name + "prediction"),
                        chosen -> NetworkCells.slope(sizes, curves.predicted(chosen)) / curves.gamma(chosen)),
                PAPER + ": B* ~ P^γ"));
    }

    private static void addPlaneClaims(
            List<Claim> claims, Grid grid, Results<NetworkConfig, NetworkResult> results, Experiment experiment) {
        double[] rates = grid.noiseRates();
        PowerFit slope = TrainingCells.fit(
                "batch/rate",
                rates,
                Arrays.stream(rates).mapToObj(rate -> grid.cell(1, rate)).toList(),
                results,
                NetworkResult::relativeWeightChange,
                experiment);
        String where = ", " + NetworkCells.describe(grid.base).replaceAll(", B = \\d+", "");
        claims.add(Claim.theory(
                "network-batch-noise-rate",
                "noise-dominated: at B = 1 the lazy weight change grows as η, exponent 1" + where,
                1,
                slope.exponent(),
                PAPER + ": only T = η/B matters, |Δw| ~ T"));
        double largest = grid.largestBatch();
        claims.add(Claim.theory(
                "network-batch-descent-rate",
                "gradient descent: at B = P the lazy weight change does not depend on η: its value at four times the"
                        + " lowest η over that at the lowest is 1" + where,
                1,
                ratio(results, grid.cell(largest, grid.rates[1]), grid.cell(largest, grid.rates[0])),
                PAPER + ": gradient descent"));
        claims.add(Claim.theory(
                "network-batch-descent-batch",
                "gradient descent: at the lowest η the lazy weight change does not depend on B: its value at B = P/4"
                        + " over that at B = P is 1" + where,
                1,
                ratio(results, grid.cell(largest / 4, grid.rates[0]), grid.cell(largest, grid.rates[0])),
                PAPER + ": gradient descent"));
    }

    /** Replica by replica, the weight change of one cell over that of another; NaN unless all of both fitted. */
    private static Estimate ratio(
            Results<NetworkConfig, NetworkResult> results, NetworkConfig over, NetworkConfig under) {
        return Estimate.ofGeometricMean(NetworkCells.paired(
                results.of(over),
                results.of(under),
                NetworkResult::relativeWeightChange,
                (above, below) -> above / below));
    }

    private static void addErrorClaims(
            List<Claim> claims, Corners corners, Results<NetworkConfig, NetworkResult> results) {
        NetworkConfig base = corners.descent;
        String where = ", α = " + NetworkCells.power(base.outputScale()) + ", "
                + NetworkCells.describe(base).replaceAll(", B = \\d+", "") + ", test set of " + base.testSize()
                + " points, whose sampling error is not in the interval";
        claims.add(sign(
                "network-batch-error-noise",
                "noise at the stop raises the test error over gradient descent, lazy, on this test set: the paired"
                        + " difference is above 0, " + cell(corners.noise) + " against " + cell(corners.descent)
                        + where,
                0,
                1,
                NetworkCells.errorChange(results.of(corners.descent), results.of(corners.noise))));
        claims.add(sign(
                "network-batch-error-first-step",
                "a large first step at B = P lowers the test error under gradient descent, lazy, on this test set: the"
                        + " paired difference is below 0, " + cell(corners.firstStep) + " against "
                        + cell(corners.descent) + where,
                -1,
                0,
                NetworkCells.errorChange(results.of(corners.descent), results.of(corners.firstStep))));
        claims.add(sign(
                "network-batch-error-phases",
                "noise at the stop gives a higher test error than a large first step at B = P, lazy, on this test set:"
                        + " the paired difference is above 0, " + cell(corners.noise) + " against "
                        + cell(corners.firstStep) + where,
                0,
                1,
                NetworkCells.errorChange(results.of(corners.firstStep), results.of(corners.noise))));
    }

    private static String cell(NetworkConfig config) {
        return "B = " + config.batchSize() + ", η = " + NetworkCells.power(config.learningRate());
    }

    private static Claim sign(String id, String statement, double low, double high, Estimate measured) {
        return NetworkCells.signClaim(
                id,
                statement,
                low,
                high,
                measured,
                PAPER
                        + ": the phases differ in test error; the sign is that of the perceptron with χ = 1, computed"
                        + " apart from this kit, whose signal-to-noise ratio at the stop is 12.0 after a first step at"
                        + " B = P, 9.45 with gradient descent and 8.3 with noise");
    }

    private static String caption(
            Grid lazy, List<BatchCrossover> crossovers, Corners corners, int cornerReplicas, String gammas) {
        int replicas = crossovers.get(0).replicas();
        NetworkConfig base = lazy.base;
        FullyConnected network = (FullyConnected) base.network();
        String data = base.dataset() == DataSource.SIGN ? "x ~ N(0, 1₁₀), y = sign(x₁)" : "Fashion-MNIST by parity";
        String setting = crossovers.stream()
                .map(c -> c.name() + ", h = " + c.base().network().width() + ", η = "
                        + NetworkCells.power(c.base().learningRate()))
                .collect(Collectors.joining("; "));
        return "(a–d) " + data + ", D = " + network.depth() + ", h = " + network.width() + ", P = " + base.trainSize()
                + ", " + (network.activation() == Activation.RELU ? "ReLU" : "GELU") + ", float64, at most "
                + lazy.mostSteps
                + " steps; means over " + lazy.replicas + " replicas, of logarithms in (a, c); the "
                + base.testSize() + " test points are the same for all, so that colours differ within their sampling"
                + " error too. Level lines stand at −1 and −2. Dotted: where the asymptotes of the cells meet, |Δw|"
                + " = c T at B = 1, c′ η at B = P, and its value at B = P and the lowest η. Solid: the margin meets the"
                + " noise, T = h/α, without a measured number. Dashed, predicted: the first step"
                + " alone, one step at B = P,"
                + " meets c T and gradient descent. At α = 1 the same, with gradient descent at α = 1, and B* where the"
                + " other two borders meet, without a line if that is above all η shown."
                + " Claims of test errors: lazy as in (b), " + cornerReplicas + " replicas, "
                + corners.descent.testSize() + " test points; their paired intervals hold the scatter of the replicas"
                + " and not the error of sampling the test points. (e, f) α = 2²⁰, float64: " + setting
                + ". (e) Weight change at the stop over that of the first step at B = P, geometric means over "
                + replicas
                + " replicas with 95 % t intervals of the logarithms; dashed: its two asymptotes, the law of noise"
                + " ∝ 1/B, measured at B = 1 and 2, and 1. (f) B where the weight change is twice that at B = P, with"
                + " 95 % bootstrap intervals over whole replicas; dashed: B where the law of noise meets the first"
                + " step; it lies above the points by a constant factor only where the weight"
                + " change at B = P is that of"
                + " the first step, see (e). Note: exponents of the points with 95 % bootstrap"
                + " half-widths. γ of |Δw| ~ T"
                + " P^γ at B = 1 and 2, with 95 % bootstrap intervals: " + gammas + ".";
    }
}
