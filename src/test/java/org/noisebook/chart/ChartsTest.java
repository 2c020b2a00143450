package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

class ChartsTest {
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

    /** Curves of the signal against temperature. */
    private static Charts<PerceptronConfig, PerceptronResult> charts(Axis y) {
        return Charts.of(results)
                .x(Axis.log2("T"), PerceptronConfig::temperature)
                .y(y, PerceptronResult::signal);
    }

    /** The signals at P = 32 and T = 0.5. */
    private static double[] signals() {
        return results.values(results.sweep().cells().get(2).config(), PerceptronResult::signal);
    }

    @Test
    void aSeriesAGroupAndAPointACellInOrderOfX() {
        XYChart chart = charts(Axis.log10("w"))
                .title("title")
                .by("P", PerceptronConfig::trainSize)
                .curves();
        assertThat(chart.getSeriesMap().keySet()).containsExactly("P = 64", "P = 32", "P = 64 95 %", "P = 32 95 %");
        XYSeries small = chart.getSeriesMap().get("P = 32");
        assertThat(small.getXData()).containsExactly(0.25, 0.5);
        Estimate last = Estimate.ofGeometricMean(signals());
        assertThat(small.getYData()[1]).isEqualTo(last.mean());
        double[] ends = chart.getSeriesMap().get("P = 32 95 %").getYData();
        assertThat(ends).hasSize(6).contains(last.low(), last.high()).endsWith(Double.NaN);
        assertThat(chart.getTitle()).isEqualTo("title");
        assertThat(chart.getXAxisTitle()).isEqualTo("T");
        assertThat(chart.getStyler().isXAxisLogarithmic()).isTrue();
        assertThat(chart.getStyler().isYAxisLogarithmic()).isTrue();
        assertThat(chart.getStyler().isYAxisLogarithmicDecadeOnly()).isFalse();
        XYChart wide = charts(Axis.log10("w").range(0.1, 1000)).by("trainSize").curves();
        assertThat(wide.getStyler().isYAxisLogarithmicDecadeOnly()).isTrue();
    }

    @Test
    void whatIsNotSaidIsChosen() {
        CurveChart panel = (CurveChart) Charts.of(results).plate().panels().get(0);
        assertThat(panel.x().label() + " | " + panel.y().label()).isEqualTo("trainSize | time");
        assertThat(panel.marks()).extracting(Mark::name).containsExactly("learningRate = 1", "learningRate = 0.5");
        Mark.Points half = (Mark.Points) panel.marks().get(1);
        assertThat(half.x()).containsExactly(32, 64);
        PerceptronConfig small = results.sweep().cells().get(3).config();
        double[] times = results.values(small, PerceptronResult::time);
        assertThat(half.y()[0]).isEqualTo(Estimate.ofGeometricMean(times).mean());
        panel = (CurveChart) Charts.of(results)
                .y("steps", Scale.LOG10)
                .x("learningRate", Scale.LOG2)
                .by("trainSize")
                .plate()
                .panels()
                .get(0);
        assertThat(panel.marks()).extracting(Mark::name).containsExactly("trainSize = 64", "trainSize = 32");
        Experiment experiment = new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
        PerceptronConfig[] three = {
            Schema.with(PerceptronConfig.standard(), "dimension=4, trainSize=16, batchSize=1"),
            Schema.with(PerceptronConfig.standard(), "dimension=8, trainSize=32, batchSize=2"),
            Schema.with(PerceptronConfig.standard(), "dimension=128, trainSize=16, batchSize=2")
        };
        panel = (CurveChart) Charts.of(experiment.run(Sweep.of(new Perceptron(), List.of(three), 1)))
                .plate()
                .panels()
                .get(0);
        assertThat(panel.x()).isEqualTo(Axis.log10("dimension"));
        assertThat(panel.marks())
                .extracting(Mark::name)
                .containsExactly(
                        "trainSize, batchSize = 16, 1", "trainSize, batchSize = 32, 2", "trainSize, batchSize = 16, 2");
    }

    @Test
    void aPlateHasTheSamePointsIntervalsAndLines() {
        Plate plate = charts(Axis.log10("w").range(0.1, 100))
                .title("title")
                .by("P", PerceptronConfig::trainSize)
                .line("law", LineStyle.DASHED, t -> 2 * t)
                .plate();
        CurveChart panel = (CurveChart) plate.panels().get(0);
        assertThat(panel.title()).isEqualTo("title");
        assertThat(panel.y().max()).isEqualTo(100);
        assertThat(panel.marks()).extracting(Mark::name).containsExactly("P = 64", "P = 32", "law");
        Mark.Points small = (Mark.Points) panel.marks().get(1);
        Estimate last = Estimate.ofGeometricMean(signals());
        assertThat(small.x()).containsExactly(0.25, 0.5);
        assertThat(small.y()[1]).isEqualTo(last.mean());
        assertThat(new double[] {small.low()[1], small.high()[1]}).containsExactly(last.low(), last.high());
        Mark.Line law = (Mark.Line) panel.marks().get(2);
        assertThat(law.y()[0]).isEqualTo(2 * law.x()[0]);
        assertThat(law.x()).startsWith(0.25).hasSize(121);
        assertThat(plate.svg()).contains("title");
        Charts<PerceptronConfig, PerceptronResult> none =
                charts(Axis.log10("w")).fitted(result -> false);
        assertThat(none.by("trainSize")
                        .line("law", LineStyle.SOLID, t -> t)
                        .plate()
                        .svg())
                .isNotEmpty();
    }

    @Test
    void aLinearAxisHasArithmeticMeansAndErrorBars() {
        XYChart chart = charts(Axis.linear("w").range(0, 9)).by("trainSize").curves();
        assertThat(chart.getSeriesMap().keySet()).containsExactly("trainSize = 64", "trainSize = 32");
        XYSeries small = chart.getSeriesMap().get("trainSize = 32");
        Estimate last = Estimate.ofMean(signals());
        assertThat(small.getYData()[1]).isEqualTo(last.mean());
        assertThat(small.getExtraValues()[1]).isEqualTo(last.high() - last.mean());
        assertThat(chart.getStyler().getYAxisMax()).isEqualTo(9);
    }

    @Test
    void fieldsHaveTheirNames() {
        XYChart chart = Charts.of(results)
                .x("learningRate", Scale.LINEAR)
                .y("signal", Scale.LOG10)
                .by("trainSize")
                .curves();
        assertThat(chart.getSeriesMap().get("trainSize = 64").getXData()).containsExactly(0.5, 1);
        assertThat(chart.getXAxisTitle()).isEqualTo("learningRate");
        assertThat(chart.getYAxisTitle()).isEqualTo("signal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.of(results).x("rate", Scale.LINEAR).curves())
                .withMessageContainingAll("learningRate", "got 'rate'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Charts.of(results).x("chi.part", Scale.LINEAR).curves())
                .withMessageContaining("chi has no parts");
    }

    @Test
    void aCellWithAReplicaThatDidNotFitHasNoPoint() {
        Charts<PerceptronConfig, PerceptronResult> charts =
                charts(Axis.log10("w")).by("trainSize");
        double largest = signals()[0];
        XYChart chart = charts.fitted(result -> result.signal() != largest).curves();
        assertThat(chart.getSeriesMap().get("trainSize = 32").getXData()).containsExactly(0.25);
        assertThat(chart.getSeriesMap().get("trainSize = 64").getXData()).containsExactly(0.25, 0.5);
        assertThat(charts.fitted(result -> false).curves().getSeriesMap()).isEmpty();
    }

    @Test
    void theoryIsALineOverTheRange() {
        XYSeries line = charts(Axis.log10("w"))
                .by("trainSize")
                .line("w = T", LineStyle.SOLID, t -> t)
                .curves()
                .getSeriesMap()
                .get("w = T");
        double[] x = line.getXData();
        assertThat(x[0]).isEqualTo(0.25);
        assertThat(x[x.length - 1]).isCloseTo(0.5, within(1e-12));
        assertThat(line.getYData()).isEqualTo(x);
        assertThat(line.getLineStyle().getDashArray()).isNull();
    }

    @Test
    void cellsThatFallTogetherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> charts(Axis.log10("w")).curves())
                .withMessageContaining("tell them apart with by");
    }
}
