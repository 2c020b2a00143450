package org.noisebook.papers.earlywarning;

import org.noisebook.paper.Grammar;
import org.noisebook.paper.Outcome;
import org.noisebook.papers.earlywarning.EarlyWarning.Config;
import org.noisebook.rng.Stream;
import org.noisebook.stats.OrnsteinUhlenbeck;

/**
 * Series of small systems under noise whose control parameter moves from the first to the last value.
 *
 * <p>Linear systems step exactly. Nonlinear ones take {@value #PARTS} steps of local linearisation in each interval, exact where the drift
 * is linear (Ozaki 1992); the cubic term of the Hopf system is exact within its half of a split step.
 */
final class TippingSeries {
    private static final int PARTS = 10;

    private static final int ATTEMPTS = 1000;
    /** Where the shock hits, as a share of the series, and its size over s. */
    private static final double SHOCK = 0.95;

    private static final double KICK = 100;
    private static final double HOPF_FREQUENCY = 0.5;

    private final Config c;
    /** λ at the end, and the level μ of the fold there, from 0. */
    private final double last;

    private final double foldLast;

    TippingSeries(Config c) {
        this.c = c;
        last = c.rate() * c.last();
        foldLast = foldLevel(c.last());
    }

    /** The level μ at which the branch x* of μ + x − x³ = 0 has λ = rate · share: x*² = (1 + 2 share)/3. */
    private static double foldLevel(double share) {
        double x = Math.sqrt((1 + 2 * share) / 3);
        return x * x * x - x;
    }

    /** The exact process of a linear system. */
    OrnsteinUhlenbeck linear() {
        double s = c.noise();
        double slow = Math.sqrt(c.last());
        return switch (c.system()) {
            case NOISE -> new OrnsteinUhlenbeck(c.spacing(), c.rate(), c.rate(), s, 2 * s);
            case SMOOTH -> new OrnsteinUhlenbeck(c.spacing(), c.rate(), last, s, s);
            case HIDDEN -> new OrnsteinUhlenbeck(c.spacing(), c.rate(), last, s, s * slow);
            default -> new OrnsteinUhlenbeck(c.spacing(), c.rate(), c.rate(), s, s);
        };
    }

    /** λ at a share of the way. */
    double rate(double u) {
        return switch (c.system()) {
            case FOLD -> {
                double x = branch(u);
                yield c.rate() / 2 * (3 * x * x - 1);
            }
            case TRANSCRITICAL, HOPF -> (1 - u) * c.rate() + u * last;
            default -> linear().rate(u);
        };
    }

    private double branch(double u) {
        double x = 1;
        for (int k = 0; k < 60; k++) {
            x -= (x * x * x - x - u * foldLast) / (3 * x * x - 1);
        }
        return x;
    }

    /**
     * Variance and lag-1 autocorrelation at value k: exact for linear systems, else s²/(2λ) with its delay to first order and e^{−λΔ}.
     */
    double[] theory(int k) {
        double u = k / (c.length() - 1.0);
        double rate = rate(u);
        double decay = StrictMath.exp(-rate * c.spacing());
        if (c.system().compareTo(EarlyWarning.System.FOLD) < 0) {
            double[] all = linear().variances(c.length());
            return new double[] {all[k], decay * Math.sqrt(all[k - 1] / all[k])};
        }
        double slope = (rate(u) - rate(u - 1e-4)) / (1e-4 * c.length() * c.spacing());
        double variance = c.noise() * c.noise() / (2 * rate) * (1 + slope / (2 * rate * rate));
        boolean turns = c.system() == EarlyWarning.System.HOPF;
        return new double[] {variance, turns ? decay * StrictMath.cos(HOPF_FREQUENCY * c.spacing()) : decay};
    }

    /** A series, cut where the system leaves its state; drawn again if that is in the first half, diverged if always. */
    double[] sample(Stream stream) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double[] x = whole(stream);
            int end = 0;
            while (end < x.length && !hasLeft(x[end])) {
                end++;
            }
            if (end >= c.length() / 2 + 1) {
                return Grammar.first(end, x);
            }
            Grammar.stopIfInterrupted();
        }
        throw new Outcome.Diverged();
    }

    private boolean hasLeft(double x) {
        return switch (c.system()) {
            case FOLD -> x < 0.3;
            case JUMP -> x < 0;
            case SHOCK -> x < -KICK / 2 * c.noise();
            default -> false;
        };
    }

    private double[] whole(Stream stream) {
        int n = c.length();
        double[] x = new double[n];
        switch (c.system()) {
            case FOLD, JUMP, TRANSCRITICAL -> {
                double start = c.system() == EarlyWarning.System.TRANSCRITICAL ? c.rate() : 1;
                x[0] = start + c.noise() / Math.sqrt(2 * c.rate()) * stream.nextGaussian();
                for (int k = 1; k < n; k++) {
                    x[k] = x[k - 1];
                    for (int part = 0; part < PARTS; part++) {
                        x[k] = moved(x[k], (k - 1 + (part + 0.5) / PARTS) / (n - 1), stream.nextGaussian());
                    }
                }
            }
            case HOPF -> turn(x, stream);
            default -> {
                x = linear().sample(n, stream);
                int hit = (int) (SHOCK * n);
                if (c.system() == EarlyWarning.System.SHOCK) {
                    for (int k = hit; k < n; k++) {
                        x[k] -= KICK * c.noise() * StrictMath.exp(-c.rate() * c.spacing() * (k - hit));
                    }
                }
            }
        }
        return x;
    }

    /** One step of local linearisation. */
    private double moved(double x, double u, double z) {
        double h = c.spacing() / PARTS;
        double drift;
        double slope;
        if (c.system() == EarlyWarning.System.TRANSCRITICAL) {
            double r = rate(u);
            drift = r * x - x * x;
            slope = r - 2 * x;
        } else {
            double level = c.system() == EarlyWarning.System.FOLD ? u * foldLast : 0;
            drift = c.rate() / 2 * (level + x - x * x * x);
            slope = c.rate() / 2 * (1 - 3 * x * x);
        }
        double near = Math.abs(slope * h) < 1e-8 ? h : StrictMath.expm1(slope * h) / slope;
        double wide = Math.abs(slope * h) < 1e-8 ? h : StrictMath.expm1(2 * slope * h) / (2 * slope);
        double next = x + drift * near + c.noise() * Math.sqrt(wide) * z;
        // Below 0 the transcritical system would run away.
        return c.system() == EarlyWarning.System.TRANSCRITICAL ? Math.abs(next) : next;
    }

    /** The real part of z' = (−λ + iω)z − |z|²z with noise s in both parts. */
    private void turn(double[] x, Stream stream) {
        double h = c.spacing();
        double scale = c.noise() / Math.sqrt(2 * c.rate());
        double re = scale * stream.nextGaussian();
        double im = scale * stream.nextGaussian();
        double cos = StrictMath.cos(HOPF_FREQUENCY * h);
        double sin = StrictMath.sin(HOPF_FREQUENCY * h);
        x[0] = re;
        for (int k = 1; k < x.length; k++) {
            double rate = rate((k - 0.5) / (x.length - 1));
            double kept = StrictMath.exp(-rate * h) / Math.sqrt(1 + 2 * h * (re * re + im * im));
            double added = c.noise() * Math.sqrt(-StrictMath.expm1(-2 * rate * h) / (2 * rate));
            double turned = kept * (cos * re - sin * im) + added * stream.nextGaussian();
            im = kept * (sin * re + cos * im) + added * stream.nextGaussian();
            re = turned;
            x[k] = re;
        }
    }
}
