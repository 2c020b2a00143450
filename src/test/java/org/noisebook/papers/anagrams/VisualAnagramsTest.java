package org.noisebook.papers.anagrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.papers.anagrams.VisualAnagrams.Result;

/** The product of two views, the algebra of rectification, and what each combination does. */
class VisualAnagramsTest {
    private static final double ROUNDING = 1e-10;

    private static Result run(String changes) {
        return new VisualAnagrams().run("particles=32, " + changes, 4);
    }

    /** The product's score is the sum of the scores of both digits, one of them of the turned picture, turned back. */
    @Test
    void theProductHasTheSumOfTheScores() {
        GaussianMixture product = VisualAnagrams.product(3, 8);
        double[] x = new double[64];
        double[] turned = new double[64];
        for (int j = 0; j < 64; j++) {
            x[j] = Math.sin(j);
            turned[63 - j] = x[j];
        }
        double[] first = VisualAnagrams.law(3).score(x);
        double[] second = VisualAnagrams.law(8).score(turned);
        double[] both = product.score(x);
        for (int j = 0; j < 64; j++) {
            assertThat(both[j]).isCloseTo(first[j] + second[63 - j], within(1e-8));
        }
        assertThat(VisualAnagrams.product(8, 3).mean()[0]).isCloseTo(product.mean()[63], within(1e-9));
    }

    @Test
    void rectificationIsAlgebraForUnitPredictions() {
        Result run = run("combine=rectified, upright=6, turned=9, steps=12");
        for (int k = 0; k < 12; k++) {
            double factor = 2 / (1 + run.correlation().get(k));
            assertThat(run.unitVariance().get(k) * factor).isCloseTo(1, within(ROUNDING));
            assertThat(run.combined().get(k)).isCloseTo(factor * run.variance().get(k), within(ROUNDING));
        }
    }

    /** Equal views of one digit are no conflict only for a symmetric digit; the product comes nearer to both than the mean. */
    @Test
    @Tag("statistical")
    void combinationsAreOrdered() {
        double mean = run("combine=mean").both();
        double balanced = run("combine=balanced").both();
        Result product = run("combine=product");
        assertThat(balanced).isGreaterThan(mean + 0.1);
        assertThat(product.both()).isGreaterThan(balanced);
        assertThat(product.offset()).isLessThan(0.2);
        assertThat(run("combine=shuffled").combined())
                .isNotEqualTo(run("combine=rectified").combined());
    }

    @Test
    void fewStepsAndOneDigitEndAsNumbers() {
        Result run = run("combine=both, steps=2, upright=5, turned=5");
        assertThat(run.both()).isBetween(0.0, 1.0);
        assertThat(run.both()).isLessThanOrEqualTo(Math.min(run.first(), run.second()));
    }
}
