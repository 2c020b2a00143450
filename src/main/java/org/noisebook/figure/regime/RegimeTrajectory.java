package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.figure.sgd.NetworkCells;
import org.noisebook.model.Ends;
import org.noisebook.regime.RegimeConfig;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.RegimeStudy;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.stats.Estimate;

/**
 * When a network moves: alignments, weight change and kernel–target alignment against training time and training loss, for
 * four output scales, and the distance to the tangent model against the output scale.
 */
public final class RegimeTrajectory implements Figure {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final double TEMPERATURE = 0x1p-5;
    private static final double[] OUTPUT_SCALES = {0x1p-4, 1, 0x1p6, 0x1p12};
    /** α of the last panel. */
    private static final double[] LIMIT_SCALES = TrainingCells.powers(0x1p-8, 4, 12);

    private static final double UNBOUNDED = Double.POSITIVE_INFINITY;
    /** Bounds of T/(h κ); noise shows above 1. */
    private static final double[] SHARES = {UNBOUNDED, 0x1p-2, 0x1p-4};

    /** Losses over κ at which alignments are compared. */
    private static final double[] LOSSES = TrainingCells.powers(0x1p-10, 4, 6);

    private static final int PROBES = 256;

    @Override
    public String id() {
        return "regime-trajectory";
    }

    @Override
    public String title() {
        return "How far a network moves, against time and training loss";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static int replicas(Preset preset) {
        return preset.choose(8, 32);
    }

    private static int recordsPerDecade(Preset preset) {
        return preset.choose(3, 6);
    }

    private static RegimeConfig config(double outputScale, int recordsPerDecade) {
        return new RegimeConfig(training(outputScale, TEMPERATURE), recordsPerDecade, false);
    }

    private static NetworkConfig training(double outputScale, double temperature) {
        return Schema.with(NetworkCells.at(NetworkCells.DIGITS, outputScale, temperature), "probeSize", PROBES);
    }

    /** With the noise hidden behind the margin: T at most a share of h κ. */
    private static RegimeConfig compared(double outputScale, double share) {
        double hidden = share * NetworkCells.DIGITS.network().width() / outputScale;
        return new RegimeConfig(training(outputScale, Math.min(TEMPERATURE, hidden)), 0, true);
    }

    /** The α at which a share of h κ is below the common temperature; all of them for no such bound. */
    private static double[] scales(double share) {
        double hidden = share * NetworkCells.DIGITS.network().width();
        return Arrays.stream(LIMIT_SCALES)
                .filter(scale -> share == UNBOUNDED || hidden / scale < TEMPERATURE)
                .toArray();
    }

    private static List<RegimeConfig> compared(double share) {
        return Arrays.stream(scales(share))
                .mapToObj(scale -> compared(scale, share))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<RegimeConfig> followed = Arrays.stream(OUTPUT_SCALES)
                .mapToObj(scale -> config(scale, recordsPerDecade(preset)))
                .toList();
        List<RegimeConfig> all = new ArrayList<>(followed);
        for (double share : SHARES) {
            all.addAll(compared(share));
        }
        Results<RegimeConfig, RegimeResult> results = experiment.run(Sweep.of(STUDY, all, replicas(preset)));

        Sheet sheet = new Sheet();
        Axis time = Axis.log10("time t = η · steps");
        sheet.panel("kernel", "Kernel alignment", time, Axis.linear("KA"));
        sheet.panel("representation", "Centred representation alignment", time, Axis.linear("CKA"));
        sheet.panel("weights", "Weight change", time, Axis.log10("|Δw|/|w₀|"));
        sheet.panel("target", "Kernel–target alignment", time, Axis.linear("yᵀΘy / (|y|² Tr Θ)"));
        sheet.panel("loss", "Alignment at equal loss", Axis.log2("training loss / κ"), Axis.linear("KA"));
        sheet.panel(
                "limit", "Distance to the tangent model", Axis.log2("output scale α"), Axis.log10("|F − Fₗᵢₙ|/|F|"));
        for (int k = 0; k < OUTPUT_SCALES.length; k++) {
            List<RegimeResult> runs = results.of(followed.get(k));
            String name = "α = " + NetworkCells.power(OUTPUT_SCALES[k]);
            double kappa = 1 / OUTPUT_SCALES[k];
            addPoints(sheet, "kernel", name, k, runs, RegimeResult::recordKernelAlignment, false);
            addPoints(
                    sheet, "representation", name, k, runs, RegimeResult::recordCentredRepresentationAlignment, false);
            addPoints(sheet, "weights", name, k, runs, RegimeResult::recordWeightChange, true);
            addPoints(sheet, "target", name, k, runs, RegimeResult::recordTargetAlignment, false);
            addLoss(sheet, name, k, runs, kappa);
        }
        String[] names = {"T = 2⁻⁵", "T = hκ/4", "T = hκ/16"};
        for (int k = 0; k < SHARES.length; k++) {
            TrainingCells.addPoints(
                    sheet,
                    "limit",
                    names[k],
                    OUTPUT_SCALES.length + k,
                    scales(SHARES[k]),
                    compared(SHARES[k]),
                    results,
                    RegimeResult::linearisedDistance);
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2).sharedLegend(),
                caption(preset),
                String.valueOf(replicas(preset)),
                claims(results, followed));
    }

    /** A trajectory at the moments of the longest run; a network that has ended stays as it is. */
    private static double[][] aligned(List<RegimeResult> runs, Function<RegimeResult, double[]> trajectory) {
        int longest =
                runs.stream().mapToInt(run -> run.recordTime().length).max().orElse(0) - 1;
        double[][] values = new double[Math.max(0, longest)][runs.size()];
        for (int r = 0; r < runs.size(); r++) {
            double[] own = trajectory.apply(runs.get(r));
            for (int k = 0; k < values.length; k++) {
                values[k][r] = own[Math.min(k, own.length - 1)];
            }
        }
        return values;
    }

    /** The times of the longest run but its own end. */
    private static double[] times(List<RegimeResult> runs) {
        double[] times = runs.stream()
                .map(RegimeResult::recordTime)
                .reduce((a, b) -> a.length >= b.length ? a : b)
                .orElse(new double[1]);
        return Arrays.copyOf(times, times.length - 1);
    }

    /** From the first step on; the start cannot stand on a logarithmic axis. */
    private static void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<RegimeResult> runs,
            Function<RegimeResult, double[]> trajectory,
            boolean geometric) {
        double[] times = times(runs);
        double[][] values = aligned(runs, trajectory);
        int count = Math.max(0, times.length - 1);
        Estimate[] estimates = new Estimate[count];
        Ends[] ends = new Ends[count];
        for (int k = 0; k < count; k++) {
            double[] now = values[k + 1];
            estimates[k] = geometric ? Estimate.ofGeometricMean(now) : Estimate.ofMean(now);
            ends[k] = TrainingCells.ends(runs);
        }
        sheet.points(panel, series, colour, Arrays.copyOfRange(times, 1, times.length), estimates, ends);
    }

    /** At the first record whose loss is at most a share of κ. */
    private static void addLoss(Sheet sheet, String series, int colour, List<RegimeResult> runs, double kappa) {
        Estimate[] estimates = new Estimate[LOSSES.length];
        Ends[] ends = new Ends[LOSSES.length];
        for (int l = 0; l < LOSSES.length; l++) {
            double level = LOSSES[l] * kappa;
            estimates[l] = Estimate.ofMean(runs.stream()
                    .mapToDouble(run -> {
                        double[] losses = run.recordTrainLoss();
                        int k = 0;
                        while (k + 1 < losses.length && losses[k] > level) {
                            k++;
                        }
                        return run.recordKernelAlignment()[k];
                    })
                    .toArray());
            ends[l] = TrainingCells.ends(runs);
        }
        sheet.points("loss", series, colour, LOSSES, estimates, ends);
    }

    private static List<Claim> claims(Results<RegimeConfig, RegimeResult> results, List<RegimeConfig> followed) {
        String source = "lazy limit, α → ∞ at hidden noise: Chizat, Oyallon, Bach 2019, arXiv 1812.07956";
        double lazy = LIMIT_SCALES[LIMIT_SCALES.length - 1];
        double[] near = results.values(compared(lazy, SHARES[2]), RegimeResult::linearisedDistance);
        double[] far = results.values(compared(lazy, SHARES[1]), RegimeResult::linearisedDistance);
        double[] ratios = new double[near.length];
        Arrays.setAll(ratios, r -> near[r] / far[r]);
        return List.of(
                Claim.theory(
                        "trajectory-lazy-tangent-model",
                        "distance of predictions to the tangent model at α = 2^14, T = hκ/16",
                        0,
                        Claim.STANDARD_WINDOW,
                        Estimate.ofMean(near),
                        source),
                new Claim(
                        "trajectory-tangent-model-noise",
                        Claim.Kind.THEORY,
                        "that distance over the one at T = hκ/4 is below 1: noise keeps the two apart",
                        Double.NaN,
                        0,
                        1,
                        Estimate.ofGeometricMean(ratios),
                        source),
                new Claim(
                        "trajectory-rich-target-alignment",
                        Claim.Kind.THEORY,
                        "kernel–target alignment after over before training at α = 2^-4 is above 1",
                        Double.NaN,
                        1,
                        Double.POSITIVE_INFINITY,
                        Estimate.ofGeometricMean(results.values(
                                followed.get(0),
                                run -> run.movement().endTargetAlignment()
                                        / run.movement().startTargetAlignment())),
                        "rich training turns the kernel to the target: Atanasov, Bordelon, Pehlevan 2022, arXiv 2111.00034"));
    }

    private static String caption(Preset preset) {
        return "Digits by parity, " + NetworkCells.describe(NetworkCells.DIGITS) + ", T = 2⁻⁵, on " + PROBES
                + " test points. Points: means over " + replicas(preset)
                + " replicas with 95 % t intervals; in (c) and (f)"
                + " geometric means. A replica that has ended stays as it is; a setting with a replica that did not fit has"
                + " no point. (a) Kernel alignment, (b) linear CKA of the last hidden layer, (c) weight change, (d) share of the"
                + " tangent kernel's trace along the labels, against time; (e) kernel alignment where the training loss first"
                + " stands at a share of the margin κ = 1/α or below: compare regimes at equal loss, since a network that is not"
                + " trained has not moved; (f) distance of the network's predictions to those of its tangent model trained with"
                + " the same batches, at the end: at T = 2⁻⁵ noise keeps the two apart however large α; the deeper the margin"
                + " hides it (T = hκ/4 and hκ/16, drawn where these are below 2⁻⁵), the closer they come.";
    }
}
