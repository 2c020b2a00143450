package org.noisebook.field;

import java.util.Arrays;
import java.util.Optional;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.Target;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Random times and points of an interpolant with their regression targets; antithetic pairs are adjacent. */
final class FieldDraws {
    private final FieldConfig config;
    private final Target.Source base;
    private final Target.Source target;
    private final Stream noise;
    private final Stream time;
    private final Stream withheld;

    final double[] t;
    /** Points x_t, coordinate-major. */
    final double[][] x;
    /** Regression targets y, coordinate-major. */
    final double[][] y;
    /** Classes; −1 if withheld. */
    final int[] label;

    private final double[][] start;
    private final double[][] end;
    private final double[][] latent;
    private final int[] unused;
    /** Pairs that replace independent draws; they have no classes. */
    private final Optional<Coupling> coupling;

    private final Stream pairs;
    private int drawn;

    private FieldDraws(
            FieldConfig config,
            Streams streams,
            int capacity,
            String prefix,
            String data,
            Optional<Coupling> coupling) {
        this.config = config;
        int d = config.dimension();
        base = config.base().open(d, streams, prefix + "base");
        target = config.target().open(streams, data);
        noise = streams.at(prefix + "noise");
        time = streams.at(prefix + "time");
        withheld = streams.at(prefix + "dropout");
        t = new double[capacity];
        x = new double[d][capacity];
        y = new double[d][capacity];
        label = new int[capacity];
        start = new double[d][capacity];
        end = new double[d][capacity];
        latent = new double[d][capacity];
        unused = new int[capacity];
        this.coupling = coupling;
        pairs = streams.at(prefix + "base");
    }

    /** Draws for training, as many at once as a step needs. */
    static FieldDraws training(FieldConfig config, Streams streams, Optional<Coupling> coupling) {
        return new FieldDraws(config, streams, config.training().batchSize(), "", "data", coupling);
    }

    /** Draws for testing, from separate streams. */
    static FieldDraws testing(FieldConfig config, Streams streams, int capacity) {
        return new FieldDraws(config, streams, capacity, "test-", "test", Optional.empty());
    }

    Scaling scaling() {
        return new Scaling(
                config,
                new Scaling.Moments(base.mean(), base.variance()),
                new Scaling.Moments(target.mean(), target.variance()));
    }

    /** Draws the next training points. */
    void draw(int count) {
        boolean pairs = config.training().antithetic();
        boolean stratified = config.training().stratified();
        int own = pairs ? count / 2 : count;
        double margin = config.training().timeMargin();
        for (int k = 0; k < own; k++) {
            double u = time.nextDouble();
            t[k] = config.training().times().time(stratified ? (k + u) / own : u, margin, config.schedule());
        }
        draw(own, pairs);
    }

    /** Draws the next test points, in pairs ±ζ, all at one time that is uniform between two bounds. */
    void draw(int count, double from, double to) {
        Arrays.fill(t, 0, count, from + (to - from) * time.nextDouble());
        draw(count / 2, true);
    }

    private void draw(int own, boolean pairs) {
        if (coupling.isPresent()) {
            double[][][] ends = coupling.get().draw(this.pairs.part(drawn++), own);
            for (int j = 0; j < start.length; j++) {
                System.arraycopy(ends[0][j], 0, start[j], 0, own);
                System.arraycopy(ends[1][j], 0, end[j], 0, own);
            }
        } else {
            base.draw(own, start, unused);
            target.draw(own, end, label);
            if (config.training().matching() != Matching.INDEPENDENT) {
                config.training().matching().permute(start, end, own, this.pairs.part(drawn++));
            }
        }
        if (!(config.schedule().latent() instanceof Latent.None)) {
            for (int k = 0; k < own; k++) {
                for (double[] row : latent) {
                    row[k] = noise.nextGaussian();
                }
            }
        }
        if (config.network().conditional()) {
            for (int k = 0; k < own; k++) {
                if (withheld.nextDouble() < config.training().dropout()) {
                    label[k] = -1;
                }
            }
        }
        // Expanded from last to first, since pairs are written at or after the position of their draw.
        for (int k = own - 1; k >= 0; k--) {
            int at = pairs ? 2 * k : k;
            set(k, at, 1);
            if (pairs) {
                set(k, at + 1, -1);
            }
        }
    }

    /** Sets point {@code at} from draw {@code k}; later draws are set before earlier ones. */
    private void set(int k, int at, double sign) {
        double s = t[k];
        boolean oneSided = config.oneSided();
        Regression regression = Regression.at(config.schedule(), oneSided, s);
        t[at] = s;
        label[at] = label[k];
        for (int j = 0; j < x.length; j++) {
            double a = oneSided ? sign * start[j][k] : start[j][k];
            double b = end[j][k];
            double z = sign * latent[j][k];
            x[j][at] = regression.place(a, b, z);
            y[j][at] = regression.target(config.objective(), a, b, z);
        }
    }
}
