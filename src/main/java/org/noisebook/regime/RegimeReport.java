package org.noisebook.regime;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.noisebook.checkpoint.CheckpointReport;
import org.noisebook.checkpoint.Linearisation;
import org.noisebook.data.Frame;
import org.noisebook.model.StopReason;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * How far a network moved and which regime that was, with intervals over replicas.
 *
 * <p>The rule is that of {@link Linearisation} on geometric means of δ₁, δ₁′ and δ_s over replicas, the same as of a user's own training. The
 * other measures are shown and decide nothing: alignments saturate, and two untrained networks of unlike seed align to 0.9 and more.
 *
 * <p><b>Special cases</b>: replicas that diverged and such without a kernel at the end (every unit off) are counted and left out. With some
 * stopped by the cap it is {@code not resolved} unless rich: a training is lazy only if it was trained.
 */
public final class RegimeReport {
    private static final int DIGITS = 4;
    private static final Set<Diagnostic> RELATIVE =
            Set.of(Diagnostic.RELATIVE_KERNEL_CHANGE, Diagnostic.RELATIVE_WEIGHT_CHANGE);
    /** Cosines that the diagonals of their matrices bias upwards. */
    private static final EnumSet<Diagnostic> BIASED = EnumSet.of(
            Diagnostic.KERNEL_ALIGNMENT,
            Diagnostic.CENTRED_KERNEL_ALIGNMENT,
            Diagnostic.REPRESENTATION_ALIGNMENT,
            Diagnostic.CENTRED_REPRESENTATION_ALIGNMENT);

    private final Frame frame = new Frame("diagnostic", "mean, 95 % interval", "range", "lazy");
    private final Estimate start;
    private final Estimate end;
    private final Estimate slope;
    private final boolean still;
    private final int replicas;
    private final int diverged;
    private final int dead;
    private final int capped;

    private RegimeReport(List<RegimeResult> results) {
        List<RegimeResult> finite = results.stream()
                .filter(result -> !Double.isNaN(result.movement().weightChange()))
                .toList();
        List<RegimeResult> whole = finite.stream()
                .filter(result -> !Double.isNaN(result.movement().kernelAlignment()))
                .toList();
        this.start = positive(whole, result -> result.departure().start());
        this.end = positive(whole, result -> result.departure().end());
        this.slope = positive(whole, result -> result.departure().slope());
        this.still = !whole.isEmpty()
                && whole.stream()
                        .map(RegimeResult::movement)
                        .allMatch(by -> by.relativeKernelChange() == 0 && by.relativeWeightChange() == 0);
        this.replicas = results.size();
        this.diverged = replicas - finite.size();
        this.dead = finite.size() - whole.size();
        this.capped = (int) results.stream()
                .filter(result -> result.stopReason() == StopReason.SAMPLE_CAP)
                .count();
        add("departure at the start δ₁", start, "[0, ∞)", "< 0.1");
        add("departure at the end δ₁′", end, "[0, ∞)", "< 0.1");
        add("change of the slopes δ_s", slope, "[0, 1]", "→ 0, rich > 2/3");
        add("distance to the tangent model", positive(whole, RegimeResult::linearisedDistance), "[0, ∞)", "→ 0");
        add("kernel alignment, off-diagonal", mean(whole, RegimeResult::debiasedKernelAlignment), "[−1, 1]", "→ 1");
        add("representation dCKA", mean(whole, RegimeResult::debiasedRepresentationAlignment), "[−1, 1]", "→ 1");
        for (Diagnostic one : EnumSet.complementOf(BIASED)) {
            ToDoubleFunction<RegimeResult> value = result -> one.of(result.movement());
            Estimate over = RELATIVE.contains(one) ? positive(whole, value) : mean(whole, value);
            add(one.title(), over, one.range(), one.lazy());
        }
    }

    private void add(String title, Estimate estimate, String range, String lazy) {
        frame.add(title, Double.isNaN(estimate.mean()) ? "not known" : estimate.brief(), range, lazy);
    }

    private static Estimate mean(List<RegimeResult> results, ToDoubleFunction<RegimeResult> value) {
        return Estimate.ofMeanOrNone(results.stream().mapToDouble(value).toArray());
    }

    /** Relative changes spread over decades: a geometric mean, unless one is 0. */
    private static Estimate positive(List<RegimeResult> results, ToDoubleFunction<RegimeResult> value) {
        double[] values = results.stream().mapToDouble(value).toArray();
        return Arrays.stream(values).anyMatch(change -> change == 0)
                ? Estimate.ofMeanOrNone(values)
                : Estimate.ofGeometricMeanOrNone(values);
    }

    /**
     * The report of the replicas of one setting.
     *
     * @throws IllegalArgumentException for no replicas
     */
    public static RegimeReport of(List<RegimeResult> results) {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report needs at least one replica, got none");
        }
        return new RegimeReport(results);
    }

    /** {@code lazy}, {@code rich}, {@code between}, {@code did not move}, {@code not resolved} or {@code diverged}. */
    public String regime() {
        if (diverged == replicas) {
            return "diverged";
        }
        if (still) {
            return CheckpointReport.STILL;
        }
        String verdict = Linearisation.verdict(start.mean(), end.mean(), slope.mean());
        return capped > 0 && !verdict.equals("rich") ? CheckpointReport.OPEN : verdict;
    }

    /** One row per measure: the three that decide, alignments without the bias of the diagonal, and the others. */
    public Frame frame() {
        return frame;
    }

    /** The finding in one line. */
    public String summary() {
        return "regime: " + regime() + " by the departure δ₁ " + start.brief() + ", δ₁′ " + end.brief()
                + " and the change of the slopes δ_s " + slope.brief() + "; " + Wording.count(replicas, "replica")
                + count(diverged, "diverged")
                + count(capped, "stopped by the step limit")
                + count(dead, "without a kernel at the end");
    }

    private static String count(int number, String what) {
        return number == 0 ? "" : ", " + number + " " + what;
    }

    /** The table and the finding. */
    public String text() {
        return frame.print(DIGITS) + summary() + "\n";
    }

    @Override
    public String toString() {
        return "RegimeReport[" + summary() + "]";
    }
}
