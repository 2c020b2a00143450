package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.noisebook.data.SmallMnist;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** The figure on planted runs: rich below α = 1; else lazy below T/h = 2^-6, where noise hurts, and above it noise helps. */
@ExtendWith(SmallMnist.class)
class SgdRegimesTest {
    private static final double ESCAPE = 0x1p-6;
    private static final double SMALLEST = 0x1p-7;

    private static NetworkResult law(NetworkConfig config, int replica) {
        double t = config.temperaturePerWidth();
        double octaves = StrictMath.log(t * 0x1p14) / StrictMath.log(2);
        double scatter = 1 + 0.1 * replica;
        if (config.outputScale() == SMALLEST && t > ESCAPE) {
            return PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN);
        }
        if (config.outputScale() < 1) {
            return PlantedRuns.fitted(0.2, 2, 1);
        }
        return t < ESCAPE
                ? PlantedRuns.fitted(0.3 + 0.001 * octaves * scatter, 0.01, 1)
                : PlantedRuns.fitted(0.3 - 0.02 * scatter, 0.9, 1);
    }

    private final Story.Drawing drawing = new SgdRegimes()
            .draw(Preset.QUICK, PlantedRuns.of(SgdRegimesTest::law).experiment());

    @Test
    void regimesAreToldByTheKernel() {
        double[] values = Planted.column(drawing.data(), "value", "regimes", "", "cell");
        assertThat(Arrays.stream(values).filter(v -> v == 1).count()).isEqualTo(8 * 8);
        assertThat(Arrays.stream(values).filter(v -> v == 2).count()).isEqualTo(4 * 12 - 3);
        assertThat(Arrays.stream(values).filter(v -> v == 3).count()).isEqualTo(8 * 4);
        assertThat(Arrays.stream(values).filter(Double::isNaN).count()).isEqualTo(3);
    }

    /** Half a step below T/h = 2^-6, at the α at which that is more than 4 κ. */
    @Test
    void theEdgeOfTheLazyRegimeIsLevelWhereTheMarginDoesNotShow() {
        assertThat(Planted.column(drawing.data(), "x", "regimes", "T_c law", "anchored"))
                .containsExactly(0x1p9, 0x1p15);
        assertThat(Planted.column(drawing.data(), "y", "regimes", "T_c law", "anchored")[0])
                .isCloseTo(32 * StrictMath.pow(2, -6.5), within(1e-4));
    }

    /** Replica r changes by 0.02 (1 + r/10) where noise makes rich; the mean of four replicas is 0.023. */
    @Test
    void changesAreAgainstTheColdestCellOfTheColumn() {
        for (String name : List.of("past", "far")) {
            Claim noise = Planted.claim(drawing, "sgd-regimes-noise-" + name);
            assertThat(noise.measured().mean()).isCloseTo(-0.023, within(1e-12));
            assertThat(noise.measured().n()).isEqualTo(4);
            assertThat(noise.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
            assertThat(noise.statement()).contains("over 16 of the 32 cells");
        }
        assertThat(Planted.claim(drawing, "sgd-regimes-lazy").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
    }

    /** Below α = 1 only the two coldest temperatures have all replicas, and one of them is the reference. */
    @Test
    void aClaimOnFewCellsIsUndecided() {
        Claim few = Planted.claim(
                new SgdRegimes()
                        .draw(
                                Preset.QUICK,
                                PlantedRuns.of((config, r) -> config.outputScale() < 1
                                                        && config.temperaturePerWidth() > 0x1p-13
                                                        && r == 0
                                                ? PlantedRuns.result(
                                                        StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN)
                                                : law(config, r))
                                        .experiment()),
                "sgd-regimes-alpha");
        assertThat(few.verdict()).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(few.statement())
                .contains("4 of the 45 cells with features by small α; fewer than a quarter, so undecided");
    }

    @Test
    void quickShowsTheMeanOfEachRegime() {
        double[] low = Planted.column(drawing.data(), "low", "signs", "mean change", "simulation");
        double[] high = Planted.column(drawing.data(), "high", "signs", "mean change", "simulation");
        assertThat(low).hasSize(4);
        assertThat(low[0]).as("lazy: noise hurts").isPositive();
        assertThat(high[3]).as("features by noise: it helps").isNegative();
    }

    @Test
    void theMapOfSignsHoldsChangeAndInterval() {
        Story.Drawing full = new SgdRegimes()
                .draw(Preset.FULL, PlantedRuns.of(SgdRegimesTest::law).experiment());
        double[] low = Planted.column(full.data(), "low", "signs", "", "cell");
        double[] high = Planted.column(full.data(), "high", "signs", "", "cell");
        assertThat(low).hasSize(12 * 17);
        assertThat(Arrays.stream(high).filter(h -> h < 0).count())
                .as("noise helps")
                .isPositive();
        assertThat(Arrays.stream(low).filter(l -> l > 0).count())
                .as("noise hurts")
                .isPositive();
    }
}
