package org.noisebook.solver;

/**
 * An integration or sampling method that can describe itself; with fields and coefficients it gives a {@link Sampler}.
 */
public interface Method {
    /** A description with formula, cost, error and limits. */
    MethodCard card();
}
