package org.noisebook.stats;

/**
 * Roots of counts, 2√(k + ⅜), whose noise has a variance near 1, and the mean count of a mean root.
 *
 * <p><b>Source</b>: Anscombe 1948 (doi:10.1093/biomet/35.3-4.246); Mäkitalo and Foi 2011 (doi:10.1109/TIP.2010.2056693), a closed form of the inverse that is
 * unbiased. <b>Range</b>: counts of 0 or more. <b>Error</b>: the variance is 1 within 8 % from a mean of 2 on, and falls to 0 below; the inverse errs by at most
 * 0.03.
 */
public final class Anscombe {
    private static final double LEAST = Math.sqrt(1.5);

    private Anscombe() {}

    /** The root of a count. */
    public static double root(double count) {
        return 2 * Math.sqrt(count + 0.375);
    }

    /** The mean of Poisson counts whose roots have this mean; 0 below the root of 0. */
    public static double mean(double root) {
        double z = Math.max(root, LEAST);
        return Math.max(0, z * z / 4 + LEAST / (4 * z) - 11 / (8 * z * z) + 5 * LEAST / (8 * z * z * z) - 0.125);
    }
}
