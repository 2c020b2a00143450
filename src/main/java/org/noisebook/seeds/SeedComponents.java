package org.noisebook.seeds;

import java.util.List;
import org.noisebook.rng.Stream;

/**
 * The shares of a response due to the seed, the condition and the residual: Y_sc = μ + a_s + b_c + e_sc, all random.
 *
 * <p>Equally filled tables use the two-way analysis of variance, V_S = (MS_S − MS_E)/C, with the intervals of {@link
 * CrossedComponents}. Other tables use Henderson's method III (Henderson 1953, doi:10.2307/3001853), with intervals of
 * the same kind, which are nearly exact because its sums of squares are nearly independent multiples of χ². {@link
 * CrossedBootstrap} gives nonparametric intervals. The F of seeds given conditions is exact for normal e, except with
 * unequal replicates, where its denominator combines interaction and error (degrees by Satterthwaite).
 *
 * <p><b>Special cases</b>: constant data give variances 0 and NaN for everything else. Exceptions are thrown for fewer
 * than two seeds or conditions, for too few cells to leave residual degrees of freedom, and for groups of seeds and
 * conditions without common cells. <b>Cost</b>: a few passes over the table, times the shorter side if it is not
 * equally filled, and 2000 draws.
 *
 * @param mean mean over seeds and conditions, all weighted equally
 * @param seed variance of a
 * @param condition variance of b
 * @param rest variance of e: interaction, and everything not determined by the seed
 * @param split interaction and replicate error that make up the residual; empty without replicates
 * @param f F statistic of seeds given conditions
 * @param pValue probability of an f at least as large without seed effects
 * @param balanced whether all cells have equally many observations
 * @param icc intraclass correlations
 */
public record SeedComponents(
        double mean,
        Component seed,
        Component condition,
        Component rest,
        List<Component> split,
        double f,
        double pValue,
        boolean balanced,
        Icc icc) {
    private static final int[] ALL_REST = {2, 3};
    private static final double[] NO_TEST = {Double.NaN, Double.NaN};

    public SeedComponents {
        split = List.copyOf(split);
    }

    /**
     * The analysis of a table.
     *
     * @param stream source of the draws for the intervals
     */
    public static SeedComponents of(SeedTable table, Stream stream) {
        HendersonThree.checkSize(table);
        return table.replicates() > 0 ? balanced(table, stream) : unbalanced(table, stream);
    }

    private static SeedComponents balanced(SeedTable table, Stream stream) {
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        int replicates = table.replicates();
        int[] seed = table.seed();
        int[] condition = table.condition();
        double[] value = table.value();
        double[] y = new double[value.length];
        int[] filled = new int[seeds * conditions];
        for (int i = 0; i < value.length; i++) {
            int cell = seed[i] * conditions + condition[i];
            y[cell * replicates + filled[cell]++] = value[i];
        }
        BalancedAnova anova =
                BalancedAnova.of(List.of("seed", "condition"), new int[] {seeds, conditions}, replicates, y);
        VarianceDraws draws = anova.draws(CrossedComponents.DRAWS, stream);
        List<Component> components = CrossedComponents.of(anova, draws).components();
        Component first = components.get(0);
        Component second = components.get(1);
        List<Component> split = replicates == 1 ? List.of() : components.subList(2, components.size());
        return new SeedComponents(
                anova.mean,
                first,
                second,
                replicates == 1 ? components.get(2) : rest(split, draws),
                split,
                first.f(),
                first.pValue(),
                true,
                Icc.of(
                        seeds,
                        conditions,
                        first.meanSquare(),
                        second.meanSquare(),
                        components.get(2).meanSquare()));
    }

    /** The residual: interaction and replicate error together. */
    private static Component rest(List<Component> split, VarianceDraws draws) {
        Component interaction = split.get(0);
        Component error = split.get(1);
        return component(
                "rest",
                interaction.sumOfSquares() + error.sumOfSquares(),
                interaction.degrees() + error.degrees(),
                NO_TEST,
                draws,
                ALL_REST,
                ALL_REST,
                error.variance().n());
    }

    private static SeedComponents unbalanced(SeedTable table, Stream stream) {
        HendersonThree design = HendersonThree.of(table);
        HendersonThree.Reductions fit = design.reductions();
        VarianceDraws draws = design.draws(CrossedComponents.DRAWS, stream);
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        int observations = table.value().length;
        boolean split = design.replicated();
        int[] ofRest = split ? ALL_REST : new int[] {2};
        // The expected mean square of a source without its own variance: a combination of interaction and error.
        double interactionMean = fit.interactionWeight() / fit.interactionDegrees();
        double[] underSeeds = fit.mixed(split ? fit.interactionInSeeds() / fit.seedDegrees() / interactionMean : 1);
        double[] underConditions =
                fit.mixed(split ? fit.interactionInConditions() / fit.conditionDegrees() / interactionMean : 1);
        Component seed = component(
                "seed",
                fit.seedSquares(),
                fit.seedDegrees(),
                underSeeds,
                draws,
                new int[] {0},
                new int[] {0, 2},
                seeds);
        Component condition = component(
                "condition",
                fit.conditionSquares(),
                fit.conditionDegrees(),
                underConditions,
                draws,
                new int[] {1},
                new int[] {1, 2},
                conditions);
        Component rest = component(
                "rest",
                fit.interactionSquares() + fit.errorSquares(),
                fit.interactionDegrees() + fit.errorDegrees(),
                NO_TEST,
                draws,
                ofRest,
                ofRest,
                observations);
        List<Component> parts = split
                ? List.of(
                        component(
                                "seed×condition",
                                fit.interactionSquares(),
                                fit.interactionDegrees(),
                                fit.mixed(0),
                                draws,
                                new int[] {2},
                                new int[] {2},
                                seeds * conditions - table.missing()),
                        component(
                                "error",
                                fit.errorSquares(),
                                fit.errorDegrees(),
                                NO_TEST,
                                draws,
                                new int[] {3},
                                new int[] {3},
                                observations))
                : List.of();
        return new SeedComponents(
                fit.mean(),
                seed,
                condition,
                rest,
                parts,
                seed.f(),
                seed.pValue(),
                false,
                Icc.of(seeds, conditions, draws, design::cellVariance));
    }

    /** The component of the given sources, tested against a mean square and its degrees of freedom. */
    private static Component component(
            String name,
            double squares,
            double degrees,
            double[] under,
            VarianceDraws draws,
            int[] sources,
            int[] holding,
            int n) {
        double f = under[0] >= 0 ? squares / degrees / under[0] : Double.NaN;
        boolean tested = !Double.isNaN(f);
        return new Component(
                name,
                squares,
                degrees,
                squares / degrees,
                draws.of(variances -> sum(variances, sources), n),
                draws.of(VarianceDraws.share(sources), n),
                draws.of(VarianceDraws.share(holding), n),
                f,
                tested ? degrees : Double.NaN,
                tested ? under[1] : Double.NaN,
                Component.fTail(f, degrees, under[1]));
    }

    private static double sum(double[] variances, int[] sources) {
        double sum = 0;
        for (int source : sources) {
            sum += variances[source];
        }
        return sum;
    }
}
