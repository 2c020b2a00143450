package org.noisebook.model;

/** Why a training run ended. */
public enum StopReason {
    /** Every training point reached the margin: the hinge loss is exactly zero. */
    FITTED,
    /** A weight or margin left the range of finite numbers. */
    DIVERGED,
    /** The run drew as many samples as it was allowed. */
    SAMPLE_CAP,
    /** The run did all the steps it was given, where fitting is not its end. */
    COMPLETED
}
