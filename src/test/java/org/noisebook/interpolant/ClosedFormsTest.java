package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.field.LossFloor;
import org.noisebook.field.Quadrature;
import org.noisebook.interpolant.PathSchedule.Path;
import org.noisebook.model.GaussianMixture;
import org.noisebook.papers.interpolants.GaussianBridge;
import org.noisebook.rng.Streams;
import org.noisebook.solver.TimeGrid;

class ClosedFormsTest {
    private static final GaussianMixture NARROW =
            GaussianMixture.onLine(new double[] {1}, new double[] {-1}, new double[] {0.5});
    private static final GaussianMixture WIDE =
            GaussianMixture.onLine(new double[] {1}, new double[] {2}, new double[] {3});
    private static final GaussianBridge BRIDGE = new GaussianBridge(-1, 0.5, 2, 3, 0.4);

    @Test
    void theMapOfOneGaussian() {
        double[] x = {-2, 0, 1};
        double[] image = {-0.44948974, 4.44948974, 6.89897949};
        QuantileMap map = QuantileMap.of(NARROW, WIDE);
        for (Schedule schedule : List.of(
                PathSchedule.linear(0),
                PathSchedule.linear(2),
                PathSchedule.of(Path.TRIGONOMETRIC),
                new PathSchedule(Path.ENCODING_DECODING, new Latent.SineSquared()))) {
            GaussianFlow flow = new GaussianFlow(NARROW, WIDE, schedule);
            for (int k = 0; k < 3; k++) {
                assertThat(2 + flow.map()[0][0] * (x[k] + 1)).as("%s", schedule).isCloseTo(image[k], within(5.1e-9));
                assertThat(map.at(x[k])).isCloseTo(image[k], within(5.1e-9));
            }
        }
    }

    @Test
    void theQuantileMapOfMixtures() {
        QuantileMap map = QuantileMap.of(Exact.TWO, Exact.THREE);
        double[] x = {-3.5, -2.6, 0.05, 2.7, 3.9};
        double[] image = {-6.50403, -0.52100, 0, 0.77511, 7.13717};
        for (int k = 0; k < x.length; k++) {
            assertThat(map.at(x[k])).isCloseTo(image[k], within(5.1e-6));
        }
        // tails keep their digits: both sides are mirror images
        assertThat(map.at(12)).isCloseTo(-map.at(-12), within(1e-12));
        assertThat(map.at(12)).isGreaterThan(15).isFinite();
        assertThat(map.at(Double.NaN)).isNaN();
        assertThat(map.at(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(map.at(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThatIllegalArgumentException().isThrownBy(() -> QuantileMap.of(Exact.START, Exact.END));
    }

    /** The forward SDE forgets its start. 20 000 particles, 400 steps: within 4.5 standard errors (0.0095) and the bias of steps. */
    @Test
    void memoryOfTheForwardEquation() {
        GaussianFlow flow = new GaussianFlow(NARROW, WIDE, PathSchedule.linear(2));
        double covariance = flow.propagator(t -> 1)[0][0] * 0.5;
        assertThat(covariance).isCloseTo(0.51289, within(5.1e-6));
        assertThat(-Math.log(covariance / Math.sqrt(1.5))).isCloseTo(0.870420, within(5.1e-7));
        assertThat(covariance / Math.sqrt(1.5)).isCloseTo(0.41878, within(5.1e-6));

        int n = 20_000;
        double[][] x = NARROW.sample(Streams.of(1).at("data"), n);
        double[] start = x[0].clone();
        MixtureInterpolant law = new MixtureInterpolant(NARROW, WIDE, PathSchedule.linear(2));
        Exact.diffuse(
                law.forwardDrift(t -> 1), t -> 1, x, Streams.of(1).at("noise"), TimeGrid.UNIFORM.times(0, 1, 400));
        assertThat(Exact.covariance(start, x[0])).isCloseTo(covariance, within(4.5 * 0.0095 + 0.01));
        // and the ODE does not
        assertThat(flow.map()[0][0] * 0.5).isCloseTo(Math.sqrt(1.5), within(1e-9));
    }

    @Test
    void theMapInThePlane() {
        GaussianFlow flow = new GaussianFlow(Exact.START, Exact.END, PathSchedule.linear(1));
        double[][] phi = flow.map();
        assertThat(phi[0]).containsExactly(new double[] {1.764911, -0.070788}, within(5.1e-7));
        assertThat(phi[1]).containsExactly(new double[] {0.324292, 0.592715}, within(5.1e-7));
        assertThat(Exact.START.image(phi, new double[2]).covariances()[0][0])
                .containsExactly(Exact.C1[0], within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, .776820", ".5, .559503", "1, .437197"})
    void slopesOfTheBridge(double t, double slope) {
        assertThat(BRIDGE.slope(t)).isCloseTo(slope, within(5.1e-7));
        assertThat(BRIDGE.slope(t)).isCloseTo(1 / (t + 1 / BRIDGE.slope(0)), within(1e-14));
    }

    @Test
    void theBridge() {
        double c = BRIDGE.covariance();
        assertThat(c).isCloseTo(0.888410, within(5.1e-7));
        assertThat(BRIDGE.variance(0.5)).isCloseTo(1.519205, within(5.1e-7));
        assertThat(BRIDGE.energy()).isCloseTo(9.463320, within(5.1e-7));
        // E u² of any interpolant on the line by quadrature: the bridge's own, and that of the independent coupling,
        // which is larger
        assertThat(driftEnergy(MixtureInterpolant.coupled(
                        GaussianMixture.of(new double[] {-1, 2}, new double[][] {{0.5, c}, {c, 3}}),
                        PathSchedule.linear(0.8))))
                .isCloseTo(9.463320, within(5.1e-7));
        MixtureInterpolant free = new MixtureInterpolant(NARROW, WIDE, PathSchedule.linear(0.8));
        assertThat(driftEnergy(free)).isCloseTo(9.721227, within(5.1e-7));
        // ε = 0 is optimal transport
        GaussianBridge transport = new GaussianBridge(-1, 0.5, 2, 3, 0);
        assertThat(transport.energy())
                .isCloseTo(new GaussianFlow(NARROW, WIDE, PathSchedule.linear(0)).transportCost(), within(1e-12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GaussianBridge(0, 0, 1, 1, 1))
                .withMessageStartingWith("startVariance must be in (0, ");
    }

    /** ∫ E (b + ε s)² dt of one Gaussian: ṁ² + k² C by Gauss–Legendre. */
    private static double driftEnergy(MixtureInterpolant law) {
        double[][] rule = Quadrature.gaussLegendre(64);
        double sum = 0;
        for (int k = 0; k < 64; k++) {
            double t = 0.5 * (1 + rule[0][k]);
            double mean = law.marginal(t).means()[0][0];
            double u = Exact.at(law.forwardDrift(s -> 0.4), t, mean)[0];
            double slope = Exact.divergence(law.forwardDrift(s -> 0.4), t, mean);
            sum += 0.5 * rule[1][k] * (u * u + slope * slope * law.marginal(t).covariances()[0][0][0]);
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "linear 0, 22.53892, -11.26946, 3.05980",
        "trig 0, 24.04617, -12.02308, 1.94793",
        "enc-dec, 65.49929, -32.74965, 2.36641",
        "linear 1, 19.60858, -9.80429, 1.36044",
        "linear 2, 18.36331, -9.18165, .96216",
        "exact 2, 19.59118, -9.79559, .86405"
    })
    void floorsOfLosses(String name, double b, double floor, double s) {
        Schedule schedule = switch (name) {
            case "linear 0" -> PathSchedule.linear(0);
            case "trig 0" -> PathSchedule.of(Path.TRIGONOMETRIC);
            case "enc-dec" -> new PathSchedule(Path.ENCODING_DECODING, new Latent.SineSquared());
            case "linear 1" -> PathSchedule.linear(1);
            case "linear 2" -> PathSchedule.linear(2);
            default -> new PathSchedule(Path.VARIANCE_EXACT, new Latent.Root(2));
        };
        LossFloor found = LossFloor.of(new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule));
        assertThat(found.velocityEnergy()).isCloseTo(b, within(5.1e-6));
        assertThat(found.velocityFloor()).isCloseTo(floor, within(5.1e-6));
        assertThat(found.scoreEnergy()).isCloseTo(s, within(5.1e-6));
        // Benamou and Brenier: no schedule is below W_2² = 6.39699
        assertThat(found.velocityEnergy()).isGreaterThan(6.39699);
    }

    /** Reference vector: 9.721227 at ε = 0.4; more than the bridge needs. */
    @Test
    void energyOfIndependentEnds() {
        assertThat(BRIDGE.independentEnergy()).isCloseTo(9.721227, within(1e-6)).isGreaterThan(BRIDGE.energy());
        assertThat(BRIDGE.independentVariance(0.5)).isCloseTo(0.25 * 3.5 + 0.2, within(1e-12));
    }

    /** The ends of a rectified interpolant keep their laws. */
    @Test
    void rectificationKeepsTheEnds() {
        MixtureInterpolant first = new Pair.Plane().interpolant(PathSchedule.linear(0));
        MixtureInterpolant second = new GaussianFlow(first.start(), first.end(), PathSchedule.linear(0)).rectified();
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                assertThat(second.end().covariance()[i][j])
                        .isCloseTo(first.end().covariance()[i][j], within(1e-8));
                assertThat(second.start().covariance()[i][j])
                        .isCloseTo(first.start().covariance()[i][j], within(1e-8));
            }
        }
    }
}
