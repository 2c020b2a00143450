package org.noisebook.interpolant;

import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Times and points of an interpolant with what its objective regresses on; antithetic pairs stand side by side. */
final class FieldDraws {
    private final FieldConfig config;
    private final Target.Source base;
    private final Target.Source target;
    private final Stream noise;
    private final Stream time;
    private final Stream withheld;

    final double[] t;
    /** x_t, coordinate-major. */
    final double[][] x;
    /** y, coordinate-major. */
    final double[][] y;
    /** Classes; −1 where withheld. */
    final int[] label;

    private final double[][] start;
    private final double[][] end;
    private final double[][] latent;
    private final int[] unused;
    private final boolean pairs;
    private final boolean stratified;

    private FieldDraws(FieldConfig config, Streams streams, int capacity, boolean testing) {
        String prefix = testing ? "test-" : "";
        this.config = config;
        pairs = testing || config.training().antithetic();
        stratified = testing || config.training().stratified();
        int d = config.dimension();
        base = config.base().open(d, streams, prefix + "base");
        target = config.target().open(streams, testing ? "test" : "data");
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
    }

    /** Draws to train on, as many at once as a step takes. */
    static FieldDraws training(FieldConfig config, Streams streams) {
        return new FieldDraws(config, streams, config.training().batchSize(), false);
    }

    /** Draws to test on, of streams of their own, in pairs and with times spread evenly, so that an even number must be drawn. */
    static FieldDraws testing(FieldConfig config, Streams streams, int capacity) {
        return new FieldDraws(config, streams, capacity, true);
    }

    Scaling scaling() {
        return new Scaling(
                config,
                new Scaling.Moments(base.mean(), base.variance()),
                new Scaling.Moments(target.mean(), target.variance()));
    }

    /** The next points. */
    void draw(int count) {
        int own = pairs ? count / 2 : count;
        base.draw(own, start, unused);
        target.draw(own, end, label);
        boolean hidden = config.schedule().gammaSquared(0.5) > 0;
        if (hidden) {
            for (int k = 0; k < own; k++) {
                for (double[] row : latent) {
                    row[k] = noise.nextGaussian();
                }
            }
        }
        double margin = config.training().timeMargin();
        for (int k = 0; k < own; k++) {
            double u = time.nextDouble();
            double place = stratified ? (k + u) / own : u;
            t[k] = margin + (1 - 2 * margin) * place;
            if (config.network().conditional() && withheld.nextDouble() < config.training().dropout()) {
                label[k] = -1;
            }
        }
        for (int k = own - 1; k >= 0; k--) {
            int at = pairs ? 2 * k : k;
            set(k, at, 1);
            if (pairs) {
                set(k, at + 1, -1);
            }
        }
    }

    /** Point {@code at} from draw {@code k}; later draws are set before earlier ones. */
    private void set(int k, int at, double sign) {
        Schedule schedule = config.schedule();
        double s = t[k];
        double alpha = schedule.alpha(s);
        double beta = schedule.beta(s);
        double gamma = schedule.gamma(s);
        double alphaDot = schedule.alphaDot(s);
        double betaDot = schedule.betaDot(s);
        boolean oneSided = config.oneSided();
        double gammaDot = gamma == 0 ? 0 : schedule.gammaGammaDot(s) / gamma;
        double noiseScale = oneSided ? alpha : gamma;
        t[at] = s;
        label[at] = label[k];
        for (int j = 0; j < x.length; j++) {
            double a = oneSided ? sign * start[j][k] : start[j][k];
            double b = end[j][k];
            double z = sign * latent[j][k];
            double zeta = oneSided ? a : z;
            x[j][at] = alpha * a + beta * b + gamma * z;
            y[j][at] = switch (config.objective()) {
                case VELOCITY -> alphaDot * a + betaDot * b + gammaDot * z;
                case INTERPOLANT_VELOCITY -> alphaDot * a + betaDot * b;
                case SCORE -> -zeta / noiseScale;
                case NOISE -> zeta;
                case DENOISER -> b;
            };
        }
    }
}
