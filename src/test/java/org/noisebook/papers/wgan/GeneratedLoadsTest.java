package org.noisebook.papers.wgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.wgan.GeneratedLoads.Result;

class GeneratedLoadsTest {
    private static Result run(String changes) {
        return new GeneratedLoads().run("training=1, " + changes, 1);
    }

    /** The tip by superposition of 32 unit records is within a few per cent the tip of the whole bar. */
    @Test
    void recordsDriveTheSubmodelToTheTipOfTheWhole() {
        double[][] tips = GeneratedLoads.tips(40);
        for (boolean loose : new boolean[] {false, true}) {
            double[][] u = GeneratedLoads.whole(40, 1.1, loose, 0.2);
            double[] record =
                    IntStream.rangeClosed(1, 32).mapToDouble(i -> u[4 * i][20]).toArray();
            double largest = Arrays.stream(u).mapToDouble(row -> row[40]).max().orElseThrow();
            double[][] got = GeneratedLoads.interest(tips, new double[][] {record});
            assertThat(got[0][0]).isCloseTo(u[128][40], within(0.05 * largest));
            assertThat(got[1][0]).isCloseTo(largest, within(0.05 * largest));
        }
    }

    /** Frequencies: lumped mass errs by θ²/24, θ = 5π/(2N). */
    @Test
    void meshesErrAsTheyShould() {
        for (int elements : new int[] {12, 28, 60}) {
            double theta = 5 * Math.PI / (2 * elements);
            assertThat(GeneratedLoads.frequencyError(elements))
                    .isCloseTo(theta * theta / 24, within(0.01 * theta * theta));
        }
        assertThat(run("elements=32, fresh=50, runs=50").drift()).isLessThan(1e-11);
    }

    /** One support, no spread: only the time of the blow is left; with both ends of the law Gaussian, one Gaussian is right. */
    @Test
    void simplerGeneratorsFollowTheData() {
        Result one = run("loose=0, fresh=400, runs=400");
        assertThat(one.share()).isZero();
        assertThat(one.pairEnd()).isCloseTo(one.normalEnd(), within(0.1));
        Result gaussian = run("source=gaussian, fresh=2000, runs=4000");
        assertThat(gaussian.normalMax()).isLessThan(0.1);
        assertThat(run("fresh=2000, runs=4000").normalMax()).isGreaterThan(0.3);
        assertThatThrownBy(() -> run("elements=26")).hasMessage("elements must be a multiple of 4, got 26");
    }
}
