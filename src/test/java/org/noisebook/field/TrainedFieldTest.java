package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Npy;
import org.noisebook.data.PointSet;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;

class TrainedFieldTest {
    private static final FieldConfig.Network SMALL = new FieldConfig.Network(2, 32, Activation.SILU, 2, false, true);
    /** Two modes on the line, of mean 0 and variance 1. */
    private static final GaussianMixture MODES =
            GaussianMixture.onLine(new double[] {0.5, 0.5}, new double[] {-0.9, 0.9}, new double[] {0.19, 0.19});

    private static PointSet gaussian(int rows) {
        double[][] x = GaussianMixture.of(new double[] {5, -3}, new double[][] {{4, 0}, {0, 0.25}})
                .sample(Streams.of(3).at("data"), rows);
        return PointSet.of(x);
    }

    private static FieldPlan plan(PointSet points, Pairing pairing, int updates, int batch) {
        FieldPlan plan = FieldTraining.of(points, pairing, PathSchedule.linear(0), SMALL);
        return plan.with(
                new FieldConfig.Training(updates, batch, new LearningRate.Cosine(1e-2), 0.99, false, true, 0, 0));
    }

    /** The preconditioned network of a Gaussian has nothing to learn but corrections, so few updates do. */
    @Test
    void samplesAndDensitiesAreInTheUnitsOfThePoints() {
        TrainedField field =
                plan(gaussian(4000), Pairing.independent(), 300, 128).train(Streams.of(1));
        double[][] x = field.sample(4000, Streams.of(2));
        assertThat(Arrays.stream(x[0]).average().orElseThrow()).isCloseTo(5, within(0.2));
        assertThat(Arrays.stream(x[1]).average().orElseThrow()).isCloseTo(-3, within(0.05));
        double[] log = field.logDensity(new double[] {5, 7}, new double[] {-3, -3});
        double peak = -StrictMath.log(2 * StrictMath.PI * 2 * 0.5);
        assertThat(log[0]).isCloseTo(peak, within(0.1));
        assertThat(log[1]).isCloseTo(peak - 0.5, within(0.1));
        double[][] noisy = field.sample(4000, 100, 1, Streams.of(2));
        assertThat(Estimate.ofMean(noisy[0]).mean()).isCloseTo(5, within(0.2));
        // Noise of rate ε in place of 2ε would leave variances of about 0.6 of these; one standard error is 0.022.
        for (int j = 0; j < 2; j++) {
            double error = Estimate.ofMean(noisy[j]).stdError();
            assertThat(4000 * error * error / (j == 0 ? 4 : 0.25)).isCloseTo(1, within(0.12));
        }
    }

    @Test
    void aSavedFieldIsTheSame(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.field");
        for (double gamma : new double[] {0, 1}) {
            FieldPlan plan = FieldTraining.of(gaussian(300), Pairing.independent(), PathSchedule.linear(gamma), SMALL);
            TrainedField field = plan.withUpdates(5).train(Streams.of(1));
            field.save(file);
            TrainedField loaded = TrainedField.load(file);
            assertThat(loaded.sample(5, 4, 0.5, Streams.of(1))).isEqualTo(field.sample(5, 4, 0.5, Streams.of(1)));
            assertThat(loaded.names()).isEqualTo(field.names());
            assertThat(loaded.trained()).isEqualTo(field.trained());
            assertThat(loaded.loss()).isEqualTo(field.loss());
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> TrainedField.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": expected a field that 'noisebook field train' saved");
    }

    @Test
    void classesAreSampledInProportion() throws IOException {
        StringBuilder text = new StringBuilder("x,kind\n");
        for (int k = 0; k < 400; k++) {
            text.append(k % 4 == 0 ? 10 + k % 7 : -10 - k % 7).append(k % 4 == 0 ? ",high\n" : ",low\n");
        }
        Path file = Files.createTempFile("points", ".csv");
        Files.writeString(file, text);
        PointSet points = PointSet.read(file, List.of(), Optional.of("kind"));
        Files.delete(file);
        FieldConfig.Network network = Schema.with(SMALL, "conditional", true);
        TrainedField field = FieldTraining.of(points, Pairing.independent(), PathSchedule.linear(0), network)
                .withUpdates(400)
                .train(Streams.of(1));
        double[] x = field.sample(400, Streams.of(2))[0];
        assertThat(Arrays.stream(x).filter(value -> value > 0).count()).isBetween(95L, 105L);
        assertThat(field.sample(400, Streams.of(2).withReplica(1))[0]).isNotEqualTo(x);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.forClass("none"))
                .withMessage("unknown class 'none'; the field has 'high', 'low'");
        MixtureCheck check = MixtureCheck.of(
                FieldTraining.of(points, Pairing.independent(), PathSchedule.linear(0), network)
                        .withUpdates(50),
                Streams.of(1));
        assertThat(check.distance()).isPositive();
        double[] high = field.forClass("high").sample(50, Streams.of(2))[0];
        assertThat(Arrays.stream(high).filter(value -> value > 0).count()).isEqualTo(50);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldTraining.of(points, Pairing.transport(8), PathSchedule.linear(0), network))
                .withMessageContaining("pairing must be independent where the class is an input");
    }

    @Test
    void coupledNoiseHasNoScore() {
        TrainedField field = plan(gaussian(300), Pairing.transport(16), 3, 32).train(Streams.of(1));
        assertThat(field.hasScore()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.sample(5, 5, 1, Streams.of(1)))
                .withMessageContaining("pairing transport 16 has no score");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(gaussian(300), Pairing.transport(64), 3, 32))
                .withMessageContaining("batch of the transport must be in [2, batchSize=32], got 64");
    }

    /**
     * On the line the exact plan is x_1 = F_1⁻¹(F_0(x_0)). Partners within a batch of B miss it by less the larger B is,
     * and a trained field's paths need less energy, down to W_2²: theory for both, seed fixed, no random window.
     */
    @Test
    void largerBatchesAndReflowComeNearerToTheExactPlan() {
        assertThat(missed(8)).isGreaterThan(1.5 * missed(64));
        assertThat(missed(64)).isGreaterThan(1.5 * missed(512));
        double[] ratio = ratios();
        assertThat(ratio[0]).as("independent").isGreaterThan(2 * ratio[1]);
        assertThat(ratio[1]).as("B = 8").isGreaterThan(ratio[2]);
        assertThat(ratio[2]).as("B = 64").isBetween(1.0, 1.1);
        assertThat(ratio[3]).as("reflow of independent").isBetween(1.0, 1.1);
    }

    @Test
    void drawingThePoolOfAReflowCostsNoMoreThanTraining() {
        TrainedField small = plan(gaussian(100), Pairing.independent(), 1, 16).train(Streams.of(1));
        Pairing.Reflow all = (Pairing.Reflow) Pairing.reflow(small);
        assertThat(all.pairs()).isEqualTo(1 << 15);
        assertThat(all.steps()).isEqualTo(32);
        FieldConfig.Network wide = new FieldConfig.Network(5, 1024, Activation.SILU, 2, false, true);
        TrainedField large = FieldTraining.of(gaussian(100), Pairing.independent(), PathSchedule.linear(0), wide)
                .withUpdates(1)
                .train(Streams.of(1));
        Pairing.Reflow part = (Pairing.Reflow) Pairing.reflow(large);
        assertThat(part.steps()).isEqualTo(8);
        assertThat(part.pairs()).isBetween(1 << 10, (1 << 15) - 1);
        assertThat(part.operations()).isLessThanOrEqualTo(FieldPlan.BUDGET);
    }

    /** Root mean square distance of partners from the exact plan, estimated by sorting 2^13 points. */
    private static double missed(int batch) {
        int n = 1 << 13;
        Coupling independent = Coupling.independent(GaussianMixture.standard(1)::sample, MODES::sample);
        double[][][] pairs =
                Coupling.transported(independent, batch).draw(Streams.of(1).at("pairs"), n);
        double[] start = pairs[0][0].clone();
        double[] end = pairs[1][0].clone();
        Arrays.sort(start);
        Arrays.sort(end);
        double sum = 0;
        for (int k = 0; k < n; k++) {
            double exact = end[Arrays.binarySearch(start, pairs[0][0][k])];
            sum += (pairs[1][0][k] - exact) * (pairs[1][0][k] - exact) / n;
        }
        return Math.sqrt(sum);
    }

    /** Energy of paths over W_2² to where they end: on the line the ODE's map is increasing, hence the optimal one. */
    private static double ratio(TrainedField field) {
        double[][] z = field.noise(1000, Streams.of(7).at("base"));
        double[][] x = {z[0].clone()};
        field.flow(x, 0, 1, 4 * TrainedField.STEPS);
        double w = IntStream.range(0, 1000)
                        .mapToDouble(k -> (x[0][k] - z[0][k]) * (x[0][k] - z[0][k]))
                        .sum()
                / 1000;
        return field.pathEnergy(1000, Streams.of(7)) / w;
    }

    private static double[] ratios() {
        PointSet points = PointSet.of(MODES.sample(Streams.of(5).at("data"), 20_000));
        TrainedField first = plan(points, Pairing.independent(), 1500, 128).train(Streams.of(1));
        return Stream.concat(
                        Stream.of(first),
                        Stream.of(
                                        Pairing.transport(8),
                                        Pairing.transport(64),
                                        new Pairing.Reflow(first, 1 << 13, TrainedField.STEPS))
                                .map(pairing -> plan(points, pairing, 1500, 128).train(Streams.of(1))))
                .mapToDouble(TrainedFieldTest::ratio)
                .toArray();
    }

    /** Level 95 %: at three planted shares the interval covers the truth; 2000 samples would show a plant of 1 %. */
    @Test
    void plantedCopiesAreFound() {
        PointSet points =
                PointSet.of(GaussianMixture.standard(2).sample(Streams.of(1).at("train"), 5000));
        double[][] fresh = points.standardised(
                GaussianMixture.standard(2).sample(Streams.of(1).at("fresh"), 2000));
        for (int planted : new int[] {0, 20, 100}) {
            double[][] samples = points.standardised(
                    GaussianMixture.standard(2).sample(Streams.of(1).at("samples"), 2000));
            var draw = Streams.of(1).at("plant");
            for (int k = 0; k < planted; k++) {
                int from = draw.nextIndex(points.rows());
                samples[0][k] = points.points().x(from, 0);
                samples[1][k] = points.points().x(from, 1);
            }
            Copies copies = Copies.of(points.points(), fresh, samples);
            assertThat(copies.share().covers(planted / 2000.0))
                    .as("%s at %d", copies.share(), planted)
                    .isTrue();
            assertThat(copies.sentence())
                    .startsWith(planted == 0 ? "No copies shown: at most " : "Copies: ")
                    .contains("; 2000 samples, 5000 training rows, 2000 held-out rows)");
            assertThat(copies.equal()).isEqualTo(planted);
            assertThat(copies.strange()).isLessThan(0.01);
            for (double[] row : samples) {
                Arrays.setAll(row, k -> row[k] + 20);
            }
            assertThat(Copies.of(points.points(), fresh, samples).strange()).isEqualTo(1);
        }
    }

    @Test
    void theCheckKnowsWhatTrainingCosts() {
        PointSet points = PointSet.of(new Target.Triangle()
                .mixture()
                .orElseThrow()
                .sample(Streams.of(1).at("a"), 2000));
        MixtureCheck check = MixtureCheck.of(plan(points, Pairing.independent(), 1500, 128), Streams.of(1));
        assertThat(check.components()).isEqualTo(3);
        assertThat(check.velocity()).isLessThan(0.25 * check.exactVelocity());
        assertThat(check.score()).isLessThan(0.5 * check.exactScore());
        assertThat(check.logDensity().mean()).isBetween(0.005, 0.4);
        assertThat(check.distance()).isLessThan(4 * check.floor());
        assertThat(check.section().answer()).contains("a mixture of 3 Gaussians");
    }

    /** A U-Net learns square pictures of one's own, is saved and loaded, and says that it has no log density. */
    @Test
    void picturesTrainAConvolutionalField(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("p.npy");
        double[] pixels = new double[50 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / 64 % 2 == i / 8 % 2 ? 1 : 0;
        }
        Npy.write(file, pixels, 50, 8, 8);
        PointSet points = PointSet.read(file);
        TrainedField field = FieldTraining.of(
                        points, Pairing.independent(), PathSchedule.linear(0), FieldPlan.network(points, 4))
                .withUpdates(3)
                .train(Streams.of(1));
        field.save(file);
        double[][] x = TrainedField.load(file).sample(3, 2, 0, Streams.of(1));
        assertThat(x).hasDimensions(64, 3).isEqualTo(field.sample(3, 2, 0, Streams.of(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.logDensity(x))
                .withMessageContaining("U-Net");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldPlan.network(gaussian(300), 4))
                .withMessageContaining("need square pictures, got no pictures");
    }

    /** The public drift is b + ε s. */
    @Test
    void driftIsVelocityAndScore() {
        TrainedField field = plan(gaussian(300), Pairing.independent(), 20, 32).train(Streams.of(1));
        double[][] x = {{0.3, -1}, {0.5, 0.2}};
        double[][][] out = new double[3][2][2];
        Field[] fields = {field.velocity(), field.score(), field.drift(t -> 0.5)};
        for (int k = 0; k < 3; k++) {
            fields[k].evaluator(2).at(0.4, x, 2, out[k]);
        }
        assertThat(out[2][1][0]).isCloseTo(out[0][1][0] + 0.5 * out[1][1][0], within(1e-4));
    }
}
