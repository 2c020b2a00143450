package org.noisebook.papers.goodseeds;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.figure.Line;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Noise;

/**
 * The mode that the generator of {@link SeedGeneratorStudy} reaches from each point of a plane of initial noise, z_1 and z_2.
 *
 * <p><b>Streams</b>: {@code scene} of targets, {@code path} of the noise injected on the way, fresh for each start. <b>Cost</b>: starts × evaluations.
 */
@StudyInfo(
        id = "seed-slice",
        version = 1,
        title = "Which mode each start in a plane of the initial noise reaches",
        streams = {"scene", "path"},
        sources = {"Xu, Zhang, Shi 2025, Good Seed Makes a Good Crop, arXiv 2405.14828"})
public final class SeedSlice extends PaperStudy<SeedSlice.Config, SeedSlice.Result> {
    /** The grid of initial noise, and the sampler. */
    public record Config(
            @Parameter(
                    standard = "mixtureConditions(conditions=4, dimension=16, components=3, spread=2, model=0)",
                    value = "conditions, of which the first is sampled")
            SeedScene scene,

            @Parameter(standard = "0", value = "injected noise, 0 for the ODE", symbol = "ε", range = "[0, 1000]")
            double diffusion,

            @Parameter(standard = "400", value = "steps of RK4 (ODE) or Euler–Maruyama (SDE)", range = "[2, 1000000]")
            int steps,

            @Parameter(standard = "48", value = "starts along each side of the square", range = "[2, 1000]")
            int side,

            @Parameter(standard = "4", value = "half of a side", range = "(0, 1000]")
            double reach) {
        /** The coordinates of the starts along a side. */
        double[] places() {
            return Line.centres(-reach, reach, side);
        }
    }

    /** The component that each start reaches. */
    public record Result(
            @Parameter("component that each start reaches, along the first coordinate first")
            Doubles component) implements Outcome {}

    @Override
    protected Result measure(Config config, Streams streams) {
        int side = config.side();
        double[] places = config.places();
        double[][] x = new double[config.scene().dimension()][side * side];
        Arrays.setAll(x[0], k -> places[k % side]);
        Arrays.setAll(x[1], k -> places[k / side]);
        SeedScene.Generator generator = config.scene().open(streams);
        Noise noise = Noise.independent(streams.at("path"));
        SeedGeneratorStudy.move(generator, 0, config.diffusion(), config.steps(), noise, x);
        double[][] measures = generator.responses(0, x);
        if (!Double.isFinite(
                Arrays.stream(measures[SeedResponse.LOG_DENSITY.ordinal()]).sum())) {
            throw new Outcome.Diverged();
        }
        return new Result(Doubles.of(measures[SeedResponse.COMPONENT.ordinal()]));
    }

    @Override
    public double work(Config config) {
        double evaluations = config.steps() * (config.diffusion() == 0 ? 4.0 : 1.0);
        return (double) config.side()
                * config.side()
                * evaluations
                * config.scene().work();
    }

    @Override
    public long memory(Config config) {
        return (config.scene().dimension() + 8L) * config.side() * config.side() * Double.BYTES;
    }
}
