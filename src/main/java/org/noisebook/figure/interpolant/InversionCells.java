package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.function.Function;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.InversionConfig;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.stats.Estimate;

/**
 * The trips of both figures of inversion, on the same pictures and latents.
 *
 * @param board they are told on
 * @param base what they share
 * @param replicas of each
 */
record InversionCells(Board board, InversionConfig base, int replicas) {
    static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    static final double[] FEW = {10, 25, 50};
    static final double[] MANY = {10, 25, 50, 100, 250};
    static final double EXACT = 1e-10;
    /** Said in every claim. */
    static final String CHAIN = "; digits, linear chain, T = 1000";

    private static final String CONTROL = "control: what is not exact must fail the threshold of what is";

    private static final InversionStudy STUDY = new InversionStudy();

    static InversionCells on(Board board) {
        int particles = board.choose(16, 64);
        return new InversionCells(
                board, Schema.with(InversionConfig.standard(), "particles", particles), board.replicas(3, 16));
    }

    Cell<InversionConfig, InversionResult> at(DiffusionMethod method, double steps, Object... changes) {
        return board.cell(STUDY, config(method, steps, changes));
    }

    Line<InversionConfig, InversionResult> along(DiffusionMethod method, double[] steps, Object... changes) {
        return board.along(STUDY, steps, n -> config(method, n, changes));
    }

    private InversionConfig config(DiffusionMethod method, double steps, Object... changes) {
        InversionConfig plain = Schema.with(base, "method", method, "steps", (int) steps);
        return changes.length == 0 ? plain : Schema.with(plain, changes);
    }

    Plot trips(String name, String title) {
        return board.plot(name, title, Axis.log10("steps each way"), Axis.log10("largest difference of a pixel"));
    }

    /** The largest error of each replica over the cells of a line. */
    static Estimate worst(Line<?, InversionResult> line) {
        return Estimate.ofMean(line.perReplica(
                InversionResult::error, errors -> Arrays.stream(errors).max().orElseThrow()));
    }

    /** That what is not exact fails the threshold of what is. */
    void fails(String name, String statement, Cell<?, InversionResult> cell) {
        board.plot("trips")
                .claim(name, statement + CHAIN)
                .above(EXACT)
                .of(error(cell))
                .from(CONTROL);
    }

    private static Estimate error(Cell<?, InversionResult> cell) {
        return cell.the(geometric(InversionResult::error));
    }

    /** One cell by tenths of its way out, but for the start. */
    static void course(
            Plot plot, String series, Cell<?, InversionResult> cell, Function<InversionResult, Doubles> along) {
        double[] x = Line.even(1.0 / InversionStudy.PARTS, 1, InversionStudy.PARTS);
        plot.points(series, x, cell, k -> geometric(run -> along.apply(run).get(k + 1)));
    }

    /** A method and DDIM under the learned field, with their claims. */
    void tellLearned(String name, String legend, DiffusionMethod method) {
        Object[] learned = {"law", new GuidedLaw.LearnedDigits()};
        var ddim = along(DDIM, FEW, learned);
        var exact = along(method, FEW, learned);
        Plot plot = trips("learned", "The same, learned field")
                .points("DDIM", ddim, geometric(InversionResult::error))
                .points(legend, exact, geometric(InversionResult::error));
        plot.claim("learned", name + " under a learned field, worst of 10, 25 and 50 steps" + CHAIN)
                .below(1e-4)
                .of(worst(exact))
                .from("exact for any field; bound for a float32 network, which may answer the last digit of a float64"
                        + " state by 1e-7, set before the run");
        plot.claim("learned-ddim", "DDIM under a learned field, 50 steps" + CHAIN)
                .above(1e-4)
                .of(error(ddim.at(50)))
                .from(CONTROL);
    }
}
