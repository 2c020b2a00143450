package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearningRate;
import org.noisebook.field.NearestPictures;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class InterpolantPicturesStudyTest {
    private static final InterpolantPicturesStudy STUDY = new InterpolantPicturesStudy();
    private static final int SEEN = 1500;

    /** A network that has learned nearly nothing, some milliseconds. */
    private static final InterpolantPicturesStudy.Config SMALL = new InterpolantPicturesStudy.Config(
            new FieldConfig(
                    new Target.Pictures(DataSource.DIGITS, SEEN),
                    new BaseDensity.Noise(),
                    PathSchedule.linear(0),
                    Objective.VELOCITY,
                    new FieldConfig.Network(1, 8, Activation.SILU, 1, true, true),
                    new FieldConfig.Training(20, 16, new LearningRate.Constant(1e-2), 0.5, false, true, 1e-3, 0.2)),
            true,
            0.5,
            5,
            0.1,
            20,
            InterpolantPicturesStudy.Judge.NEAREST);

    @TempDir
    static Path folder;

    private static InterpolantPicturesStudy.Result run(InterpolantPicturesStudy.Config config) {
        return run(config, Streams.of(1));
    }

    private static InterpolantPicturesStudy.Result run(InterpolantPicturesStudy.Config config, Streams streams) {
        return InterpolantPicturesStudy.run(config, streams, FieldLibrary.in(folder));
    }

    /** The first of a replica's order are seen, the others are not; the rule of one neighbour is right for nearly all of them. */
    @Test
    void unseenPicturesAreTheOthers() {
        Streams streams = Streams.of(1).withReplica(2);
        ClassPoints seen = new Target.Pictures(DataSource.DIGITS, SEEN).images(streams);
        ClassPoints all = Target.Pictures.standard().images(streams);
        for (int i = 0; i < SEEN; i += 100) {
            for (int j = 0; j < 64; j++) {
                assertThat(all.x(i, j)).isEqualTo(seen.x(i, j));
            }
        }
        InterpolantPicturesStudy.Result result = run(SMALL, streams);
        assertThat(result.unseenDistances().toArray()).hasSize(1797 - SEEN).isSorted();
        assertThat(result.unseenDistances().get(0)).isGreaterThan(0.3);
        assertThat(result.classifierAccuracy()).isBetween(0.96, 1.0);
        assertThat(result.seenShares().get(0)).isCloseTo(countOf(seen, 0) / (double) SEEN, within(1e-12));
    }

    private static int countOf(ClassPoints points, int label) {
        int count = 0;
        for (int i = 0; i < points.count(); i++) {
            count += points.label(i) == label ? 1 : 0;
        }
        return count;
    }

    @Test
    void samplesAreLookedUpAmongTheSeen() {
        InterpolantPicturesStudy.Result result = run(SMALL);
        ClassPoints seen = new Target.Pictures(DataSource.DIGITS, SEEN).images(Streams.of(1));
        double[][] x = new double[64][20];
        for (int k = 0; k < 20; k++) {
            for (int j = 0; j < 64; j++) {
                x[j][k] = result.pixels().get(k * 64 + j);
            }
        }
        NearestPictures nearest = NearestPictures.of(seen, x);
        double[] distances = nearest.distance();
        Arrays.sort(distances);
        assertThat(result.distances().toArray()).isEqualTo(distances);
        assertThat(result.nearestPixels().get(7 * 64 + 20)).isEqualTo(seen.x(nearest.index()[7], 20));
        double right = 0;
        for (int k = 0; k < 20; k++) {
            right += nearest.label()[k] == k % 10 ? 1.0 / 20 : 0;
        }
        assertThat(result.rightShare()).isCloseTo(right, within(1e-12));
        assertThat(result.shown().stream().sum()).isCloseTo(1, within(1e-12));
        assertThat(result.evaluations()).isEqualTo(5 + 2);
        assertThat(run(Schema.with(SMALL, "diffusion", 0)).evaluations()).isEqualTo(10);
        assertThat(run(Schema.with(SMALL, "conditional", false)).rightShare()).isNaN();
    }

    /** A quarter of the standard training already draws most digits right, farther from what it saw than unseen ones are. */
    @Test
    void digitsAreLearnedAndNotCopied() {
        InterpolantPicturesStudy.Config config = Schema.with(
                STUDY.defaults(),
                "field.training.steps",
                1500,
                "field.training.averaging",
                0.99,
                "diffusion",
                1,
                "particles",
                200);
        InterpolantPicturesStudy.Result result = run(config);
        assertThat(result.rightShare()).isGreaterThan(0.8);
        assertThat(result.meanDistance()).isGreaterThan(result.unseenMeanDistance());
        assertThat(result.seenNearer()).isBetween(0.35, 0.75);
        assertThat(result.frechet()).isLessThan(4);
    }

    @Test
    void divergenceIsAnOutcome() {
        InterpolantPicturesStudy.Config wild = Schema.with(
                SMALL,
                "field.training.learningRate",
                new LearningRate.Constant(1000),
                "field.training.steps",
                60,
                "field.network.layers",
                20,
                "field.network.activation",
                Activation.RELU);
        InterpolantPicturesStudy.Result result = run(wild);
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.frechet()).isNaN();
        assertThat(result.pixels().toArray()).isEmpty();
        assertThat(result.classifierAccuracy()).isGreaterThan(0.9);
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "field", FieldConfig.line()))
                .withMessage(
                        "field must have pictures as target and lead there from noise: base=noise, a schedule without γ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "particles", 25))
                .withMessage("particles must be a multiple of the classes=10 where conditional=true, got 25");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "field.target", Target.Pictures.standard()))
                .withMessage("field.target.trainSize must leave at least 2 of the 1797 pictures unseen, got 1797");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "field.network.conditional", false))
                .withMessage("conditional must be false where field.network.conditional=false");
    }
}
