package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.solver.OdeMethod;

class InterpolantSolversTest {
    private static double order(InterpolantStudy.Config config) {
        return config.motion() instanceof Motion.Ode ode ? ode.method().order() : 1;
    }

    /** Euler's paths are planted to converge with order 1.3. */
    private static boolean isEuler(InterpolantStudy.Config config) {
        return config.motion() instanceof Motion.Ode ode && ode.method() == OdeMethod.EULER;
    }

    @Test
    void plantedOrdersAreFound() {
        Story.Drawing drawing = new InterpolantSolvers()
                .draw(
                        Preset.QUICK,
                        PlantedInterpolants.of((config, small, planting) -> planting.with(
                                "pathError",
                                (1 + small) * Math.pow(config.steps(), isEuler(config) ? -1.3 : -order(config)),
                                "evaluations",
                                (double) config.steps() * config.motion().evaluations())));
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, c -> c));
        assertThat(claims).hasSize(8);
        claims.forEach((id, claim) -> assertThat(claim.verdict())
                .as(id)
                .isEqualTo(
                        id.equals("interpolant-solvers-euler")
                                ? Claim.Verdict.NOT_REPRODUCED
                                : Claim.Verdict.REPRODUCED));
        assertThat(claims.get("interpolant-solvers-rk4").measured().mean()).isCloseTo(4, within(1e-9));
        assertThat(drawing.plate().svg()).contains("Not every solver converges at its theoretical order");
    }
}
