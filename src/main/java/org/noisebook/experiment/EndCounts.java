package org.noisebook.experiment;

/**
 * Counts of how runs ended.
 *
 * @param fitted runs that reached their end
 * @param capped runs stopped by a cap
 * @param diverged runs whose numbers became non-finite
 */
public record EndCounts(int fitted, int capped, int diverged) {
    /** No runs. */
    public static final EndCounts NONE = new EndCounts(0, 0, 0);

    /** The counts for a set of runs that all reached their end. */
    public static EndCounts all(int fitted) {
        return new EndCounts(fitted, 0, 0);
    }

    /** Counts over results; a result that does not report its end counts as fitted. */
    public static EndCounts of(Iterable<?> results) {
        EndCounts sum = NONE;
        for (Object result : results) {
            sum = sum.and(result instanceof HasEnds ended ? ended.ends() : all(1));
        }
        return sum;
    }

    /** These counts plus those of further runs. */
    public EndCounts and(EndCounts more) {
        return new EndCounts(fitted + more.fitted, capped + more.capped, diverged + more.diverged);
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
