package org.noisebook.papers.goodseeds;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.papers.goodseeds.PolicyCells.SEEDS;
import static org.noisebook.papers.goodseeds.PolicyCells.all;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.PolicyCells.Policy;
import org.noisebook.papers.goodseeds.PolicyCells.Spread;
import org.noisebook.seeds.FalseDiscovery;
import org.noisebook.seeds.GoldenSeeds;
import org.noisebook.seeds.NullBand;
import org.noisebook.seeds.Ranks;
import org.noisebook.seeds.SeedTable;
import org.noisebook.stats.Estimate;

/** Golden seeds compared with chance: their gain under conditions not used to select them, and for other models. */
public final class SeedGolden extends Story {
    private static final double LEVEL = 0.05;
    private static final int PERMUTATIONS = 400;
    /** Stride of the ranking, which shows every fourth seed to keep them distinguishable. */
    private static final int STRIDE = 4;

    private static final double NOTHING = 0.1;
    /** Least correlation at which quality counts as carried over to another model. */
    private static final double CARRIED = 0.5;

    /** Values of a recorded run of the same design, by spread and policy. */
    private static final double[][] GOLDEN = {{56, 62, 38, 0, 0}, {52, 59, 36, 0, 0}};

    private static final double[][] INFERIOR = {{51, 43, 33, 0, 0}, {46, 38, 28, 0, 0}};
    private static final double[][] SPLIT_HALF = {{0.974, 0.966, 0.851, 0.02, -0.01}, {0.955, 0.959, 0.805, 0.04, 0.01}
    };
    private static final double[][] GAIN = {{1.44, 1.32, 0.78, -0.14, -0.02}, {1.24, 1.38, 0.74, -0.25, 0.02}};

    private static final Map<String, String> SAYS = Map.of(
            "narrow-p0-gain", "Without injected noise, the best 6 of 128 seeds keep their gain",
            "wide-p2b-gain",
                    "With strong injected noise, the gain is −0.25, as recorded once | gain in standard deviations");

    /** The figure. */
    public SeedGolden() {
        super("seed-golden", "Golden seeds, chance, and whether they stay golden", PolicyCells.SOURCES);
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: narrow-null");
        board.title(
                "Without injected noise, the best seeds stay good under new conditions",
                "The best seeds do not stay good under new conditions",
                "The best seeds may stay good under new conditions");
        board.subtitle("Effect of seeds on quality, and gain of the best six of 128, by injected noise");
        board.show("ranking-p0", "gain");
        PolicyCells cells = new PolicyCells(board);
        var flow = cells.mixture(Spread.NARROW, Policy.P0);
        // Digits are judged by distance from the nearest picture: the exact log density depends on |z|² alone.
        var digits = cells.digits(Policy.P0);
        var other = cells.otherModel();
        var exactDigits = cells.exactDigits();
        tellRanking(board, cells, Policy.P0);
        tellRanking(board, cells, Policy.P2B);
        var line = cells.mixtures(Spread.NARROW);
        Axis y = Axis.linear("gain in standard deviations").range(-0.2, 1.7);
        cells.plot("gain", "Gain, by injected noise", y, 0)
                .points("under new conditions", line, quality(SeedEffects::heldOutGain))
                .points("under the original conditions", line, quality(SeedEffects::selectedGain));
        claim(board, cells);
        judgeCarry(board, flow, other, digits, exactDigits);
        board.caption(
                "(a) Effects of every {}th of 128 seeds on log density over 32 conditions, ranked, overlapping modes, one draw; better, worse: q < 5 %;"
                        + " band: 95 % of each rank's effects when values are dealt to seeds at random ({} deals). (b) The same, in standard"
                        + " deviations within a condition. {} (b): means over {} draws of targets and noise with 95 % t intervals.",
                STRIDE, PERMUTATIONS, PolicyCells.POLICIES, cells.replicas());
    }

    private static void tellRanking(Board board, PolicyCells cells, Policy policy) {
        String panel = "ranking-" + policy.id();
        SeedGeneratorStudy.Result run =
                cells.mixture(Spread.NARROW, policy).runs().get(0);
        SeedTable table = SeedTable.of(run.cells(SeedResponse.LOG_DENSITY, SEEDS));
        GoldenSeeds golden = GoldenSeeds.of(table, LEVEL, FalseDiscovery.Correction.BENJAMINI_HOCHBERG);
        String title = "Seeds ranked, " + policy.words();
        NullBand band = NullBand.of(table, PERMUTATIONS, board.stream("bootstrap/" + panel));
        double[] ranks = numbered(SEEDS);
        double[] shown = Arrays.stream(ranks).filter(rank -> rank % STRIDE == 1).toArray();
        Axis x = Axis.linear("rank of seed").range(0, SEEDS + 1);
        Axis y = Axis.linear("effect on quality (log density)").range(-7.5, 7);
        board.plot(panel, title, x, y)
                .colour(Plot.GREY)
                .named("chance alone")
                .band(
                        "without seed effect",
                        ranks,
                        band.low().toArray(),
                        band.high().toArray())
                .points(
                        "seed",
                        shown,
                        Arrays.stream(shown)
                                .map(rank -> golden.seeds()
                                        .get(golden.ranking()[(int) rank - 1])
                                        .effect())
                                .toArray());
    }

    private static Reduction<SeedGeneratorStudy.Result> quality(ToDoubleFunction<SeedEffects> effect) {
        return mean(run -> effect.applyAsDouble(run.quality()));
    }

    private static void claim(Board board, PolicyCells cells) {
        String halves = "rank correlation of seed effects between two halves of the conditions";
        String held = "gain of the best six seeds under new conditions, mean of ten halvings, in standard deviations";
        cells.recorded(board::claim, "golden", "golden seeds in 128", quality(SeedEffects::golden), GOLDEN, all(0.5));
        cells.recorded(
                board::claim, "inferior", "inferior seeds in 128", quality(SeedEffects::inferior), INFERIOR, all(0.5));
        cells.recorded(board::claim, "split-half", halves, quality(SeedEffects::splitHalf), SPLIT_HALF, all(0.005));
        cells.recorded(
                (name, statement) -> gain(board, name, statement).says(SAYS.getOrDefault(name, "")),
                "gain",
                held,
                quality(SeedEffects::heldOutGain),
                GAIN,
                all(0.005));
        for (Spread spread : Spread.values()) {
            String of = "exact mixture generator, all noise redrawn, " + spread.text();
            gain(board, spread.id() + "-null", of + ": gain of the best six seeds under new conditions is 0")
                    .control("run: the ODE, where the best six seeds gain")
                    .says("With all noise redrawn, the best seeds gain nothing")
                    .theory(0, NOTHING)
                    .of(cells.mixture(spread, Policy.P3).the(quality(SeedEffects::heldOutGain)))
                    .from("no seed effect");
        }
    }

    /** A claim on a gain; those for overlapping modes belong to the plot. */
    private static ClaimDraft gain(Board board, String name, String statement) {
        ClaimDraft claim = board.claim(name, statement);
        return name.startsWith(Spread.NARROW.id()) ? claim.in("gain") : claim;
    }

    private static void judgeCarry(
            Board board,
            Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> flow,
            Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> other,
            Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> learned,
            Cell<SeedGeneratorStudy.Config, SeedGeneratorStudy.Result> exact) {
        int seeds = learned.config().seeds();
        String of = "exact mixture generator, ODE: seed effects carry over to another model";
        String pictures = "digits, ODE: distance to real pictures carries over from a learned to an exact model";
        board.claim("model", of + ", correlation of effects at least 0.5")
                .above(CARRIED)
                .judge(
                        correlation(flow, other, run -> run.effects(SeedResponse.LOG_DENSITY, SEEDS)),
                        PolicyCells.ASKED);
        board.claim("model-beyond", of + " beyond |z|², correlation of effects at least 0.5")
                .says("Beyond its norm, a seed stays good for another model | correlation of effects")
                .above(CARRIED)
                .of(correlation(flow, other, run -> run.effectsBeyondNorm(SeedResponse.LOG_DENSITY, SEEDS)))
                .from(PolicyCells.ASKED);
        board.claim("digits", pictures + ", correlation at least 0.5")
                .above(CARRIED)
                .judge(
                        correlation(learned, exact, run -> run.effects(SeedResponse.DISTANCE, seeds)),
                        PolicyCells.ASKED);
    }

    /** Correlation of seed effects between two cells with the same initial noise in each replica. */
    private static Estimate correlation(
            Cell<?, SeedGeneratorStudy.Result> one,
            Cell<?, SeedGeneratorStudy.Result> other,
            Function<SeedGeneratorStudy.Result, double[]> effects) {
        return Estimate.ofMeanOrNone(IntStream.range(0, one.runs().size())
                .mapToDouble(r -> Ranks.pearson(
                        effects.apply(one.runs().get(r)),
                        effects.apply(other.runs().get(r))))
                .toArray());
    }
}
