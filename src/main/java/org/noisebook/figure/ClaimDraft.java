package org.noisebook.figure;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.KitTable;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

/**
 * A claim under construction: its kind and window, the measurement, and finally the source, which completes it.
 *
 * <p>Claims that could not be won at their n, have no expected value, or have a window that contains every possible
 * value are rejected; so are theories and bounds without a control.
 */
public final class ClaimDraft {
    private final Board board;
    private final String figure;
    private final String id;
    private final String statement;
    private String says = "";
    private String panel = Claim.NO_PANEL;
    private String source = "";
    private String control = "";
    private Claim.Kind kind = Claim.Kind.THEORY;
    private Optional<Claim.Role> role = Optional.empty();
    private double expected = Double.NaN;
    private double low = Double.NEGATIVE_INFINITY;
    private double high = Double.POSITIVE_INFINITY;
    private double lowest = Double.NEGATIVE_INFINITY;
    private double highest = Double.POSITIVE_INFINITY;
    private double referenceError;
    private int referenceRuns;
    private double plannedError = Double.NaN;
    private Estimate measured = Estimate.NONE;

    ClaimDraft(Board board, String figure, String name, String statement) {
        this.board = board;
        this.figure = figure;
        id = figure + "-" + name;
        this.statement = statement;
    }

    /**
     * What would fail if the finding were an artefact: the name of a claim of this figure as {@code claim: NAME}, the
     * whole id of another, {@code run: …}, or {@code none: …} with the reason. By default, the control is that of
     * {@link Board#control}; an identity needs none, nor does a claim whose source begins with {@code control}.
     */
    public ClaimDraft control(String what) {
        control = what;
        return this;
    }

    /**
     * Sets the claim in plain words, as stated by theory or the paper, for the strip below the figure; claims with the
     * same words share a row. The first claim with such words is the figure's main claim. A figure that names what is
     * measured, after a bar as in {@code "It helps | ratio of errors"}, has rows only for what it draws.
     */
    public ClaimDraft says(String words) {
        says = words;
        return this;
    }

    /**
     * Sets the plot that shows the claim, which may be opened after it; without it the claim concerns cells that no
     * panel shows.
     */
    public ClaimDraft in(String plot) {
        panel = plot;
        return this;
    }

    /**
     * The paper states it: its source cites the paper. Without this or another role that of {@code roles.tsv} holds, or
     * kind and source decide: {@link Claim.Role#of}.
     */
    public ClaimDraft paper() {
        return role(Claim.Role.PAPER);
    }

    /** It is the kit's own and could have gone either way. */
    public ClaimDraft finding() {
        return role(Claim.Role.FINDING);
    }

    /** It checks a formula by simulation. */
    public ClaimDraft law() {
        return role(Claim.Role.LAW);
    }

    /** It is a second computation of the same number. */
    public ClaimDraft code() {
        return role(Claim.Role.CODE);
    }

    /** Sets its role. */
    public ClaimDraft role(Claim.Role what) {
        role = Optional.of(what);
        return this;
    }

    /** Expects a theoretical value, within 10 % unless {@link #within} says otherwise. */
    public ClaimDraft theory(double value) {
        expected = value;
        return within(Claim.STANDARD_WINDOW * Math.abs(value));
    }

    /** Expects a theoretical value, within an absolute half-width. */
    public ClaimDraft theory(double value, double halfWidth) {
        return theory(value).within(halfWidth);
    }

    /** Expects a value from algebra or symmetry, within an absolute half-width. */
    public ClaimDraft identity(double value, double halfWidth) {
        kind = Claim.Kind.IDENTITY;
        expected = value;
        return within(halfWidth);
    }

    /** Sets the absolute half-width of the window. */
    public ClaimDraft within(double halfWidth) {
        low = expected - halfWidth;
        high = expected + halfWidth;
        return this;
    }

    /** Sets a window that is not symmetric about the expected value. */
    public ClaimDraft window(double newLow, double newHigh) {
        low = newLow;
        high = newHigh;
        return this;
    }

    /** Expects the quantity to be above a bound. */
    public ClaimDraft above(double bound) {
        return bound(bound, bound, Double.POSITIVE_INFINITY);
    }

    /** Expects the quantity to be below a bound. */
    public ClaimDraft below(double bound) {
        return bound(bound, Double.NEGATIVE_INFINITY, bound);
    }

    /** Expects a quantity in [{@code newLowest}, {@code newHighest}] to be above a bound. */
    public ClaimDraft above(double bound, double newLowest, double newHighest) {
        return above(bound).range(newLowest, newHighest);
    }

    /** Expects a quantity in [{@code newLowest}, {@code newHighest}] to be below a bound. */
    public ClaimDraft below(double bound, double newLowest, double newHighest) {
        return below(bound).range(newLowest, newHighest);
    }

    /** Expects the quantity to be between two bounds; their middle is the expected value. */
    public ClaimDraft between(double newLow, double newHigh) {
        return bound((newLow + newHigh) / 2, newLow, newHigh);
    }

    private ClaimDraft bound(double value, double newLow, double newHigh) {
        kind = Claim.Kind.BOUND;
        expected = value;
        low = newLow;
        high = newHigh;
        return this;
    }

    /** Compares with a reference value that has a standard error. */
    public ClaimDraft regression(double value, double stdError) {
        kind = Claim.Kind.REGRESSION;
        expected = value;
        referenceError = stdError;
        return this;
    }

    /**
     * Declares the reference to be the mean of a few runs with the same design and scatter, which adds to its error.
     */
    public ClaimDraft ofRuns(int count) {
        referenceRuns = count;
        return this;
    }

    /**
     * Sets the planned error of a regression, from a number of replicas and a standard deviation measured elsewhere. By
     * default the deviation is that of {@code planned-scatter.tsv}, measured once at root seed 2.
     */
    public ClaimDraft planned(int n, double stdDev) {
        plannedError = stdDev / StrictMath.sqrt(n);
        return this;
    }

    /** Sets the possible range of the quantity; the interval is clipped to it. */
    public ClaimDraft range(double newLowest, double newHighest) {
        lowest = newLowest;
        highest = newHighest;
        return this;
    }

    /** Sets the measurement. */
    public ClaimDraft of(Estimate estimate) {
        measured = estimate;
        return this;
    }

    /** Sets a deterministic measurement. */
    public ClaimDraft of(double exact) {
        return of(SixDigits.exact(exact));
    }

    /** Measures the mean of a number over the replicas of a cell. */
    public <R extends Record> ClaimDraft of(Cell<?, R> cell, ToDoubleFunction<? super R> value) {
        return of(cell.the(Reduction.<R>mean(value::applyAsDouble)));
    }

    /** Sets a measured proportion with Wilson's interval; rejected if it could not be won even with successes only. */
    public ClaimDraft proportion(long successes, int n) {
        boolean winnable = isInside(Estimate.ofProportion(n, n)) || isInside(Estimate.ofProportion(0, n));
        if (kind != Claim.Kind.REGRESSION && !winnable) {
            throw new IllegalStateException(id + " could not be won with " + n + " of " + n);
        }
        return range(0, 1).of(Estimate.ofProportion(successes, n));
    }

    /** Calls {@link #of} and {@link #from}. */
    public void judge(Estimate estimate, String where) {
        of(estimate).from(where);
    }

    /** Judges the mean of a number over the replicas of a cell. */
    public <R extends Record> void judge(Cell<?, R> cell, ToDoubleFunction<? super R> value, String where) {
        of(cell, value).from(where);
    }

    /** Judges a deterministic number. */
    public void judge(double exact, String where) {
        of(exact).from(where);
    }

    private boolean isInside(Estimate estimate) {
        return estimate.low() >= low && estimate.high() <= high;
    }

    /** Standard deviations of one replica measured for the kit's claims, read once. */
    private static final class Scatter {
        static final Map<String, String> BY_CLAIM = KitTable.read("planned-scatter.tsv");
    }

    /** Roles that kind and source do not tell and that are not said where the claim is made, read once. */
    private static final class Roles {
        static final Map<String, String> BY_CLAIM = KitTable.read("roles.tsv");
    }

    private static double scatter(String id) {
        String known = Scatter.BY_CLAIM.get(id);
        if (known == null) {
            throw new IllegalStateException(
                    id + " must have a planned error: planned(n, stdDev), or a row of planned-scatter.tsv");
        }
        return Double.parseDouble(known);
    }

    /** Sets the source of the expected value and judges the claim. */
    public void from(String... where) {
        source = String.join("; ", where);
        measured = measured.cut(lowest, highest);
        if (kind == Claim.Kind.REGRESSION) {
            if (Double.isNaN(plannedError)) {
                planned(measured.n(), scatter(id));
            }
            double own = plannedError;
            double scatter = referenceRuns == 0 ? 0 : own * StrictMath.sqrt((double) measured.n() / referenceRuns);
            double reference = StrictMath.sqrt(referenceError * referenceError + scatter * scatter);
            within(Claim.REGRESSION_ERRORS * StrictMath.sqrt(reference * reference + own * own));
        }
        if (Double.isNaN(expected)) {
            throw new IllegalStateException(id + " has no expected value");
        }
        if (low <= lowest && highest <= high) {
            throw new IllegalStateException(id + " could not fail: its window contains every possible value");
        }
        boolean sure = measured.stdError() == 0 && measured.high() > measured.low();
        if (kind != Claim.Kind.REGRESSION
                && sure
                && measured.mean() >= low
                && measured.mean() <= high
                && !isInside(measured)) {
            throw new IllegalStateException(id + " could not be won with " + measured.n() + " replicas that all agree");
        }
        double needed = Claim.needed(low, high, lowest, highest);
        Claim.Role known = role.orElseGet(() -> Optional.ofNullable(Roles.BY_CLAIM.get(id))
                .map(one -> Claim.Role.valueOf(one.toUpperCase(Locale.ROOT)))
                .orElseGet(() -> Claim.Role.of(kind, source)));
        if (known == Claim.Role.PAPER && !Claim.cites(source)) {
            throw new IllegalStateException(
                    id + " is a claim of a paper: its source must cite it, got '" + source + "'");
        }
        board.judge(new Claim(
                id,
                figure,
                panel,
                kind,
                statement,
                expected,
                low,
                high,
                measured,
                source,
                says,
                controlled(),
                needed,
                known));
    }

    private String controlled() {
        boolean isOwn = !control.isEmpty() && kind != Claim.Kind.IDENTITY;
        String known = isOwn ? control : Claim.controlOf(kind, source, board.control());
        if (known.isEmpty()) {
            throw new IllegalStateException(id + " has no control: say what would fail if it were an artefact");
        }
        return known.replace("claim: ", figure + "-");
    }
}
