package org.noisebook.cli;

import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.model.Ends;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;

/** A figure of a moment: two small perceptrons, one claim that holds and one that does not. */
public final class ToyFigure implements Figure {
    @Override
    public String id() {
        return "toy";
    }

    @Override
    public String title() {
        return "Two small perceptrons";
    }

    @Override
    public List<String> sources() {
        return List.of("none");
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(4, 5);
        PerceptronConfig start = PerceptronConfig.standard();
        List<PerceptronConfig> configs = List.of(
                Schema.with(start, "dimension", 4, "trainSize", 16),
                Schema.with(start, "dimension", 4, "trainSize", 32));
        Results<PerceptronConfig, PerceptronResult> results =
                experiment.run(Sweep.of(new Perceptron(), configs, replicas));
        Sheet sheet = new Sheet().panel("all", "all", Axis.log2("size P"), Axis.log10("ratio"));
        Estimate[] means = configs.stream()
                .map(config -> Estimate.ofGeometricMean(results.values(config, PerceptronResult::ratio)))
                .toArray(Estimate[]::new);
        Ends fitted = new Ends(replicas, 0, 0);
        sheet.points("all", "ratio", 0, new double[] {16, 32}, means, new Ends[] {fitted, fitted});
        List<Claim> claims = List.of(
                Claim.theory("toy-positive", "the ratio is positive", 1e3, 1e3, means[0], "none"),
                Claim.theory("toy-huge", "the ratio is huge", 1e9, means[0], "none"));
        return new Drawing(
                sheet.frame(), Plate.of(sheet.panels(), 1), "A caption.", Integer.toString(replicas), claims);
    }
}
