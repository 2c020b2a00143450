package org.noisebook.papers.immiscible;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.Matching;
import org.noisebook.papers.immiscible.ImmiscibleDiffusion.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Assignment;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

class ImmiscibleDiffusionTest {
    private static final String SMALL = "width=64, batch=64, particles=100";

    private static Result run(String changes) {
        return new ImmiscibleDiffusion().run(SMALL + (changes.isEmpty() ? "" : ", " + changes), 3);
    }

    private static double[][] normal(Stream stream, int d, int n) {
        double[][] x = new double[d][n];
        for (double[] row : x) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return x;
    }

    /** On the line the best pairing is by rank (Hardy, Littlewood and Pólya). */
    @Test
    void onTheLineTheAssignmentSorts() {
        Stream stream = Streams.of(1).at("line");
        double[][] noise = normal(stream, 1, 60);
        double[][] points = normal(stream, 1, 60);
        double[] sorted = noise[0].clone();
        Arrays.sort(sorted);
        double[] kept = points[0].clone();
        long scanned = Matching.ASSIGNED.permute(noise, points, 60, stream);
        assertThat(points[0]).containsExactly(kept);
        Integer[] byRank = new Integer[60];
        Arrays.setAll(byRank, k -> k);
        Arrays.sort(byRank, (a, b) -> Double.compare(kept[a], kept[b]));
        for (int rank = 0; rank < 60; rank++) {
            assertThat(noise[0][byRank[rank]]).isEqualTo(sorted[rank]);
        }
        assertThat(scanned).isBetween(60L * 60, 60L * 60 * 61 / 2);
    }

    @Test
    void noOtherPermutationIsNearer() {
        Stream stream = Streams.of(2).at("brute");
        for (int n = 2; n <= 6; n++) {
            double[][] noise = normal(stream, 3, n);
            double[][] points = normal(stream, 3, n);
            double best = nearest(noise, points, new int[n], 0, 0);
            Matching.ASSIGNED.permute(noise, points, n, stream);
            assertThat(n * ImmiscibleDiffusion.squared(noise, points)).isCloseTo(best, within(1e-12));
        }
    }

    private static double nearest(double[][] noise, double[][] points, int[] order, int at, int used) {
        int n = order.length;
        if (at == n) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < noise.length; j++) {
                    sum += Math.pow(noise[j][order[k]] - points[j][k], 2);
                }
            }
            return sum;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int k = 0; k < n; k++) {
            if ((used >> k & 1) == 0) {
                order[at] = k;
                best = Math.min(best, nearest(noise, points, order, at + 1, used | 1 << k));
            }
        }
        return best;
    }

    /** Gelbrich 1990: no pairing is nearer than Gaussians of the same means and covariances can be. */
    @Test
    void momentsBoundTheGain() {
        Stream stream = Streams.of(3).at("bound");
        double[][] noise = normal(stream, 4, 200);
        double[][] points = normal(stream, 4, 200);
        Arrays.setAll(points[0], k -> 2 + 3 * points[0][k]);
        double before = ImmiscibleDiffusion.squared(noise, points);
        double least = FrechetDistance.of(moments(noise), moments(points));
        Matching.ASSIGNED.permute(noise, points, 200, stream);
        assertThat(ImmiscibleDiffusion.squared(noise, points)).isBetween(least, (least + before) / 2);
    }

    private static GaussianFit moments(double[][] x) {
        GaussianFit fit = GaussianFit.of(x);
        double[][] covariance = fit.covariance();
        for (double[] row : covariance) {
            Arrays.setAll(row, j -> row[j] * (1 - 1.0 / x[0].length));
        }
        return GaussianFit.exact(fit.mean(), covariance);
    }

    @Test
    void scanningIsCounted() {
        assertThat(Assignment.solved(2, new double[] {0, 5, 5, 0}).scanned()).isEqualTo(4); // two rows, no detour
        assertThat(Assignment.solved(2, new double[] {0, 5, 0, 9}).scanned()).isEqualTo(5); // row 1 displaces row 0
        assertThat(Assignment.solved(2, new double[] {0, 5, 0, 9}).columns()).containsExactly(1, 0);
    }

    @Test
    void onlyTheAssignedArmHasNearerPairsAndCosts() {
        Result assigned = run("updates=800");
        Result independent = run("updates=800, matching=independent");
        Result permuted = run("updates=800, matching=permuted");
        assertThat(assigned.pairDistance()).isBetween(0.75, 0.95);
        assertThat(independent.pairDistance()).isEqualTo(1);
        assertThat(permuted.pairDistance()).isNotEqualTo(1).isCloseTo(1, within(0.06));
        assertThat(assigned.assignmentShare()).isPositive();
        assertThat(permuted.assignmentShare()).isZero();
        assertThat(assigned.lawError() + permuted.lawError()).isZero();
        assertThat(assigned.distance()).isLessThan(0.85 * independent.distance());
        assertThat(permuted.distance()).isCloseTo(independent.distance(), within(0.1 * independent.distance()));
        assertThat(permuted.distance()).isNotEqualTo(independent.distance());
    }

    @Test
    void fiftyStepsChangeNothing() {
        assertThat(run("updates=5, steps=50").curvature()).isZero();
        assertThat(run("updates=5").curvature()).isPositive();
    }

    @Test
    void textsOfOlderConfigsStay() {
        FieldConfig config = new ImmiscibleDiffusion().defaults().field();
        assertThat(Schema.of(config).format(config)).contains("matching=assigned");
        assertThat(Schema.of(config).format(FieldConfig.digits())).doesNotContain("matching");
        String message = "training.matching must be independent unless base=noise, without γ, antithetic pairs,"
                + " classes and objective=score";
        for (String change : new String[] {"training.antithetic=true", "network.conditional=true", "objective=score"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Schema.with(config, change))
                    .withMessage(message);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(config, "training.batchSize=514"))
                .withMessage("training.batchSize must be in [2, 512] where noise is assigned, got 514");
    }
}
