package org.noisebook.papers.warped;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.noisebook.linalg.PixelMap;
import org.noisebook.linalg.PixelMap.Motion;

/**
 * The authors' warping of white noise: a pixel's noise is split over the pixel where it lands and the holes that look back at it.
 *
 * <p>Every pixel p goes to p + f, rounded; a pixel h on which none lands copies the one at h − f, rounded. Noise x with n copies becomes
 * x/√n + z − z̄, z fresh, so that copies are independent; each has a share 1/n of its source's weight w. Copies that meet become Σ w x/√Σ w² of
 * weight Σ w. A pixel that leaves the picture is replaced by fresh noise. No position between pixels is remembered, as in the published code.
 *
 * <p><b>Source</b>: Burgert et al. 2025 (arXiv 2501.08331), and their public code, read and written anew. <b>Shapes</b>: noise {@code
 * [pixel][film]}, row-major. <b>Cost</b>: pixels × films, and a fresh number for each copy of a pixel that is split.
 */
final class SplitWarp {
    private final int side;
    private final int films;
    private final boolean shared;
    private final DoubleSupplier fresh;
    private final double[] weight;
    private double[] x;
    private double[] sum;
    private final double[] total;
    private final double[] square;
    private final int[] to;
    private final int[] back;
    private final int[] copies;
    private final int[] first;
    private final int[] next;

    /**
     * Noise where it is.
     *
     * @param shared whether holes share noise; else they get fresh noise
     * @param fresh standard normal numbers, or 0 for what remains of the first frame
     */
    SplitWarp(double[][] noise, boolean shared, DoubleSupplier fresh) {
        side = (int) Math.rint(Math.sqrt(noise.length));
        films = noise[0].length;
        x = Arrays.stream(noise).flatMapToDouble(Arrays::stream).toArray();
        sum = new double[x.length];
        weight = new double[noise.length];
        Arrays.fill(weight, 1);
        total = new double[noise.length];
        square = new double[noise.length];
        to = new int[noise.length];
        back = new int[noise.length];
        copies = new int[noise.length];
        first = new int[noise.length];
        next = new int[noise.length];
        this.shared = shared;
        this.fresh = fresh;
    }

    /** Makes the next frame. */
    void move(Motion motion) {
        boolean[] filled = new boolean[weight.length];
        for (int i = 0, v = 0; v < side; v++) {
            for (int u = 0; u < side; u++, i++) {
                double column = motion.a() * u + motion.b() * v + motion.e();
                double row = motion.c() * u + motion.d() * v + motion.f();
                to[i] = PixelMap.pixel(side, column, row);
                back[i] = shared ? PixelMap.pixel(side, 2 * u - column, 2 * v - row) : -1;
                filled[to[i] < 0 ? i : to[i]] = true;
                copies[i] = to[i] < 0 ? 0 : 1;
                first[i] = -1;
            }
        }
        int most = 1;
        for (int h = 0; h < weight.length; h++) {
            if (!filled[h] && back[h] >= 0) {
                next[h] = first[back[h]];
                first[back[h]] = h;
                most = Math.max(most, ++copies[back[h]]);
            }
        }
        Arrays.fill(sum, 0);
        Arrays.fill(total, 0);
        Arrays.fill(square, 0);
        double[] z = new double[most * films];
        for (int i = 0; i < weight.length; i++) {
            double w = weight[i] / Math.max(1, copies[i]);
            split(i, copies[i], z);
            int copy = 0;
            if (to[i] >= 0) {
                add(to[i], w, copy++, z);
            }
            for (int h = first[i]; h >= 0; h = next[h]) {
                add(h, w, copy++, z);
            }
            if (to[i] < 0 || !filled[i] && back[i] < 0) {
                for (int k = 0; k < films; k++) {
                    z[k] = fresh.getAsDouble();
                }
                add(i, 1, 0, z);
            }
        }
        double mean = 0;
        for (double one : total) {
            mean += one / weight.length;
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] = total[i] / mean;
            double scale = 1 / Math.sqrt(square[i]);
            for (int k = i * films; k < (i + 1) * films; k++) {
                sum[k] *= scale;
            }
        }
        double[] old = x;
        x = sum;
        sum = old;
    }

    /** The copies of a pixel, {@code [copy][film]}, one after the other, each from what the others leave. */
    private void split(int pixel, int n, double... z) {
        for (int k = 0; k < films; k++) {
            double left = x[pixel * films + k];
            for (int copy = 0, m = n; copy < n; copy++, m--) {
                double one = m == 1 ? left : (left + Math.sqrt(m - 1) * fresh.getAsDouble()) / Math.sqrt(m);
                left = m == 1 ? 0 : (Math.sqrt(m) * left - one) / Math.sqrt(m - 1);
                z[copy * films + k] = one;
            }
        }
    }

    private void add(int pixel, double w, int copy, double... z) {
        total[pixel] += w;
        square[pixel] += w * w;
        for (int k = 0; k < films; k++) {
            sum[pixel * films + k] = Math.fma(w, z[copy * films + k], sum[pixel * films + k]);
        }
    }

    /** Sums of blocks over the root of their number of pixels: the noise at a coarser resolution. */
    double[][] coarse(int factor) {
        int small = side / factor;
        double[][] out = new double[small * small][films];
        for (int i = 0, v = 0; v < side; v++) {
            for (int u = 0; u < side; ) {
                double[] row = out[v / factor * small + u / factor];
                for (int end = u + factor; u < end; u++) {
                    for (int k = 0; k < films; k++, i++) {
                        row[k] += x[i] / factor;
                    }
                }
            }
        }
        return out;
    }
}
