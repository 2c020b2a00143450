import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.noisebook.chart.Charts;
import org.noisebook.chart.Plate;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.PowerFit;

/**
 * Uses Noisebook as a library with nothing but what it brings: a sweep, a power law, an interpolant, and a figure in the
 * folder of the first argument; and says what two more steps lack.
 */
public final class Example {
    private Example() {}

    public static void main(String[] args) throws IOException {
        Results<PerceptronConfig, PerceptronResult> runs = runs();
        double[][] signals = runs.sweep().cells().stream()
                .map(cell -> runs.values(cell.config(), PerceptronResult::signal))
                .toArray(double[][]::new);
        PowerFit law = PowerFit.of(new double[] {512, 1024, 2048}, signals, Streams.of(1).at("bootstrap"));
        System.out.println("signal at the stop ~ P^a, a = " + law.exponent().text());

        var two = GaussianMixture.onLine(new double[] {0.5, 0.5}, new double[] {-2, 2}, new double[] {0.1, 0.1});
        var path = new MixtureInterpolant(GaussianMixture.standard(1), two, PathSchedule.linear(0));
        double[][] velocity = path.velocity().at(0.5, new double[][] {{-1, 0, 1}});
        System.out.println("velocity at t = 1/2: " + Arrays.toString(velocity[0]));

        Plate plate = Charts.of(runs).plate();
        plate.writeSvg(Path.of(args[0], "example.svg"));
        System.out.println("figure: example.svg");
        attempt("PDF", () -> plate.writePdf(Path.of(args[0], "example.pdf")));
        attempt("Fashion-MNIST", () -> DataLibrary.standard().classes(DataSource.FASHION_TEST, 100, 0, Streams.of(1)));
    }

    /** The perceptron at three sizes, 16 replicas each. */
    static Results<PerceptronConfig, PerceptronResult> runs() {
        List<PerceptronConfig> configs = Stream.of(512, 1024, 2048)
                .map(size -> Schema.with(PerceptronConfig.standard(), "chi", 1, "trainSize", size))
                .toList();
        return new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT)
                .run(Sweep.of(new Perceptron(), configs, 16));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void attempt(String name, Step step) throws IOException {
        try {
            step.run();
            System.out.println(name + ": there");
        } catch (NoClassDefFoundError | UncheckedIOException e) {
            System.out.println(name + ": " + e.getMessage());
        }
    }
}
