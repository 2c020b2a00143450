package org.noisebook.model;

/**
 * How runs ended, counted.
 *
 * @param fitted ran to the end
 * @param capped stopped by a cap
 * @param diverged left the finite numbers
 */
public record Ends(int fitted, int capped, int diverged) {
    /** No runs. */
    public static final Ends NONE = new Ends(0, 0, 0);

    /** A number of runs that all ran to the end. */
    public static Ends all(int fitted) {
        return new Ends(fitted, 0, 0);
    }

    /** The ends of results; one that tells nothing of its end ran to the end. */
    public static Ends of(Iterable<?> results) {
        Ends sum = NONE;
        for (Object result : results) {
            sum = sum.and(result instanceof Ended ended ? ended.ends() : all(1));
        }
        return sum;
    }

    /** These and further runs. */
    public Ends and(Ends more) {
        return new Ends(fitted + more.fitted, capped + more.capped, diverged + more.diverged);
    }

    /** All of them. */
    public int count() {
        return fitted + capped + diverged;
    }

    /** Whether every run fitted, so that a mean may be shown. */
    public boolean allFitted() {
        return capped == 0 && diverged == 0 && fitted > 0;
    }
}
