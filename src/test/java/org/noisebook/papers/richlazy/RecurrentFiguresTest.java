package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.noisebook.figure.Planted.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.regime.Movement;

/** The reductions of both figures, on runs that are planted. */
class RecurrentFiguresTest {
    /** A few sums of numbers of order 1. */
    private static final double ROUNDING = 1e-12;

    private static final int REPLICAS = 4;

    /** Runs that train nothing, and are noted. */
    private final List<Recurrent.Config> tried = new ArrayList<>();

    private final Experiment experiment = Planted.experiment((run, replica) -> {
        tried.add((Recurrent.Config) run);
        return law((Recurrent.Config) run, replica);
    });

    private static double rank(Recurrent.Config config) {
        Connectivity start = config.connectivity();
        return start instanceof Connectivity.LowRank low
                ? low.rank()
                : start instanceof Connectivity.Dale
                        ? 2
                        : (start instanceof Connectivity.Gaussian ? 1 : 0.5) * config.width();
    }

    /**
     * KA = 0.1 + 0.2 log10 of the rank, 0.15 more at equal s₁, and a shift of the replica that pairs take out; unbalanced
     * Dale diverges once.
     */
    private static Recurrent.Result law(Recurrent.Config config, int replica) {
        boolean lost = config.connectivity() instanceof Connectivity.Dale dale && !dale.balanced() && replica == 2;
        boolean smaller = config.norm() == Connectivity.Norm.LARGEST_SINGULAR_VALUE;
        double rank = rank(config);
        double alignment = 0.1 + 0.2 * StrictMath.log10(rank) + (smaller ? 0.15 : 0) + 0.01 * replica;
        Movement movement = new Movement(
                2 - 0.5 * StrictMath.log10(rank),
                1,
                alignment,
                alignment,
                1,
                0.5 + 0.1 * StrictMath.log10(rank),
                0.4,
                0.7,
                0.1,
                0.2);
        // The eigenvalue ratio falls where the other ranks rise.
        EffectiveRanks ranks = new EffectiveRanks(rank, rank, rank, 1 / rank, rank, 1, 3);
        return new Recurrent.Result(
                lost ? StopReason.DIVERGED : StopReason.COMPLETED,
                0.03,
                0.03,
                config.task().ceiling() - 0.02,
                lost ? Movement.NONE : movement,
                alignment,
                1,
                1,
                1,
                1,
                ranks,
                Doubles.of(),
                Doubles.of(),
                Doubles.of(),
                Doubles.of(),
                Doubles.of());
    }

    private static double y(Story.Drawing drawing, String panel, String series, double x) {
        double[] places = Planted.column(drawing.data(), "x", panel, series);
        int row = IntStream.range(0, places.length)
                .filter(k -> places[k] == x)
                .findFirst()
                .orElseThrow();
        return Planted.column(drawing.data(), "y", panel, series)[row];
    }

    @Test
    void theFullRankIsRunOnce() {
        new RegimeRankRnn().draw(Preset.QUICK, experiment);

        assertThat(tried).as("four ranks, and one at equal s₁").hasSize(5 * REPLICAS);
    }

    @Test
    void rankFigureReducesThePlantedLaw() {
        Story.Drawing drawing = new RegimeRankRnn().draw(Preset.FULL, experiment);

        String other = "equal s₁, so smaller norm";
        assertThat(y(drawing, "ka choice", "equal norm", 1)).isCloseTo(0.12, within(ROUNDING));
        assertThat(y(drawing, "ka images", "equal norm", 4)).isCloseTo(0.52, within(ROUNDING));
        assertThat(y(drawing, "ka images", other, 1)).isCloseTo(0.27, within(ROUNDING));
        assertThat(y(drawing, "ra images", "equal norm", 1)).isCloseTo(0.5, within(ROUNDING));
        Claim effect = claim(drawing, "regime-rank-rnn-ka-images");
        assertThat(effect.measured().mean()).isCloseTo(0.4, within(ROUNDING));
        assertThat(effect.measured().stdError())
                .as("what the replicas share is gone")
                .isCloseTo(0, within(ROUNDING));
        assertThat(effect.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claim(drawing, "regime-rank-rnn-ra-choice").measured().mean())
                .isCloseTo(0.2, within(ROUNDING));
        assertThat(drawing.claims())
                .as("the other norm is no control, and the reference's RA of rank 1 excludes nothing")
                .extracting(Claim::id)
                .noneMatch(id -> id.contains("control") || id.contains("shrinks") || id.endsWith("choice-ra-1"));
        Claim ceiling = claim(drawing, "regime-rank-rnn-ceiling");
        assertThat(ceiling.measured().mean()).isCloseTo(-0.02, within(ROUNDING));
        assertThat(ceiling.measured().stdError())
                .as("20000 test trials at a share of 0.8752")
                .isCloseTo(0.002337, within(1e-6));
        assertThat(claim(drawing, "regime-rank-rnn-choice-ka-100").measured().mean())
                .isCloseTo(0.52, within(ROUNDING));
        assertThat(ceiling.statement()).contains("20000 test trials");
        assertThat(drawing.caption()).contains("Means over 5 replicas", "not at equal loss");
    }

    @Test
    void confoundsAreOfTheSameRuns() {
        new RegimeRankRnn().draw(Preset.QUICK, experiment);
        int first = tried.size();
        new RegimeRankRnnConfounds().draw(Preset.QUICK, experiment);
        assertThat(tried).hasSize(first);

        Story.Drawing drawing = new RegimeRankRnnConfounds().draw(Preset.FULL, experiment);
        assertThat(y(drawing, "weights choice", "equal norm", 1)).isCloseTo(2, within(ROUNDING));
        assertThat(y(drawing, "weights images", "equal norm", 4)).isCloseTo(1, within(ROUNDING));
        assertThat(y(drawing, "largest singular value", "equal norm", 1)).isCloseTo(3, within(ROUNDING));
    }

    @Test
    void quickPresetHasOneTaskAndNoReferenceOfAnotherSetting() {
        Story.Drawing drawing = new RegimeRankRnn().draw(Preset.QUICK, experiment);

        assertThat(tried).allMatch(config -> config.task() instanceof RecurrentTask.ImageRows);
        assertThat(drawing.claims())
                .extracting(Claim::id)
                .containsExactly("regime-rank-rnn-ka-images", "regime-rank-rnn-ra-images");
        assertThat(drawing.caption()).contains("Means over 4 replicas");
    }

    @Test
    void structuresThatDivergeAreNamedAndLeftOut() {
        Story.Drawing drawing = new RegimeStructures().draw(Preset.QUICK, experiment);

        assertThat(drawing.caption()).contains("not shown, because a replica diverges: Dale, unbalanced.");
        assertThat(Planted.column(drawing.data(), "y", "stable")).hasSize(7);
        assertThat(y(drawing, "stable", "starts", 30)).isCloseTo(0.11 + 0.2 * StrictMath.log10(30), within(ROUNDING));
    }

    @Test
    void structuresAreClaimedAgainstTheGaussianStartOfTheSameReplica() {
        Story.Drawing drawing = new RegimeStructures().draw(Preset.QUICK, experiment);

        assertThat(drawing.claims())
                .extracting(Claim::id)
                .containsExactly("regime-structures-dale", "regime-structures-blocks", "regime-structures-chains");
        Claim dale = claim(drawing, "regime-structures-dale");
        assertThat(dale.measured().mean()).isCloseTo(0.2 * StrictMath.log10(50), within(ROUNDING));
        assertThat(dale.measured().stdError())
                .as("what the replicas share is gone")
                .isCloseTo(0, within(ROUNDING));
        assertThat(dale.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claim(drawing, "regime-structures-chains").measured().mean())
                .isCloseTo(0.2 * StrictMath.log10(2), within(ROUNDING));
    }

    @Test
    void noIntervalOfAPanelLeavesItsRange() {
        Frame frame = new RegimeRankRnn().draw(Preset.QUICK, experiment).data();

        for (int k = 0; k < frame.rows(); k++) {
            assertThat(frame.text(k, "kind")).isEqualTo("simulation");
            assertThat(frame.doubles("low")[k]).isPositive();
            assertThat(frame.doubles("high")[k]).isLessThanOrEqualTo(1);
        }
    }
}
