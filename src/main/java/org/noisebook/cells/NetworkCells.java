package org.noisebook.cells;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Schema;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkStudy;

/** Code shared by the network figures: settings, cells of the (α, T) plane, errors including test-set sampling. */
public final class NetworkCells {
    public static final NetworkStudy STUDY = new NetworkStudy();
    public static final List<String> SOURCES = STUDY.sources();
    public static final String REFERENCE = "hinge SGD on small networks, computed independently of this kit";
    /** Additional table column with T/h = η/(B h). */
    public static final String PER_WIDTH = "temperaturePerWidth";
    /** The lazy end of the authors' scaling sweeps. */
    public static final double LAZY = 0x1p15;

    /** x ~ N(0, 1_10), y = sign(x_1), D = 3, h = 32, P = 256, B = 8: the setting of the reference. */
    public static final NetworkConfig GAUSSIAN = Schema.with(
            NetworkConfig.standard(),
            "dataset=sign, dimension=10, trainSize=256, testSize=16384, batchSize=8, sampleCap=1000000,"
                    + " network=fullyConnected(depth=3, width=32, activation=relu)");

    /** Digit parity, D = 5, h = 32, GELU, P = 512, B = 8. */
    public static final NetworkConfig DIGITS = Schema.with(
            NetworkConfig.standard(),
            "network=fullyConnected(depth=5, width=32, activation=gelu), batchSize=8, sampleCap=2^19");

    /** Labelled axes for planes and for growth with the data. */
    public static final Axis ALPHA = Axis.log2("output scale α (large: lazy)");

    public static final Axis SIZES = Axis.log2("training points P");

    private NetworkCells() {}

    /** The same training at another α and T = η/B. */
    public static NetworkConfig at(NetworkConfig base, double outputScale, double temperature) {
        return Schema.with(base, "outputScale", outputScale, "learningRate", temperature * base.batchSize());
    }

    public static NetworkConfig withDepth(NetworkConfig base, int depth) {
        return Schema.with(base, "network.depth", depth);
    }

    /** {@code D = 3, h = 32, P = 256, B = 8}. */
    public static String describe(NetworkConfig config) {
        return "D = " + config.network().depth() + ", h = " + config.network().width() + ", P = " + config.trainSize()
                + ", B = " + config.batchSize();
    }

    /** A power of two as {@code 2⁻¹²}; 2⁰ as {@code 1}. */
    public static String power(double value) {
        String digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        int exponent = Math.getExponent(value);
        if (exponent == 0) {
            return "1";
        }
        StringBuilder text = new StringBuilder(exponent < 0 ? "2⁻" : "2");
        for (char digit : String.valueOf(Math.abs(exponent)).toCharArray()) {
            text.append(digits.charAt(digit - '0'));
        }
        return text.toString();
    }

    /** (D − 1)/(D + 1): the exponent of T_opt and T_max against α. */
    public static double featureExponent(int depth) {
        return (depth - 1.0) / (depth + 1);
    }

    /** The geometric mean over chosen replicas for each cell, {@code values[cell][replica]}. */
    public static double[] geometricMeans(double[][] values, int[] replicas) {
        return meansOfLogs(logs(values), replicas);
    }

    /** The natural logarithms of {@code values[cell][replica]}. */
    public static double[][] logs(double[][] values) {
        return Arrays.stream(values)
                .map(cell -> Arrays.stream(cell).map(StrictMath::log).toArray())
                .toArray(double[][]::new);
    }

    /** The same geometric means from logarithms, which resampling need not take again. */
    public static double[] meansOfLogs(double[][] logs, int[] replicas) {
        double[] means = new double[logs.length];
        for (int c = 0; c < means.length; c++) {
            double sum = 0;
            for (int r : replicas) {
                sum += logs[c][r];
            }
            means[c] = StrictMath.exp(sum / replicas.length);
        }
        return means;
    }

    /** 0, …, n − 1. */
    public static int[] all(int n) {
        return IntStream.range(0, n).toArray();
    }

    /** The replicas that are among the fitted ones, which are in ascending order; repeats are kept. */
    public static int[] among(int[] fitted, int... replicas) {
        return Arrays.stream(replicas)
                .filter(r -> Arrays.binarySearch(fitted, r) >= 0)
                .toArray();
    }

    /** A power law with the given exponent through the given points, evaluated at x. */
    public static double[] law(double[] x, double[] y, double exponent) {
        double prefactor = prefactor(x, y, exponent);
        return Arrays.stream(x)
                .map(value -> prefactor * StrictMath.pow(value, exponent))
                .toArray();
    }

    /**
     * The geometric mean of the prefactors of a power law with this exponent at each of the first y; cells without a
     * measurement (y = 0 or NaN) are skipped. NaN if no cell remains.
     */
    public static double prefactor(double[] x, double[] y, double exponent) {
        int[] measured = IntStream.range(0, x.length).filter(k -> y[k] > 0).toArray();
        double log = measured.length == 0 ? Double.NaN : 0;
        for (int k : measured) {
            log += StrictMath.log(y[k] / StrictMath.pow(x[k], exponent)) / measured.length;
        }
        return StrictMath.exp(log);
    }

    /** The least-squares slope of ln y against ln x. */
    public static double slope(double[] x, double[] y) {
        double meanX = Arrays.stream(x).map(StrictMath::log).average().orElse(Double.NaN);
        double meanY = Arrays.stream(y).map(StrictMath::log).average().orElse(Double.NaN);
        double products = 0;
        double squares = 0;
        for (int k = 0; k < x.length; k++) {
            double u = StrictMath.log(x[k]) - meanX;
            products += u * (StrictMath.log(y[k]) - meanY);
            squares += u * u;
        }
        return products / squares;
    }

    /** The exponent of geometric means over the chosen replicas, {@code values[x][replica]}. */
    public static double slope(double[] x, double[][] values, int... replicas) {
        return slope(x, geometricMeans(values, replicas));
    }
}
