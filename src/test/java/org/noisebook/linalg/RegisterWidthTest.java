package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Machines with other registers give the same bits: Java machines are started that are told to have them. */
class RegisterWidthTest {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";

    @TempDir
    private Path folder;

    @Test
    void theSameBitsForAnyRegisterWidth() throws IOException, InterruptedException {
        String expected = digest(MatrixKernels.plain(), DepthwiseKernels.plain(), MixtureKernels.plain());
        assertThat(digest(MatrixKernels.fastest(), DepthwiseKernels.fastest(), MixtureKernels.fastest()))
                .isEqualTo(expected);
        assertThat(elsewhere("-XX:-UseSuperWord")).isEqualTo("plain " + expected);
        assertThat(elsewhere(MODULE, "-XX:UseAVX=2")).startsWith("vector").endsWith(" " + expected);
        assertThat(elsewhere(MODULE, "-XX:MaxVectorSize=16"))
                .startsWith("vector 128 bit")
                .endsWith(" " + expected);
    }

    private String elsewhere(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.addAll(List.of(flags));
        Path answer = folder.resolve("answer");
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), RegisterWidthTest.class.getName(), answer.toString()));
        new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return Files.readString(answer);
    }

    public static void main(String[] arguments) throws IOException {
        MatrixKernels kernels = MatrixKernels.fastest();
        Files.writeString(
                Path.of(arguments[0]),
                kernels.describe() + " " + digest(kernels, DepthwiseKernels.fastest(), MixtureKernels.fastest()));
    }

    /** A hash of results of every kernel. */
    private static String digest(MatrixKernels kernels, DepthwiseKernels depthwise, MixtureKernels mixtures) {
        Stream stream = Streams.of(1).at("digest");
        long hash = 0;
        for (int[] shape : new int[][] {{13, 70, 83}, {16, 290, 128}, {3, 17, 16}, {9, 5, 33}, {17, 130, 128}}) {
            int batch = shape[0];
            int inputs = shape[1];
            int outputs = shape[2];
            int width = Kernels.padded(inputs);
            int stride = Kernels.padded(outputs);
            float[] a = new float[batch * width];
            float[] w = new float[inputs * stride];
            float[] z = new float[batch * stride];
            double[] doubleA = new double[a.length];
            double[] doubleW = new double[w.length];
            double[] doubleZ = new double[z.length];
            fill(stream, inputs, width, a, doubleA);
            fill(stream, outputs, stride, w, doubleW);
            FloatView viewA = FloatView.of(a, width);
            FloatView viewW = FloatView.of(w, stride);
            FloatView viewZ = FloatView.of(z, stride);
            DoubleView wideA = DoubleView.of(doubleA, width);
            DoubleView wideW = DoubleView.of(doubleW, stride);
            DoubleView wideZ = DoubleView.of(doubleZ, stride);
            kernels.multiply(batch, inputs, outputs, viewA, viewW, viewZ);
            kernels.multiply(batch, inputs, outputs, wideA, wideW, wideZ);
            hash = add(hash, z, doubleZ);
            for (Activation activation : Activation.values()) {
                float[] slope = new float[z.length];
                double[] doubleSlope = new double[z.length];
                float[] out = new float[z.length];
                double[] doubleOut = new double[z.length];
                FloatView narrow = FloatView.of(out, 0);
                DoubleView wide = DoubleView.of(doubleOut, 0);
                kernels.activate(activation, 0.3f, z.length, viewZ, narrow, FloatView.of(slope, 0));
                kernels.activate(activation, 0.3, z.length, wideZ, wide, DoubleView.of(doubleSlope, 0));
                hash = add(add(hash, slope, doubleSlope), out, doubleOut);
                kernels.activate(activation, 0.3f, z.length, narrow, narrow);
                kernels.activate(activation, 0.3, z.length, wide, wide);
                hash = add(hash, out, doubleOut);
            }
            kernels.addOuter(batch, inputs, outputs, viewA, viewZ, viewW);
            kernels.addOuter(batch, inputs, outputs, wideA, wideZ, wideW);
            kernels.multiplyTransposed(batch, inputs, outputs, viewZ, viewW, viewA);
            kernels.multiplyTransposed(batch, inputs, outputs, wideZ, wideW, wideA);
            kernels.multiplyElements(w, 0, a, 0, Math.min(w.length, a.length) - 1);
            kernels.multiplyElements(doubleW, 0, doubleA, 0, Math.min(w.length, a.length) - 1);
            kernels.multiplyReluSlopes(0.3f, z, 0, w, 0, Math.min(w.length, z.length) - 1);
            kernels.multiplyReluSlopes(0.3, doubleZ, 0, doubleW, 0, Math.min(w.length, z.length) - 1);
            hash = add(add(hash, w, doubleW), a, doubleA);
        }
        for (int stride = 1; stride <= 2; stride++) {
            hash = convolutions(hash, new Window(7, 5, stride), 5, 37, stream, depthwise);
        }
        for (int dimension = 1; dimension <= 4; dimension++) {
            double[] values = field(stream, dimension, mixtures);
            hash = add(hash, new float[values.length], values);
        }
        return Long.toHexString(hash);
    }

    private static long convolutions(
            long hash, Window window, int count, int channels, Stream stream, DepthwiseKernels kernels) {
        int stride = Kernels.padded(channels);
        float[] a = new float[count * window.side() * window.side() * stride];
        float[] w = new float[window.kernel() * window.kernel() * stride];
        float[] z = new float[count * window.outputSide() * window.outputSide() * stride];
        double[] doubleA = new double[a.length];
        double[] doubleW = new double[w.length];
        double[] doubleZ = new double[z.length];
        fill(stream, channels, stride, a, doubleA);
        fill(stream, channels, stride, w, doubleW);
        FloatView viewA = FloatView.of(a, stride);
        FloatView viewW = FloatView.of(w, stride);
        FloatView viewZ = FloatView.of(z, stride);
        DoubleView wideA = DoubleView.of(doubleA, stride);
        DoubleView wideW = DoubleView.of(doubleW, stride);
        DoubleView wideZ = DoubleView.of(doubleZ, stride);
        kernels.forward(window, count, channels, viewA, viewW, viewZ);
        kernels.forward(window, count, channels, wideA, wideW, wideZ);
        long sum = add(hash, z, doubleZ);
        kernels.addOuter(window, count, channels, viewA, viewZ, viewW);
        kernels.addOuter(window, count, channels, wideA, wideZ, wideW);
        kernels.backward(window, count, channels, viewZ, viewW, viewA);
        kernels.backward(window, count, channels, wideZ, wideW, wideA);
        return add(add(sum, w, doubleW), a, doubleA);
    }

    /** The first coordinate of a mean of a mixture of three components at 37 places. */
    private static double[] field(Stream stream, int dimension, MixtureKernels mixtures) {
        int count = 37;
        double[][] numbers = new double[5 + dimension][Math.max(count, 3 * dimension * dimension)];
        for (double[] row : numbers) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        int square = 3 * dimension * dimension;
        AffineMixture mixture = new AffineMixture(
                dimension,
                Arrays.copyOf(numbers[0], 3 * dimension),
                Arrays.copyOf(numbers[1], square),
                Arrays.copyOf(numbers[2], 3),
                Arrays.copyOf(numbers[3], 3 * dimension),
                Arrays.copyOf(numbers[4], square));
        double[][] x = Arrays.copyOfRange(numbers, 5, 5 + dimension);
        double[][] weights = new double[3][count];
        double[] least = new double[count];
        double[] total = new double[count];
        double[][] out = new double[dimension][count];
        mixtures.evaluate(mixture, x, count, weights, least, total, out);
        return out[0];
    }

    private static void fill(Stream stream, int columns, int stride, float[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            b[i] = i % stride < columns ? stream.nextGaussian() : 0;
            a[i] = (float) b[i];
        }
    }

    private static long add(long hash, float[] a, double[] b) {
        long sum = hash;
        for (int i = 0; i < a.length; i++) {
            sum = 31 * sum + Float.floatToIntBits(a[i]);
            sum = 31 * sum + Double.doubleToLongBits(b[i]);
        }
        return sum;
    }
}
