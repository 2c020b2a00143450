package org.noisebook.regime;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.Frame;
import org.noisebook.model.StopReason;
import org.noisebook.stats.Estimate;

/**
 * How far a network moved and which regime that was, with intervals over replicas.
 *
 * <p>The rule, by 95 % intervals of geometric means of ΔΘ = ‖Θ − Θ_0‖/‖Θ_0‖, Δw = ‖w − w_0‖/‖w_0‖ and the distance δ =
 * ‖F − F_lin‖/‖F‖ of the tangent model at equal training loss: {@code lazy} if all are below {@value #LAZY};
 * {@code rich} if ΔΘ is above {@value #RICH}, or above {@value #MOVED} with δ above {@value #FAR} or Δw above
 * {@value #MOVED}; {@code measures disagree} if ΔΘ is below {@value #LAZY} with δ above {@value #FAR}, or ΔΘ above
 * {@value #RICH} with δ below {@value #LAZY}; else
 * {@code between}. These limits are a convention, calibrated on small networks (figure {@code regime-verdict}); the numbers
 * beside them are the finding. Alignments are shown without the bias of the diagonal and decide nothing: they saturate,
 * and two untrained networks of unlike seed align to 0.9 and more.
 *
 * <p><b>Special cases</b>: a measure that is not known is left out, and the summary says so. Replicas that diverged and such
 * without a kernel at the end (every unit off) are counted and left out; without any other the regime is {@code diverged}.
 * Where nothing moved, or all that a cap stopped before they were fitted would be lazy, it is {@code did not move}: lazy
 * only if it was trained. With some stopped by the cap it is {@code not resolved} unless rich, and so is one replica, which
 * has no interval.
 */
public final class RegimeReport {
    /** Limit below which a change is small. */
    public static final double LAZY = 0.1;
    /** A change of the kernel that is rich by itself. */
    public static final double RICH = 1;

    static final double MOVED = 0.5;
    /** A distance of the tangent model that is not lazy. */
    public static final double FAR = 0.2;

    private static final int DIGITS = 4;
    private static final String STILL = "did not move";
    private static final Set<Diagnostic> DECIDE =
            Set.of(Diagnostic.RELATIVE_KERNEL_CHANGE, Diagnostic.RELATIVE_WEIGHT_CHANGE);
    /** Cosines that the diagonals of their matrices bias upwards. */
    private static final EnumSet<Diagnostic> BIASED = EnumSet.of(
            Diagnostic.KERNEL_ALIGNMENT,
            Diagnostic.CENTRED_KERNEL_ALIGNMENT,
            Diagnostic.REPRESENTATION_ALIGNMENT,
            Diagnostic.CENTRED_REPRESENTATION_ALIGNMENT);

    private final Map<Diagnostic, Estimate> estimates;
    private final Estimate tangent;
    private final Estimate kernelAlignment;
    private final Estimate representationAlignment;
    private final int replicas;
    private final int diverged;
    private final int dead;
    private final int capped;

    private RegimeReport(List<? extends Moved> results) {
        List<? extends Moved> finite = results.stream()
                .filter(result -> !Double.isNaN(result.movement().weightChange()))
                .toList();
        List<? extends Moved> whole = finite.stream()
                .filter(result -> !Double.isNaN(result.movement().kernelAlignment()))
                .toList();
        this.estimates = new EnumMap<>(Diagnostic.class);
        for (Diagnostic one : Diagnostic.values()) {
            ToDoubleFunction<Moved> value = result -> one.of(result.movement());
            estimates.put(one, DECIDE.contains(one) ? positive(whole, value) : mean(whole, value));
        }
        this.tangent = positive(whole, Moved::tangentDistance);
        this.kernelAlignment = mean(whole, Moved::debiasedKernelAlignment);
        this.representationAlignment = mean(whole, Moved::debiasedRepresentationAlignment);
        this.replicas = results.size();
        this.diverged = replicas - finite.size();
        this.dead = finite.size() - whole.size();
        this.capped = (int) results.stream()
                .filter(result -> result.stopReason() == StopReason.SAMPLE_CAP)
                .count();
    }

    private static Estimate mean(List<? extends Moved> results, ToDoubleFunction<Moved> value) {
        return Estimate.ofMean(results.stream().mapToDouble(value).toArray());
    }

    /** Relative changes spread over decades: a geometric mean, unless one is 0. */
    private static Estimate positive(List<? extends Moved> results, ToDoubleFunction<Moved> value) {
        double[] values = results.stream().mapToDouble(value).toArray();
        return Arrays.stream(values).anyMatch(change -> change == 0)
                ? Estimate.ofMean(values)
                : Estimate.ofGeometricMean(values);
    }

    /**
     * The report of the replicas of one setting.
     *
     * @throws IllegalArgumentException for no replicas
     */
    public static RegimeReport of(List<? extends Moved> results) {
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report needs at least one replica, got none");
        }
        return new RegimeReport(results);
    }

    /** The mean over replicas with its 95 % t interval; for relative changes, the geometric mean. */
    public Estimate estimate(Diagnostic diagnostic) {
        return estimates.get(diagnostic);
    }

    /**
     * {@code lazy}, {@code rich}, {@code between}, {@code measures disagree}, {@code did not move}, {@code not resolved} or
     * {@code diverged}.
     */
    public String regime() {
        if (diverged == replicas) {
            return "diverged";
        }
        Estimate kernel = estimate(Diagnostic.RELATIVE_KERNEL_CHANGE);
        Estimate weights = estimate(Diagnostic.RELATIVE_WEIGHT_CHANGE);
        if (kernel.mean() == 0 && weights.mean() == 0) {
            return STILL;
        }
        if (Double.isNaN(kernel.low()) || Double.isNaN(weights.low())) {
            return "not resolved";
        }
        String verdict = verdict(kernel, weights, tangent);
        if (capped > 0 && !verdict.equals("rich") && !(kernel.low() > RICH)) {
            return verdict.equals("lazy") && capped == replicas ? STILL : "not resolved";
        }
        return verdict;
    }

    /**
     * The rule alone, on estimates of ΔΘ, Δw and δ: {@code lazy}, {@code rich}, {@code between} or {@code measures disagree};
     * {@code not resolved} where ΔΘ has no interval. Δw and δ that are NaN are left out.
     */
    public static String verdict(Estimate kernel, Estimate weights, Estimate tangent) {
        if (Double.isNaN(kernel.low())) {
            return "not resolved";
        }
        boolean disagree = kernel.high() < LAZY && tangent.low() > FAR || kernel.low() > RICH && tangent.high() < LAZY;
        boolean rich = kernel.low() > RICH || kernel.low() > MOVED && (tangent.low() > FAR || weights.low() > MOVED);
        // A measure that is not known is NaN and passes.
        boolean lazy = kernel.high() < LAZY && !(weights.high() >= LAZY) && !(tangent.high() >= LAZY);
        return disagree ? "measures disagree" : rich ? "rich" : lazy ? "lazy" : "between";
    }

    /** One row per measure: those that decide, alignments without the bias of the diagonal, and the others. */
    public Frame frame() {
        Frame frame = new Frame("diagnostic", "mean, 95 % interval", "range", "lazy");
        add(frame, "distance to the tangent model", tangent, "[0, ∞)", "→ 0");
        add(frame, "kernel alignment, off-diagonal", kernelAlignment, "[−1, 1]", "→ 1");
        add(frame, "representation dCKA", representationAlignment, "[−1, 1]", "→ 1");
        for (Diagnostic one : EnumSet.complementOf(BIASED)) {
            add(frame, one.title(), estimate(one), one.range(), one.lazy());
        }
        return frame;
    }

    private static void add(Frame frame, String title, Estimate estimate, String range, String lazy) {
        frame.add(title, Double.isNaN(estimate.mean()) ? "not known" : estimate.brief(), range, lazy);
    }

    /** The finding in one line. */
    public String summary() {
        boolean missing = Double.isNaN(tangent.mean()) && diverged + dead < replicas;
        return "regime: " + regime() + (regime().equals(STILL) ? ", lazy only if it was trained" : "")
                + " by change of kernel "
                + estimate(Diagnostic.RELATIVE_KERNEL_CHANGE).brief()
                + ", of weights " + estimate(Diagnostic.RELATIVE_WEIGHT_CHANGE).brief()
                + ", distance to the tangent model " + (missing ? "unknown" : tangent.brief()) + "; "
                + replicas + (replicas == 1 ? " replica" : " replicas")
                + count(diverged, "diverged")
                + count(capped, "stopped by the step limit")
                + count(dead, "without a kernel at the end");
    }

    private static String count(int number, String what) {
        return number == 0 ? "" : ", " + number + " " + what;
    }

    /** The table and the finding. */
    public String text() {
        return frame().print(DIGITS) + summary() + "\n";
    }

    @Override
    public String toString() {
        return "RegimeReport[" + summary() + "]";
    }
}
