package org.noisebook.regime;

import org.noisebook.experiment.Parameter;
import org.noisebook.model.ProbeKernel;

/**
 * How far a network moved in training, in weights, in tangent kernel and in representation, on a fixed set of probes.
 *
 * <p>Formulas, ranges and pitfalls: {@link KernelChange}, {@link KernelTarget}, {@link Representation}. A lazy network has
 * alignments near 1 and small changes (Chizat, Oyallon and Bach 2019, arXiv 1812.07956; Liu et al. 2024, arXiv 2310.08513).
 *
 * <p><b>Special cases</b>: {@link #NONE}, all NaN, stands for runs that diverged; a single number is NaN where it does not
 * exist: alignments of a kernel that is zero (every unit off), centred ones of a kernel that is constant.
 *
 * @param representationAlignment of H Hᵀ
 */
public record Movement(
        @Parameter(value = "norm of the weight change", symbol = "|Δw|")
        double weightChange,

        @Parameter(value = "norm of the weight change over the norm of the initial weights", symbol = "|Δw|/|w₀|")
        double relativeWeightChange,

        @Parameter(value = "cosine of the tangent kernels before and after", symbol = "KA")
        double kernelAlignment,

        @Parameter("the same of centred kernels") double centredKernelAlignment,

        @Parameter(value = "norm of the tangent kernel's change over its initial norm", symbol = "|ΔΘ|/|Θ₀|")
        double relativeKernelChange,

        @Parameter(value = "cosine of the Gram matrices of the representation", symbol = "RA")
        double representationAlignment,

        @Parameter(value = "the same for centred activities: linear CKA", symbol = "CKA")
        double centredRepresentationAlignment,

        @Parameter("share of units and probes whose sign is unchanged")
        double signSimilarity,

        @Parameter("share of the tangent kernel's trace along the labels, before")
        double startTargetAlignment,

        @Parameter("the same after training") double endTargetAlignment) {
    /** All NaN. */
    public static final Movement NONE = new Movement(
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN);

    /** A network at one moment: weights, tangent kernel and representation on the probes. */
    public record Snapshot(double[] weights, ProbeKernel tangent, Representation representation) {
        /** Takes over the weights; the caller must not use them again. */
        public Snapshot {}
    }

    /** Whether a kernel's values and their squares are finite numbers: no value exceeds the trace. */
    public static boolean isFinite(ProbeKernel kernel) {
        double trace = 0;
        for (double value : kernel.diagonal()) {
            trace += value;
        }
        return Double.isFinite(trace * trace);
    }

    /**
     * Compares two moments.
     *
     * @param target one number a row of the tangent kernel
     */
    public static Movement between(Snapshot start, Snapshot end, double[] target) {
        double change = 0;
        double norm = 0;
        for (int k = 0; k < start.weights.length; k++) {
            double difference = end.weights[k] - start.weights[k];
            change = Math.fma(difference, difference, change);
            norm = Math.fma(start.weights[k], start.weights[k], norm);
        }
        KernelChange kernel = KernelChange.of(start.tangent, end.tangent);
        boolean noKernel = kernel.startNorm() == 0 || kernel.endNorm() == 0;
        return new Movement(
                StrictMath.sqrt(change),
                StrictMath.sqrt(change / norm),
                noKernel ? Double.NaN : kernel.alignment(),
                noKernel || kernel.isConstant() ? Double.NaN : kernel.centredAlignment(),
                kernel.startNorm() == 0 ? Double.NaN : kernel.relativeDistance(),
                alignment(start.representation, end.representation),
                centredAlignment(start.representation, end.representation),
                start.representation.signSimilarity(end.representation),
                kernel.startNorm() == 0 ? Double.NaN : KernelTarget.alignment(start.tangent, target),
                kernel.endNorm() == 0 ? Double.NaN : KernelTarget.alignment(end.tangent, target));
    }

    private static double alignment(Representation start, Representation end) {
        KernelChange change = KernelChange.of(start.kernel(), end.kernel());
        return change.startNorm() == 0 || change.endNorm() == 0 ? Double.NaN : change.alignment();
    }

    /** Linear CKA; NaN where nothing but rounding is left once centred. */
    public static double centredAlignment(Representation start, Representation end) {
        return KernelChange.of(start.kernel(), end.kernel()).isConstant()
                ? Double.NaN
                : alignment(start.centred(), end.centred());
    }
}
