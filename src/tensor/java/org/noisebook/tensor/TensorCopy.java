package org.noisebook.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies between arrays of Java, row-major, and arrays of ND4J of any float type and layout. */
final class TensorCopy {
    private TensorCopy() {}

    /** Copies in, rounded to the target's type. */
    static void put(double[] values, INDArray target) {
        try (INDArray source = Nd4j.createFromArray(values)) {
            target.assign(source.reshape(target.shape()));
        }
    }

    /** Copies whole numbers in. */
    static void put(int[] values, INDArray target) {
        try (INDArray source = Nd4j.createFromArray(values)) {
            target.assign(source.reshape(target.shape()));
        }
    }

    /** Copies out. */
    static double[] get(INDArray source) {
        try (INDArray copy = source.dup('c')) {
            return copy.data().asDouble();
        }
    }
}
