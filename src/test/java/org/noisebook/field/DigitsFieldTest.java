package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.data.ClassPoints;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;

/** The field that comes with the kit. */
class DigitsFieldTest {
    private static final Path FILE = Path.of("datasets", "digits.field");
    private static final ClassPoints PICTURES = Target.Pictures.standard().images(Streams.of(1));
    private static final double[] TIMES =
            IntStream.rangeClosed(0, 20).mapToDouble(i -> i / 20.0).toArray();

    private static double[][] sample(LearnedField field, int count, long part) {
        Stream stream = Streams.of(9).at("start").part(part);
        double[][] x = new double[64][count];
        for (int k = 0; k < count; k++) {
            for (double[] row : x) {
                row[k] = stream.nextGaussian();
            }
        }
        Ensemble.run(OdeMethod.RK4.sampler(field.velocity()), TIMES, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        return x;
    }

    /** The one call is the ODE from the noise named base. */
    @Test
    void oneCallSamples() {
        Stream base = Streams.of(9).at("base");
        double[][] x = new double[64][3];
        for (int k = 0; k < 3; k++) {
            for (double[] row : x) {
                row[k] = base.nextGaussian();
            }
        }
        LearnedField three = LearnedField.digits().forClass(3);
        Ensemble.run(OdeMethod.RK4.sampler(three.velocity()), TIMES, x, Noise.NONE, 1, Ensemble.Observer.NONE);
        assertThat(three.sample(3, 20, Streams.of(9))).isDeepEqualTo(x);
    }

    /** 30 samples of each class; 97 to 98 % were right when the field was made. */
    @Test
    void samplesOfAClassShowIt() {
        LearnedField field = LearnedField.digits();
        int right = 0;
        for (int c = 0; c < 10; c++) {
            int digit = c;
            int[] label = NearestPictures.of(PICTURES, sample(field.forClass(c), 30, c))
                    .label();
            right += (int) Arrays.stream(label).filter(found -> found == digit).count();
        }
        assertThat(right).as("of 300 with a fixed seed").isGreaterThan(280);
    }

    /** Digits are about a tenth each; a field that had lost one would have none of it among 400. */
    @Test
    void samplesOfNoClassShowAllAndAreNoCopies() {
        NearestPictures nearest = NearestPictures.of(PICTURES, sample(LearnedField.digits(), 400, 10));
        int[] counts = new int[10];
        Arrays.stream(nearest.label()).forEach(c -> counts[c]++);
        assertThat(Arrays.stream(counts).boxed()).allSatisfy(c -> assertThat(c).isBetween(16, 72));
        assertThat(nearest.distance())
                .as("pictures are 2.1 apart on average, a copy would be within a rounding of pixels")
                .satisfies(all ->
                        assertThat(Arrays.stream(all).min().orElseThrow()).isGreaterThan(0.5));
    }

    @Test
    void theFileIsSmallAndListed() throws IOException {
        byte[] bytes = Files.readAllBytes(FILE);
        assertThat(bytes).hasSizeLessThanOrEqualTo(500_000);
        assertThat(Files.readString(Path.of("datasets", "README.md")))
                .contains("| `digits.field` | " + bytes.length + " | `" + Streams.sha256(bytes) + "` |")
                .contains(FieldFile.title(FieldConfig.digits(), Streams.of(1))
                        .lines()
                        .skip(1)
                        .findFirst()
                        .orElseThrow());
    }

    /** Leaves the newly trained file in the folder {@code target}, from where it is copied after a change of the config. */
    @Test
    @Tag("slow")
    void trainingGivesItsNumbers() throws IOException {
        FieldConfig config = FieldConfig.digits();
        String title = FieldFile.title(config, Streams.of(1));
        FieldNet trained = FieldTraining.run(config, Streams.of(1), MatrixKernels.fastest());
        Files.write(Path.of("target", "digits.field"), FieldFile.pack(title, trained));
        FieldNet committed = FieldFile.unpack("digits.field", Files.readAllBytes(FILE), config, title);
        assertThat(FieldFile.numbers(trained)).isEqualTo(FieldFile.numbers(committed));
    }

    @Test
    void nearestPicturesAreFound() {
        double[][] x = new double[64][3];
        for (int j = 0; j < 64; j++) {
            x[j][0] = PICTURES.x(17, j);
            x[j][1] = PICTURES.x(5, j);
            x[j][2] = Double.NaN;
        }
        x[20][1] += 0.25;
        NearestPictures nearest = NearestPictures.of(PICTURES, x);
        assertThat(nearest.index()).containsExactly(17, 5, -1);
        assertThat(nearest.label()).containsExactly(PICTURES.label(17), PICTURES.label(5), -1);
        assertThat(nearest.distance()).containsExactly(0, 0.25, Double.NaN);
        assertThat(NearestPictures.of(PICTURES, x)).isEqualTo(nearest).hasSameHashCodeAs(nearest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NearestPictures.of(PICTURES, new double[2][1]))
                .withMessage("samples must have the pictures' dimension=64, got 2");
    }

    /** The bound in float32 rules out no picture that is nearest, however large the numbers. */
    @Test
    void nearestPicturesAreThoseOfAllDistances() {
        double[][] x = new double[PICTURES.dimension()][300];
        Stream stream = Streams.of(1).at("nearest");
        for (int k = 0; k < 300; k++) {
            double scale = k % 3 == 0 ? 1e25 : k % 3 == 1 ? 1 : 1e-3;
            int near = stream.nextIndex(PICTURES.count());
            for (int j = 0; j < x.length; j++) {
                x[j][k] = PICTURES.x(near, j) + scale * stream.nextGaussian();
            }
        }
        for (int j = 0; j < x.length; j++) {
            x[j][1] = PICTURES.x(7, j);
        }
        x[0][4] = Double.NaN;
        x[0][5] = Double.POSITIVE_INFINITY;
        NearestPictures found = NearestPictures.of(PICTURES, x);
        for (int k = 0; k < 300; k++) {
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < PICTURES.count(); i++) {
                double square = 0;
                for (int j = 0; j < x.length; j++) {
                    double off = x[j][k] - PICTURES.x(i, j);
                    square = Math.fma(off, off, square);
                }
                if (square < least) {
                    least = square;
                    best = i;
                }
            }
            assertThat(found.index()[k]).as("sample " + k).isEqualTo(best);
            assertThat(found.distance()[k]).isEqualTo((Double) (best < 0 ? Double.NaN : Math.sqrt(least)));
        }
    }
}
