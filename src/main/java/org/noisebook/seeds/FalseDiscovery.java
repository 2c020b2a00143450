package org.noisebook.seeds;

import java.util.Arrays;
import org.noisebook.data.Check;

/**
 * Adjusted p-values q: among tests with q below a level, the expected fraction of false ones is at most that level.
 *
 * <p>With p sorted, q_(i) = min over j ≥ i of m p_(j)/j, at most 1; valid for independent or positively dependent tests
 * (Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x). Under any dependence it is replaced by m p_(j)
 * (Σ 1/i)/j (Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998).
 *
 * <p><b>Range</b>: p in [0, 1]; NaN is rejected; empty arrays are allowed. Inputs are not modified. <b>Cost</b>: m log
 * m.
 */
public final class FalseDiscovery {
    private FalseDiscovery() {}

    /** The kind of adjustment. */
    public enum Correction {
        /** For independent or positively dependent tests. */
        BENJAMINI_HOCHBERG,
        /** For any dependence; larger by Σ 1/i. */
        BENJAMINI_YEKUTIELI;

        /** The q-values, in the order of the p-values. */
        public double[] adjusted(double[] p) {
            return this == BENJAMINI_HOCHBERG ? benjaminiHochberg(p) : benjaminiYekutieli(p);
        }
    }

    /** The Benjamini–Hochberg q-values, in the order of the p-values. */
    public static double[] benjaminiHochberg(double[] p) {
        return adjusted(p, 1);
    }

    /** The Benjamini–Yekutieli q-values, in the order of the p-values. */
    public static double[] benjaminiYekutieli(double[] p) {
        double harmonic = 0;
        for (int i = p.length; i >= 1; i--) {
            harmonic += 1.0 / i;
        }
        return adjusted(p, harmonic);
    }

    private static double[] adjusted(double[] p, double factor) {
        double[] sorted = p.clone();
        Arrays.sort(sorted);
        double[] best = new double[p.length];
        double least = 1;
        for (int i = p.length - 1; i >= 0; i--) {
            Check.inRange("p", sorted[i], 0, 1);
            least = Math.min(least, factor * p.length * sorted[i] / (i + 1));
            best[i] = least;
        }
        double[] q = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            int at = Arrays.binarySearch(sorted, p[i]);
            while (at > 0 && sorted[at - 1] == p[i]) {
                at--;
            }
            q[i] = best[at];
        }
        return q;
    }
}
