package org.noisebook.figure;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.model.Ends;
import org.noisebook.model.Trained;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** What figures of training runs share: counts of ends, geometric means over replicas, fits over cells, crossings. */
public final class TrainingCells {
    private TrainingCells() {}

    /** How runs ended; one that did all its steps counts as one that fitted. */
    public static Ends ends(List<? extends Trained> results) {
        return Ends.of(results);
    }

    /** How the replicas of the cells of a plane ended, {@code [row][column]}. */
    public static Ends[][] endsOfPlane(List<? extends List<? extends List<? extends Trained>>> cells) {
        return cells.stream()
                .map(row -> row.stream().map(TrainingCells::ends).toArray(Ends[]::new))
                .toArray(Ends[][]::new);
    }

    /**
     * Means over the replicas that fitted of the cells of a plane, {@code [row][column]}, geometric ones where
     * {@code geometric}; NaN where none did.
     */
    public static <R extends Trained> double[][] meansOfPlane(
            List<List<List<R>>> cells, ToDoubleFunction<R> value, boolean geometric) {
        return cells.stream()
                .map(row -> row.stream()
                        .mapToDouble(runs -> meanOfFitted(runs, value, geometric))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static <R extends Trained> double meanOfFitted(List<R> runs, ToDoubleFunction<R> value, boolean geometric) {
        double mean = runs.stream()
                .filter(Trained::fitted)
                .mapToDouble(value)
                .map(x -> geometric ? StrictMath.log(x) : x)
                .average()
                .orElse(Double.NaN);
        return geometric ? StrictMath.exp(mean) : mean;
    }

    /** Adds the geometric mean of a number over replicas for each config, with t intervals of the logarithms. */
    public static <C extends Record, R extends Record & Trained> void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] x,
            List<C> configs,
            Results<C, R> results,
            ToDoubleFunction<R> value) {
        Estimate[] estimates = new Estimate[x.length];
        Ends[] ends = new Ends[x.length];
        for (int k = 0; k < x.length; k++) {
            estimates[k] = Estimate.ofGeometricMean(results.values(configs.get(k), value));
            ends[k] = ends(results.of(configs.get(k)));
        }
        sheet.points(panel, series, colour, x, estimates, ends);
    }

    /** Adds the mean of a number over replicas for each config, with t intervals, to six digits. */
    public static <C extends Record, R extends Record & Trained> void addMeans(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            double[] x,
            List<C> configs,
            Results<C, R> results,
            ToDoubleFunction<R> value) {
        sheet.points(
                panel,
                series,
                colour,
                SixDigits.of(x),
                configs.stream()
                        .map(config -> SixDigits.of(Estimate.ofMean(results.values(config, value))))
                        .toArray(Estimate[]::new),
                configs.stream().map(config -> ends(results.of(config))).toArray(Ends[]::new));
    }

    /** The power law of a number over the configs whose replicas all fitted; the bootstrap stream carries {@code name}. */
    public static <C extends Record, R extends Record & Trained> PowerFit fit(
            String name,
            double[] x,
            List<C> configs,
            Results<C, R> results,
            ToDoubleFunction<R> value,
            Experiment experiment) {
        int[] whole = IntStream.range(0, x.length)
                .filter(k -> ends(results.of(configs.get(k))).allFitted())
                .toArray();
        double[] fittedX = new double[whole.length];
        double[][] y = new double[whole.length][];
        for (int k = 0; k < whole.length; k++) {
            fittedX[k] = x[whole[k]];
            y[k] = results.values(configs.get(whole[k]), value);
        }
        return PowerFit.of(fittedX, y, experiment.streams().at("bootstrap/" + name));
    }

    /** {@code first, first·factor, …}, {@code count} values. */
    public static double[] powers(double first, double factor, int count) {
        double[] values = new double[count];
        double value = first;
        for (int k = 0; k < count; k++) {
            values[k] = value;
            value *= factor;
        }
        return values;
    }

    /**
     * Where a curve first crosses a level, by linear interpolation of logarithms.
     *
     * @throws IllegalArgumentException if it does not
     */
    public static double crossing(double[] x, double[] y, double level) {
        double crossing = crossingOrNaN(x, y, level);
        if (Double.isNaN(crossing)) {
            throw new IllegalArgumentException(
                    "the curve must cross " + level + ", got values from " + y[0] + " to " + y[y.length - 1]);
        }
        return crossing;
    }

    /** {@link #crossing}, NaN for a curve that does not cross. */
    public static double crossingOrNaN(double[] x, double[] y, double level) {
        for (int k = 1; k < x.length; k++) {
            if ((y[k - 1] < level) != (y[k] < level)) {
                double share = StrictMath.log(level / y[k - 1]) / StrictMath.log(y[k] / y[k - 1]);
                return x[k - 1] * StrictMath.pow(x[k] / x[k - 1], share);
            }
        }
        return Double.NaN;
    }
}
