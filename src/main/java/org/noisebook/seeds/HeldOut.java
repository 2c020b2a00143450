package org.noisebook.seeds;

import java.util.Arrays;
import org.apache.commons.math3.util.KthSelector;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.rng.SubsetSampler;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * The gain of seeds selected on one half of the conditions, measured on the other half and on the selecting half.
 *
 * <p>A gain is the mean condition-centred value of the selected seeds, so 0 corresponds to the average seed. For random
 * halves of the conditions the best seeds of the first half are selected; gains on both halves are averaged over the
 * splits. Prediction: held-out gain = λ × in-sample gain with λ = V_S/(V_S + V_E/h) for halves of h conditions, so
 * selection overstates the gain by 1/λ.
 *
 * <p><b>Units</b>: those of the response; {@code withinStdDev} converts them to standard deviations of a cell within
 * its condition, a unit that remains meaningful without seed effects. <b>Higher is better</b>: for errors or losses
 * pass {@code table.map(y -> -y)}.
 *
 * <p><b>Special cases</b>: seeds without a value in one of the halves are not selected in that split; for a negative
 * estimate of V_S, λ is 0 but the prediction is negative, so that its interval remains valid without a seed effect.
 * Replicates are averaged first. <b>Error</b>: splits share conditions and are not independent. Standard errors come
 * from the jackknife over conditions (Efron and Stein 1981, doi:10.1214/aos/1176345462), each left out of all splits,
 * with Student's t at C − 1 degrees of freedom; they apply to new conditions and the seeds of this table. <b>Cost</b>:
 * splits × C × S log S.
 *
 * @param chosen number of seeds selected in each split
 * @param splits number of random splits
 * @param inSample gain on the selecting conditions
 * @param heldOut gain on the other conditions
 * @param predicted λ × in-sample gain
 * @param shrinkage λ for half of the conditions
 * @param nullGain expected in-sample gain without a seed effect: √(V_E/h) times the expected mean of the {@code chosen}
 *     largest of S normal numbers
 * @param withinStdDev standard deviation of a cell within its condition, √(V_S + V_E)
 */
public record HeldOut(
        int chosen,
        int splits,
        Estimate inSample,
        Estimate heldOut,
        Estimate predicted,
        double shrinkage,
        double nullGain,
        double withinStdDev) {
    private static final int FEWEST_CONDITIONS = 4;

    /**
     * The gains of a table.
     *
     * @param chosen in [1, S − 1]
     * @param splits at least 1; a hundred are plenty
     * @throws IllegalArgumentException for fewer than two seeds or four conditions, a condition of one seed, or a split
     *     that leaves fewer seeds with values in both halves than are chosen
     */
    public static HeldOut of(SeedTable table, int chosen, int splits, Stream stream) {
        ConditionColumns columns = ConditionColumns.ofCentred(table);
        int conditions = columns.conditions();
        Check.inRange("conditions", conditions, FEWEST_CONDITIONS, Integer.MAX_VALUE);
        Check.inRange("chosen", chosen, 1, "seeds - 1", columns.seeds() - 1L);
        Check.inRange("splits", splits, 1, Integer.MAX_VALUE);
        // Row c omits condition c, the last row none.
        double[] inSample = new double[conditions + 1];
        double[] heldOut = new double[conditions + 1];
        SubsetSampler sampler = new SubsetSampler(conditions, stream);
        int[] half = new int[conditions / 2];
        boolean complete = columns.isComplete();
        for (int i = 0; i < splits; i++) {
            sampler.draw(half, half.length);
            Half picking = new Half(columns, half);
            Half testing = new Half(columns, SplitHalf.others(half, conditions));
            int[] picked = best(picking.means(), testing.means(), chosen);
            double whereWhole = mean(picking.means(), picked);
            for (int left = 0; left <= conditions; left++) {
                if (left == conditions || !complete || picking.holds(left)) {
                    double[] where = picking.meansWithout(left);
                    double[] elsewhere = testing.meansWithout(left);
                    int[] again = left == conditions ? picked : best(where, elsewhere, chosen);
                    inSample[left] += mean(where, again) / splits;
                    heldOut[left] += mean(elsewhere, again) / splits;
                } else {
                    inSample[left] += whereWhole / splits;
                    heldOut[left] += mean(testing.meansWithout(left), picked) / splits;
                }
            }
        }
        double[] predicted = new double[conditions + 1];
        double cells = cells(columns, half.length);
        for (int left = 0; left <= conditions; left++) {
            predicted[left] = inSample[left]
                    * columns.of(without(all(conditions), left)).variances().reliability(cells);
        }
        ConditionColumns.Variances variances = columns.variances();
        return new HeldOut(
                chosen,
                splits,
                jackknife(inSample),
                jackknife(heldOut),
                jackknife(predicted),
                variances.shrinkage(cells),
                StrictMath.sqrt(variances.rest() / cells) * ExtremeNull.expectedTop(columns.seeds(), chosen),
                StrictMath.sqrt(Math.max(0, variances.seed()) + variances.rest()));
    }

    /** Average number of measured cells of a seed in a half. */
    private static double cells(ConditionColumns columns, int half) {
        double measured = Arrays.stream(columns.counts()).sum();
        return measured / columns.seeds() / columns.conditions() * half;
    }

    private static int[] all(int count) {
        int[] all = new int[count];
        Arrays.setAll(all, c -> c);
        return all;
    }

    private static int[] without(int[] conditions, int left) {
        return Arrays.stream(conditions).filter(c -> c != left).toArray();
    }

    /** The rows with the largest values that also have a value in the other half; in a tie the first. */
    private static int[] best(double[] picking, double[] testing, int chosen) {
        int known = 0;
        double[] candidates = new double[picking.length];
        for (int s = 0; s < picking.length; s++) {
            if (isKnown(picking, testing, s)) {
                candidates[known++] = picking[s];
            }
        }
        if (known < chosen) {
            throw new IllegalArgumentException(chosen + " seeds are to be picked, and " + known
                    + " have values in both halves of the conditions: "
                    + (known > 0 ? "type --top " + known + ", or " : "") + "leave out the seeds with few values");
        }
        double[] values = Arrays.copyOf(candidates, known);
        double least = new KthSelector().select(values, null, known - chosen);
        int ties = chosen;
        for (double value : values) {
            ties -= value > least ? 1 : 0;
        }
        int[] best = new int[chosen];
        int count = 0;
        for (int s = 0; s < picking.length; s++) {
            if (isKnown(picking, testing, s) && (picking[s] > least || picking[s] == least && ties-- > 0)) {
                best[count++] = s;
            }
        }
        return best;
    }

    private static boolean isKnown(double[] picking, double[] testing, int s) {
        return !Double.isNaN(picking[s]) && !Double.isNaN(testing[s]);
    }

    private static double mean(double[] values, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += values[row];
        }
        return sum / rows.length;
    }

    /** The last value with the jackknife error from those before it, each without one condition. */
    private static Estimate jackknife(double[] values) {
        int n = values.length - 1;
        return Jackknife.plain(values[n], Arrays.copyOf(values, n));
    }

    /** The means of the seeds over some conditions, from which one condition can easily be removed. */
    private static final class Half {
        private final ConditionColumns columns;
        private final boolean[] held;
        private final double[] sums;
        private final int[] counts;
        private final double[] means;

        Half(ConditionColumns columns, int[] conditions) {
            this.columns = columns;
            ConditionColumns own = columns.of(conditions);
            held = new boolean[columns.conditions() + 1];
            for (int c : conditions) {
                held[c] = true;
            }
            sums = own.sums();
            counts = own.counts();
            means = own.means();
        }

        boolean holds(int condition) {
            return held[condition];
        }

        double[] means() {
            return means;
        }

        /**
         * Sums of centred values are exact on their grid, so removing a condition gives the same as never including it.
         */
        double[] meansWithout(int condition) {
            return held[condition] ? columns.meansWithout(condition, sums, counts) : means;
        }
    }
}
