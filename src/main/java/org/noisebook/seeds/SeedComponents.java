package org.noisebook.seeds;

import java.util.List;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * How much of a response is the seed, how much the condition, and how much neither: Y_sc = μ + a_s + b_c + e_sc.
 *
 * @param mean of the response
 * @param seed variance of a
 * @param condition variance of b
 * @param rest variance of e: interaction, and all that the seed does not fix
 * @param split interaction and replicate error of the rest, empty without replicates
 * @param f of seeds
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

    /** Copies. */
    public SeedComponents {
        split = List.copyOf(split);
    }

    /**
     * Of a table.
     *
     * @param stream of the draws behind the intervals
     */
    public static SeedComponents of(SeedTable table, Stream stream) {
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        Check.inRange("seeds", seeds, 2, Integer.MAX_VALUE);
        Check.inRange("conditions", conditions, 2, Integer.MAX_VALUE);
        if (table.replicates() == 0) {
            throw new IllegalArgumentException("cells must have equally many observations");
        }
        return balanced(table, stream);
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

    /** Interaction and replicate error together. */
    private static Component rest(List<Component> split, VarianceDraws draws) {
        Component interaction = split.get(0);
        Component error = split.get(1);
        double squares = interaction.sumOfSquares() + error.sumOfSquares();
        double degrees = interaction.degrees() + error.degrees();
        int n = error.variance().n();
        Estimate variance = draws.of(variances -> variances[2] + variances[3], n);
        Estimate share = draws.of(VarianceDraws.share(ALL_REST), n);
        return new Component(
                "rest",
                squares,
                degrees,
                squares / degrees,
                variance,
                share,
                share,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN);
    }
}
