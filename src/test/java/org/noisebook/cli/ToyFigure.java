package org.noisebook.cli;

import static org.noisebook.figure.Reduction.geometric;

import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;

/** A figure of a moment: two small perceptrons, one claim that holds and one that does not. */
public final class ToyFigure extends Story {
    /** The figure. */
    public ToyFigure() {
        super("toy", "Two small perceptrons", List.of("none"));
    }

    @Override
    public String forecast(Preset preset, Experiment experiment) {
        return "";
    }

    @Override
    protected void tell(Board board) {
        board.replicas(4, 5);
        board.control("none: a toy");
        PerceptronConfig start = Schema.with(PerceptronConfig.standard(), "dimension", 4);
        var line = board.line(new Perceptron(), start, "trainSize", 16, 32);
        board.plot("all", "all", Axis.log2("size P"), Axis.log10("ratio"))
                .points("ratio", line, geometric(PerceptronResult::ratio));
        var smaller = line.at(16).the(geometric(PerceptronResult::ratio));
        board.claim("positive", "the ratio is positive")
                .theory(1e3)
                .within(1e3)
                .of(smaller)
                .from("none");
        board.claim("huge", "the ratio is huge").theory(1e9).of(smaller).from("none");
        board.caption("A caption.");
    }
}
