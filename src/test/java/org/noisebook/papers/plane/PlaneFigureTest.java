package org.noisebook.papers.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.papers.plane.InformationPlane.Config;
import org.noisebook.papers.plane.InformationPlane.Result;
import org.noisebook.stats.Estimate;

/** What the panels show and the words of claims, where runs are planted functions of config and replica. */
class PlaneFigureTest {
    /** Means of some tens of numbers of order 10. */
    private static final double ROUNDING = 1e-12;

    private static final Doubles NONE = Doubles.of();
    private static Story.Drawing drawing;

    /** Drawn once for all tests. */
    @BeforeAll
    static void drawOnce() {
        drawing = new InformationPlane()
                .story()
                .draw(Preset.QUICK, Planted.experiment((run, replica) -> planted((Config) run, replica)));
    }

    /**
     * I(X;T) = 10 − layer − record/100; the fall of ReLU is 0 but in two of 12 replicas, where it is 0.01 and 0.02; the gradient falls below
     * its noise in three of four replicas; with 15 bins I(X;T) rises in every second replica of ReLU.
     */
    private static Result planted(Config config, int replica) {
        boolean tanh = config.activation() == Activation.TANH;
        int records = config.recordSteps().length;
        double[] input = new double[config.informations()];
        Arrays.setAll(input, at -> 10 - at % 5 - at / 5 % records / 100.0);
        double[] label = new double[input.length];
        Arrays.setAll(label, at -> 0.2 + at / 5 % records / 100.0);
        double fall = tanh ? 3 : Math.max(0, 0.01 * (replica - 9));
        double[] binned = new double[records];
        Arrays.setAll(binned, k -> 3 + k);
        double rise = tanh || replica % 2 == 0 ? 0 : 0.1 * replica;
        return new Result(
                6,
                0.95,
                fall,
                10,
                0.1,
                replica % 4 == 3 ? Double.NaN : 20,
                1,
                1,
                Doubles.of(fall, fall, fall),
                Doubles.of(0, rise, 0),
                Doubles.of(input),
                Doubles.of(label),
                Doubles.of(binned),
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE);
    }

    private static Claim claim(String id) {
        return Planted.claim(drawing, "information-plane-" + id);
    }

    private static double[] column(String panel, String series, String column) {
        Frame frame = drawing.data();
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals(panel)
                        && frame.text(row, "series").equals(series))
                .mapToDouble(row -> frame.doubles(column)[row])
                .toArray();
    }

    @Test
    void claimsSayHowManyTheyCount() {
        assertThat(claim("onset").statement()).contains("9 of 12");
        assertThat(claim("onset").measured().n()).isEqualTo(9);
        assertThat(claim("relu-diffusion").statement()).contains("9 of 12");
        assertThat(claim("tanh-order-15").statement()).contains("none of 12 has a rise");
        assertThat(claim("relu-order-15").statement()).contains("6 of 12 have a rise, the largest of 1.10 bit");
        assertThat(claim("relu-order-15").measured()).isEqualTo(Estimate.ofProportion(6, 12));
        Claim bottleneck = claim("bottleneck");
        assertThat(bottleneck.measured().low()).isEqualTo(bottleneck.measured().mean());
        assertThat(bottleneck.measured().n()).isEqualTo(24);
    }

    /** With ReLU two of 12 replicas fall; a t interval would go below 0. */
    @Test
    void intervalsOfFallsStayInTheirRange() {
        Estimate fall = claim("relu-fall").measured();
        assertThat(fall.mean()).isCloseTo(0.03 / 12, within(ROUNDING));
        assertThat(fall.low()).isBetween(0.0, fall.mean());
        assertThat(fall.high()).isGreaterThan(fall.mean());
    }

    /** Every second record, the last included; a path from the first that is shown to the last. */
    @Test
    void panelsShowTheRecords() {
        int[] steps = Schema.with(new InformationPlane().defaults(), "steps=3000, recordsPerDecade=8")
                .recordSteps();
        int last = steps.length - 1;
        double[] path = column("tanh", "layer 2", "x");
        assertThat(path).hasSize(last / 2 + 1);
        assertThat(path[0]).isCloseTo(9 - last % 2 / 100.0, within(ROUNDING));
        assertThat(path[path.length - 1]).isCloseTo(9 - last / 100.0, within(ROUNDING));
        assertThat(column("tanh", "last step", "x")).hasSize(5).contains(path[path.length - 1]);
        assertThat(column("tanh", "last step", "y")[0]).isCloseTo(0.2 + last / 100.0, within(ROUNDING));
        assertThat(column("tanh", "bottleneck", "x")).isSorted().endsWith(12);
        assertThat(column("input", "ReLU", "x")).endsWith(steps[last]).doesNotContain(0);
        assertThat(column("input", "ReLU", "y")).endsWith(6 - last / 100.0);
        assertThat(column("input", "ReLU, fixed bins", "y")).endsWith(3 + last);
        assertThat(column("noise", "full batch: no noise", "x")).endsWith(1200);
        assertThat(drawing.replicas()).startsWith("12");
        assertThat(drawing.caption()).contains("12 replicas");
    }
}
