package org.noisebook.model;

/** Why a training run ended. */
public enum StopReason {
    /** Every training point reached the margin: the hinge loss is exactly zero. */
    FITTED,
    /** A weight or margin left the range of finite numbers. */
    DIVERGED,
    /** The run reached its sample cap. */
    SAMPLE_CAP,
    /** The run made all its steps; it does not end by fitting. */
    COMPLETED
}
