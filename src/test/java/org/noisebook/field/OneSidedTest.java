package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
        OneSided side = new OneSided(schedule, Exact.PLANE_END.mean());
        // x_0 is the noise
        Field noise = law.startMean();
        for (double t : new double[] {0, 0.3, 0.9}) {
            same(side.velocity(noise), law.velocity(), t);
            same(side.endMean(noise), law.endMean(), t);
            same(side.score(noise), law.score(), t);
            same(side.noiseMean(law.score()), noise, t);
            same(side.noiseMean(law.velocity()), noise, t);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OneSided(schedule, 0).velocity(noise))
                .withMessage("field must have the dimension of the mean=1, got 2");
    }

    private static void same(Field found, Field wanted, double t) {
        double[] x = {0.4, -1.2};
        double[] u = {1, 0.5};
        assertThat(Exact.at(found, t, x)).containsExactly(Exact.at(wanted, t, x), within(1e-12));
        assertThat(Exact.along(found, t, x, u)).containsExactly(Exact.along(wanted, t, x, u), within(1e-12));
        assertThat(Exact.divergence(found, t, x)).isCloseTo(Exact.divergence(wanted, t, x), within(1e-12));
    }
}
