package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.PathSchedule.Path;

class ScheduleTest {
    private static final List<Latent> LATENTS = List.of(
            new Latent.None(),
            new Latent.Root(1),
            new Latent.Root(2),
            new Latent.Quadratic(),
            new Latent.SineSquared(),
            new Latent.Sigmoids(10),
            new Latent.Sigmoids(3));
    private static final double STEP = 1e-5;
    /** The third derivatives here are below 2000: error of the difference 4e-8, rounding 1e-11. */
    private static final double DIFFERENCE = 1e-7;

    private record Config(PathSchedule schedule) {}

    private static List<PathSchedule> all() {
        List<PathSchedule> all = new ArrayList<>();
        for (Path path : Path.values()) {
            for (Latent latent : LATENTS) {
                boolean point = path == Path.ENCODING_DECODING && latent instanceof Latent.None;
                boolean kink = path == Path.VARIANCE_EXACT && latent instanceof Latent.SineSquared;
                if (!point && !kink) {
                    all.add(new PathSchedule(path, latent));
                }
            }
        }
        return all;
    }

    private static double slope(DoubleUnaryOperator f, double t) {
        return (f.applyAsDouble(t + STEP) - f.applyAsDouble(t - STEP)) / (2 * STEP);
    }

    @Test
    void derivativesAgreeWithDifferences() {
        for (PathSchedule s : all()) {
            for (double t : new double[] {0.01, 0.13, 0.25, 0.4, 0.49, 0.51, 0.6, 0.75, 0.88, 0.97}) {
                String place = s + " at " + t;
                assertThat(s.alphaDot(t)).as(place).isCloseTo(slope(s::alpha, t), within(DIFFERENCE));
                assertThat(s.betaDot(t)).as(place).isCloseTo(slope(s::beta, t), within(DIFFERENCE));
                assertThat(2 * s.gammaGammaDot(t)).as(place).isCloseTo(slope(s::gammaSquared, t), within(DIFFERENCE));
                assertThat(2 * s.alphaAlphaDot(t))
                        .as(place)
                        .isCloseTo(slope(u -> s.alpha(u) * s.alpha(u), t), within(DIFFERENCE));
                assertThat(s.gamma(t) * s.gamma(t)).isCloseTo(s.gammaSquared(t), within(1e-15));
            }
        }
    }

    @Test
    void endsAreExactAndProductsFinite() {
        for (PathSchedule s : all()) {
            boolean mirror = s.path() == Path.MIRROR;
            assertThat(new double[] {s.alpha(0), s.alpha(1), s.beta(0), s.beta(1)})
                    .as(s.toString())
                    .containsExactly(mirror ? new double[] {0, 0, 1, 1} : new double[] {1, 0, 0, 1});
            assertThat(new double[] {s.gammaSquared(0), s.gammaSquared(1)}).containsExactly(0, 0);
            for (double t : new double[] {0, 1}) {
                double product = s.latent() instanceof Latent.Root root ? root.a() * (0.5 - t) : 0;
                assertThat(s.gammaGammaDot(t)).as(s.toString()).isEqualTo(product);
                assertThat(s.alphaAlphaDot(t)).as(s.toString()).isFinite();
            }
        }
        assertThat(PathSchedule.of(Path.VARIANCE_PRESERVING).alphaDot(1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(PathSchedule.of(Path.VARIANCE_PRESERVING).alphaAlphaDot(1)).isEqualTo(-1);
    }

    /** Where unit covariances stay units, and where they do not although the paper says so. */
    @Test
    void sumsOfSquares() {
        for (double t = 0; t <= 1; t += 0.0625) {
            assertThat(sum(PathSchedule.linear(2), t)).isCloseTo(1, within(1e-15));
            assertThat(sum(new PathSchedule(Path.VARIANCE_EXACT, new Latent.Root(2)), t))
                    .isCloseTo(1, within(1e-15));
            double sine = StrictMath.sin(2 * Math.PI * t);
            assertThat(sum(new PathSchedule(Path.ENCODING_DECODING, new Latent.SineSquared()), t))
                    .isCloseTo(1 - 0.5 * sine * sine, within(1e-15));
        }
    }

    private static double sum(Schedule s, double t) {
        return s.alpha(t) * s.alpha(t) + s.beta(t) * s.beta(t) + s.gammaSquared(t);
    }

    /** Equation (4.9) of the paper has them exchanged: then x_t would start at x_1. */
    @Test
    void linearStartsAtTheStart() {
        assertThat(PathSchedule.linear(0).alpha(0.25)).isEqualTo(0.75);
        assertThat(PathSchedule.linear(0).beta(0.25)).isEqualTo(0.25);
    }

    @Test
    void onlyTheEncodingDecodingPathHasABreak() {
        for (PathSchedule s : all()) {
            assertThat(s.breaks())
                    .containsExactly(s.path() == Path.ENCODING_DECODING ? new double[] {0.5} : new double[0]);
        }
    }

    @Test
    void configsHaveThem() {
        Schema<Config> schema = Schema.of(Config.class);
        for (PathSchedule s : all()) {
            Config config = new Config(s);
            assertThat(schema.parse(schema.format(config), new Config(PathSchedule.linear(0))))
                    .isEqualTo(config);
        }
        assertThat(schema.format(new Config(PathSchedule.linear(2))))
                .isEqualTo("schedule=pathSchedule(path=linear, latent=root(a=2))");
        assertThat(schema.parse("schedule.latent=sigmoids", new Config(PathSchedule.linear(2))))
                .isEqualTo(new Config(new PathSchedule(Path.LINEAR, new Latent.Sigmoids(10))));
    }

    @Test
    void whatIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathSchedule.of(Path.ENCODING_DECODING))
                .withMessage("latent must not be none for path=encodingDecoding, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathSchedule(Path.VARIANCE_EXACT, new Latent.Root(4)))
                .withMessage("latent must stay below 1 for path=varianceExact, got root(a=4)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Latent.Root(0))
                .withMessage("a must be in (0, 1000], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Latent.Sigmoids(Double.NaN))
                .withMessageStartingWith("scale must be in (0, 100], got");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schedule.checkTime(1.001))
                .withMessage("t must be in [0, 1], got 1.001");
        assertThatIllegalArgumentException().isThrownBy(() -> Schedule.checkTime(Double.NaN));
        assertThat(Schedule.checkTime(1 + 1e-15)).isEqualTo(1);
    }
}
