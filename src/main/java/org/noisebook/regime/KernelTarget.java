package org.noisebook.regime;

import org.noisebook.model.ProbeKernel;

/**
 * How well a kernel points at a target: yᵀKy / (‖y‖² Tr K), in [0, 1]; 1 where K = c y yᵀ.
 *
 * <p>Cristianini, Shawe-Taylor, Elisseeff and Kandola 2001 (NIPS 14) with the trace in place of the norm, so that the
 * value is the share of the kernel's trace along y. For the identity it is 1/n.
 *
 * <p><b>Special cases</b>: a zero kernel or target, and numbers that are not finite, are errors.
 *
 * <p><b>When it misleads</b>: it depends on n and on a common offset of the kernel; compare start and end on the same
 * probes. <b>Cost</b>: a product of the kernel with a vector.
 */
public final class KernelTarget {
    private KernelTarget() {}

    /**
     * The alignment.
     *
     * @param target one number per probe, such as its label
     * @throws IllegalArgumentException for a zero or not finite kernel or target, or one of another length
     */
    public static double alignment(ProbeKernel kernel, double[] target) {
        double[] image = kernel.times(target);
        double trace = 0;
        double square = 0;
        double product = 0;
        double[] diagonal = kernel.diagonal();
        for (int i = 0; i < target.length; i++) {
            trace += diagonal[i];
            square = Math.fma(target[i], target[i], square);
            product = Math.fma(target[i], image[i], product);
        }
        if (!(trace > 0) || !(square > 0) || !Double.isFinite(product) || !Double.isFinite(trace * square)) {
            throw new IllegalArgumentException("kernel and target must be finite and not zero, got trace " + trace
                    + " and squared target " + square);
        }
        return Math.max(0, Math.min(1, product / (square * trace)));
    }
}
