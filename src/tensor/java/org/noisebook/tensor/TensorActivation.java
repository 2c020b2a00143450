package org.noisebook.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarReverseSubtraction;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSet;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;
import org.noisebook.linalg.Activation;

/**
 * {@link Activation} in terms of ND4J operations.
 *
 * <p><b>Special cases</b>: the value at NaN is NaN, but slopes there are 0 for ReLU and 1 for GELU. At ±∞, ReLU and
 * tanh have their limits, and so has GELU, except that its value at −∞ is NaN in float32 and −∞ in float64; SiLU is NaN
 * at −∞, and its slope is NaN at both. A network with such activities has diverged. ND4J's own GELUs are different
 * functions. <b>Error</b>: that of ND4J's tanh and logistic function, a few units in the last place.
 */
final class TensorActivation {
    /** The argument of GELU's logistic function is 2 √(2/π) (z + 0.044715 z³). */
    private static final double LINEAR = 2 * StrictMath.sqrt(2 / Math.PI);

    private static final double CUBIC = LINEAR * 0.044715;
    /** Beyond this, the logistic function is 0 or 1 in either precision, and no cube overflows float32. */
    private static final double SATURATED = 20;

    private TensorActivation() {}

    /** Adds the operations slope = φ′(z), followed by z ← φ(z). */
    static void add(Activation activation, TensorProgram program, INDArray z, INDArray slope) {
        switch (activation) {
            case RELU -> {
                program.add(new RectifiedLinear(z, z, 0.0));
                program.add(new Step(z, slope, 0.0));
            }
            case TANH -> {
                program.add(new Tanh(z, z));
                program.multiply(z, z, slope);
                program.add(new ScalarReverseSubtraction(slope, null, slope, 1.0));
            }
            case SILU -> {
                INDArray logistic = program.array(z.dataType(), z.shape());
                program.add(new Sigmoid(z, logistic));
                addGated(program, z, logistic, z, slope);
            }
            case GELU -> {
                INDArray bounded = program.array(z.dataType(), z.shape());
                INDArray square = program.array(z.dataType(), z.shape());
                INDArray logistic = program.array(z.dataType(), z.shape());
                program.add(new ScalarMin(z, null, bounded, SATURATED));
                program.add(new ScalarMax(bounded, null, bounded, -SATURATED));
                program.multiply(bounded, bounded, square);
                addCubic(program, CUBIC, square, bounded, logistic);
                program.add(new Sigmoid(logistic, logistic));
                addCubic(program, 3 * CUBIC, square, bounded, slope);
                addGated(program, z, logistic, slope, slope);
            }
            case ERF -> {
                program.multiply(z, z, slope);
                program.add(new ScalarMultiplication(slope, null, slope, -1.0));
                program.add(new Exp(slope, slope));
                program.add(new ScalarMultiplication(slope, null, slope, 2 / StrictMath.sqrt(Math.PI)));
                program.add(new Erf(z, z));
            }
            case LINEAR -> program.add(new ScalarSet(slope, null, slope, 1.0));
        }
    }

    /** out = (2 √(2/π) + cubic z²) z. */
    private static void addCubic(TensorProgram program, double cubic, INDArray square, INDArray z, INDArray out) {
        program.add(new ScalarMultiplication(square, null, out, cubic));
        program.add(new ScalarAdd(out, null, out, LINEAR));
        program.multiply(out, z, out);
    }

    /** For φ = z σ(u): φ′ = σ (1 + (1 − σ) z u′), from σ and z u′. */
    private static void addGated(
            TensorProgram program, INDArray z, INDArray logistic, INDArray growth, INDArray slope) {
        INDArray rest = program.array(z.dataType(), z.shape());
        program.add(new ScalarReverseSubtraction(logistic, null, rest, 1.0));
        program.multiply(growth, rest, slope);
        program.add(new ScalarAdd(slope, null, slope, 1.0));
        program.multiply(slope, logistic, slope);
        program.multiply(z, logistic, z);
    }
}
