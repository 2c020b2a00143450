package org.noisebook.linalg;

/** Determines once whether the Vector API twin can run, without linking it where it cannot. */
final class VectorSupport {
    private static final boolean AVAILABLE = probe();

    private VectorSupport() {}

    static boolean available() {
        return AVAILABLE;
    }

    static Kernels create() {
        return new VectorKernels();
    }

    static MatrixKernels createMatrix() {
        return new VectorMatrixKernels();
    }

    static DepthwiseKernels createDepthwise() {
        return new VectorDepthwiseKernels();
    }

    static MixtureLoops createMixtureLoops() {
        return new VectorMixtureLoops();
    }

    private static boolean probe() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return false;
        }
        try {
            return VectorKernels.usable();
        } catch (LinkageError e) {
            return false;
        }
    }
}
