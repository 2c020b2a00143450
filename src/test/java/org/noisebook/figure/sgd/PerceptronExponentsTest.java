package org.noisebook.figure.sgd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;

class PerceptronExponentsTest {
    /** w1* ~ P^0.45 with scatter between replicas; t*'s exponent grows by 0.02 an octave, of b = 2 at χ = 1. */
    @Test
    void exponentsComeNearerOnlyIfTheyDo() {
        var drawing = new PerceptronExponents().draw(Preset.FULL, Planted.experiment((config, replica) -> {
            double u = StrictMath.log(((PerceptronConfig) config).trainSize()) / StrictMath.log(2);
            double w = StrictMath.pow(2, 0.45 * u + (replica - 3.5) * 1e-4 * u * u);
            double t = StrictMath.pow(2, (1.15 + 0.01 * u) * u) * w;
            Doubles no = Doubles.of();
            return new PerceptronResult(StopReason.FITTED, 1, t, 1, w, 1, w, 1, 1 / w, 0, no, no, no);
        }));
        var time = Planted.claim(drawing, "perceptron-exponents-time-nearer-chi1");
        var signal = Planted.claim(drawing, "perceptron-exponents-signal-nearer-chi1");
        assertThat(time.measured().mean()).isBetween(0.07 - 1e-9, 0.07 + 1e-9);
        assertThat(time.verdict() + " " + signal.verdict()).isEqualTo("REPRODUCED NOT_RESOLVED");
    }
}
