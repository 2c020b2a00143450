package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.Trained;
import org.noisebook.sgd.NetworkConfig;

/**
 * The (α, T) plane of the network phase diagram: its settings, its cells, and maps of them with the border of
 * convergence and the line below which noise is hidden by the margin.
 *
 * @param <R> what a run gives
 */
public final class NetworkPlane<R extends Trained> {
    /** Kernel change that parts lazy from rich. */
    static final double LAZY_LIMIT = 0.5;

    private static final int SIDE = 12;
    private static final double STEP = 4;

    private static final NetworkConfig FASHION = Schema.with(
            NetworkConfig.standard(),
            "dataset",
            DataSource.FASHION_MNIST,
            "trainSize",
            1024,
            "testSize",
            32_768,
            "network",
            new FullyConnected(5, 128, Activation.GELU),
            "batchSize",
            16,
            "sampleCap",
            1 << 20);

    private final NetworkConfig base;
    private final double[] outputScales;
    private final double[] temperatures;
    private final List<List<List<R>>> cells = new ArrayList<>();

    private NetworkPlane(NetworkConfig base, double[] outputScales, double[] temperatures) {
        this.base = base;
        this.outputScales = outputScales;
        this.temperatures = temperatures;
    }

    /** The plane of a preset, its cells by their training. */
    public static <R extends Trained> NetworkPlane<R> of(Preset preset, Function<NetworkConfig, List<R>> replicas) {
        return of(base(preset), outputScales(preset), temperatures(preset), replicas);
    }

    /** The plane of a training at these α and T, its cells by their training. */
    static <R extends Trained> NetworkPlane<R> of(
            NetworkConfig base,
            double[] outputScales,
            double[] temperatures,
            Function<NetworkConfig, List<R>> replicas) {
        NetworkPlane<R> plane = new NetworkPlane<>(base, outputScales, temperatures);
        for (double temperature : temperatures) {
            List<List<R>> row = new ArrayList<>();
            for (double outputScale : outputScales) {
                row.add(replicas.apply(NetworkCells.at(base, outputScale, temperature)));
            }
            plane.cells.add(row);
        }
        return plane;
    }

    /** What is trained in the plane of a preset. */
    public static NetworkConfig base(Preset preset) {
        return preset.choose(NetworkCells.DIGITS, FASHION);
    }

    /** α of the columns. */
    public static double[] outputScales(Preset preset) {
        return switch (preset) {
            case QUICK -> TrainingCells.powers(0x1p-10, STEP, SIDE);
            case FULL -> TrainingCells.powers(0x1p-12, STEP, SIDE);
            case AUTHORS -> TrainingCells.powers(0x1p-14, 2, 26);
        };
    }

    /** T = η/B; the learning rates of the full preset are 2^-12 to 2^10, of the authors 2^-15 to 2^15. */
    public static double[] temperatures(Preset preset) {
        return switch (preset) {
            case QUICK -> TrainingCells.powers(0x1p-13, STEP, SIDE);
            case FULL -> TrainingCells.powers(0x1p-16, STEP, SIDE);
            case AUTHORS -> TrainingCells.powers(0x1p-19, 2, 31);
        };
    }

    double[] outputScales() {
        return outputScales;
    }

    double[] temperatures() {
        return temperatures;
    }

    /** The replicas of row j, column i. */
    public List<R> cell(int j, int i) {
        return cells.get(j).get(i);
    }

    /** How the replicas ended. */
    public Ends[][] ends() {
        return TrainingCells.endsOfPlane(cells);
    }

    /** Means over the replicas that fitted, geometric ones where {@code geometric}. */
    public double[][] means(ToDoubleFunction<R> value, boolean geometric) {
        return TrainingCells.meansOfPlane(cells, value, geometric);
    }

    /** The row of the largest T at which all replicas fitted, −1 if there is none. */
    public int highestFitted(int i) {
        for (int j = temperatures.length - 1; j >= 0; j--) {
            if (TrainingCells.ends(cell(j, i)).allFitted()) {
                return j;
            }
        }
        return -1;
    }

    /** A map of the cells with the borders of the plane. */
    public void addMap(Sheet sheet, String name, String title, ColourBar bar, double[][] value) {
        sheet.cells(
                name,
                title,
                Axis.log2("output scale α"),
                Axis.log2("temperature T = η/B"),
                bar,
                outputScales,
                temperatures,
                value,
                ends());
        addBorders(sheet, name);
    }

    /** The same with logarithmic colours over whole decades. */
    public void addLogMap(Sheet sheet, String name, String title, String label, double[][] value) {
        addMap(sheet, name, title, ColourBar.log10(label, decade(value, true), decade(value, false)), value);
    }

    /**
     * A map of the change of the tangent kernel with the regimes of the fitted cells, lazy below the limit; each name
     * stands in the middle of its cells.
     *
     * @return how many cells are lazy, rich by α and rich by T
     */
    String addRegimes(Sheet sheet, String name, String title, double[][] kernel) {
        addLogMap(sheet, name, title, "|ΔΘ|/|Θ₀|", kernel);
        sheet.contour(name, LAZY_LIMIT, "");
        List<String> names = List.of("lazy", "features\nby α", "by T");
        double[][] sums = new double[names.size()][3];
        for (int i = 0; i < outputScales.length; i++) {
            boolean lazyBelow = false;
            boolean first = true;
            for (int j = 0; j < temperatures.length; j++) {
                if (!TrainingCells.ends(cell(j, i)).allFitted()) {
                    continue;
                }
                boolean lazy = kernel[j][i] < LAZY_LIMIT;
                lazyBelow = first ? lazy : lazyBelow;
                first = false;
                double[] sum = sums[lazy ? 0 : lazyBelow ? 2 : 1];
                sum[0] += StrictMath.log(outputScales[i]);
                sum[1] += StrictMath.log(temperatures[j]);
                sum[2]++;
            }
        }
        for (int k = 0; k < sums.length; k++) {
            if (sums[k][2] > 0) {
                sheet.text(
                        name,
                        StrictMath.exp(sums[k][0] / sums[k][2]),
                        StrictMath.exp(sums[k][1] / sums[k][2]),
                        names.get(k));
            }
        }
        return Arrays.stream(sums)
                .map(sum -> String.format(Locale.ROOT, "%.0f", sum[2]))
                .collect(Collectors.joining(", "));
    }

    /** The colours of test errors: whole hundredths around all of them. */
    static ColourBar errorBar(double[][]... errors) {
        double[] known = Arrays.stream(errors)
                .flatMap(Arrays::stream)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> !Double.isNaN(x))
                .toArray();
        double lowest = Arrays.stream(known).min().orElse(0);
        double highest = Arrays.stream(known).max().orElse(1);
        return ColourBar.of("test error", Math.floor(100 * lowest) / 100, Math.ceil(100 * highest) / 100);
    }

    private static double decade(double[][] value, boolean lower) {
        DoubleStream logs = Arrays.stream(value)
                .flatMapToDouble(Arrays::stream)
                .filter(x -> x > 0 && x < Double.POSITIVE_INFINITY)
                .map(StrictMath::log10);
        double exponent =
                lower ? Math.floor(logs.min().orElse(0)) : Math.ceil(logs.max().orElse(1));
        return StrictMath.pow(10, exponent);
    }

    /** T_max as the cells show it and as theory has it, and T = h/α. */
    private void addBorders(Sheet sheet, String name) {
        double half = StrictMath.sqrt(temperatures[1] / temperatures[0]);
        int count = outputScales.length;
        double[] border = new double[count];
        for (int i = 0; i < count; i++) {
            int j = highestFitted(i);
            border[i] = j < 0 ? Double.NaN : temperatures[j] * half;
        }
        sheet.line(name, "T_max", "Tₘₐₓ (edge of the fitted cells)", 0, outputScales, border, Sheet.Kind.BORDER);
        if (base.network() instanceof FullyConnected network) {
            addTheory(sheet, name, network, border);
        }
    }

    /** Both laws hold where every path from input to output passes all layers, and the read-out is over h. */
    private void addTheory(Sheet sheet, String name, FullyConnected network, double[] border) {
        double half = StrictMath.sqrt(temperatures[1] / temperatures[0]);
        double exponent = NetworkCells.featureExponent(network.depth());
        double[] feature = Arrays.stream(outputScales).filter(a -> a <= 1).toArray();
        if (feature.length > 1) {
            sheet.line(
                    name,
                    "T_max law",
                    "Tₘₐₓ ∝ α^k, k = (D−1)/(D+1), prefactor measured",
                    3,
                    feature,
                    NetworkCells.law(feature, border, exponent),
                    Sheet.Kind.MEASURED_PREFACTOR);
        }
        int width = network.width();
        double lowest = temperatures[0] / half;
        double highest = temperatures[temperatures.length - 1] * half;
        double[] hidden = Arrays.stream(outputScales)
                .filter(a -> width / a >= lowest && width / a <= highest)
                .toArray();
        sheet.line(
                name,
                "hidden noise",
                "T = h/α: noise shows above",
                4,
                hidden,
                Arrays.stream(hidden).map(a -> width / a).toArray(),
                Sheet.Kind.THEORY);
    }
}
