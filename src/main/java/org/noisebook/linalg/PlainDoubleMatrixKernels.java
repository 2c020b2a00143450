package org.noisebook.linalg;

/** The plain-Java twin of {@link DoubleMatrixKernels}. */
// float: class PlainFloatMatrixKernels implements FloatMatrixKernels {
class PlainDoubleMatrixKernels extends PlainFloatMatrixKernels implements DoubleMatrixKernels { // double only
    private static final int SLOPES = 1024;

    private final PlainDoubleProducts products = new PlainDoubleProducts();
    /** What nobody asked for. */
    private final double[] slopes = new double[SLOPES];

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
        products.product(
                false, batch, inputs, outputs, a, aStart, aStride, 1, w, wStart, wStride, 1, z, zStart, zStride);
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
        products.product(
                false, batch, outputs, inputs, d, dStart, dStride, 1, w, wStart, 1, wStride, e, eStart, eStride);
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
        products.product(
                true, inputs, batch, outputs, a, aStart, 1, aStride, d, dStart, dStride, 1, w, wStart, wStride);
    }

    @Override
    public void multiplyElements(double[] factor, int factorStart, double[] y, int yStart, int length) {
        for (int j = 0; j < length; j++) {
            y[yStart + j] *= factor[factorStart + j];
        }
    }

    @Override
    public void multiplyReluSlopes(double scale, double[] out, int outStart, double[] y, int yStart, int length) {
        for (int j = 0; j < length; j++) {
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
        PlainDoubleActivations.activate(activation, scale, z, zStart, out, outStart, slope, slopeStart, length);
    }

    @Override
    public void activate(
            Activation activation, double scale, double[] z, int zStart, double[] out, int outStart, int length) {
        Shapes.paddedLength(length);
        double[] slope = slopes;
        for (int start = 0; start < length; start += slope.length) {
            int count = Math.min(slope.length, length - start);
            PlainDoubleActivations.activate(
                    activation, scale, z, zStart + start, out, outStart + start, slope, 0, count);
        }
    }
}
