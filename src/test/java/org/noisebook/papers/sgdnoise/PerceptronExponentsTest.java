package org.noisebook.papers.sgdnoise;

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
        double[] local = Planted.column(drawing.data(), "y", "time-local", "χ = 1", "simulation");
        assertThat(local).hasSize(3);
        assertThat(local[2] - local[0]).isBetween(0.07 - 2e-6, 0.07 + 2e-6);
        assertThat(time.verdict() + " " + signal.verdict()).isEqualTo("REPRODUCED NOT_RESOLVED");
    }

    /** |Δw| ~ P^½ in N ~ P updates and t* ~ P^1.8. */
    @Test
    void aRandomWalkIsToldByItsUpdates() {
        var drawing = new PerceptronExponents().draw(Preset.QUICK, Planted.experiment((config, replica) -> {
            double size = ((PerceptronConfig) config).trainSize() * (1 + replica * 1e-3);
            double root = Math.sqrt(size);
            double time = StrictMath.pow(size, 1.8);
            Doubles no = Doubles.of();
            return new PerceptronResult(
                    StopReason.FITTED, 1, time, (long) size, root, 1, root, root, 1 / size, 0, no, no, no);
        }));
        var kicks = Planted.claim(drawing, "perceptron-exponents-kicks-chi2").measured();
        var growth = Planted.claim(drawing, "perceptron-exponents-growth-chi2").measured();
        assertThat(kicks.mean()).isBetween(0.999, 1.001);
        assertThat(growth.mean()).isBetween(1.599, 1.601);
    }
}
