package org.noisebook.opencl;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.FloatView;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/**
 * Tests whether a device reproduces Java's arithmetic bit for bit; only then may its results be called exact.
 *
 * <p>The test uses 2^20 triples (x, y, z), a third of them raw bit patterns, half with z ≈ −xy, for fma, product,
 * product and sum in two statements and in one, quotient and root in both precisions. It also covers the activations,
 * for single numbers and for vectors as in the kernels, and the kit's random numbers, subsets, normal numbers,
 * exponentials and logarithms. It detects contraction, an fma computed as product and sum, subnormal numbers flushed to
 * 0, and quotients that are not correctly rounded.
 *
 * <p><b>Special cases</b>: all NaNs count as equal; without float64 only operations that do not need it are tested.
 * <b>Cost</b>: half a second and 8 MB on the device.
 */
public final class OpenclBits {
    private static final int TRIPLES = 1 << 20;
    private static final int CHUNK = 1 << 17;
    private static final int GROUP = 16;
    private static final int ARGUMENTS = 1 << 12;
    private static final double SCALE = 0.75;
    private static final List<String> RESULTS =
            List.of("fma", "product", "product and then sum", "product and sum", "quotient", "root");

    /** Words in the state of a stream. */
    private static final int WORDS = 6;

    private static final int STREAMS = 16;
    private static final int DRAWS = 2048;
    /** Both branches of subset drawing: listed, and as the complement. */
    private static final int[][] SUBSETS = {{301, 7}, {90, 50}};

    /** Number of exponents of ordinary numbers, from −30 to 30. */
    private static final int EXPONENTS = 61;

    private static final int SMALLEST_EXPONENT = -30;

    private final OpenclQueue queue;
    private final String options;

    private OpenclBits(OpenclQueue queue, String options) {
        this.queue = queue;
        this.options = options;
    }

    /** The differences found, in words; empty if there are none. */
    public static Optional<String> difference(OpenclQueue queue) {
        return difference(queue, "");
    }

    /** The same with additional compiler options, which may plant a fault. */
    static Optional<String> difference(OpenclQueue queue, String options) {
        OpenclBits bits = new OpenclBits(queue, options);
        int lanes = queue.device().lanes();
        Optional<String> found =
                bits.arithmetic(false).or(() -> bits.activations(false, 1)).or(() -> bits.activations(false, lanes));
        if (queue.device().hasDouble()) {
            found = found.or(() -> bits.arithmetic(true))
                    .or(() -> bits.activations(true, 1))
                    .or(() -> bits.activations(true, (lanes + 1) / 2));
        }
        return found.or(bits::draws);
    }

    private Optional<String> arithmetic(boolean wide) {
        int[] differ = new int[RESULTS.size()];
        double[][] in = new double[3][CHUNK];
        Stream stream = Streams.of(1).at("bits");
        long bytes = (long) CHUNK * OpenclQueue.bytesOf(wide);
        try (OpenclQueue.Buffer x = queue.buffer(bytes);
                OpenclQueue.Buffer y = queue.buffer(bytes);
                OpenclQueue.Buffer z = queue.buffer(bytes);
                OpenclQueue.Buffer results = queue.buffer(RESULTS.size() * bytes)) {
            OpenclQueue.Kernel kernel =
                    queue.build(wide ? "arithmetic64" : "arithmetic32", options, "random.cl", "bits.cl");
            for (int first = 0; first < TRIPLES; first += CHUNK) {
                for (int i = 0; i < CHUNK; i++) {
                    boolean raw = (first + i) % 3 == 0;
                    in[0][i] = number(stream.nextLong(), raw, wide);
                    in[1][i] = number(stream.nextLong(), raw, wide);
                    long bits = stream.nextLong();
                    in[2][i] = i % 2 == 0
                            ? near(-(in[0][i] * in[1][i]), (int) (bits & 7) - 3, wide)
                            : number(bits, raw, wide);
                }
                queue.write(x, 0, in[0], wide);
                queue.write(y, 0, in[1], wide);
                queue.write(z, 0, in[2], wide);
                queue.launch(kernel, CHUNK / GROUP, GROUP, CHUNK, x, y, z, results);
                double[] out = queue.read(results, 0, RESULTS.size() * CHUNK, wide);
                for (int k = 0; k < out.length; k++) {
                    int i = k % CHUNK;
                    differ[k / CHUNK] += same(out[k], expected(k / CHUNK, in[0][i], in[1][i], in[2][i], wide)) ? 0 : 1;
                }
            }
        }
        return report(wide ? "float64" : "float32", differ);
    }

    /** Sums, products and roots of floats, computed in double and then rounded, equal those computed in float. */
    private static double expected(int result, double x, double y, double z, boolean wide) {
        double product = rounded(x * y, wide);
        return switch (result) {
            case 0 -> wide ? Math.fma(x, y, z) : Math.fma((float) x, (float) y, (float) z);
            case 1 -> product;
            case 2, 3 -> rounded(product + z, wide);
            case 4 -> wide ? x / y : (float) x / (float) y;
            default -> rounded(Math.sqrt(x), wide);
        };
    }

    private static double rounded(double number, boolean wide) {
        return wide ? number : (float) number;
    }

    private static double number(long bits, boolean raw, boolean wide) {
        if (wide) {
            long exponent = 1023 + SMALLEST_EXPONENT + (bits >>> 52 & 0x7ff) % EXPONENTS;
            return Double.longBitsToDouble(raw ? bits : bits & 0x800fffffffffffffL | exponent << 52);
        }
        int own = (int) (bits >>> 32);
        int exponent = 127 + SMALLEST_EXPONENT + (own >>> 23 & 0xff) % EXPONENTS;
        return Float.intBitsToFloat(raw ? own : own & 0x807fffff | exponent << 23);
    }

    /** The number {@code places} representable numbers away. */
    private static double near(double number, int places, boolean wide) {
        return wide
                ? Double.longBitsToDouble(Double.doubleToRawLongBits(number) + places)
                : Float.intBitsToFloat(Float.floatToRawIntBits((float) number) + places);
    }

    private static boolean same(double a, double b) {
        return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
    }

    /**
     * Tests every activation, {@code lanes} at once, at ordinary, tiny and non-finite numbers and where it is constant.
     */
    private Optional<String> activations(boolean wide, int lanes) {
        double[] z = new double[ARGUMENTS];
        Stream stream = Streams.of(1).at("activations");
        for (int i = 0; i < z.length; i++) {
            z[i] = rounded(StrictMath.scalb(stream.nextGaussian(), i % 3 == 0 ? i % 48 - 40 : i % 4), wide);
        }
        double[] special = {0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};
        System.arraycopy(special, 0, z, 0, special.length);
        try (OpenclQueue.Buffer from = queue.buffer((long) ARGUMENTS * Double.BYTES);
                OpenclQueue.Buffer to = queue.buffer(2L * ARGUMENTS * Double.BYTES)) {
            queue.write(from, 0, z, wide);
            OpenclQueue.Kernel kernel = queue.build(
                    "activations",
                    options + " -D ITEMS=1 -D V=" + lanes + (wide ? " -D REAL64" : ""),
                    "group.cl",
                    "activation.cl");
            for (Activation activation : Activation.values()) {
                Object scale = wide ? (Object) SCALE : (Object) (float) SCALE;
                int groups = ARGUMENTS / lanes / GROUP;
                queue.launch(kernel, groups, GROUP, activation.ordinal(), scale, ARGUMENTS, from, to);
                double[] out = queue.read(to, 0, 2 * ARGUMENTS, wide);
                double[] expected = expected(activation, z, wide);
                for (int i = 0; i < out.length; i++) {
                    if (!same(out[i], expected[i])) {
                        return Optional.of((wide ? "float64 " : "float32 ")
                                + activation.name().toLowerCase(Locale.ROOT) + " differs at " + z[i % ARGUMENTS]);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static double[] expected(Activation activation, double[] z, boolean wide) {
        int n = z.length;
        double[] both = new double[2 * n];
        if (wide) {
            DoubleView out = DoubleView.of(both, 0);
            MatrixKernels.plain().activate(activation, SCALE, n, DoubleView.of(z, 0), out, out.from(0, n));
            return both;
        }
        float[] narrow = new float[n];
        for (int i = 0; i < n; i++) {
            narrow[i] = (float) z[i];
        }
        float[] out = new float[2 * n];
        FloatView view = FloatView.of(out, 0);
        MatrixKernels.plain().activate(activation, (float) SCALE, n, FloatView.of(narrow, 0), view, view.from(0, n));
        Arrays.setAll(both, i -> out[i]);
        return both;
    }

    private static Optional<String> report(String precision, int[] differ) {
        for (int k = 0; k < differ.length; k++) {
            if (differ[k] > 0) {
                return Optional.of(String.format(
                        Locale.ROOT, "%s %s differs in %,d of %,d", precision, RESULTS.get(k), differ[k], TRIPLES));
            }
        }
        return Optional.empty();
    }

    private Optional<String> draws() {
        for (Draw draw : Draw.values()) {
            if (draw.ordinal() > Draw.SUBSET.ordinal() && !queue.device().hasDouble()) {
                return Optional.empty();
            }
            for (int[] subset : draw == Draw.INDEX || draw == Draw.SUBSET ? SUBSETS : new int[][] {SUBSETS[0]}) {
                long[][] device = draw(queue, options, draw, STREAMS, DRAWS, subset[0], subset[1], new long[0]);
                if (!Arrays.deepEquals(device, draw.expected(STREAMS, DRAWS, subset[0], subset[1]))) {
                    return Optional.of("random numbers differ: " + draw.name().toLowerCase(Locale.ROOT));
                }
            }
        }
        return Optional.empty();
    }

    /** The quantity that an item of {@code bits.cl} draws. */
    enum Draw {
        BITS,
        INDEX,
        SUBSET,
        UNIFORM,
        POSITIVE,
        NORMAL,
        EXP,
        LOG;

        /** The bits of Java's numbers, {@code count} from each stream. */
        long[][] expected(int streams, int count, int bound, int taken) {
            long[][] all = new long[streams][count];
            for (int s = 0; s < streams; s++) {
                Stream stream = stream(s);
                SubsetSampler sampler = new SubsetSampler(this == SUBSET ? bound : 1, stream);
                int[] subset = new int[taken];
                for (int i = 0; i < count; i++) {
                    if (this == SUBSET && i % taken == 0) {
                        sampler.draw(subset, taken);
                    }
                    all[s][i] = switch (this) {
                        case BITS -> stream.nextLong();
                        case INDEX -> stream.nextIndex(bound);
                        case SUBSET -> subset[i % taken];
                        case UNIFORM -> Double.doubleToLongBits(stream.nextDouble());
                        case POSITIVE -> Double.doubleToLongBits(stream.nextPositive());
                        case NORMAL -> Double.doubleToLongBits(stream.nextGaussian());
                        case EXP -> of(StrictMath::exp, argument(s, i));
                        case LOG -> of(StrictMath::log, argument(s, i));
                    };
                }
            }
            return all;
        }

        private static long of(DoubleUnaryOperator function, double x) {
            return Double.doubleToLongBits(function.applyAsDouble(x));
        }

        /** Arguments for both e^x and ln x: both signs, and magnitudes from far below to beyond overflow. */
        private static double argument(int stream, int i) {
            return StrictMath.scalb(
                    (i % 2 == 0 ? 1 : -1) * (1 + stream / (double) STREAMS + i * 0x1.0p-20), i % 41 - 30);
        }
    }

    private static Stream stream(int number) {
        return Streams.of(1).withReplica(number).at("draws");
    }

    /**
     * Draws on the device, with one stream per item.
     *
     * @param arguments arguments of e^x or ln x, {@code streams · count} of them; empty for {@link Draw}'s own
     * @return the bits of the numbers, {@code [streams][count]}
     */
    static long[][] draw(
            OpenclQueue queue,
            String options,
            Draw draw,
            int streams,
            int count,
            int bound,
            int taken,
            long[] arguments) {
        long[] state = new long[streams * WORDS];
        int[] marked = new int[draw == Draw.SUBSET ? streams * bound : 1];
        long[] out = arguments.length > 0 ? arguments : new long[streams * count];
        for (int s = 0; s < streams; s++) {
            System.arraycopy(stream(s).state(), 0, state, s * WORDS, WORDS);
            for (int i = 0; i < count && arguments.length == 0; i++) {
                out[s * count + i] = Double.doubleToLongBits(Draw.argument(s, i));
            }
        }
        try (OpenclQueue.Buffer states = queue.buffer((long) state.length * Long.BYTES);
                OpenclQueue.Buffer marks = queue.buffer((long) marked.length * Integer.BYTES);
                OpenclQueue.Buffer subsets = queue.buffer((long) marked.length * Integer.BYTES);
                OpenclQueue.Buffer edges = queue.buffer((long) Stream.layerEdges().length * Double.BYTES);
                OpenclQueue.Buffer results = queue.buffer((long) out.length * Long.BYTES)) {
            queue.write(states, 0, state);
            queue.write(marks, 0, marked);
            queue.write(edges, 0, Stream.layerEdges());
            queue.write(results, 0, out);
            OpenclQueue.Kernel kernel = queue.build("draws", options, "random.cl", "bits.cl");
            int items = streams % GROUP == 0 ? GROUP : 1;
            queue.launch(
                    kernel,
                    streams / items,
                    items,
                    draw.ordinal(),
                    count,
                    bound,
                    taken,
                    states,
                    marks,
                    subsets,
                    edges,
                    results);
            queue.read(results, 0, out);
        }
        long[][] all = new long[streams][];
        Arrays.setAll(all, s -> Arrays.copyOfRange(out, s * count, (s + 1) * count));
        return all;
    }
}
