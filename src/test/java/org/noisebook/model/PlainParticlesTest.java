package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.DormandPrince;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

class PlainParticlesTest {
    /** Sums of some thousand terms. */
    private static final double ROUNDING = 1e-12;

    private static final double[] TIMES = {0, 0.25, 0.75, 1};

    /** One component of value t-independent c + g x on the line. */
    private static AffineMixture affine(double c, double g) {
        return new AffineMixture(1, new double[1], new double[] {1}, new double[1], new double[] {c}, new double[] {g});
    }

    private static ParticleReplicas.FinalState move(
            DoubleFunction<AffineMixture> drift, Method method, double[]... starts) {
        Noise noise = Noise.independent(Streams.of(1).at("path"));
        ParticleReplicas replicas = new ParticleReplicas(
                1, drift, method, 0.5, TIMES, List.of(() -> new ParticleReplicas.Job(starts, noise)));
        ParticleReplicas.FinalState[] end = new ParticleReplicas.FinalState[1];
        ReplicaEngine.plain().move(replicas, (job, e) -> end[job] = e);
        return end[0];
    }

    /** x + c by the ODE, whose energy is c²; noise adds to places and not to the energy. */
    @Test
    void aConstantDriftHasItsSquareAsEnergy() {
        double[] start = new double[700];
        Arrays.fill(start, 2);
        for (OdeMethod method : OdeMethod.values()) {
            ParticleReplicas.FinalState end = move(t -> affine(3, 0), method, start);
            assertThat(end.x()[0]).containsOnly(5);
            assertThat(end.energy()).isCloseTo(700 * 9, within(700 * 9 * ROUNDING));
            assertThat(end.evaluations()).isEqualTo(3L * method.card().evaluations());
        }
        for (SdeMethod method : SdeMethod.values()) {
            ParticleReplicas.FinalState end = move(t -> affine(3, 0), method, start);
            assertThat(end.x()[0]).doesNotContain(5);
            assertThat(end.energy()).isCloseTo(700 * 9, within(700 * 9 * ROUNDING));
        }
        assertThat(start).containsOnly(2);
    }

    /**
     * x + c + √(2ε) W at time 1, of variance 2ε = 1. The mean square of 700 draws is that of χ² by 700: within 4 standard errors, 0.21,
     * but for 9.2e-5 a method. Power: √(ε) or √(4ε), a factor √2 in the noise, is missed once in 1e17; a factor 1.2 is found in 99 of 100.
     */
    @Test
    @Tag("statistical")
    void noiseHasVarianceTwoEpsilon() {
        int repeats = 700;
        for (SdeMethod method : SdeMethod.values()) {
            double[] ends = move(t -> affine(3, 0), method, new double[repeats]).x()[0];
            assertThat(Arrays.stream(ends).map(x -> (x - 3) * (x - 3)).sum() / repeats)
                    .as("%s: 4 standard errors, 700 repeats, false alarm below 2e-4 for both methods", method)
                    .isCloseTo(1, within(4 * Math.sqrt(2.0 / repeats)));
        }
    }

    /** x (1 + h g) by Euler, each step with the drift of its start. */
    @Test
    void theDriftIsThatOfTheTime() {
        ParticleReplicas.FinalState end = move(t -> affine(0, t), OdeMethod.EULER, new double[] {1});
        assertThat(end.x()[0][0]).isCloseTo((1 + 0.5 * 0.25) * (1 + 0.25 * 0.75), within(ROUNDING));
    }

    @Test
    void whatItCannotMoveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> move(t -> affine(0, t), new DormandPrince(1e-3, 1e-3), new double[1]))
                .withMessageStartingWith("method must take fixed steps, got ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ParticleReplicas(0, t -> affine(0, t), OdeMethod.EULER, 0, TIMES, List.of()))
                .withMessage("dimension must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ParticleReplicas(1, t -> affine(0, t), OdeMethod.EULER, -1, TIMES, List.of()))
                .withMessage("diffusion must be in [0, inf), got -1.0");
    }
}
