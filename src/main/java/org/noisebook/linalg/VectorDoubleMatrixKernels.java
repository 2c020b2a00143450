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
    public void multiply(
            int batch,
            int inputs,
            int outputs,
            double[] a,
            int aStart,
            int aStride,
            double[] w,
            int wStart,
            int wStride,
            double[] z,
            int zStart,
            int zStride) {
        Shapes.sizes(batch, inputs, outputs);
        Shapes.matrix("a", a.length, batch, inputs, aStart, aStride);
        Shapes.paddedMatrix("w", w.length, inputs, outputs, wStart, wStride);
        Shapes.paddedMatrix("z", z.length, batch, outputs, zStart, zStride);
        VectorDoubleProducts.zero(batch, outputs, z, zStart, zStride);
        VectorDoubleProducts.add(batch, inputs, outputs, a, aStart, aStride, 1, w, wStart, wStride, z, zStart, zStride);
    }

    @Override
    public void multiplyTransposed(
            int batch,
            int inputs,
            int outputs,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride,
            double[] e,
            int eStart,
            int eStride) {
        Shapes.sizes(batch, inputs, outputs);
        Shapes.matrix("d", d.length, batch, outputs, dStart, dStride);
        Shapes.matrix("w", w.length, inputs, outputs, wStart, wStride);
        Shapes.paddedMatrix("e", e.length, batch, inputs, eStart, eStride);
        products.multiplyTransposed(batch, outputs, inputs, d, dStart, dStride, w, wStart, wStride, e, eStart, eStride);
    }

    @Override
    public void addOuter(
            int batch,
            int inputs,
            int outputs,
            double[] a,
            int aStart,
            int aStride,
            double[] d,
            int dStart,
            int dStride,
            double[] w,
            int wStart,
            int wStride) {
        Shapes.sizes(batch, inputs, outputs);
        Shapes.matrix("a", a.length, batch, inputs, aStart, aStride);
        Shapes.paddedMatrix("d", d.length, batch, outputs, dStart, dStride);
        Shapes.paddedMatrix("w", w.length, inputs, outputs, wStart, wStride);
        VectorDoubleProducts.addOuter(
                batch, inputs, outputs, a, aStart, aStride, d, dStart, dStride, w, wStart, wStride);
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
            Activation activation,
            double scale,
            double[] z,
            int zStart,
            double[] out,
            int outStart,
            double[] slope,
            int slopeStart,
            int length) {
        Shapes.paddedLength(length);
        VectorDoubleActivations.activate(activation, scale, z, zStart, out, outStart, slope, slopeStart, length);
    }

    @Override
    public void activate(
            Activation activation, double scale, double[] z, int zStart, double[] out, int outStart, int length) {
        Shapes.paddedLength(length);
        VectorDoubleActivations.activate(activation, scale, z, zStart, out, outStart, scratch, length);
    }
}
