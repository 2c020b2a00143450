package org.noisebook.figure.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Line;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.model.StopReason;
import org.noisebook.regime.DipoleRule;
import org.noisebook.regime.InformationPlaneConfig;
import org.noisebook.regime.InformationPlaneResult;
import org.noisebook.stats.BottleneckCurve;
import org.noisebook.stats.Estimate;

/** The figure's numbers and verdicts where runs are planted functions of config and replica. */
class InformationPlaneTest {
    /** Means of some tens of numbers of order 10. */
    private static final double ROUNDING = 1e-12;

    private static final double[] STEPS = {0, 1, 10, 100};

    private static Story.Drawing drawing;
    private static Story.Drawing bad;
    private static Story.Drawing full;

    /** Drawn once for all tests. */
    @BeforeAll
    static void drawOnce() {
        drawing = new InformationPlane().draw(Preset.QUICK, experiment(0));
        bad = new InformationPlane().draw(Preset.QUICK, experiment(1.5));
        full = new InformationPlane().draw(Preset.FULL, experiment(0));
    }

    private static Experiment experiment(double rise) {
        return Planted.experiment(new Plan(rise)::of);
    }

    /** Runs that train nothing. */
    private record Plan(double rise) {
        Record of(Record run, int replica) {
            InformationPlaneConfig config = (InformationPlaneConfig) run;
            return planted(config, replica, rise);
        }
    }

    /**
     * Gradients rise over their noise at the third record in three of four replicas.
     *
     * <p>I(X;T) = 11 − layer at first, 10 − layer at the maximum, and lower by {@code fall} at the end; {@code rise}
     * lifts the second layer above the first and ReLU's fall above its bound, and takes most of the fall without noise.
     */
    private static InformationPlaneResult planted(InformationPlaneConfig config, int replica, double rise) {
        int layers = config.hiddenWidths().size();
        boolean tanh = config.activation() == Activation.TANH;
        double fall = Math.max(0, (tanh ? 3 : 0.3 + rise) + 0.01 * replica);
        fall *= config.batchSize() > 3000 && rise > 0 ? 0.1 : 1;
        int bins = config.bins().size();
        double[] input = new double[bins * STEPS.length * layers];
        double[] label = new double[input.length];
        for (int at = 0; at < input.length; at++) {
            int layer = at % layers;
            int bin = at / (layers * STEPS.length);
            int record = at / layers % STEPS.length;
            input[at] = 10
                    - layer
                    + (record == 0 ? 1 : 0)
                    - (record == 3 ? fall - (tanh ? 0.5 * bin : 0) : 0)
                    + (layer == 1 ? rise * (1 + bin) : 0);
            label[at] = Math.max(0, record == 3 ? 0.95 - 0.001 * replica : 0.2 * record - 0.01 * layer);
        }
        double[] gradients = new double[STEPS.length * (layers + 1)];
        Arrays.fill(gradients, 2);
        double[] noise = new double[gradients.length];
        if (replica % 4 != 3) {
            Arrays.fill(gradients, 2 * (layers + 1), 3 * (layers + 1), 5);
        }
        Arrays.setAll(noise, k -> 1 + k % (layers + 1));
        double[] accuracy = {0.5, 0.6, 0.8, layers > 1 ? 0.99 : 0.9};
        int last = 3 * layers + layers - 1;
        return new InformationPlaneResult(
                StopReason.COMPLETED,
                input[last],
                label[last],
                fall,
                10,
                20 + replica,
                0.99,
                0.98,
                Doubles.of(STEPS),
                Doubles.of(input),
                Doubles.of(label),
                Doubles.of(9, 9, 3, 2.9 - 0.001 * replica - rise),
                Doubles.of(gradients),
                Doubles.of(noise),
                Doubles.of(STEPS),
                Doubles.of(STEPS),
                Doubles.of(accuracy),
                Doubles.of(accuracy));
    }

    private static Claim claim(Story.Drawing of, String id) {
        return Planted.claim(of, "information-plane-" + id);
    }

    private static double[] column(Story.Drawing of, String panel, String series, String column) {
        Frame frame = of.data();
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals(panel)
                        && frame.text(row, "series").equals(series))
                .mapToDouble(row -> frame.doubles(column)[row])
                .toArray();
    }

    @Test
    void claimsMeasureWhatIsPlanted() {
        double mean = 5.5;
        assertThat(claim(drawing, "tanh-fall").measured().mean()).isCloseTo(3 + 0.01 * mean, within(ROUNDING));
        assertThat(claim(drawing, "tanh-label").measured().mean()).isCloseTo(0.95 - 0.001 * mean, within(ROUNDING));
        assertThat(claim(drawing, "relu-fall").measured().mean()).isCloseTo(0.3 + 0.01 * mean, within(ROUNDING));
        assertThat(claim(drawing, "relu-fall-run").measured().mean()).isCloseTo(0.1 + 0.001 * mean, within(ROUNDING));
        assertThat(claim(drawing, "bins").measured().mean())
                .as("at the third number of bins")
                .isCloseTo(1.7, within(ROUNDING));
        double above = Math.log(5 * Math.sqrt(6 / 91.0));
        assertThat(claim(drawing, "onset").measured().mean())
                .as("squares of the noise of six layers add up to 91")
                .isCloseTo(Math.pow(10, above / Math.log(2.5)), within(ROUNDING));
        assertThat(claim(drawing, "onset").measured().n()).isEqualTo(9);
        assertThat(claim(drawing, "onset").statement()).contains("9 of 12", "other 3");
        Claim bottleneck = claim(drawing, "bottleneck");
        assertThat(bottleneck.measured().low()).isEqualTo(bottleneck.measured().mean());
        assertThat(bottleneck.measured().n()).isEqualTo(24);
        assertThat(claim(drawing, "tanh-order-15").measured()).isEqualTo(Estimate.ofProportion(12, 12));
        assertThat(claim(drawing, "tanh-order-15").statement()).contains("none of 12 has a rise");
        assertThat(claim(drawing, "full-batch-fall").measured().mean()).isCloseTo(3.015, within(ROUNDING));
        assertThat(claim(drawing, "noise-share").measured().mean()).isCloseTo(-1.5075, within(ROUNDING));
        assertThat(claim(drawing, "relu-diffusion").statement()).contains("9 of 12");
        for (Claim claim : drawing.claims()) {
            boolean noise = claim.id().endsWith("noise-share") || claim.id().endsWith("relu-diffusion");
            assertThat(claim.verdict())
                    .as(claim.id())
                    .isEqualTo(noise ? Claim.Verdict.NOT_REPRODUCED : Claim.Verdict.REPRODUCED);
        }
        for (String name : List.of("tanh-order-15", "relu-order-30")) {
            assertThat(claim(full, name).verdict()).as(name).isEqualTo(Claim.Verdict.REPRODUCED);
        }
    }

    @Test
    void claimsCanFail() {
        assertThat(claim(bad, "relu-fall").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claim(bad, "relu-fall-run").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claim(bad, "noise-share").measured().mean()).isCloseTo(0.4 * 3.015, within(ROUNDING));
        assertThat(claim(bad, "noise-share").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claim(bad, "full-batch-fall").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claim(bad, "tanh-order-30").statement()).endsWith("12 of 12 have a rise, the largest of 0.50 bit");
        assertThat(claim(bad, "relu-order-60").statement()).endsWith("12 of 12 have a rise, the largest of 3.50 bit");
        assertThat(claim(bad, "relu-order-60").measured()).isEqualTo(Estimate.ofProportion(0, 12));
        for (String name : List.of("tanh", "relu")) {
            for (int bins : new int[] {15, 30, 60}) {
                assertThat(claim(bad, name + "-order-" + bins).verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
            }
        }
    }

    /** With ReLU two of 12 replicas fall, by 0.01 and 0.02; a t interval would go below 0. */
    @Test
    void intervalsOfFallsStayInTheirRange() {
        Estimate fall = claim(new InformationPlane().draw(Preset.QUICK, experiment(-0.39)), "relu-fall")
                .measured();
        assertThat(fall.mean()).isCloseTo(0.03 / 12, within(ROUNDING));
        assertThat(fall.low()).isBetween(0.0, fall.mean());
        assertThat(fall.high()).isGreaterThan(fall.mean());
    }

    @Test
    void claimsAreTheSameInBothPresets() {
        assertThat(full.claims().stream().map(Claim::id))
                .containsExactlyElementsOf(
                        drawing.claims().stream().map(Claim::id).toList());
    }

    /** A path from the first record that is shown to the last; the last record has the end of every layer. */
    @Test
    void panelsShowTheRecords() {
        assertThat(column(drawing, "tanh", "layer 2", "x"))
                .containsExactly(new double[] {10, 6 - 0.055}, within(ROUNDING));
        assertThat(column(drawing, "tanh", "first step", "x")[1]).isCloseTo(10, within(ROUNDING));
        assertThat(column(drawing, "tanh", "last step", "x")).hasSize(5);
        assertThat(column(drawing, "tanh", "last step", "x")[1]).isCloseTo(6 - 0.055, within(ROUNDING));
        assertThat(column(drawing, "tanh", "bottleneck", "x")).isSorted().endsWith(12);
        assertThat(column(drawing, "input", "ReLU", "x")).containsExactly(100);
        assertThat(column(drawing, "input", "ReLU", "y"))
                .containsExactly(new double[] {6 - 0.3 - 0.055}, within(ROUNDING));
        assertThat(column(drawing, "input", "ReLU, fixed bins", "y"))
                .containsExactly(new double[] {2.9 - 0.0055}, within(ROUNDING));
        assertThat(column(drawing, "noise", "all patterns a step: no noise", "y"))
                .containsExactly(new double[] {6 - 3 - 0.015}, within(ROUNDING));
        assertThat(drawing.replicas()).startsWith("12");
        assertThat(drawing.caption()).contains("12 replicas");
    }

    /**
     * The threshold alone is one bit of input information; it lies on the curve or just below, and so do whole
     * levels.
     */
    @Test
    void theCurveHoldsThePartitionsOfTheRule() {
        DipoleRule rule = new DipoleRule(4);
        BottleneckCurve curve = rule.bottleneck(Arrays.stream(Line.powers(0x1p-10, Math.sqrt(2), 41))
                .map(excess -> 1 + excess)
                .toArray());
        double ones = 0;
        double[] given = new double[2];
        int above = 0;
        for (int x = 0; x < DipoleRule.INPUTS; x++) {
            boolean is = rule.probability(x) > 0.5;
            above += is ? 1 : 0;
            given[is ? 1 : 0] += rule.probability(x);
            ones += rule.probability(x) / DipoleRule.INPUTS;
        }
        double share = (double) above / DipoleRule.INPUTS;
        double label = binary(ones)
                - share * binary(given[1] / above)
                - (1 - share) * binary(given[0] / (DipoleRule.INPUTS - above));

        assertThat(curve.at(binary(share)) - label).isBetween(-1e-6, 1e-3);
        assertThat(curve.at(12)).isCloseTo(rule.information(), within(1e-9));
    }

    private static double binary(double p) {
        return -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }
}
