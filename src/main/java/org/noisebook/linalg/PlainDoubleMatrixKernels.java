package org.noisebook.linalg;

/** The plain-Java twin of {@link DoubleMatrixKernels}. */
// float: class PlainFloatMatrixKernels implements FloatMatrixKernels {
class PlainDoubleMatrixKernels extends PlainFloatMatrixKernels implements DoubleMatrixKernels { // double only
    private static final int SLOPES = 1024;

    private final PlainDoubleProducts products = new PlainDoubleProducts();
    /** Receives slopes that the caller does not need. */
    private final double[] slopes = new double[SLOPES];

    @Override
    public void multiply(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.product(batch, inputs, outputs, a, w, z);
        products.product(false, batch, inputs, outputs, a, w, z);
    }

    @Override
    public void addProduct(int batch, int inputs, int outputs, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.product(batch, inputs, outputs, a, w, z);
        products.product(true, batch, inputs, outputs, a, w, z);
    }

    @Override
    public void multiplyTransposed(int batch, int inputs, int outputs, DoubleView d, DoubleView w, DoubleView e) {
        Shapes.transposed(batch, inputs, outputs, d, w, e);
        products.product(false, batch, outputs, inputs, d, w.transposed(), e);
    }

    @Override
    public void addOuter(int batch, int inputs, int outputs, DoubleView a, DoubleView d, DoubleView w) {
        Shapes.outer(batch, inputs, outputs, a, d, w);
        products.product(true, inputs, batch, outputs, a.transposed(), d, w);
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
            Activation activation, double scale, int length, DoubleView z, DoubleView out, DoubleView slope) {
        Shapes.paddedLength(length);
        PlainDoubleActivations.activate(activation, scale, 0, length, z, out, slope);
    }

    @Override
    public void activate(Activation activation, double scale, int length, DoubleView z, DoubleView out) {
        Shapes.paddedLength(length);
        for (int start = 0; start < length; start += SLOPES) {
            int end = Math.min(start + SLOPES, length);
            PlainDoubleActivations.activate(
                    activation, scale, start, end, z, out, new DoubleView(slopes, -start, 0, 1));
        }
    }
}
