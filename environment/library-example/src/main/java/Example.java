import java.io.IOException;
import java.nio.file.Path;
import org.noisebook.chart.Axis;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.LineStyle;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronOde;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

/** Uses Noisebook as a library: a run, an estimate over replicas, and a figure in the folder of the first argument. */
public final class Example {
    private Example() {}

    public static void main(String[] args) throws IOException {
        var config = Schema.with(PerceptronConfig.standard(), "chi", 1, "trainSize", 2048, "recordsPerDecade", 8);
        var experiment = new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
        var runs = experiment.run(Sweep.of(new Perceptron(), java.util.List.of(config), 16));

        System.out.println("signal at the stop: " + Estimate.ofGeometricMean(runs.values(config, PerceptronResult::signal)).text());

        PerceptronResult first = runs.of(config).get(0);
        double[] t = first.trajectoryTime().toArray();
        double[][] theory = PerceptronOde.of(1, 32, config.learningRate(), 2, 2048, config.margin()).solve(t);
        double[] signal = java.util.Arrays.stream(theory).mapToDouble(weights -> weights[0]).toArray();
        CurveChart chart = CurveChart.of("One run", Axis.log10("time t"), Axis.log10("signal w₁"))
                .points("SGD", 0, t, first.trajectorySignal().toArray())
                .line("drift equations", 0, t, signal, LineStyle.SOLID);
        Plate.of(chart).writeSvg(Path.of(args[0], "example.svg"));
        System.out.println("figure: example.svg");
    }
}
