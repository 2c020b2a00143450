package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Streams;

/** A U-Net where a dense network would be, and EDM's law of times. */
class UNetFieldTest {
    private static final FieldConfig SMALL = new FieldConfig(
            new Target.Pictures(DataSource.DIGITS, 1500),
            new BaseDensity.Noise(),
            PathSchedule.linear(0),
            Objective.VELOCITY,
            new FieldConfig.Network(2, 16, Activation.SILU, 2, true, true, 8),
            new FieldConfig.Training(60, 32, new LearningRate.Constant(3e-3), 0.9, false, true, 1e-3, 0.2));

    @TempDir
    static Path folder;

    /** The same bits with plain kernels; the loss falls; a file gives the field back. */
    @Test
    void learnsAndIsKept() {
        FieldNet net = FieldTraining.run(SMALL, Streams.of(1), MatrixKernels.fastest());
        assertThat(FieldTraining.run(SMALL, Streams.of(1), MatrixKernels.plain())
                        .weights())
                .containsExactly(net.weights());
        double[] loss = net.loss();
        assertThat(Arrays.stream(loss, 50, 60).average().orElseThrow())
                .isLessThan(Arrays.stream(loss, 0, 10).average().orElseThrow() - 1);
        LearnedField first = FieldLibrary.in(folder).field(SMALL, Streams.of(1));
        LearnedField again = FieldLibrary.in(folder).field(SMALL, Streams.of(1));
        double[][] x = new double[64][600];
        for (int j = 0; j < 64; j++) {
            int pixel = j;
            Arrays.setAll(x[j], k -> Math.sin(pixel + 0.1 * k));
        }
        double[][] velocity = first.forClass(3).velocity().at(0.4, x);
        assertThat(again.forClass(3).velocity().at(0.4, x)).isDeepEqualTo(velocity);
        assertThat(again.forClass(4).velocity().at(0.4, x)).isNotEqualTo(velocity);
        double[][] one = Arrays.stream(x).map(row -> new double[] {row[599]}).toArray(double[][]::new);
        assertThat(first.forClass(3).velocity().at(0.4, one)[7][0]).isEqualTo(velocity[7][599]);
        assertThatThrownBy(() -> first.velocity().evaluator(1).divergence(0.5, one, 1, new double[1]))
                .hasMessage("a U-Net gives no derivative along a direction, and so no log density");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> first.drift(0))
                .withMessage("field.network.channels must be 0 for a drift of other engines, got 8");
    }

    @Test
    void textLeavesOutWhatIsDense() {
        Schema<FieldConfig> schema = Schema.of(SMALL);
        assertThat(schema.format(SMALL)).contains("channels=8").doesNotContain("times");
        assertThat(schema.format(FieldConfig.digits()))
                .doesNotContain("channels")
                .doesNotContain("times");
        assertThat(schema.parse(schema.format(SMALL), FieldConfig.digits())).isEqualTo(SMALL);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Schema.with(FieldConfig.line(), "target=checkerboard, base=noise, network.channels=8"))
                .withMessage("network.channels must be 0 unless the target is square grey pictures, got 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(FieldConfig.line(), "training.times=logNormal(mean=0, stdDev=1)"))
                .withMessage("training.times=logNormal needs base=noise and a schedule without γ, where α/β is the"
                        + " noise level");
    }

    /** σ = (1 − t)/t: its log has the quantiles of N(−1.2, 1.2²). */
    @Test
    void timesAreThoseOfEdm() {
        TimeLaw law = TimeLaw.LogNormal.standard();
        for (double u : new double[] {0.01, 0.3, 0.5, 0.9}) {
            double t = law.time(u, 1e-6, PathSchedule.linear(0));
            double expected = -1.2 + 1.2 * new NormalDistribution().inverseCumulativeProbability(u);
            assertThat(Math.log((1 - t) / t)).isCloseTo(expected, within(1e-9));
        }
        assertThat(law.time(0, 0.01, PathSchedule.linear(0))).isCloseTo(0.99, within(1e-12));
        assertThat(new TimeLaw.Uniform().time(0.25, 0.1, PathSchedule.linear(0)))
                .isCloseTo(0.3, within(1e-15));
    }

    /** Another law of times and other weights of the loss give another field. */
    @Test
    void theLawOfTimesChangesTheWeights() {
        FieldConfig edm = Schema.with(
                FieldConfig.digits(),
                "objective=denoiser, training.steps=40, training.times=logNormal(mean=-1.2, stdDev=1.2), network.width=32");
        FieldConfig plain = Schema.with(edm, "training.times=uniform");
        FieldNet net = FieldTraining.run(edm, Streams.of(1), MatrixKernels.fastest());
        assertThat(net.loss()).doesNotContain(Double.NaN);
        assertThat(net.weights())
                .isNotEqualTo(FieldTraining.run(plain, Streams.of(1), MatrixKernels.fastest())
                        .weights());
    }
}
