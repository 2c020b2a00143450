package org.noisebook.opencl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearnedField;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/** Where learned fields take particles, bit by bit against the exact engine. */
@Tag("long")
class OpenclFieldsTest extends OnOpencl {
    private static final int SETTINGS = 30;

    @TempDir
    private Path folder;

    private static <T> T any(T[] all, Stream stream) {
        return all[stream.nextIndex(all.length)];
    }

    /** One network of an interpolant of any kind, or two on the line, hardly trained. */
    private LearnedField field(Stream stream, int seed) {
        boolean line = stream.nextIndex(2) == 0;
        FieldConfig.Network network = new FieldConfig.Network(
                1 + stream.nextIndex(3),
                1 + stream.nextIndex(40),
                any(Activation.values(), stream),
                stream.nextIndex(3),
                false,
                stream.nextIndex(2) == 0);
        FieldConfig config = new FieldConfig(
                line ? new Target.ThreeModes() : new Target.Checkerboard(),
                line ? BaseDensity.Density.standard() : new BaseDensity.Noise(),
                PathSchedule.linear(line ? 2 : 0),
                line
                        ? any(new Objective[] {Objective.VELOCITY, Objective.INTERPOLANT_VELOCITY}, stream)
                        : any(Objective.values(), stream),
                network,
                new FieldConfig.Training(
                        2, 8, new LearningRate.Constant(0.1), 0, false, false, stream.nextIndex(2) * 0.01, 0));
        FieldLibrary library = FieldLibrary.in(folder);
        LearnedField field = library.field(config, Streams.of(seed));
        Objective noise = any(new Objective[] {Objective.NOISE, Objective.SCORE}, stream);
        return line ? field.with(library.field(Schema.with(config, "objective", noise), Streams.of(seed))) : field;
    }

    private static ParticleReplicas replicas(LearnedField field, boolean noisy, Stream stream) {
        int steps = stream.nextIndex(9);
        double[] times = new double[steps + 1];
        for (int i = 0; i <= steps; i++) {
            times[i] = steps == 0 ? 0 : (double) i / steps;
        }
        List<Supplier<ParticleReplicas.Job>> jobs = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            Streams streams = Streams.of(stream.nextIndex(1000)).withReplica(r);
            double[][] x = new double[field.dimension()][stream.nextIndex(700)];
            for (double[] row : x) {
                for (int k = 0; k < row.length; k++) {
                    row[k] = 2 * stream.nextGaussian();
                }
            }
            jobs.add(() -> new ParticleReplicas.Job(x, Noise.independent(streams.at("path"))));
        }
        double diffusion = noisy ? stream.nextDouble() : 0;
        return new ParticleReplicas(
                field.dimension(),
                field.drift(diffusion),
                noisy ? SdeMethod.EULER_MARUYAMA : OdeMethod.MIDPOINT,
                diffusion,
                times,
                jobs);
    }

    /** A fixed stream draws the settings. */
    @Test
    void settingsHaveTheBitsOfTheExactEngine() {
        Stream stream = Streams.of(13).at("settings");
        OpenclParticles oneItem = new OpenclParticles(queue, 1, 16);
        OpenclParticles manyItems = new OpenclParticles(queue, 16, 1, 2);
        for (int k = 0; k < SETTINGS; k++) {
            LearnedField field = field(stream, k);
            boolean noisy = stream.nextIndex(2) == 0;
            String what = k + ": " + field.config();
            OpenclParticlesTest.assertSameBits(replicas(field, noisy, stream), oneItem, what);
            OpenclParticlesTest.assertSameBits(replicas(field, noisy, stream), manyItems, what);
        }
    }

    @Test
    void aClassOfPicturesHasThemToo() {
        FieldConfig config = Schema.with(
                FieldConfig.digits(),
                "target",
                new Target.Pictures(DataSource.DIGITS, 20),
                "training.steps",
                2,
                "training.batchSize",
                8,
                "network.width",
                30);
        LearnedField field =
                FieldLibrary.in(folder).field(config, Streams.of(1)).forClass(3);
        OpenclParticlesTest.assertSameBits(
                replicas(field, false, Streams.of(2).at("settings")), new OpenclParticles(queue, 1, 16), "digits");
    }
}
