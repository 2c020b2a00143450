package org.noisebook.papers.scoredvi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.scoredvi.ScoreDvi.Result;

class ScoreDviTest {
    /** At variances that no figure uses the map is found, and nothing is better than the true one. */
    @Test
    @Tag("statistical")
    void manyPicturesTellTheMap() {
        Result many = new ScoreDvi().run("pictures=300, loud=0.8, quiet=0.1, share=0.5", 3);
        // 32 pixels of 300 pictures: three errors of √(2/9600) are 4 %, with the posterior's share 8 %.
        assertThat(many.loudFound() / 0.8).isCloseTo(1, within(0.08));
        assertThat(many.quietFound() / 0.1).isCloseTo(1, within(0.08));
        assertThat(many.free() / many.oracle()).isBetween(1 - 1e-3, 1.03);
        assertThat(many.levels() / many.oracle()).isBetween(1 - 1e-3, 1.03);
        assertThat(many.oracle()).isLessThan(many.uniform());
        assertThat(many.uniform()).isLessThan(many.permuted());
    }

    /** With equal noise all maps are the same. */
    @Test
    void equalNoiseGainsNothing() {
        Result even = new ScoreDvi().run("pictures=60, loud=0.3, quiet=0.3", 1);
        assertThat(even.permuted()).isEqualTo(even.oracle());
        assertThat(even.uniform() / even.oracle()).isCloseTo(1, within(0.02));
        assertThat(even.loudFound()).isEqualTo(even.quietFound());
    }

    @Test
    void picturesAreThoseOfTheErrors() {
        Result one = new ScoreDvi().run("", 2);
        double[] shown = one.shown().toArray();
        double square = 0;
        for (int j = 0; j < 64; j++) {
            square += (shown[4 * 64 + j] - shown[j]) * (shown[4 * 64 + j] - shown[j]) / 64;
        }
        assertThat(square).isCloseTo(one.oracle(), within(1e-12));
        assertThatThrownBy(() -> new ScoreDvi().run("loud=0", 1))
                .hasMessageContaining("loud must be in [0.001, 100], got 0");
    }
}
