package org.noisebook.solver;

/** A way to step or sample that can say what it is; with fields and coefficients it gives a {@link Sampler}. */
public interface Method {
    /** What it is, what it costs and when not to use it. */
    MethodCard card();
}
