package org.noisebook.papers.goldennoise;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.diffusion.start.GoldenConfig;
import org.noisebook.diffusion.start.GoldenResult;
import org.noisebook.diffusion.start.GoldenStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;

/** Noise that carries a class: what it gives without guidance, under another class, and what it costs in variety. */
public final class GoldenNoise extends Story {
    private static final GoldenStudy STUDY = new GoldenStudy();
    private static final String SOURCE = "arXiv 2411.09502, on a substitute model; bound set before the run";
    private static final DiffusionStart.Golden MAP = DiffusionStart.Golden.standard();
    private static final DiffusionStart.Golden TRIP = Schema.with(MAP, "pairs", 0);
    private static final DiffusionStart.Golden STRANGER = Schema.with(MAP, "shift", 1);

    /** The figure. */
    public GoldenNoise() {
        super(
                "golden-noise",
                "Noise that carries a class",
                List.of("Golden Noise for Diffusion Models, arXiv 2411.09502", "Ho, Salimans 2022, arXiv 2207.12598"));
    }

    private static Line<GuidanceConfig, GuidanceResult> along(Board board, DiffusionStart start, double... weights) {
        GuidanceConfig config = Schema.with(
                GuidanceConfig.standard(), "steps", 20, "particles", board.choose(256, 2048), "start", start);
        return board.line(new GuidanceStudy(), config, "weight", weights);
    }

    private static double posterior(GuidanceResult run) {
        return 1 - run.classDoubt();
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Golden noise yields the requested digit without guidance",
                "Golden noise does not yield the requested digit without guidance",
                "Golden noise may yield the requested digit without guidance");
        board.subtitle("Class probability and variety against guidance; golden noise: a start that carries the digit");
        int n = board.replicas(3, 16);
        double[] weights = board.choose(new double[] {0, 0.25, 1}, new double[] {0, 0.25, 0.5, 1});
        var plain = along(board, new DiffusionStart.Standard(), weights);
        var map = along(board, MAP, weights);
        var trip = along(board, TRIP, 0);
        var stranger = along(board, STRANGER, 0);
        Reduction<GuidanceResult> posterior =
                Reduction.mean(GoldenNoise::posterior).then(e -> e.cut(0, 1));
        ToDoubleFunction<GuidanceResult> spread = GuidanceResult::variance;
        Axis x = Axis.linear("guidance weight w").range(-0.1, 1.1);
        Axis chance = Axis.linear("probability of the class asked for").range(0, 1.05);
        Plot plot = board.plot("class", "Probability of the digit", x, chance)
                .points("plain noise", plain, posterior)
                .points("golden, learned map", map, posterior)
                .named("golden, by a guided round trip")
                .points("golden, the trip itself", trip, posterior)
                .points("golden for the next digit", stranger, posterior);
        Axis y = Axis.linear("variance within a class, all pixels").range(0, 20);
        Plot variety = board.plot("spread", "Variety within a class", x, y)
                .points("plain noise", plain, mean(spread))
                .points("golden, learned map", map, mean(spread))
                .named("golden, by a guided round trip")
                .points("golden, the trip itself", trip, mean(spread))
                .points("golden for the next digit", stranger, mean(spread));
        String of = "exact probability of the class asked for, mean over samples, w = 0, from ";
        plot.claim("plain", of + "plain noise")
                .theory(0.1, 0.02)
                .of(plain.at(0).the(posterior))
                .from("control: the prior, Σ of squared shares of classes = 0.100; window set before the run");
        plot.claim("trip", of + "golden noise by the trip itself")
                .above(0.99, 0, 1)
                .judge(trip.at(0).the(posterior), SOURCE);
        plot.claim("map", of + "golden noise by the learned map")
                .says("Golden noise for a digit gives it without guidance")
                .above(0.8, 0, 1)
                .judge(map.at(0).the(posterior), SOURCE);
        plot.claim("stranger", of + "golden noise for the next class")
                .says("Golden noise for another digit does not")
                .below(0.05, 0, 1)
                .of(stranger.at(0).the(posterior))
                .from("control: mismatched prompts, noise of the same length; bound set before the run");
        plot.claim("quarter", "the same probability at w = 0.25, learned golden less plain noise")
                .above(0.5)
                .judge(map.at(0.25).less(plain.at(0.25), GoldenNoise::posterior), SOURCE);
        variety.claim("spread", "variance within a class, learned golden noise at w = 0 over plain noise at w = 1")
                .says("Its digits vary less than those of guidance w = 1")
                .below(1)
                .of(map.at(0).over(plain.at(1), spread))
                .from("a practitioner's control: what guidance at w = 1 gives from plain noise");
        tellNoise(board);
        board.caption(
                "Digits by the exact scores of a Gaussian for each class, linear chain of T = 1000, 20 steps of DDIM. Golden noise has gone down"
                        + " with guidance w = 1.5 and up again at w = 0; the map, affine for each class, learned that from {} pairs a class. w = 0"
                        + " forgets the class, so that it can only come from the noise. (a) Exact probability of the class asked for, mean over"
                        + " samples. (b) Variance of samples asked to be of one class, summed over pixels; plain noise at w = 1 samples the classes themselves, at w = 0"
                        + " all of them. {} samples a replica, means over {} replicas, each with its own map, 95 % t intervals.",
                MAP.pairs(), plain.at(0).config().particles(), n);
    }

    private static void tellNoise(Board board) {
        Cell<GoldenConfig, GoldenResult> map =
                board.cell(STUDY, Schema.with(GoldenConfig.standard(), "start", MAP, "particles", 256));
        Cell<GoldenConfig, GoldenResult> trip =
                board.cell(STUDY, Schema.with(GoldenConfig.standard(), "start", TRIP, "particles", 256));
        String of = ", noise by the trip itself";
        board.claim("cosine", "cosine of golden noise and the noise before" + of)
                .above(0.8, -1, 1)
                .judge(trip, GoldenResult::cosine, SOURCE);
        board.claim("size", "rms of golden noise over that of the noise before" + of)
                .below(0.8)
                .of(trip.the(mean(run -> run.size() / run.plainSize())))
                .from(
                        "guided samples are more typical than data, and so are their noises shorter; bound set before the run");
        board.claim("map-error", "square error of the learned map over that of leaving noise alone, fresh noise")
                .below(0.1)
                .of(map, GoldenResult::mapError)
                .from("what a map that learned nothing gives is 1; bound set before the run");
    }
}
