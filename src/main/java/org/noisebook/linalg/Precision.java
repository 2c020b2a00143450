package org.noisebook.linalg;

/** Floating-point format of data and weights. */
public enum Precision {
    /** 64 bit. */
    FLOAT64,
    /** 32 bit. */
    FLOAT32
}
