package org.noisebook.figure.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.seeds.PermutationNull;
import org.noisebook.seeds.generator.AverageLinkage;
import org.noisebook.seeds.generator.SeedEffects;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SeedResponse;
import org.noisebook.seeds.generator.SignatureDistance;
import org.noisebook.seeds.generator.Silhouette;
import org.noisebook.stats.Estimate;

/** Do seeds that start from like noise give like layouts: chosen components over conditions, clusters, and measures of digits. */
public final class SeedLayout implements Figure {
    private static final int GREY = 7;
    private static final int BINS = 8;
    private static final int[] CLUSTERS = {2, 4, 8, 16};
    private static final int PERMUTATIONS = 12;
    private static final double RECORDED_MANTEL = 0.34;
    private static final double RECORDED_NULL = 0.010;
    private static final double NOTHING = 0.05;
    private static final int SHOWN = 6;
    private static final int CLASSES = 10;
    private static final int SIDE = 8;
    private static final double HALF = 0.5;

    private static final List<String> MEASURES = List.of("density", "distance", "centre", "ink");
    private static final List<Function<SeedGeneratorResult, SeedEffects>> EFFECTS = List.of(
            SeedGeneratorResult::quality,
            SeedGeneratorResult::closeness,
            SeedGeneratorResult::layout,
            SeedGeneratorResult::ink);

    @Override
    public String id() {
        return "seed-layout";
    }

    @Override
    public String title() {
        return "Layouts of seeds: like noise, like components; digits of golden and inferior seeds";
    }

    @Override
    public List<String> sources() {
        return SeedCells.sources();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        Results<SeedGeneratorConfig, SeedGeneratorResult> results = SeedCells.run(
                preset,
                experiment,
                SeedCells.digits(preset, SeedCells.FLOW),
                SeedCells.digits(preset, SeedCells.MUCH),
                SeedCells.digits(preset, SeedCells.NULL));
        Sheet sheet = new Sheet();
        addDistances(sheet, results);
        addMantel(sheet, results);
        addClusters(sheet, results, experiment);
        addMeasures(sheet, preset, results);
        addPictures(sheet, "Digits of six seeds, P0", preset, SeedCells.FLOW, results);
        addPictures(sheet, "Digits of six seeds, P2b", preset, SeedCells.MUCH, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                "(a) Share of 32 conditions under which two of 128 seeds choose different components, against the distance of their noise, 1 −"
                        + " cos, in " + BINS
                        + " equal groups of pairs, spread 2. (b) Rank correlation of the two distances (Mantel); grey: ±1.96"
                        + " standard deviations for renamed seeds. (c) Mean silhouette of clusters of seeds by average linkage, spread 2, less the"
                        + " mean of " + PERMUTATIONS
                        + " shuffles within conditions. (d) Consistency ICC(3,1) over ten classes of what learned"
                        + " digits show: log density, distance from the nearest picture, column of the centre of ink, and ink. "
                        + "(e, f) Learned digits of the three seeds of highest and the three of lowest mean log density under each policy, one draw. "
                        + SeedCells.POLICIES + " Of digits ε falls from 1 as 1 − t, and there are "
                        + SeedCells.digits(preset, SeedCells.FLOW).seeds() + " seeds. Points: means over "
                        + SeedCells.replicas(preset)
                        + " draws of targets and noise with 95 % t intervals.",
                Integer.toString(SeedCells.replicas(preset)),
                claims(preset, results));
    }

    private static int[][] labels(SeedGeneratorResult run) {
        return Arrays.stream(run.cells(SeedResponse.COMPONENT, SeedCells.SEEDS))
                .map(row -> Arrays.stream(row).mapToInt(value -> (int) value).toArray())
                .toArray(int[][]::new);
    }

    /** Distances of pairs by noise, in groups, with the mean distance by component: {noise, component}. */
    private static double[][] grouped(SeedGeneratorResult run) {
        double[][] noise = SignatureDistance.cosine(run.latents(SeedCells.SEEDS));
        double[][] component = SignatureDistance.hamming(labels(run));
        List<double[]> pairs = new ArrayList<>();
        for (int s = 0; s < noise.length; s++) {
            for (int t = 0; t < s; t++) {
                pairs.add(new double[] {noise[s][t], component[s][t]});
            }
        }
        pairs.sort((a, b) -> Double.compare(a[0], b[0]));
        double[][] groups = new double[2][BINS];
        for (int b = 0; b < BINS; b++) {
            int from = b * pairs.size() / BINS;
            int to = (b + 1) * pairs.size() / BINS;
            for (double[] pair : pairs.subList(from, to)) {
                groups[0][b] += pair[0] / (to - from);
                groups[1][b] += pair[1] / (to - from);
            }
        }
        return groups;
    }

    private static void addDistances(Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "distance",
                "Like noise, like components",
                Axis.linear("distance of noise 1 − cos").range(0.4, 1.6),
                Axis.linear("share of conditions that differ").range(0.35, 0.85));
        List<SeedCells.Row> rows = List.of(SeedCells.FLOW, SeedCells.MUCH, SeedCells.NULL);
        for (int k = 0; k < rows.size(); k++) {
            List<SeedGeneratorResult> runs = results.of(SeedCells.config(SeedCells.SPREADS[1], rows.get(k)));
            List<double[][]> groups = runs.stream().map(SeedLayout::grouped).toList();
            double[] x = new double[BINS];
            Estimate[] y = new Estimate[BINS];
            Ends[] ends = new Ends[BINS];
            for (int b = 0; b < BINS; b++) {
                int bin = b;
                x[b] = SixDigits.of(groups.stream().mapToDouble(g -> g[0][bin]).sum() / groups.size());
                y[b] = SixDigits.of(Estimate.ofMean(
                        groups.stream().mapToDouble(g -> g[1][bin]).toArray()));
                ends[b] = TrainingCells.ends(runs);
            }
            sheet.points("distance", rows.get(k).name(), k, x, y, ends);
        }
        sheet.legend("distance", Corner.BELOW);
    }

    private static void addMantel(Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "mantel",
                "Layout follows noise",
                SeedCells.policies(),
                Axis.linear("Mantel rank correlation").range(-0.1, 0.5));
        double[] ends = {0.5, SeedCells.ROWS.size() + 0.5};
        double half = 1.96
                * Estimate.ofMean(results.values(
                                SeedCells.config(SeedCells.SPREADS[1], SeedCells.NULL),
                                SeedGeneratorResult::mantelNull))
                        .mean();
        sheet.band("mantel", "renamed seeds", GREY, ends, SixDigits.of(-half, -half), SixDigits.of(half, half));
        for (int k = 0; k < SeedCells.SPREADS.length; k++) {
            double spread = SeedCells.SPREADS[k];
            SeedCells.policyPoints(
                    sheet, "mantel", SeedCells.spreadName(spread), k, spread, results, SeedGeneratorResult::mantel);
        }
        sheet.legend("mantel", Corner.BELOW);
    }

    private static void addClusters(
            Sheet sheet, Results<SeedGeneratorConfig, SeedGeneratorResult> results, Experiment experiment) {
        sheet.panel(
                "clusters",
                "Clusters of seeds beyond chance",
                Axis.log2("clusters").range(1.7, 19),
                Axis.linear("mean silhouette less its null").range(-0.1, 0.6));
        sheet.line("clusters", "none", "", GREY, new double[] {1.7, 19}, new double[2], Sheet.Kind.THEORY);
        List<SeedCells.Row> rows = List.of(SeedCells.FLOW, SeedCells.MUCH, SeedCells.NULL);
        double[] x = Arrays.stream(CLUSTERS).asDoubleStream().toArray();
        for (int k = 0; k < rows.size(); k++) {
            SeedCells.Row row = rows.get(k);
            List<SeedGeneratorResult> runs = results.of(SeedCells.config(SeedCells.SPREADS[1], row));
            double[][] excess = IntStream.range(0, runs.size())
                    .mapToObj(r -> excess(runs.get(r), row, r, experiment))
                    .toArray(double[][]::new);
            Estimate[] y = new Estimate[x.length];
            Ends[] ends = new Ends[x.length];
            for (int c = 0; c < x.length; c++) {
                int at = c;
                y[c] = SixDigits.of(Estimate.ofMean(
                        Arrays.stream(excess).mapToDouble(e -> e[at]).toArray()));
                ends[c] = TrainingCells.ends(runs);
            }
            sheet.points("clusters", row.name(), k, x, y, ends);
        }
        sheet.legend("clusters", Corner.BELOW);
    }

    private static double[] excess(SeedGeneratorResult run, SeedCells.Row row, int replica, Experiment experiment) {
        int[][] labels = labels(run);
        double[][] distance = SignatureDistance.hamming(labels);
        AverageLinkage tree = AverageLinkage.of(distance);
        return Arrays.stream(CLUSTERS)
                .mapToDouble(clusters -> {
                    PermutationNull none = Silhouette.permuted(
                            labels,
                            clusters,
                            PERMUTATIONS,
                            experiment
                                    .streams()
                                    .withReplica(replica)
                                    .at("bootstrap/layout-" + row.id() + "-" + clusters));
                    return Silhouette.of(distance, tree.cut(clusters)).mean() - none.mean();
                })
                .toArray();
    }

    private static void addMeasures(
            Sheet sheet, Preset preset, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        sheet.panel(
                "measures",
                "What the seed fixes of digits",
                Axis.named("measure", MEASURES),
                Axis.linear("consistency ICC(3,1)").range(-0.1, 1));
        double[] ends = {0.5, MEASURES.size() + 0.5};
        sheet.line("measures", "none", "", GREY, ends, new double[2], Sheet.Kind.THEORY);
        List<SeedCells.Row> rows = List.of(SeedCells.FLOW, SeedCells.MUCH, SeedCells.NULL);
        for (int k = 0; k < rows.size(); k++) {
            SeedGeneratorConfig config = SeedCells.digits(preset, rows.get(k));
            double shift = 0.15 * (k - 1);
            sheet.points(
                    "measures",
                    rows.get(k).name(),
                    k,
                    IntStream.rangeClosed(1, MEASURES.size())
                            .mapToDouble(i -> SixDigits.of(i + shift))
                            .toArray(),
                    EFFECTS.stream()
                            .map(effect -> SixDigits.of(Estimate.ofMean(results.values(
                                    config, run -> effect.apply(run).consistency()))))
                            .toArray(Estimate[]::new),
                    EFFECTS.stream()
                            .map(effect -> TrainingCells.ends(results.of(config)))
                            .toArray(Ends[]::new));
        }
        sheet.legend("measures", Corner.BELOW);
    }

    private static void addPictures(
            Sheet sheet,
            String title,
            Preset preset,
            SeedCells.Row row,
            Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        double[] flat = results.of(SeedCells.digits(preset, row)).get(0).pictures();
        double[][] pixels = IntStream.range(0, SHOWN * CLASSES)
                .mapToObj(k -> Arrays.copyOfRange(flat, k * SIDE * SIDE, (k + 1) * SIDE * SIDE))
                .toArray(double[][]::new);
        sheet.images(
                "pictures-" + row.id(),
                title,
                List.of("best", "2nd", "3rd", "3rd last", "2nd last", "last"),
                CLASSES,
                SIDE,
                pixels,
                -1,
                1);
    }

    private static List<Claim> claims(Preset preset, Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (double spread : SeedCells.SPREADS) {
            String id = "seed-layout-" + SeedCells.spreadId(spread);
            String of = "exact mixture generator, " + SeedCells.spreadName(spread) + ": ";
            SeedGeneratorConfig flow = SeedCells.config(spread, SeedCells.FLOW);
            claims.add(SeedCells.recorded(
                    id + "-mantel",
                    of + "ODE, rank correlation of distances by component and by noise",
                    RECORDED_MANTEL,
                    0.005,
                    results.values(flow, SeedGeneratorResult::mantel)));
            claims.add(SeedCells.recorded(
                    id + "-mantel-null",
                    of + "its standard deviation for renamed seeds",
                    RECORDED_NULL,
                    0.0005,
                    results.values(flow, SeedGeneratorResult::mantelNull)));
            claims.add(Claim.theory(
                    id + "-null",
                    of + "all noise fresh, the correlation is 0",
                    0,
                    NOTHING,
                    Estimate.ofMean(
                            results.values(SeedCells.config(spread, SeedCells.NULL), SeedGeneratorResult::mantel)),
                    "no seed effect"));
        }
        SeedGeneratorConfig digits = SeedCells.digits(preset, SeedCells.FLOW);
        claims.add(fixed(
                "ink",
                "the ink, as some seeds are said to give pale images",
                digits,
                SeedGeneratorResult::ink,
                results));
        claims.add(fixed(
                "centre",
                "the place of the ink, as seeds are said to fix places",
                digits,
                SeedGeneratorResult::layout,
                results));
        return claims;
    }

    private static Claim fixed(
            String id,
            String what,
            SeedGeneratorConfig config,
            Function<SeedGeneratorResult, SeedEffects> effects,
            Results<SeedGeneratorConfig, SeedGeneratorResult> results) {
        return SeedCells.between(
                "seed-layout-digits-" + id,
                "learned digits, ODE: the seed fixes most of " + what + ", ICC(3,1) at least 0.5",
                HALF,
                Double.POSITIVE_INFINITY,
                Estimate.ofMean(results.values(config, run -> effects.apply(run).consistency())),
                SeedCells.PAPER);
    }
}
