package org.noisebook.rng;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.apache.commons.math3.special.Gamma;

/**
 * One stream of random numbers: xoshiro256++ under a 256-bit hashed key, with exact samplers on top.
 *
 * <p><b>Source</b>: Blackman and Vigna 2021 (doi:10.1145/3460772); normal numbers by the ziggurat
 * of Doornik 2005 ("An improved ziggurat method"); gamma numbers by Marsaglia and Tsang 2000
 * (doi:10.1145/358407.358414); Poisson numbers by Hörmann 1993 (doi:10.1016/0167-6687(93)90997-4); bounded integers by Lemire 2019 (doi:10.1145/3230636). <b>Special cases</b>: draws are
 * the same on every platform, since transcendental functions are {@link StrictMath}'s. <b>Error</b>: samplers are exact
 * in law up to 53-bit uniforms. <b>Cost</b>: about 2 ns per integer, 6 ns per normal and 15 ns per gamma number. Not
 * thread-safe: a stream belongs to one task.
 */
public final class Stream {
    private static final int LAYERS = 128;
    /** Start of the tail, and area of one layer, of the 128-layer ziggurat (Doornik 2005, table 1). */
    private static final double TAIL_START = 3.442619855899;

    private static final double LAYER_AREA = 9.91256303526217e-3;
    private static final double[] EDGE = new double[LAYERS + 1];
    private static final double[] INSIDE = new double[LAYERS];
    private static final double TWO_POW_MINUS_53 = 0x1.0p-53;
    private static final double TWO_POW_MINUS_52 = 0x1.0p-52;

    static {
        double density = StrictMath.exp(-0.5 * TAIL_START * TAIL_START);
        EDGE[0] = LAYER_AREA / density;
        EDGE[1] = TAIL_START;
        for (int i = 2; i < LAYERS; i++) {
            EDGE[i] = StrictMath.sqrt(-2 * StrictMath.log(LAYER_AREA / EDGE[i - 1] + density));
            density = StrictMath.exp(-0.5 * EDGE[i] * EDGE[i]);
        }
        EDGE[LAYERS] = 0;
        for (int i = 0; i < LAYERS; i++) {
            INSIDE[i] = EDGE[i + 1] / EDGE[i];
        }
    }

    private final byte[] key;
    private long s0;
    private long s1;
    private long s2;
    private long s3;
    private long spare;
    private boolean hasSpare;

    Stream(byte[] key) {
        this.key = key;
        ByteBuffer bytes = ByteBuffer.wrap(key);
        this.s0 = bytes.getLong();
        this.s1 = bytes.getLong();
        this.s2 = bytes.getLong();
        this.s3 = bytes.getLong();
    }

    /**
     * The state of this stream, for an engine that draws on its device: four words of xoshiro256++, the unused half of
     * a word that the next {@link #nextIndex} takes, and 1 if there is such a half, else 0.
     */
    public long[] state() {
        return new long[] {s0, s1, s2, s3, spare, hasSpare ? 1 : 0};
    }

    /** The right edges of the ziggurat's 128 layers in descending order, followed by 0. */
    public static double[] layerEdges() {
        return EDGE.clone();
    }

    /**
     * The substream numbered {@code index}, from its beginning; it does not depend on earlier draws from this stream.
     */
    public Stream part(long index) {
        MessageDigest digest = Streams.digest();
        digest.update(key);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(index).array());
        return new Stream(digest.digest());
    }

    /** 64 random bits. */
    public long nextLong() {
        long result = Long.rotateLeft(s0 + s3, 23) + s0;
        long shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = Long.rotateLeft(s3, 45);
        return result;
    }

    /** Uniform on [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * TWO_POW_MINUS_53;
    }

    /** Uniform on (0, 1], 53 bits: safe under a logarithm. */
    public double nextPositive() {
        return ((nextLong() >>> 11) + 1) * TWO_POW_MINUS_53;
    }

    /**
     * Uniform on {0, …, bound − 1}, unbiased, by the multiply-shift of Lemire with rejection.
     *
     * <p><b>Cost</b>: half a 64-bit draw.
     */
    public int nextIndex(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, got " + bound);
        }
        long product = next32() * bound;
        long low = product & 0xFFFFFFFFL;
        if (low < bound) {
            long reject = (0x1_0000_0000L - bound) % bound;
            while (low < reject) {
                product = next32() * bound;
                low = product & 0xFFFFFFFFL;
            }
        }
        return (int) (product >>> 32);
    }

    /** Permutes values in place, every order equally likely, from the last place down. */
    public void shuffle(int[] values) {
        for (int k = values.length - 1; k > 0; k--) {
            int other = nextIndex(k + 1);
            int value = values[k];
            values[k] = values[other];
            values[other] = value;
        }
    }

    private long next32() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        long bits = nextLong();
        spare = bits >>> 32;
        hasSpare = true;
        return bits & 0xFFFFFFFFL;
    }

    /** A standard normal number. */
    public double nextGaussian() {
        while (true) {
            long bits = nextLong();
            int layer = (int) bits & (LAYERS - 1);
            double u = (bits >> 11) * TWO_POW_MINUS_52;
            if (Math.abs(u) < INSIDE[layer]) {
                return u * EDGE[layer];
            }
            if (layer == 0) {
                return tail(u < 0);
            }
            double x = u * EDGE[layer];
            double upper = StrictMath.exp(-0.5 * (EDGE[layer] * EDGE[layer] - x * x));
            double lower = StrictMath.exp(-0.5 * (EDGE[layer + 1] * EDGE[layer + 1] - x * x));
            if (lower + nextDouble() * (upper - lower) < 1) {
                return x;
            }
        }
    }

    private double tail(boolean negative) {
        double x;
        double y;
        do {
            x = StrictMath.log(nextPositive()) / TAIL_START;
            y = StrictMath.log(nextPositive());
        } while (-2 * y < x * x);
        return negative ? x - TAIL_START : TAIL_START - x;
    }

    /**
     * A gamma number of unit scale, density x^(shape−1) e^(−x) / Γ(shape).
     *
     * @param shape positive
     */
    public double nextGamma(double shape) {
        if (!(shape > 0) || shape == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("shape must be in (0, inf), got " + shape);
        }
        if (shape < 1) {
            return nextGamma(shape + 1) * StrictMath.pow(nextPositive(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            double logU = StrictMath.log(nextPositive());
            if (logU < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }

    /**
     * A Poisson number, P(k) = mean^k e^(−mean)/k!, by a product of uniforms below 10, else by transformed rejection with squeeze
     * (Hörmann 1993, algorithm PTRS).
     *
     * @param mean in [0, 1e9]
     */
    public int nextPoisson(double mean) {
        if (!(mean >= 0 && mean <= 1e9)) {
            throw new IllegalArgumentException("mean must be in [0, 1e9], got " + mean);
        }
        if (mean < 10) {
            double end = StrictMath.exp(-mean);
            int k = 0;
            for (double product = nextPositive(); product > end; product *= nextPositive()) {
                k++;
            }
            return k;
        }
        double b = 0.931 + 2.53 * StrictMath.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverse = 1.1239 + 1.1328 / (b - 3.4);
        double inside = 0.9277 - 3.6224 / (b - 2);
        while (true) {
            double u = nextDouble() - 0.5;
            double v = nextPositive();
            double edge = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / edge + b) * u + mean + 0.43);
            if (edge >= 0.07 && v <= inside) {
                return (int) k;
            }
            if (k >= 0
                    && k <= Integer.MAX_VALUE
                    && (edge >= 0.013 || v <= edge)
                    && StrictMath.log(v * inverse / (a / (edge * edge) + b))
                            <= k * StrictMath.log(mean) - mean - Gamma.logGamma(k + 1)) {
                return (int) k;
            }
        }
    }
}
