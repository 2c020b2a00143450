package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.diffusion.ComposedField;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.PathSchedule.Path;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;

class OneSidedTest {
    @ParameterizedTest
    @EnumSource(names = {"LINEAR", "TRIGONOMETRIC", "VARIANCE_PRESERVING"})
    void oneFieldGivesTheOthers(Path path) {
        Schedule schedule = PathSchedule.of(path);
        MixtureInterpolant law = new MixtureInterpolant(GaussianMixture.standard(2), Exact.PLANE_END, schedule);
        // x_0 is the noise
        Field noise = law.startMean();
        for (double t : new double[] {0, 0.3, 0.9}) {
            same(converted(schedule, Objective.NOISE, noise, Objective.VELOCITY), law.velocity(), t);
            same(converted(schedule, Objective.NOISE, noise, Objective.DENOISER), law.endMean(), t);
            same(converted(schedule, Objective.NOISE, noise, Objective.SCORE), law.score(), t);
            same(converted(schedule, Objective.SCORE, law.score(), Objective.NOISE), noise, t);
            same(converted(schedule, Objective.VELOCITY, law.velocity(), Objective.NOISE), noise, t);
        }
    }

    private static Field converted(Schedule schedule, Objective known, Field field, Objective wanted) {
        DoubleFunction<OneSided.Factors> factors = t -> schedule.beta(t) == 0
                ? OneSided.atStart(schedule, wanted, t, 1)
                : OneSided.between(schedule, known, wanted, t, 1);
        return new ComposedField(
                field,
                t -> factors.apply(t).own(),
                t -> factors.apply(t).field(),
                t -> factors.apply(t).mean(),
                Exact.PLANE_END.mean());
    }

    private static void same(Field found, Field wanted, double t) {
        double[] x = {0.4, -1.2};
        double[] u = {1, 0.5};
        assertThat(Exact.at(found, t, x)).containsExactly(Exact.at(wanted, t, x), within(1e-12));
        assertThat(Exact.along(found, t, x, u)).containsExactly(Exact.along(wanted, t, x, u), within(1e-12));
        assertThat(Exact.divergence(found, t, x)).isCloseTo(Exact.divergence(wanted, t, x), within(1e-12));
    }
}
