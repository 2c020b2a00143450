package org.noisebook.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.data.Frame;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.InversionConfig;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.papers.bdia.BdiaInversion;
import org.noisebook.papers.edict.EdictInversion;

/** The figures where results follow planted laws, right ones and wrong ones. */
class InversionFiguresTest {
    private static final int PIXELS = 64;

    /** What is planted: everything as theory has it, or methods that do what they should not. */
    private record Plan(boolean right) {
        Record of(Record config, int replica) {
            double factor = 1 + 0.01 * replica;
            return result((InversionConfig) config, factor);
        }

        private InversionResult result(InversionConfig config, double factor) {
            boolean ddim = config.method() instanceof DiffusionMethod.Ddim;
            double steps = config.steps();
            boolean exact = !ddim && config.keepsMemory();
            double growth = config.method() instanceof DiffusionMethod.Bdia bdia ? 1 / bdia.gamma() : 1;
            double generation = ddim ? 1 / steps : growth == 2 ? 1 / steps / 3 : 1 / (steps * steps);
            boolean unmixed = config.method() instanceof DiffusionMethod.Edict edict && edict.mixing() == 1;
            double drift = unmixed == (config.trip() == InversionConfig.Trip.LATENT) == right ? 20 : 0.1;
            boolean fixed = config.method() instanceof DiffusionMethod.Edict edict && !edict.alternating();
            boolean gentle = config.method() instanceof DiffusionMethod.Edict edict && edict.mixing() > 0.95;
            boolean explodes = steps == 250 && gentle != right;
            double[] pixels = new double[10 * PIXELS];
            Arrays.fill(pixels, 5 * PIXELS, 10 * PIXELS, ddim ? 1 : 0);
            return new InversionResult(
                    InversionResult.Outcome.KEPT,
                    steps,
                    (exact == right ? 1e-13 : 0.5) * factor,
                    2 * factor / (right ? steps : Math.sqrt(steps) * 1e3),
                    3 * factor / steps,
                    (right ? generation : 1 / generation) * factor,
                    right ? growth : 3 - growth,
                    unmixed == right ? 0.2 : 0.99,
                    (fixed ? right ? 0.8 : 0.2 : right == ddim ? 0.6 : 0.4) * factor,
                    right ? 0.8 : 0.3,
                    course(explodes ? 1e6 : 1, factor),
                    course(drift, factor),
                    Doubles.of(pixels));
        }

        private static Doubles course(double end, double factor) {
            double[] along = new double[InversionStudy.PARTS + 1];
            Arrays.setAll(along, part -> factor * StrictMath.pow(end, (double) part / InversionStudy.PARTS));
            return Doubles.of(along);
        }
    }

    private static Story.Drawing draw(Story figure, boolean right) {
        return figure.draw(Preset.QUICK, Planted.experiment(new Plan(right)::of));
    }

    private static Map<String, Claim> claims(Story figure, boolean right) {
        return draw(figure, right).claims().stream().collect(Collectors.toMap(Claim::id, Function.identity()));
    }

    private static void judged(Map<String, Claim> claims, Claim.Verdict verdict) {
        for (Claim claim : claims.values()) {
            assertThat(claim.verdict()).as(claim.id()).isEqualTo(verdict);
            assertThat(claim.statement()).contains("linear noise schedule, T = 1000");
        }
    }

    @Test
    void claimsHoldWhereTheMethodsDoWhatTheyShould() {
        for (Story figure : List.of(new EdictInversion(), new BdiaInversion())) {
            Map<String, Claim> claims = claims(figure, true);
            assertThat(claims).hasSize(figure instanceof EdictInversion ? 18 : 13);
            judged(claims, Claim.Verdict.REPRODUCED);
        }
        Map<String, Claim> edict = claims(new EdictInversion(), true);
        assertThat(edict.get("edict-inversion-ddim-rate").measured().mean()).isCloseTo(-1, within(1e-9));
        assertThat(edict.get("edict-inversion-copies-part").measured().mean()).isCloseTo(200, within(1e-6));
        assertThat(edict.get("edict-inversion-picture").kind()).isEqualTo(Claim.Kind.IDENTITY);
        Claim half = claims(new BdiaInversion(), true).get("bdia-inversion-half-40");
        assertThat(half.measured().mean()).isCloseTo(1.0 / 3, within(1e-9));
    }

    /** Every claim can fail, its control with it. */
    @Test
    void claimsFailWhereTheyShould() {
        for (Story figure : List.of(new EdictInversion(), new BdiaInversion())) {
            judged(claims(figure, false), Claim.Verdict.NOT_REPRODUCED);
        }
    }

    @Test
    void linesGoThroughTheirPoints() {
        Frame bdia = draw(new BdiaInversion(), true).data();
        double[] law = Planted.column(bdia, "y", "latents", "BDIA, γ = ½", "anchored");
        double[] points = Planted.column(bdia, "y", "latents", "BDIA, γ = ½", "simulation");
        assertThat(law[1]).isCloseTo(points[points.length - 1], within(1e-12));
        assertThat(law[1] / law[0]).isCloseTo(StrictMath.pow(2, 40), within(1.0));
        assertThat(Planted.column(bdia, "x", "samples", "BDIA, γ = 1", "simulation"))
                .containsExactly(20, 40, 80, 160, 320);
        assertThat(Planted.column(bdia, "x", "trips", "the same, neighbour not saved", "simulation"))
                .containsExactly(10, 25, 50);
        Frame edict = draw(new EdictInversion(), true).data();
        assertThat(Planted.column(edict, "x", "trips", "EDICT, p = 0.93", "simulation"))
                .containsExactly(10, 25, 50, 100, 250);
        double[] sizes = Planted.column(edict, "y", "latents", "EDICT in 250 steps", "simulation");
        assertThat(sizes).hasSize(InversionStudy.PARTS);
        assertThat(sizes[sizes.length - 1]).isGreaterThan(1e5);
    }
}
