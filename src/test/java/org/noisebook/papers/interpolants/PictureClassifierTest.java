package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Target;
import org.noisebook.rng.Streams;

class PictureClassifierTest {
    /** Of 297 handwritten digits that it has not seen, it knows more than nine in ten; chance is one in ten. */
    @Test
    void knowsPicturesThatItHasNotSeen() {
        Streams streams = Streams.of(1);
        ClassPoints seen = new Target.Pictures(DataSource.DIGITS, 1500).images(streams);
        ClassPoints all = Target.Pictures.standard().images(streams);
        double[][] unseen = new double[64][all.count() - 1500];
        for (int j = 0; j < 64; j++) {
            for (int k = 0; k < unseen[j].length; k++) {
                unseen[j][k] = all.x(1500 + k, j);
            }
        }
        int[] labels = new PictureClassifier(seen, streams.at("classifier")).labels(unseen);
        long right = IntStream.range(0, labels.length)
                .filter(k -> labels[k] == all.label(1500 + k))
                .count();
        assertThat(right).isGreaterThan(labels.length * 9 / 10);
        assertThat(new PictureClassifier(seen, streams.at("classifier")).labels(unseen))
                .isEqualTo(labels);
    }

    @Test
    void isLeftOutOfTextsThatDoNotNameIt() {
        InterpolantPicturesStudy.Config standard = new InterpolantPicturesStudy().defaults();
        Schema<InterpolantPicturesStudy.Config> schema = Schema.of(standard);
        assertThat(schema.format(standard)).doesNotContain("judge");
        InterpolantPicturesStudy.Config trained = Schema.with(standard, "judge=trained");
        assertThat(schema.format(trained)).contains("judge=trained");
        assertThat(trained.judge()).isEqualTo(InterpolantPicturesStudy.Judge.TRAINED);
    }
}
