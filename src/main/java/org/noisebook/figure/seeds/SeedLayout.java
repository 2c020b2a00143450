package org.noisebook.figure.seeds;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.seeds.PolicyCells.SEEDS;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.seeds.PolicyCells.Policy;
import org.noisebook.figure.seeds.PolicyCells.Spread;
import org.noisebook.seeds.generator.AverageLinkage;
import org.noisebook.seeds.generator.SeedEffects;
import org.noisebook.seeds.generator.SeedGeneratorConfig;
import org.noisebook.seeds.generator.SeedGeneratorResult;
import org.noisebook.seeds.generator.SignatureDistance;
import org.noisebook.seeds.generator.Silhouette;
import org.noisebook.stats.Estimate;

/** Do seeds that start from like noise give like layouts: chosen components over conditions, clusters, and measures of digits. */
public final class SeedLayout extends Story {
    private static final List<Policy> POLICIES = List.of(Policy.P0, Policy.P2B, Policy.P3);
    private static final int BINS = 8;
    private static final double[] CLUSTERS = Line.powers(2, 2, 4);
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

    /** The figure. */
    public SeedLayout() {
        super(
                "seed-layout",
                "Layouts of seeds: like noise, like components; digits of golden and inferior seeds",
                PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        PolicyCells cells = new PolicyCells(board);
        List<Cell<SeedGeneratorConfig, SeedGeneratorResult>> digits =
                POLICIES.stream().map(cells::digits).toList();
        tellDistance(board, cells);
        tellMantel(board, cells);
        tellClusters(board, cells);
        tellMeasures(board, digits);
        for (int k = 0; k < 2; k++) {
            tellPictures(board, POLICIES.get(k), digits.get(k));
        }
        board.caption(
                "(a) Share of 32 conditions under which two of 128 seeds choose different components, against the distance of their noise,"
                        + " in {} equal groups of pairs, spread 2 as in (c). (b) Rank correlation of the two distances (Mantel); grey: ±1.96"
                        + " standard deviations for renamed seeds. (c) Mean silhouette of average-linkage clusters of seeds less that of"
                        + " {} shuffles within conditions. (d) ICC(3,1) over ten classes of learned digits: log density, distance from the nearest"
                        + " picture, column of the centre of ink, ink. (e, f) Digits of the three seeds of highest and of lowest mean log"
                        + " density, one draw. {} Of digits ε falls as 1 − t; {} seeds. Means over {}"
                        + " draws of targets and noise with 95 % t intervals.",
                BINS, PERMUTATIONS, PolicyCells.POLICIES, digits.get(0).config().seeds(), cells.replicas());
    }

    private static void tellDistance(Board board, PolicyCells cells) {
        Plot plot = board.plot(
                        "distance",
                        "Like noise, like components",
                        Axis.linear("distance of noise 1 − cos").range(0.4, 1.6),
                        Axis.linear("share of conditions that differ").range(0.35, 0.85))
                .legend(Corner.BELOW);
        for (Policy policy : POLICIES) {
            var cell = cells.mixture(Spread.WIDE, policy);
            List<double[][]> groups = cell.runs().stream()
                    .map(run -> run.componentsByNoise(SEEDS, BINS))
                    .toList();
            double[] x = new double[BINS];
            Arrays.setAll(
                    x,
                    b -> groups.stream()
                            .mapToDouble(group -> group[0][b])
                            .average()
                            .orElse(Double.NaN));
            plot.points(
                    policy.label(),
                    x,
                    means(groups.stream().map(group -> group[1]).toArray(double[][]::new)),
                    cell.ends());
        }
    }

    /** The mean of each column over replicas. */
    private static Estimate[] means(double[][] replicas) {
        return IntStream.range(0, replicas[0].length)
                .mapToObj(k -> Estimate.ofMean(
                        Arrays.stream(replicas).mapToDouble(row -> row[k]).toArray()))
                .toArray(Estimate[]::new);
    }

    private static void tellMantel(Board board, PolicyCells cells) {
        Plot plot = cells.plot(
                "mantel",
                "Layout follows noise",
                Axis.linear("Mantel rank correlation").range(-0.1, 0.5));
        double half = 1.96
                * cells.mixture(Spread.WIDE, Policy.P3)
                        .the(mean(SeedGeneratorResult::mantelNull))
                        .mean();
        plot.colour(Plot.GREY).band("renamed seeds", 0.5, 5.5, -half, half);
        for (Spread spread : Spread.values()) {
            cells.addMeans(plot, spread, SeedGeneratorResult::mantel);
            var flow = cells.mixture(spread, Policy.P0);
            String of = "exact mixture generator, " + spread.text() + ": ";
            board.claim(spread.id() + "-mantel", of + "ODE, rank correlation of distances by component and by noise")
                    .in("mantel")
                    .regression(RECORDED_MANTEL, 0.005)
                    .ofRuns(1)
                    .of(flow.the(mean(SeedGeneratorResult::mantel)))
                    .from(PolicyCells.RECORDED);
            board.claim(spread.id() + "-mantel-null", of + "its standard deviation for renamed seeds")
                    .in("mantel")
                    .regression(RECORDED_NULL, 0.0005)
                    .ofRuns(1)
                    .of(flow.the(mean(SeedGeneratorResult::mantelNull)))
                    .from(PolicyCells.RECORDED);
            board.claim(spread.id() + "-null", of + "all noise fresh, the correlation is 0")
                    .in("mantel")
                    .theory(0)
                    .within(NOTHING)
                    .of(cells.mixture(spread, Policy.P3).the(mean(SeedGeneratorResult::mantel)))
                    .from("no seed effect");
        }
    }

    private static void tellClusters(Board board, PolicyCells cells) {
        Plot plot = board.plot(
                        "clusters",
                        "Clusters of seeds beyond chance",
                        Axis.log2("clusters").range(1.7, 19),
                        Axis.linear("mean silhouette less its null").range(-0.1, 0.6))
                .level(LineKind.THEORY, "none", 0, 1.7, 19)
                .legend(Corner.BELOW);
        for (Policy policy : POLICIES) {
            var cell = cells.mixture(Spread.WIDE, policy);
            double[][] excess = IntStream.range(0, cell.runs().size())
                    .mapToObj(r -> excess(board, policy, r, cell.runs().get(r)))
                    .toArray(double[][]::new);
            plot.points(policy.label(), CLUSTERS, means(excess), cell.ends());
        }
    }

    private static double[] excess(Board board, Policy policy, int replica, SeedGeneratorResult run) {
        int[][] labels = run.components(SEEDS);
        double[][] distance = SignatureDistance.hamming(labels);
        AverageLinkage tree = AverageLinkage.of(distance);
        return Arrays.stream(CLUSTERS)
                .map(clusters -> {
                    int count = (int) clusters;
                    String stream = "bootstrap/layout-" + policy.id() + "-" + count;
                    return Silhouette.of(distance, tree.cut(count)).mean()
                            - Silhouette.permuted(labels, count, PERMUTATIONS, board.stream(stream, replica))
                                    .mean();
                })
                .toArray();
    }

    private static void tellMeasures(Board board, List<Cell<SeedGeneratorConfig, SeedGeneratorResult>> digits) {
        Plot plot = board.plot(
                        "measures",
                        "What the seed fixes of digits",
                        Axis.named("measure", MEASURES),
                        Axis.linear("consistency ICC(3,1)").range(-0.1, 1))
                .level(LineKind.THEORY, "none", 0, 0.5, MEASURES.size() + 0.5)
                .legend(Corner.BELOW);
        for (int k = 0; k < digits.size(); k++) {
            plot.aside(0.15 * (k - 1))
                    .points(
                            POLICIES.get(k).label(),
                            Line.numbered(MEASURES.size()),
                            digits.get(k),
                            measure ->
                                    mean(run -> EFFECTS.get(measure).apply(run).consistency()));
        }
        claimFixed(
                board,
                "ink",
                "the ink, as some seeds are said to give pale images",
                digits.get(0).the(mean(run -> run.ink().consistency())));
        claimFixed(
                board,
                "centre",
                "the place of the ink, as seeds are said to fix places",
                digits.get(0).the(mean(run -> run.layout().consistency())));
    }

    private static void claimFixed(Board board, String name, String what, Estimate measured) {
        board.claim("digits-" + name, "learned digits, ODE: the seed fixes most of " + what + ", ICC(3,1) at least 0.5")
                .in("measures")
                .above(HALF)
                .of(measured)
                .from(PolicyCells.PAPER);
    }

    private static void tellPictures(
            Board board, Policy policy, Cell<SeedGeneratorConfig, SeedGeneratorResult> digits) {
        double[] flat = digits.runs().get(0).pictures().toArray();
        board.pictures(
                "pictures-" + policy.id(),
                "Digits of six seeds, " + policy.label(),
                List.of("best", "2nd", "3rd", "3rd last", "2nd last", "last"),
                CLASSES,
                SIDE,
                IntStream.range(0, SHOWN * CLASSES)
                        .mapToObj(k -> Arrays.copyOfRange(flat, k * SIDE * SIDE, (k + 1) * SIDE * SIDE))
                        .toArray(double[][]::new),
                -1,
                1);
    }
}
