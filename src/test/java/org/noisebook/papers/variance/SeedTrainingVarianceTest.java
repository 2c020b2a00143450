package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** The figure where shares are planted. */
class SeedTrainingVarianceTest {
    private static final double ROUNDING = 1e-12;
    private static Story.Drawing drawing;
    private static Story.Drawing plane;

    @BeforeAll
    static void drawOnce() {
        Experiment experiment = Planted.experiment(new Plan()::of);
        drawing = new SeedTrainingVariance().story().draw(Preset.QUICK, experiment);
        plane = new SeedTrainingPlane().draw(Preset.QUICK, experiment);
    }

    /** Of the data half, of initialisation × data 0.3 unless centred, the rest of order × data, replicas 0.01 apart. */
    private static SeedShares planted(int replica, boolean centred) {
        double apart = replica % 2 == 0 ? 0.005 : -0.005;
        double init = centred ? 0 : 0.3;
        return new SeedShares(
                0.2 + apart, 0.04, 0, 0, 0.5 + apart, 0, init, 0.5 - init, 0, init, 0.5 - init, 0.9 + apart);
    }

    private static final class Plan {
        Record of(Record run, int replica) {
            return run instanceof SeedMistakes.Config config
                    ? mistakes(config, replica)
                    : training((SeedTrainingVariance.Config) run, replica);
        }

        private static SeedMistakes.Result mistakes(SeedMistakes.Config config, int replica) {
            double[] cells = new double[config.levels().cells()];
            return new SeedMistakes.Result(
                    cells.length, 0.2, planted(replica, false), Doubles.of(cells), Doubles.of(cells));
        }

        /** Of the hottest row one training is capped. */
        private static SeedTrainingVariance.Result training(SeedTrainingVariance.Config config, int replica) {
            double[] cells = new double[config.levels().cells()];
            boolean hot = config.learner() instanceof Learner.Network network
                    && network.training().temperature() == 4;
            boolean centred = config.learner() instanceof Learner.Perceptron;
            return new SeedTrainingVariance.Result(
                    cells.length - (hot ? 1 : 0),
                    hot ? 1 : 0,
                    0,
                    planted(replica, centred),
                    Doubles.of(cells),
                    Doubles.of(cells),
                    Doubles.of(cells));
        }
    }

    private static int[] rows(String panel, String series, String kind) {
        return rows(drawing, panel, series, kind);
    }

    private static int[] rows(Story.Drawing of, String panel, String series, String kind) {
        return Planted.rows(of.data(), panel, series, kind);
    }

    private static double[] column(int[] rows, String name) {
        return column(drawing, rows, name);
    }

    private static double[] column(Story.Drawing of, int[] rows, String name) {
        double[] all = of.data().doubles(name);
        return Arrays.stream(rows).mapToDouble(row -> all[row]).toArray();
    }

    /** What sources have alone and what is left to their interactions; a centred learner has no initialisation. */
    @Test
    void sharesAddUpToOne() {
        int[] data = rows("shares", "data", "simulation");
        assertThat(column(data, "x")).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(column(data, "y")).containsOnly(new double[] {0.5}, within(ROUNDING));
        assertThat(column(data, "n")).containsExactly(8 * 512, 8 * 512, 8 * 216, 8 * 216, 8 * 216, 8 * 216, 8 * 216);
        double[] sum = new double[7];
        for (String part : List.of("data", "initialisation", "order", "their interactions")) {
            double[] share = column(rows("shares", part, "simulation"), "y");
            Arrays.setAll(sum, k -> sum[k] + share[k]);
        }
        assertThat(sum).containsOnly(new double[] {1}, within(ROUNDING));
        assertThat(column(rows("shares", "initialisation", "simulation"), "y")[2])
                .isZero();
    }

    /** Half of the variance does not shrink with R: (V/2 + V/(2R))/(V/R) = (R + 1)/2. */
    @Test
    void sharedDataInflateTheVarianceOfAMean() {
        int[] points = rows("error bars", "hinge, one data set", "simulation");
        assertThat(column(points, "x")).containsExactly(2, 4, 8, 16, 32, 64);
        assertThat(column(points, "y")).containsExactly(new double[] {1.5, 2.5, 4.5, 8.5, 16.5, 32.5}, within(1e-10));
        assertThat(column(rows("error bars", "lazy net, one initialisation", "simulation"), "y"))
                .containsOnly(1);
    }

    @Test
    void cellsWithACappedTrainingAreMixed() {
        int[] cells = rows(plane, "order", "", "cell");
        assertThat(cells).hasSize(20);
        assertThat(column(plane, cells, "value")).containsOnly(new double[] {0.2}, within(ROUNDING));
        for (int row : cells) {
            boolean hot = plane.data().doubles("y")[row] == 4;
            assertThat(plane.data().doubles("capped")[row]).isEqualTo(hot ? 3 : 0);
            assertThat(plane.data().doubles("n")[row]).isEqualTo(3 * 64);
        }
    }

    /** A reference of five repeats that scatter as one of our eight is planned to. */
    @Test
    void theReferenceScattersAsPlanned() {
        Claim data = Planted.claim(drawing, "seed-training-variance-mistakes-1-3-d");
        double planned = 0.06017 / Math.sqrt(8);
        assertThat(data.windowHigh() - data.expected())
                .isCloseTo(3.3 * planned * Math.sqrt(1 + 8.0 / 5), within(ROUNDING));
    }
}
