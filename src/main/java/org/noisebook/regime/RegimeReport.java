package org.noisebook.regime;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Frame;
import org.noisebook.model.StopReason;
import org.noisebook.stats.Estimate;

/**
 * How far a network moved and which regime that was, with intervals over replicas.
 *
 * <p>The rule: lazy if the 95 % interval of kernel alignment lies above {@value #LAZY}, rich if it lies below, else not
 * resolved. The limit is a convention; the numbers beside it are the finding.
 *
 * <p><b>Special cases</b>: replicas that diverged and such without a kernel at the end (every unit off) are counted and left
 * out; without any other the regime is {@code diverged}. A network that a cap stopped before it was trained may only look
 * lazy: with one such the regime is not resolved. One replica has no interval, and its regime is not resolved.
 */
public final class RegimeReport {
    /** Kernel alignment that parts lazy from rich. */
    public static final double LAZY = 0.9;

    private static final int DIGITS = 4;

    private final Map<Diagnostic, Estimate> estimates;
    private final int replicas;
    private final int diverged;
    private final int dead;
    private final int capped;

    private RegimeReport(Map<Diagnostic, Estimate> estimates, int replicas, int diverged, int dead, int capped) {
        this.estimates = estimates;
        this.replicas = replicas;
        this.diverged = diverged;
        this.dead = dead;
        this.capped = capped;
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
        List<Movement> all = results.stream().map(Moved::movement).toList();
        List<Movement> finite = all.stream()
                .filter(movement -> !Double.isNaN(movement.weightChange()))
                .toList();
        List<Movement> whole = finite.stream()
                .filter(movement -> !Double.isNaN(movement.kernelAlignment()))
                .toList();
        Map<Diagnostic, Estimate> estimates = new EnumMap<>(Diagnostic.class);
        for (Diagnostic diagnostic : Diagnostic.values()) {
            estimates.put(
                    diagnostic,
                    Estimate.ofMean(whole.stream().mapToDouble(diagnostic::of).toArray()));
        }
        int capped = (int) results.stream()
                .filter(result -> result.stopReason() == StopReason.SAMPLE_CAP)
                .count();
        return new RegimeReport(
                Collections.unmodifiableMap(estimates),
                all.size(),
                all.size() - finite.size(),
                finite.size() - whole.size(),
                capped);
    }

    /** The mean over replicas with its 95 % t interval. */
    public Estimate estimate(Diagnostic diagnostic) {
        return estimates.get(diagnostic);
    }

    /** {@code lazy}, {@code rich}, {@code not resolved} or {@code diverged}. */
    public String regime() {
        if (diverged == replicas) {
            return "diverged";
        }
        if (capped > 0) {
            return "not resolved";
        }
        Estimate alignment = estimate(Diagnostic.KERNEL_ALIGNMENT);
        return alignment.low() > LAZY ? "lazy" : alignment.high() < LAZY ? "rich" : "not resolved";
    }

    /** One row a diagnostic. */
    public Frame frame() {
        Frame frame = new Frame("diagnostic", "mean, 95 % interval", "range", "lazy");
        estimates.forEach((diagnostic, estimate) ->
                frame.add(diagnostic.title(), estimate.brief(), diagnostic.range(), diagnostic.lazy()));
        return frame;
    }

    /** The finding in one line. */
    public String summary() {
        return "regime: " + regime() + " by kernel alignment "
                + estimate(Diagnostic.KERNEL_ALIGNMENT).brief() + " against " + LAZY + "; " + replicas
                + (replicas == 1 ? " replica" : " replicas")
                + count(diverged, "diverged")
                + count(capped, "stopped by the cap")
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
