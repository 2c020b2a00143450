package org.noisebook.figure.regime;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Sheet;
import org.noisebook.model.Ends;
import org.noisebook.regime.twolayer.TwoLayerConfig;
import org.noisebook.regime.twolayer.TwoLayerFlow;
import org.noisebook.regime.twolayer.TwoLayerResult;
import org.noisebook.regime.twolayer.TwoLayerStart;
import org.noisebook.regime.twolayer.TwoLayerStudy;
import org.noisebook.stats.Estimate;

/** What the figures of two-layer linear networks share. */
final class TwoLayerCells {
    static final TwoLayerStudy STUDY = new TwoLayerStudy();
    static final List<String> SOURCES = STUDY.sources();
    static final int DIMENSION = 10;
    static final int WIDTH = 20;
    /**
     * What the stop of the flow leaves of the target, of norm 1. With whitened inputs it bounds the error of KA, RA and
     * ‖ΔW₁‖² where theory has one value for all draws: near the end these change by less than the predictor does.
     */
    static final double FLOW_ERROR = Math.sqrt(TwoLayerFlow.SQUARED_RESIDUAL);

    /** How claims say that theory has one value for all draws. */
    static final String NO_RANDOMNESS = ", no randomness";

    private TwoLayerCells() {}

    /** d = 10, whitened inputs, no read-out. */
    static TwoLayerConfig at(TwoLayerStart start, int width, double scale) {
        return Schema.with(
                TwoLayerConfig.standard(), "dimension", DIMENSION, "width", width, "start", start, "scale", scale);
    }

    /** How flows ended: a limit of any kind is a cap. */
    static Ends ends(List<TwoLayerResult> results) {
        int capped = 0;
        for (TwoLayerResult result : results) {
            capped += result.end() == TwoLayerFlow.End.CONVERGED ? 0 : 1;
        }
        return new Ends(results.size() - capped, capped, 0);
    }

    /** Adds the {@link #mean} of a number over replicas for each config. */
    static void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] x,
            List<TwoLayerConfig> configs,
            Results<TwoLayerConfig, TwoLayerResult> results,
            ToDoubleFunction<TwoLayerResult> value) {
        Estimate[] estimates = new Estimate[x.length];
        Ends[] ends = new Ends[x.length];
        for (int k = 0; k < x.length; k++) {
            estimates[k] = mean(results, configs.get(k), value);
            ends[k] = ends(results.of(configs.get(k)));
        }
        sheet.points(panel, series, colour, x, estimates, ends);
    }

    /** The mean over replicas; NaN unless all of them learned the target. */
    static Estimate mean(
            Results<TwoLayerConfig, TwoLayerResult> results,
            TwoLayerConfig config,
            ToDoubleFunction<TwoLayerResult> value) {
        return estimate(
                results.values(config, result -> result.converged() ? value.applyAsDouble(result) : Double.NaN));
    }

    /**
     * The mean with a t interval; replicas that agree within {@link #FLOW_ERROR} are one value without randomness, n =
     * 1, whose interval is their range widened by that error.
     */
    static Estimate estimate(double... values) {
        double low = Arrays.stream(values).min().orElse(Double.NaN);
        double high = Arrays.stream(values).max().orElse(Double.NaN);
        return values.length > 1 && high - low <= FLOW_ERROR
                ? new Estimate((low + high) / 2, FLOW_ERROR, low - FLOW_ERROR, high + FLOW_ERROR, 1)
                : Estimate.ofMean(values);
    }

    /** The largest of non-negative errors, one a replica; the interval is their range. NaN if one is. */
    static Estimate largest(double... errors) {
        double low = Arrays.stream(errors).min().orElse(Double.NaN);
        double high = Arrays.stream(errors).max().orElse(Double.NaN);
        return new Estimate(high, Double.NaN, low, high, errors.length);
    }

    /** The mean over replicas of KA in one cell less KA in another on the same teachers. */
    static Estimate difference(
            Results<TwoLayerConfig, TwoLayerResult> results, TwoLayerConfig config, TwoLayerConfig less) {
        double[] values = results.values(config, TwoLayerCells::alignment);
        double[] others = results.values(less, TwoLayerCells::alignment);
        double[] differences = new double[values.length];
        Arrays.setAll(differences, r -> values[r] - others[r]);
        return Estimate.ofMean(differences);
    }

    /** KA at the end; NaN where the target was not learned. */
    static double alignment(TwoLayerResult result) {
        return result.converged() ? result.kernelAlignment() : Double.NaN;
    }
}
