package org.noisebook.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A linear map of square pictures in which each pixel of the image is a weighted sum of a few pixels of the original; a pixel
 * without any is a hole.
 *
 * <p>Warps and views of a picture are such maps, and so the covariance of a Gaussian field is carried through them exactly.
 *
 * <p><b>Shapes</b>: pixels are row-major, fields {@code [pixel][sample]}; inputs are not modified. <b>Special cases</b>: a hole is 0
 * in the image. <b>Cost</b>: terms × samples.
 */
public final class PixelMap {
    private final int[][] from;
    private final double[][] weights;

    /**
     * Sets the terms of each pixel of the image.
     *
     * @param from pixels of the original, {@code [pixel][term]}
     * @param weights their weights, of the same shape
     */
    public PixelMap(int[][] from, double[][] weights) {
        this.from = Arrays.stream(from).map(int[]::clone).toArray(int[][]::new);
        this.weights = Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
    }

    /** The motion (x, y) → (a x + b y + e, c x + d y + f) of a plane. */
    public record Motion(double a, double b, double c, double d, double e, double f) {
        /**
         * Shears along x, turns, zooms about the centre of a picture, and then shifts along x.
         *
         * @param degrees angle from x to y
         * @param zoom factor of lengths, above 0
         * @param shear displacement along x per pixel of y
         * @param shift displacement in pixels
         */
        public static Motion about(int side, double degrees, double zoom, double shear, double shift) {
            double cos = zoom * StrictMath.cos(StrictMath.toRadians(degrees));
            double sin = zoom * StrictMath.sin(StrictMath.toRadians(degrees));
            double middle = (side - 1) / 2.0;
            double b = cos * shear - sin;
            double d = sin * shear + cos;
            return new Motion(cos, b, sin, d, middle * (1 - cos - b) + shift, middle * (1 - sin - d));
        }

        /** Where a point goes: x and y. */
        public double[] of(double x, double y) {
            return new double[] {a * x + b * y + e, c * x + d * y + f};
        }

        /** The motion back. */
        public Motion inverse() {
            double det = a * d - b * c;
            return new Motion(d / det, -b / det, -c / det, a / det, (b * f - d * e) / det, (c * e - a * f) / det);
        }
    }

    /** The pixel nearest to a point, or −1 if the point is outside of the picture. */
    public static int pixel(int side, double x, double y) {
        double column = Math.floor(x + 0.5);
        double row = Math.floor(y + 0.5);
        return column >= 0 && column < side && row >= 0 && row < side ? (int) row * side + (int) column : -1;
    }

    /** Each pixel takes the value of the pixel nearest to where it came from; a hole if that is outside. */
    public static PixelMap nearest(int side, Motion motion) {
        Motion back = motion.inverse();
        int[][] from = new int[side * side][];
        for (int i = 0; i < from.length; i++) {
            double[] at = back.of(i % side, i / side);
            int source = pixel(side, at[0], at[1]);
            from[i] = source < 0 ? new int[0] : new int[] {source};
        }
        return new PixelMap(
                from,
                Arrays.stream(from)
                        .map(row -> row.length == 0 ? new double[0] : new double[] {1})
                        .toArray(double[][]::new));
    }

    /** Each pixel interpolates the four pixels around where it came from; a hole if that is outside. */
    public static PixelMap bilinear(int side, Motion motion) {
        Motion back = motion.inverse();
        int[][] from = new int[side * side][0];
        double[][] weights = new double[from.length][0];
        for (int i = 0; i < from.length; i++) {
            double[] at = back.of(i % side, i / side);
            if (pixel(side, at[0], at[1]) >= 0) {
                double x = Math.max(0, Math.min(side - 1.0, at[0]));
                double y = Math.max(0, Math.min(side - 1.0, at[1]));
                int column = Math.min(side - 2, (int) x);
                int row = Math.min(side - 2, (int) y);
                int first = row * side + column;
                from[i] = new int[] {first, first + 1, first + side, first + side + 1};
                double u = x - column;
                double v = y - row;
                weights[i] = new double[] {(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
            }
        }
        return new PixelMap(from, weights);
    }

    /** The map with weights of unit length for every pixel: the image of white noise has variance 1. */
    public PixelMap unit() {
        return new PixelMap(
                from,
                Arrays.stream(weights)
                        .map(row -> {
                            double length = Math.sqrt(Dot.inOrder(row, row));
                            return Arrays.stream(row).map(w -> w / length).toArray();
                        })
                        .toArray(double[][]::new));
    }

    /** Number of pixels of the image. */
    public int pixels() {
        return from.length;
    }

    /** Whether a pixel of the image receives nothing. */
    public boolean isHole(int pixel) {
        return from[pixel].length == 0;
    }

    /** The images of fields. */
    public double[][] of(double[][] x) {
        double[][] image = new double[from.length][x[0].length];
        for (int i = 0; i < image.length; i++) {
            for (int term = 0; term < from[i].length; term++) {
                double[] source = x[from[i][term]];
                double w = weights[i][term];
                for (int k = 0; k < source.length; k++) {
                    image[i][k] = Math.fma(w, source[k], image[i][k]);
                }
            }
        }
        return image;
    }

    /** A square picture with each pixel enlarged to {@code zoom × zoom}, in the middle of zeros. */
    public static double[][] enlarged(int side, int zoom, double... picture) {
        int small = (int) Math.rint(Math.sqrt(picture.length));
        int large = small * zoom;
        int edge = (side - large) / 2;
        double[][] x = new double[side * side][1];
        for (int i = 0; i < large * large; i++) {
            x[(edge + i / large) * side + edge + i % large][0] = picture[i / large / zoom * small + i % large / zoom];
        }
        return x;
    }

    /**
     * Every so many frames of a picture that maps move, without noise in their holes.
     *
     * @param fromFirst whether each map moves the first frame, not the one before
     */
    public static List<double[]> film(
            Supplier<PixelMap> maps, boolean fromFirst, int frames, int every, double[]... picture) {
        List<double[]> film = new ArrayList<>();
        double[][] now = picture;
        for (int k = 0; k <= frames; k++) {
            now = k == 0 ? picture : maps.get().of(fromFirst ? picture : now);
            if (k % every == 0) {
                film.add(Arrays.stream(now).mapToDouble(pixel -> pixel[0]).toArray());
            }
        }
        return film;
    }

    /** The covariance of the image of a field, whose holes receive independent noise of the given variance. */
    public double[][] covariance(double[][] of, double holes) {
        double[][] half = of(of);
        double[][] turned = new double[of.length][half.length];
        for (int i = 0; i < half.length; i++) {
            for (int j = 0; j < of.length; j++) {
                turned[j][i] = half[i][j];
            }
        }
        double[][] image = of(turned);
        IntStream.range(0, image.length).filter(this::isHole).forEach(i -> image[i][i] = holes);
        return image;
    }

    /** For each frame and each pixel of the first one, the pixel to which a repeated motion has taken it, or −1. */
    public static int[][] flow(int side, Motion motion, int frames) {
        int[][] flow = new int[frames][side * side];
        for (int i = 0; i < side * side; i++) {
            double[] at = {i % side, i / side};
            for (int[] frame : flow) {
                at = motion.of(at[0], at[1]);
                frame[i] = pixel(side, at[0], at[1]);
            }
        }
        return flow;
    }

    /** The pixel to the right of each, or −1. */
    public static int[] beside(int side) {
        return IntStream.range(0, side * side)
                .map(i -> i % side == side - 1 ? -1 : i + 1)
                .toArray();
    }

    /**
     * Covariances that are carried through a sequence of maps: of a field of mean 0, and between it and the white noise that it began as.
     *
     * @param covariance {@code [pixel][pixel]}
     * @param withFirst the same, {@code [pixel][pixel of the first field]}
     */
    public record Law(double[][] covariance, double[][] withFirst) {
        /** White noise. */
        public static Law white(int pixels) {
            double[][] white = new double[pixels][pixels];
            IntStream.range(0, pixels).forEach(i -> white[i][i] = 1);
            return new Law(white, white);
        }

        /** The law of the image; holes get fresh noise of variance 1. */
        public Law through(PixelMap map) {
            return new Law(map.covariance(covariance, 1), map.of(withFirst));
        }

        /** The mean variance. */
        public double variance() {
            return IntStream.range(0, covariance.length)
                            .mapToDouble(i -> covariance[i][i])
                            .sum()
                    / covariance.length;
        }

        /** The pooled correlation of each pixel with another; none where that is −1. */
        public double correlation(int... other) {
            return pooled(covariance, other, i -> covariance[i][i]);
        }

        /** The pooled correlation of each pixel of the first field with another of this one. */
        public double followed(int... to) {
            return pooled(withFirst, to, i -> 1);
        }

        private double pooled(double[][] cross, int[] to, IntToDoubleFunction own) {
            double both = 0;
            double mine = 0;
            double theirs = 0;
            for (int i = 0; i < to.length; i++) {
                if (to[i] >= 0) {
                    both += cross[to[i]][i];
                    mine += own.applyAsDouble(i);
                    theirs += covariance[to[i]][to[i]];
                }
            }
            return both / Math.sqrt(mine * theirs);
        }
    }

    /** What pixels on the move remember. */
    public enum Positions {
        /** Where they are between pixels; those that meet stay together. */
        KEPT,
        /** Only the pixel that they are in. */
        ROUNDED,
        /** Their own way since the start: all maps are of the first picture. */
        FIRST
    }

    /**
     * Noise that moves with a flow: pixels that meet are summed over the root of their count of original pixels. They are disjoint
     * sets of independent numbers, so the image of white noise is white once holes have fresh noise.
     *
     * <p><b>Source</b>: after Burgert et al. 2025 (arXiv 2501.08331), whose holes share the noise of their source.
     */
    public static final class Aggregation {
        private final int side;
        private final Positions positions;
        private final double[] x;
        private final double[] y;
        private final double[] count;

        /** All pixels of a square picture, where they are. */
        public Aggregation(int side, Positions positions) {
            this.side = side;
            this.positions = positions;
            x = IntStream.range(0, side * side).mapToDouble(i -> i % side).toArray();
            y = IntStream.range(0, side * side).mapToDouble(i -> i / side).toArray();
            count = new double[side * side];
            Arrays.fill(count, 1);
        }

        /** The map of one more motion; each pixel goes to one place, so the rows of the map are disjoint, and of unit length. */
        public PixelMap move(Motion motion) {
            int pixels = side * side;
            int[] to = new int[pixels];
            double[] sum = new double[pixels];
            double[] sumX = new double[pixels];
            double[] sumY = new double[pixels];
            int[] terms = new int[pixels];
            for (int i = 0; i < pixels; i++) {
                double[] at = motion.of(x[i], y[i]);
                to[i] = pixel(side, at[0], at[1]);
                if (to[i] >= 0) {
                    sum[to[i]] += count[i];
                    sumX[to[i]] += count[i] * at[0];
                    sumY[to[i]] += count[i] * at[1];
                    terms[to[i]]++;
                }
            }
            int[][] from = Arrays.stream(terms).mapToObj(int[]::new).toArray(int[][]::new);
            double[][] weights = Arrays.stream(terms).mapToObj(double[]::new).toArray(double[][]::new);
            for (int i = pixels - 1; i >= 0; i--) {
                if (to[i] >= 0) {
                    int term = --terms[to[i]];
                    from[to[i]][term] = i;
                    weights[to[i]][term] = Math.sqrt(count[i] / sum[to[i]]);
                }
            }
            for (int i = 0; i < pixels; i++) {
                if (positions == Positions.FIRST) {
                    double[] at = motion.of(x[i], y[i]);
                    x[i] = at[0];
                    y[i] = at[1];
                } else {
                    boolean centred = positions == Positions.ROUNDED || sum[i] == 0;
                    x[i] = centred ? i % side : sumX[i] / sum[i];
                    y[i] = centred ? i / side : sumY[i] / sum[i];
                    count[i] = sum[i] == 0 ? 1 : sum[i];
                }
            }
            return new PixelMap(from, weights);
        }
    }
}
