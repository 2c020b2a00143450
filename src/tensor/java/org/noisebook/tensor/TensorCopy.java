package org.noisebook.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between row-major Java arrays and ND4J arrays of any floating-point type and layout. */
final class TensorCopy {
    private TensorCopy() {}

    /** Copies numbers in, rounded to the target's type. */
    static void put(double[] values, INDArray target) {
        try (INDArray source = Nd4j.createFromArray(values)) {
            target.assign(source.reshape(target.shape()));
        }
    }

    /** Copies integers in. */
    static void put(int[] values, INDArray target) {
        try (INDArray source = Nd4j.createFromArray(values)) {
            target.assign(source.reshape(target.shape()));
        }
    }

    /** Copies numbers out. */
    static double[] get(INDArray source) {
        try (INDArray copy = source.dup('c')) {
            return copy.data().asDouble();
        }
    }
}
