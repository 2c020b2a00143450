package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.DoubleFunction;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.MixtureKernels;
import org.noisebook.solver.Field;
import org.noisebook.solver.Score;

/**
 * A field of a mixture interpolant.
 *
 * <p>Blocks run one after another through the same times, so the matrices for each time are cached in a table with one
 * entry per hash value; the latest entry is kept.
 */
abstract class MixtureField implements Field {
    private static final double LN2 = 0x1.62e42fefa39efp-1;
    /** Cache limit of 64 MB. */
    private static final long MOST_DOUBLES = 1L << 23;

    /** Number of cached times: one for each value of a 12-bit hash. */
    private static final int MOST_TIMES = 1 << 12;

    /** The quantity that a field gives. */
    enum Kind {
        MEAN,
        LOG_DENSITY,
        RESPONSIBILITIES
    }

    private final int dimension;
    private final int components;
    private final Kind kind;
    private final DoubleFunction<MixtureCoefficients> make;
    private final AtomicReferenceArray<MixtureCoefficients> known;

    MixtureField(List<MixturePair> pairs, Schedule schedule, MixtureMoment moment, Kind kind) {
        this.dimension = pairs.get(0).dimension();
        this.components = pairs.size();
        this.kind = kind;
        this.make = t -> new MixtureCoefficients(pairs, schedule, t, moment);
        long times = Math.max(1, MOST_DOUBLES / MixtureCoefficients.size(pairs));
        this.known = new AtomicReferenceArray<>((int) Math.min(MOST_TIMES, Long.highestOneBit(times)));
    }

    static MixtureVelocity velocity(List<MixturePair> pairs, Schedule schedule, MixtureMoment moment) {
        return new OfVelocity(pairs, schedule, moment);
    }

    static Score score(List<MixturePair> pairs, Schedule schedule) {
        return new OfScore(pairs, schedule);
    }

    static Field plain(List<MixturePair> pairs, Schedule schedule, MixtureMoment moment, Kind kind) {
        return new OfNumbers(pairs, schedule, moment, kind);
    }

    private static final class OfVelocity extends MixtureField implements MixtureVelocity {
        OfVelocity(List<MixturePair> pairs, Schedule schedule, MixtureMoment moment) {
            super(pairs, schedule, moment, Kind.MEAN);
        }

        @Override
        public AffineMixture mixture(double t) {
            return coefficients(Schedule.checkTime(t)).affine;
        }
    }

    private static final class OfScore extends MixtureField implements Score {
        OfScore(List<MixturePair> pairs, Schedule schedule) {
            super(pairs, schedule, MixtureMoment.SCORE, Kind.MEAN);
        }
    }

    private static final class OfNumbers extends MixtureField {
        OfNumbers(List<MixturePair> pairs, Schedule schedule, MixtureMoment moment, Kind kind) {
            super(pairs, schedule, moment, kind);
        }
    }

    final MixtureCoefficients coefficients(double t) {
        long bits = Double.doubleToRawLongBits(t) * 0x9E3779B97F4A7C15L;
        int place = (int) (bits >>> 52) & (known.length() - 1);
        MixtureCoefficients found = known.get(place);
        if (found == null || found.t != t) {
            found = make.apply(t);
            known.set(place, found);
        }
        return found;
    }

    @Override
    public final int dimension() {
        return dimension;
    }

    @Override
    public final int outputs() {
        return switch (kind) {
            case MEAN -> dimension;
            case LOG_DENSITY -> 1;
            case RESPONSIBILITIES -> components;
        };
    }

    @Override
    public final Evaluator evaluator(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
        }
        return kind == Kind.MEAN ? new Means(capacity) : new Weights(capacity);
    }

    /** The component weights of a block, which all fields need. */
    private class Weights implements Evaluator {
        final MixtureKernels kernels = MixtureKernels.fastest();
        final double[][] weights;
        final double[] least;
        final double[] total;

        Weights(int capacity) {
            weights = new double[components][capacity];
            least = new double[capacity];
            total = new double[capacity];
        }

        MixtureCoefficients check(double t, double[][] x, int count) {
            if (x.length != dimension || count > total.length) {
                throw new IllegalArgumentException("x must have dimension=" + dimension + " and at most " + total.length
                        + " particles, got " + x.length + " and " + count);
            }
            return coefficients(Schedule.checkTime(t));
        }

        MixtureCoefficients weigh(double t, double[][] x, int count) {
            MixtureCoefficients now = check(t, x, count);
            kernels.weigh(now.affine, x, count, weights, least, total);
            return now;
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            weigh(t, x, count);
            if (kind == Kind.LOG_DENSITY) {
                for (int i = 0; i < count; i++) {
                    out[0][i] = Math.fma(-LN2, least[i], StrictMath.log(total[i]));
                }
            } else {
                for (int k = 0; k < components; k++) {
                    for (int i = 0; i < count; i++) {
                        out[k][i] = weights[k][i] / total[i];
                    }
                }
            }
        }
    }

    /** Conditional means with their exact derivatives. */
    private final class Means extends Weights {
        private final int capacity;
        /** Allocated when a derivative is first requested: x − m, f_k, s_k and Σ w f_k of a block. */
        private double[][] off = new double[0][];

        private double[][] value;
        private double[][] score;
        private double[][] mean;
        private double[][] scoreMean;
        private double[] inner;

        Means(int capacity) {
            super(capacity);
            this.capacity = capacity;
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            MixtureCoefficients now = check(t, x, count);
            kernels.evaluate(now.affine, x, count, weights, least, total, out);
        }

        private void grow() {
            if (off.length == 0) {
                off = new double[dimension][capacity];
                value = new double[dimension][capacity];
                score = new double[dimension][capacity];
                mean = new double[dimension][capacity];
                scoreMean = new double[dimension][capacity];
                inner = new double[capacity];
            }
        }

        /** Sets off, value and score for component k and adds value and score to their means. */
        private void component(MixtureCoefficients now, int k, double[][] x, int count) {
            double[] w = weights[k];
            for (int i = 0; i < count; i++) {
                w[i] /= total[i];
            }
            for (int j = 0; j < dimension; j++) {
                double m = now.means[k * dimension + j];
                for (int i = 0; i < count; i++) {
                    off[j][i] = x[j][i] - m;
                }
                Arrays.fill(value[j], 0, count, now.offsets[k * dimension + j]);
                Arrays.fill(score[j], 0, count, 0);
            }
            addProduct(now.slopes, k, 1, off, count, value);
            addProduct(now.precisions, k, -1, off, count, score);
            for (int j = 0; j < dimension; j++) {
                addScaled(w, value[j], count, mean[j]);
                addScaled(w, score[j], count, scoreMean[j]);
            }
        }

        private void addProduct(double[] matrices, int k, int sign, double[][] in, int count, double[][] out) {
            for (int r = 0; r < dimension; r++) {
                for (int j = 0; j < dimension; j++) {
                    double element = sign * matrices[(k * dimension + r) * dimension + j];
                    for (int i = 0; i < count; i++) {
                        out[r][i] = Math.fma(element, in[j][i], out[r][i]);
                    }
                }
            }
        }

        private static void addScaled(double[] weight, double[] row, int count, double[] sum) {
            for (int i = 0; i < count; i++) {
                sum[i] = Math.fma(weight[i], row[i], sum[i]);
            }
        }

        private MixtureCoefficients begin(double t, double[][] x, int count) {
            grow();
            for (int j = 0; j < dimension; j++) {
                Arrays.fill(mean[j], 0, count, 0);
                Arrays.fill(scoreMean[j], 0, count, 0);
            }
            return weigh(t, x, count);
        }

        @Override
        public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
            MixtureCoefficients now = begin(t, x, count);
            for (int j = 0; j < dimension; j++) {
                Arrays.fill(out[j], 0, count, 0);
            }
            for (int k = 0; k < components; k++) {
                component(now, k, x, count);
                Arrays.fill(inner, 0, count, 0);
                for (int j = 0; j < dimension; j++) {
                    addScaled(direction[j], score[j], count, inner);
                }
                for (int r = 0; r < dimension; r++) {
                    for (int i = 0; i < count; i++) {
                        value[r][i] *= inner[i];
                    }
                }
                addProduct(now.slopes, k, 1, direction, count, value);
                for (int r = 0; r < dimension; r++) {
                    addScaled(weights[k], value[r], count, out[r]);
                }
            }
            Arrays.fill(inner, 0, count, 0);
            for (int j = 0; j < dimension; j++) {
                addScaled(direction[j], scoreMean[j], count, inner);
            }
            for (int r = 0; r < dimension; r++) {
                for (int i = 0; i < count; i++) {
                    out[r][i] = Math.fma(-mean[r][i], inner[i], out[r][i]);
                }
            }
        }

        @Override
        public void divergence(double t, double[][] x, int count, double[] out) {
            MixtureCoefficients now = begin(t, x, count);
            Arrays.fill(out, 0, count, 0);
            for (int k = 0; k < components; k++) {
                component(now, k, x, count);
                double trace = 0;
                for (int j = 0; j < dimension; j++) {
                    trace += now.slopes[(k * dimension + j) * dimension + j];
                }
                Arrays.fill(inner, 0, count, trace);
                for (int j = 0; j < dimension; j++) {
                    addScaled(value[j], score[j], count, inner);
                }
                addScaled(weights[k], inner, count, out);
            }
            for (int j = 0; j < dimension; j++) {
                for (int i = 0; i < count; i++) {
                    out[i] = Math.fma(-mean[j][i], scoreMean[j][i], out[i]);
                }
            }
        }
    }
}
