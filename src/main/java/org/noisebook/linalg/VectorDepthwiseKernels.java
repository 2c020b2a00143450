package org.noisebook.linalg;

/** The Vector API twin of {@link DepthwiseKernels}. */
final class VectorDepthwiseKernels implements DepthwiseKernels {
    private final VectorFloatDepthwise floats = new VectorFloatDepthwise();
    private final VectorDoubleDepthwise doubles = new VectorDoubleDepthwise();

    @Override
    public String describe() {
        return "vector " + VectorKernels.FLOATS.vectorBitSize() + " bit";
    }

    @Override
    public void forward(
            Window window,
            int count,
            int channels,
            float[] a,
            int aStart,
            float[] w,
            int wStart,
            float[] z,
            int zStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, z.length, zStart);
        floats.forward(window, count, Kernels.padded(channels), a, aStart, w, wStart, z, zStart);
    }

    @Override
    public void backward(
            Window window,
            int count,
            int channels,
            float[] d,
            int dStart,
            float[] w,
            int wStart,
            float[] e,
            int eStart) {
        Shapes.maps(window, count, channels, e.length, eStart, w.length, wStart, d.length, dStart);
        floats.backward(window, count, Kernels.padded(channels), d, dStart, w, wStart, e, eStart);
    }

    @Override
    public void addOuter(
            Window window,
            int count,
            int channels,
            float[] a,
            int aStart,
            float[] d,
            int dStart,
            float[] w,
            int wStart) {
        Shapes.maps(window, count, channels, a.length, aStart, w.length, wStart, d.length, dStart);
        VectorFloatDepthwise.addOuter(window, count, Kernels.padded(channels), a, aStart, d, dStart, w, wStart);
    }

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
        doubles.forward(window, count, Kernels.padded(channels), a, aStart, w, wStart, z, zStart);
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
        doubles.backward(window, count, Kernels.padded(channels), d, dStart, w, wStart, e, eStart);
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
