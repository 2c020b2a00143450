package org.noisebook.seeds;

import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * Variance shares and reliabilities of a table with nonparametric intervals from resampling both seeds and conditions.
 *
 * <p>Each draw samples all seeds and all conditions independently with replacement (McCullagh 2000,
 * doi:10.2307/3318577; Owen 2007, doi:10.1214/07-AOAS122), and analyses the resulting table. A resampled table has
 * fewer distinct cells than its size suggests, so its residual variance is too small and its seed variance too large;
 * the draws are corrected for both and centred on the estimates from the table itself, which are the reported means.
 * Intervals are percentiles of the draws.
 *
 * <p><b>Special cases</b>: draws without an estimate, whose seeds and conditions share too few cells, are omitted; if
 * they exceed one in forty, the intervals are NaN. Constant data give NaN. Exceptions: see {@link SeedComponents}.
 *
 * <p><b>Error</b>: conservative: for complete tables of normal numbers, 10 × 6 to 60 × 20, the intervals cover the
 * truth in 92 % to 100 % of cases, since percentiles are expanded for the smaller of the numbers of seeds and
 * conditions (Hesterberg 2015, doi:10.1080/00031305.2015.1089789). With 30 % of the cells missing this also holds for
 * seeds, while the coverage for the share of conditions was 88 ± 2 % at 60 × 20. If the response is nearly normal and
 * no cell is missing, {@link SeedComponents} gives shorter intervals. <b>Cost</b>: two passes over the table per draw,
 * by weights and without copies; for unequally filled cells, times the shorter side.
 *
 * @param seedShare V_S/(V_S + V_C + V_E), negative variances counted as 0
 * @param conditionShare V_C over the same sum
 * @param restShare V_E over the same sum
 * @param consistency ICC(3,1) = V_S/(V_S + V_E)
 * @param reliability ICC(3,C), the reliability of a seed's mean over the conditions
 */
public record CrossedBootstrap(
        Estimate seedShare, Estimate conditionShare, Estimate restShare, Estimate consistency, Estimate reliability) {

    /**
     * The analysis of a table.
     *
     * @param draws bootstrap draws, at least 100
     */
    public static CrossedBootstrap of(SeedTable table, int draws, Stream stream) {
        Check.inRange("draws", draws, 100, Integer.MAX_VALUE);
        HendersonThree design = HendersonThree.of(table);
        VarianceDraws drawn = design.bootstrap(draws, stream);
        int seeds = table.seeds().size();
        int conditions = table.conditions().size();
        Icc icc = Icc.of(seeds, conditions, drawn, design::cellVariance);
        return new CrossedBootstrap(
                drawn.of(VarianceDraws.share(0), seeds),
                drawn.of(VarianceDraws.share(1), conditions),
                drawn.of(
                        design.replicated() ? VarianceDraws.share(2, 3) : VarianceDraws.share(2), table.value().length),
                icc.consistency(),
                icc.consistencyMean());
    }
}
