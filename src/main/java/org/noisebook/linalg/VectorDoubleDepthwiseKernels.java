package org.noisebook.linalg;

/** The Vector API twin of {@link DoubleDepthwiseKernels}. */
// float: class VectorFloatDepthwiseKernels implements FloatDepthwiseKernels {
// double only:
class VectorDoubleDepthwiseKernels extends VectorFloatDepthwiseKernels implements DoubleDepthwiseKernels {
    // end of double only
    private final VectorDoubleDepthwise maps = new VectorDoubleDepthwise();

    @Override
    public void forward(Window window, int count, int channels, DoubleView a, DoubleView w, DoubleView z) {
        Shapes.maps(window, count, channels, a, w, z);
        maps.forward(window, count, Kernels.padded(channels), a, w, z);
    }

    @Override
    public void backward(Window window, int count, int channels, DoubleView d, DoubleView w, DoubleView e) {
        Shapes.maps(window, count, channels, e, w, d);
        maps.backward(window, count, Kernels.padded(channels), d, w, e);
    }

    @Override
    public void addOuter(Window window, int count, int channels, DoubleView a, DoubleView d, DoubleView w) {
        Shapes.maps(window, count, channels, a, w, d);
        VectorDoubleDepthwise.addOuter(window, count, Kernels.padded(channels), a, d, w);
    }
}
