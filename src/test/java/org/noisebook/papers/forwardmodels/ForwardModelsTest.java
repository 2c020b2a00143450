package org.noisebook.papers.forwardmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.forwardmodels.ForwardModels.Config;
import org.noisebook.papers.forwardmodels.ForwardModels.Result;
import org.noisebook.stats.Estimate;

class ForwardModelsTest {
    /** Settings that no figure uses: mean squared errors are those of theory, within three errors. */
    @Test
    @Tag("statistical")
    void errorsAreThoseOfTheory() {
        for (String setting :
                new String[] {"dimension=6, seen=3, length=1", "dimension=7, seen=4, noise=0.5, length=5"}) {
            String changes = setting + ", signals=4000, rounds=80";
            Config c = new ForwardModels().config(changes);
            Runs<Result> runs = Runs.of(new ForwardModels(), 60, changes);
            Estimate pairwise = runs.mean(r -> r.pairwise() * r.pairwise());
            double law = ForwardModels.pairwise(c, 4000);
            assertThat(pairwise.mean()).as(setting).isCloseTo(law * law, within(3 * pairwise.stdError()));
            Estimate em = runs.mean(r -> r.em() * r.em());
            double bound = ForwardModels.bound(c, 4000);
            assertThat(em.mean()).as(setting).isCloseTo(bound * bound, within(3 * em.stdError()));
            Estimate whole = runs.mean(r -> r.whole() * r.whole());
            double least = ForwardModels.whole(c, 4000);
            assertThat(whole.mean()).isCloseTo(least * least, within(3 * whole.stdError()));
            assertThat(runs.mean(r -> r.zeros() * r.zeros()).mean())
                    .isCloseTo(ForwardModels.zeros(c) * ForwardModels.zeros(c), within(0.02));
        }
    }

    /** With all coordinates and no noise, the information bound is that of whole signals. */
    @Test
    void boundOfWholeSignals() {
        Config c = new ForwardModels().config("dimension=5, seen=5, noise=0.01");
        assertThat(ForwardModels.bound(c, 10) / ForwardModels.whole(c, 10)).isCloseTo(1, within(1e-3));
        assertThat(ForwardModels.pairwise(c, 10) / ForwardModels.whole(c, 10)).isCloseTo(1, within(1e-3));
    }

    @Test
    void halvesAreNotIdentified() {
        String changes = "masks=halves, dimension=6, signals=400, rounds=400";
        Result apart = new ForwardModels().run(changes, 3);
        Result coupled = new ForwardModels().run(changes + ", coupling=0.6", 3);
        assertThat(apart.across()).isCloseTo(1, within(1e-12));
        assertThat(coupled.likelihood()).isCloseTo(apart.likelihood(), within(1e-6));
        assertThat(Math.abs(coupled.across() - 1)).isGreaterThan(0.1);
        assertThat(apart.definite()).isEqualTo(1);
    }

    /** Moments of few signals are no covariance; EM's always is one. */
    @Test
    void fewSignals() {
        Result few = new ForwardModels().run("signals=50, seen=3, noise=0.01", 2);
        assertThat(few.definite()).isZero();
        assertThat(few.excess()).isPositive().isFinite();
        assertThatThrownBy(() -> new ForwardModels().run("seen=13", 1))
                .hasMessageContaining("seen must be in [2, dimension=12], got 13");
    }
}
