package org.noisebook.linalg;

/** The Vector API twin of {@link DoubleDepthwiseKernels}. */
// float: class VectorFloatDepthwiseKernels implements FloatDepthwiseKernels {
// double only:
class VectorDoubleDepthwiseKernels extends VectorFloatDepthwiseKernels implements DoubleDepthwiseKernels {
    // end of double only
    private final VectorDoubleDepthwise maps = new VectorDoubleDepthwise();

    @Override
    public void forward(
            Window window,
            int count,
            int channels,
            double[] a,
            int aStart,
            double[] w,
            int wStart,
            double[] z,
            int zStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, z.length, zStart);
        maps.forward(window, count, Kernels.padded(channels), a, aStart, w, wStart, z, zStart);
    }

    @Override
    public void backward(
            Window window,
            int count,
            int channels,
            double[] d,
            int dStart,
            double[] w,
            int wStart,
            double[] e,
            int eStart) {
        Shapes.maps(window, count, channels, e.length, eStart, w.length, wStart, d.length, dStart);
        maps.backward(window, count, Kernels.padded(channels), d, dStart, w, wStart, e, eStart);
    }

    @Override
    public void addOuter(
            Window window,
            int count,
            int channels,
            double[] a,
            int aStart,
            double[] d,
            int dStart,
            double[] w,
            int wStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, d.length, dStart);
        VectorDoubleDepthwise.addOuter(window, count, Kernels.padded(channels), a, aStart, d, dStart, w, wStart);
    }
}
