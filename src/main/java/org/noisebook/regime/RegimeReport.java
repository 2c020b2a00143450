package org.noisebook.regime;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.noisebook.data.Frame;
import org.noisebook.stats.Estimate;

/**
 * How far a network moved and which regime that was, with intervals over replicas.
 *
 * <p>The rule: lazy if the 95 % interval of kernel alignment lies above {@value #LAZY}, rich if it lies below, else not
 * resolved. The limit is a convention; the numbers beside it are the finding.
 *
 * <p><b>Special cases</b>: replicas that diverged ({@link Movement#NONE}) are counted and left out; without any other the
 * regime is {@code diverged}. One replica has no interval, and its regime is not resolved.
 */
public final class RegimeReport {
    /** Kernel alignment that parts lazy from rich. */
    public static final double LAZY = 0.9;

    private static final int DIGITS = 4;

    private final Map<Diagnostic, Estimate> estimates;
    private final int replicas;
    private final int diverged;

    private RegimeReport(Map<Diagnostic, Estimate> estimates, int replicas, int diverged) {
        this.estimates = estimates;
        this.replicas = replicas;
        this.diverged = diverged;
    }

    /**
     * The report of the replicas of one setting.
     *
     * @throws IllegalArgumentException for no replicas
     */
    public static RegimeReport of(List<Movement> movements) {
        if (movements.isEmpty()) {
            throw new IllegalArgumentException("a report needs at least one replica, got none");
        }
        List<Movement> whole = movements.stream()
                .filter(movement -> !Double.isNaN(movement.weightChange()))
                .toList();
        Map<Diagnostic, Estimate> estimates = new EnumMap<>(Diagnostic.class);
        for (Diagnostic diagnostic : Diagnostic.values()) {
            estimates.put(
                    diagnostic,
                    Estimate.ofMean(whole.stream().mapToDouble(diagnostic::of).toArray()));
        }
        return new RegimeReport(
                Collections.unmodifiableMap(estimates), movements.size(), movements.size() - whole.size());
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
                + (diverged == 0 ? "" : ", " + diverged + " of them diverged");
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
