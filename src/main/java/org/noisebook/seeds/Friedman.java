package org.noisebook.seeds;

import java.util.Arrays;
import org.apache.commons.math3.special.Gamma;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;

/**
 * Friedman's test of whether some seeds rank above others across conditions, and Kendall's concordance of the conditions' rankings.
 *
 * <p>Seeds are ranked within each condition and R_s is the sum of the ranks of seed s. Without ties Q = 12/(C S (S +
 * 1)) Σ R_s² − 3 C (S + 1) is approximately χ² with S − 1 degrees of freedom, and W = Q/(C (S − 1)) ranges from 0 (no
 * agreement) to 1 (identical rankings). Both are corrected for ties: W = 12 Σ (R_s − R̄)²/(C² (S³ − S) − C T) with T =
 * Σ (t³ − t) over the ties of every condition.
 *
 * <p><b>Source</b>: Friedman 1937 (doi:10.1080/01621459.1937.10503522); Kendall and Babington Smith 1939
 * (doi:10.1214/aoms/1177732186). <b>Special cases</b>: a table of ties gives NaN and p = 1.
 * Replicates are averaged first. <b>Error</b>: χ² is inaccurate for few conditions (below about ten) and seeds; {@link
 * #permuted} is valid for any number. <b>Not for</b> tables with missing cells.
 *
 * @param statistic Q, corrected for ties
 * @param pValue probability of a Q at least as large without seed effects
 * @param concordance Kendall's W, corrected for ties
 */
public record Friedman(double statistic, double pValue, double concordance) {
    /**
     * The test with the χ² p-value.
     *
     * @throws IllegalArgumentException for fewer than two seeds or conditions, or a cell without a value
     */
    public static Friedman of(SeedTable table) {
        return of(table, ranked(table));
    }

    /**
     * The test with the p-value (1 + b)/(1 + permutations), where b is the number of random orders of the values within
     * conditions, all equally likely without a seed effect, with a Q at least as large (Phipson and Smyth 2010,
     * doi:10.2202/1544-6115.1585).
     *
     * @param permutations at least 1
     */
    public static Friedman permuted(SeedTable table, int permutations, Stream stream) {
        ConditionColumns ranks = ranked(table);
        Friedman test = of(table, ranks);
        Check.inRange("permutations", permutations, 1, Integer.MAX_VALUE);
        double observed = squares(ranks.sums());
        int atLeast = 0;
        for (int i = 0; i < permutations; i++) {
            ranks.shuffle(stream);
            atLeast += squares(ranks.sums()) >= observed ? 1 : 0;
        }
        return new Friedman(test.statistic, (1.0 + atLeast) / (1.0 + permutations), test.concordance);
    }

    private static ConditionColumns ranked(SeedTable table) {
        ConditionColumns.requireTwo("seeds", table.seeds().size());
        ConditionColumns.requireTwo("conditions", table.conditions().size());
        if (table.missing() > 0) {
            throw new IllegalArgumentException("Friedman's test must have every seed under every condition, got "
                    + table.missing() + " cells without a value; leave out the seeds or conditions that lack them");
        }
        return ConditionColumns.ofCells(table).rankedWithin();
    }

    private static Friedman of(SeedTable table, ConditionColumns ranks) {
        double s = ranks.seeds();
        double c = ranks.conditions();
        double ties = 0;
        double[][] cells = table.cells();
        for (int column = 0; column < c; column++) {
            int at = column;
            ties += Ranks.ties(Arrays.stream(cells).mapToDouble(row -> row[at]).toArray());
        }
        double[] sums = ranks.sums();
        double middle = c * (s + 1) / 2;
        double spread =
                12 * Arrays.stream(sums).map(r -> (r - middle) * (r - middle)).sum();
        double all = c * c * (s * s * s - s);
        double room = all - c * ties;
        double concordance = room > 0 ? spread / room : Double.NaN;
        double statistic = c * (s - 1) * concordance;
        return new Friedman(statistic, chiSquaredTail(statistic, ranks.seeds() - 1), concordance);
    }

    /** Upper tail probability of χ²; 1 for a statistic that does not exist. */
    static double chiSquaredTail(double statistic, int degrees) {
        return Double.isNaN(statistic) ? 1 : Gamma.regularizedGammaQ(degrees / 2.0, Math.max(0, statistic) / 2);
    }

    private static double squares(double[] sums) {
        double squares = 0;
        for (double sum : sums) {
            squares += sum * sum;
        }
        return squares;
    }
}
