package org.noisebook.linalg;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API twin of {@link DoubleMatrixKernels}. */
// float: class VectorFloatMatrixKernels implements FloatMatrixKernels {
class VectorDoubleMatrixKernels extends VectorFloatMatrixKernels implements DoubleMatrixKernels { // double only
    private static final VectorSpecies<Double> DOUBLES = VectorKernels.DOUBLES;

    private final VectorDoubleProducts products = new VectorDoubleProducts();
    private final double[] scratch = new double[2 * VectorDoubleActivations.RANGE];

    @Override
    public void multiply(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.product(batch, inputs, outputs, a, w, z);
        VectorDoubleProducts.zero(batch, outputs, z);
        VectorDoubleProducts.add(batch, inputs, 0, outputs, a, w, z);
    }

    @Override
    public void addProduct(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.product(batch, inputs, outputs, a, w, z);
        VectorDoubleProducts.add(batch, inputs, 0, outputs, a, w, z);
    }

    @Override
    public void multiplyTransposed(int batch, int inputs, int outputs, DoubleView d, DoubleView w, DoubleView e) {
        Shapes.transposed(batch, inputs, outputs, d, w, e);
        products.multiplyTransposed(batch, outputs, inputs, d, w, e);
    }

    @Override
    public void addOuter(int batch, int inputs, int outputs, DoubleView a, DoubleView d, DoubleView w) {
        Shapes.outer(batch, inputs, outputs, a, d, w);
        VectorDoubleProducts.addOuter(batch, inputs, outputs, a, d, w);
    }

    @Override
    public void multiplyElements(double[] factor, int factorStart, double[] y, int yStart, int length) {
        int j = 0;
        for (; j <= length - DOUBLES.length(); j += DOUBLES.length()) {
            DoubleVector.fromArray(DOUBLES, y, yStart + j)
                    .mul(DoubleVector.fromArray(DOUBLES, factor, factorStart + j))
                    .intoArray(y, yStart + j);
        }
        for (; j < length; j++) {
            y[yStart + j] *= factor[factorStart + j];
        }
    }

    @Override
    public void multiplyReluSlopes(double scale, double[] out, int outStart, double[] y, int yStart, int length) {
        DoubleVector slope = DoubleVector.broadcast(DOUBLES, scale);
        int j = 0;
        for (; j <= length - DOUBLES.length(); j += DOUBLES.length()) {
            DoubleVector result = DoubleVector.fromArray(DOUBLES, out, outStart + j);
            DoubleVector.fromArray(DOUBLES, y, yStart + j)
                    .mul(slope.blend(0, result.compare(VectorOperators.LE, 0)))
                    .intoArray(y, yStart + j);
        }
        for (; j < length; j++) {
            y[yStart + j] *= out[outStart + j] <= 0 ? 0 : scale;
        }
    }

    @Override
    public void activate(
            Activation activation, double scale, int length, DoubleView z, DoubleView out, DoubleView slope) {
        Shapes.paddedLength(length);
        VectorDoubleActivations.activate(activation, scale, length, z, out, slope);
    }

    @Override
    public void activate(Activation activation, double scale, int length, DoubleView z, DoubleView out) {
        Shapes.paddedLength(length);
        VectorDoubleActivations.activate(activation, scale, length, z, out, scratch);
    }
}
