package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.chart.Axis;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

class CurvesTest {
    private static Results<PerceptronConfig, PerceptronResult> results;

    @BeforeAll
    static void run(@TempDir Path folder) {
        Experiment experiment = new Experiment(1, Cache.in(folder, m -> {}), LocalRunner.standard(), Progress.SILENT);
        results = experiment.run(Sweep.grid(
                new Perceptron(),
                PerceptronConfig.standard(),
                3,
                "dimension=16",
                "batchSize=2",
                "trainSize=64,32",
                "learningRate=1,2^-1"));
    }

    private static Curves<PerceptronConfig, PerceptronResult> curves(Axis y) {
        return Curves.of("title", results)
                .x(Axis.log2("T"), PerceptronConfig::temperature)
                .y(y, (config, result) -> result.signal());
    }

    @Test
    void aPointACellInOrderOfX() {
        Frame frame =
                curves(Axis.log10("w")).by("P", PerceptronConfig::trainSize).frame();
        assertThat(frame.column("series")).containsExactly("P = 64", "P = 64", "P = 32", "P = 32");
        assertThat(frame.doubles("x")).containsExactly(0.25, 0.5, 0.25, 0.5);
        PerceptronConfig last = results.sweep().cells().get(2).config();
        assertThat(frame.doubles("y")[3])
                .isEqualTo(Estimate.ofGeometricMean(results.values(last, PerceptronResult::signal))
                        .mean());
    }

    @Test
    void aLinearAxisHasArithmeticMeans() {
        Frame frame =
                curves(Axis.linear("w")).by("P", PerceptronConfig::trainSize).frame();
        PerceptronConfig last = results.sweep().cells().get(2).config();
        assertThat(frame.doubles("y")[3])
                .isEqualTo(Estimate.ofMean(results.values(last, PerceptronResult::signal))
                        .mean());
    }

    @Test
    void aCellWithAReplicaThatDidNotFitHasNoPoint() {
        Frame frame = curves(Axis.log10("w"))
                .by("P", PerceptronConfig::trainSize)
                .fitted(result -> false)
                .frame();
        assertThat(frame.doubles("y")).containsOnly(Double.NaN);
        assertThat(frame.doubles("fitted")).containsOnly(0);
    }

    @Test
    void theoryIsALineOverTheRange() {
        Frame frame = curves(Axis.log10("w"))
                .by("P", PerceptronConfig::trainSize)
                .line("w = T", Sheet.Kind.THEORY, t -> t)
                .frame();
        int first = frame.column("kind").indexOf("theory");
        assertThat(frame.doubles("x")[first]).isEqualTo(0.25);
        assertThat(frame.doubles("x")[frame.column("x").size() - 1]).isEqualTo(0.5);
        assertThat(frame.doubles("y")[first]).isEqualTo(0.25);
    }

    @Test
    void cellsThatFallTogetherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> curves(Axis.log10("w")).frame())
                .withMessageContaining("tell them apart with by");
    }
}
