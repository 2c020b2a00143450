package org.noisebook.model;

/**
 * Counts of how runs ended.
 *
 * @param fitted runs that reached their end
 * @param capped runs stopped by a cap
 * @param diverged runs whose numbers became non-finite
 */
public record Ends(int fitted, int capped, int diverged) {
    /** No runs. */
    public static final Ends NONE = new Ends(0, 0, 0);

    /** The counts for a set of runs that all reached their end. */
    public static Ends all(int fitted) {
        return new Ends(fitted, 0, 0);
    }

    /** Counts over results; a result that does not report its end counts as fitted. */
    public static Ends of(Iterable<?> results) {
        Ends sum = NONE;
        for (Object result : results) {
            sum = sum.and(result instanceof Ended ended ? ended.ends() : all(1));
        }
        return sum;
    }

    /** These counts plus those of further runs. */
    public Ends and(Ends more) {
        return new Ends(fitted + more.fitted, capped + more.capped, diverged + more.diverged);
    }

    /** Total number of runs. */
    public int count() {
        return fitted + capped + diverged;
    }

    /** Whether every run fitted, so that a mean may be shown. */
    public boolean allFitted() {
        return capped == 0 && diverged == 0 && fitted > 0;
    }
}
