package org.noisebook.papers.lowlight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.paper.Runs;
import org.noisebook.papers.lowlight.LowLight.Result;
import org.noisebook.stats.Estimate;

class LowLightTest {
    /** Another sensor, whose parts are all found within three standard errors. */
    @ParameterizedTest
    @Tag("statistical")
    @CsvSource({"0.5, 1.5, 3, 0.3, 1", "5, 0, 4, -0.2, 2", "1, 3, 1, 0.1, 0"})
    void partsAreFound(double gain, double row, double read, double shape, double step) {
        String changes = String.format(
                java.util.Locale.ROOT,
                "gain=%s, rowNoise=%s, readNoise=%s, shape=%s, step=%s, side=64, pictures=2",
                gain,
                row,
                read,
                shape,
                step);
        Runs<Result> runs = Runs.of(new LowLight(), 24, changes);
        Estimate ratio = runs.mean(Result::gainRatio);
        assertThat(ratio.mean()).isCloseTo(1, within(3 * ratio.stdError() + 0.002));
        Estimate variance = runs.mean(Result::readVariance);
        assertThat(variance.mean()).isCloseTo(read * read, within(3 * variance.stdError()));
        Estimate rows = runs.mean(r -> r.row() * r.row());
        assertThat(rows.mean()).isCloseTo(row * row, within(3 * rows.stdError() + 0.05));
        Estimate lambda = runs.mean(Result::lambda);
        assertThat(lambda.mean()).isCloseTo(shape, within(3 * lambda.stdError() + 0.02));
    }

    /** Settings that no figure uses. */
    @ParameterizedTest
    @Tag("statistical")
    @ValueSource(
            strings = {
                "rowNoise=1.4, light=10",
                "rowNoise=3, gain=0.7, readNoise=1, law=gaussian, step=0",
                "rowNoise=2, shape=0.4"
            })
    void denoisersErrAsTheFormulaSays(String changes) {
        String all = changes + ", side=4, pairs=1, pictures=200";
        Estimate apart = Runs.of(new LowLight(), 24, all).mean(r -> r.excess() - r.excessLaw());
        assertThat(apart.mean()).isCloseTo(0, within(3 * apart.stdError()));
        assertThat(new LowLight().run(all, 1).excessLaw()).isGreaterThan(0);
    }

    @Test
    void badSettingsAreNamed() {
        assertThatThrownBy(() -> new LowLight().run("shape=-0.5", 1))
                .hasMessageContaining("shape must be in [-0.4, 1], got -0.5");
        assertThat(new LowLight()
                        .run("rowNoise=0, side=4, pairs=1, pictures=9", 1)
                        .excess())
                .isCloseTo(0, within(1e-12));
    }
}
