package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.PathSchedule;

/** The figure where variances are planted as 1 and energies as 20. */
class InterpolantDensityTest {
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new InterpolantDensity()
                .draw(
                        Preset.QUICK,
                        PlantedInterpolants.of((config, small, planting) ->
                                planting.with("variance", new double[] {1 + small}, "energy", 20 + small)));
    }

    private static double[] values(String panel, String kind, String column) {
        Frame frame = drawing.data();
        double[] all = frame.doubles(column);
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals(panel)
                        && frame.text(row, "kind").equals(kind))
                .mapToDouble(row -> all[row])
                .toArray();
    }

    /** A column of cells holds all of the density: Σ ρ Δx = 1 up to the rounding of the table and what lies outside. */
    @Test
    void mapsAreDensities() {
        for (String panel : new String[] {"a", "b", "c"}) {
            double[] t = values(panel, "theory", "x");
            double[] density = values(panel, "theory", "value");
            assertThat(density).hasSize(200 * 28);
            for (double time : new double[] {0.0025, 0.5025, 0.8025}) {
                double sum = IntStream.range(0, t.length)
                        .filter(i -> t[i] == time)
                        .mapToDouble(i -> 0.5 * density[i])
                        .sum();
                assertThat(sum).as(panel + " at " + time).isCloseTo(1, within(0.02));
            }
        }
    }

    /** Flow lines end at the same places whatever the schedule. */
    @Test
    void pathsEndAtTheSamePlaces() {
        double[] first = values("a", "sample", "y");
        assertThat(first).hasSize(4 * 61);
        for (String panel : new String[] {"b", "c"}) {
            double[] other = values(panel, "sample", "y");
            for (int path = 0; path < 4; path++) {
                assertThat(other[61 * path + 60]).isCloseTo(first[61 * path + 60], within(2e-3));
            }
        }
    }

    @Test
    void claimsJudgeThePlantedNumbers() {
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, c -> c));
        assertThat(claims).hasSize(11);
        verdict(claims, "floor-linear", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "floor-variance-exact", Claim.Verdict.REPRODUCED);
        verdict(claims, "variance-encoding", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "variance-linear", Claim.Verdict.REPRODUCED);
        for (String exact : new String[] {"modes", "modes-rise", "valley", "noise"}) {
            verdict(claims, exact, Claim.Verdict.REPRODUCED);
        }
        verdict(claims, "modes-spurious", Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("interpolant-density-modes").measured().mean()).isCloseTo(3.43 - 4.445, within(0.011));
    }

    private static void verdict(Map<String, Claim> claims, String name, Claim.Verdict verdict) {
        assertThat(claims.get("interpolant-density-" + name).verdict()).as(name).isEqualTo(verdict);
    }

    /** Half-way the outer modes end at a = 4.49742, where a root of ρ′ is double. */
    @Test
    void modesMergeOnlyUnderMuchNoise() {
        assertThat(DoubleStream.of(0, 4.496, 4.499, 12)
                        .map(a -> InterpolantDensity.modes(PathSchedule.linear(a), 0.5)[0]))
                .containsExactly(4.0, 4.0, 2.0, 1.0);
    }
}
