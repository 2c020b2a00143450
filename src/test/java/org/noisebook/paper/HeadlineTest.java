package org.noisebook.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Board;
import org.noisebook.figure.Box;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Headline;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Runs;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variation;

/** A headline is judged at the setting of its figure and at drawn ones, which lie in its box. */
class HeadlineTest {
    private static final Box BOX = Box.of("number", 0.5, 6)
            .and("power", 1, 4)
            .pick("way", "plain", "inverse")
            .settings(6);

    private final List<Sweep<?, ?>> sweeps = new ArrayList<>();
    private final Experiment experiment = new Experiment(
                    Experiment.STANDARD_SEED, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT)
            .withLog(sweeps::add);

    private static void decide(Board board, Setting<ToyPaper.Config, ToyPaper.Result> at) {
        var cell = at.cell();
        board.claim("grows", "The power exceeds one.", cell, 1, ToyPaper.Result::value)
                .paper()
                .above(1)
                .control("none: a toy")
                .from("Author 2000");
    }

    private static Story story(Consumer<Board> head) {
        return new Story("toy-vary", "Powers", List.of()) {
            @Override
            protected void tell(Board board) {
                board.replicas(2);
                head.accept(board);
                board.plot("p", "p", Axis.linear("x"), Axis.linear("y")).points("y", new double[] {1}, 1);
                new ToyPaper().on(board, "more").with("power=7").cell().at(1).runs();
            }
        };
    }

    private static Headline quoted(Board board) {
        return board.headline("abstract", "powers grow").decidedBy("grows");
    }

    private static final Story VARIED =
            story(board -> quoted(board).vary(new ToyPaper().on(board, "toy"), BOX, HeadlineTest::decide));

    private List<Variation> varied(long seed, Integer... settings) {
        List<Variation> all = new ArrayList<>();
        VARIED.vary(new Runs.Computed(experiment), seed, List.of(settings), all::addAll);
        return all;
    }

    @Test
    void drawnSettingsLieInTheBoxAndNothingElseRuns() {
        List<Variation> all = varied(1);
        assertThat(all).extracting(Variation::setting).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(all).extracting(Variation::changes).doesNotHaveDuplicates().allMatch(BOX::holds);
        assertThat(BOX.holds(all.get(0).changes().replaceFirst("number=[^,]*", "number=6.5")))
                .isFalse();
        assertThat(sweeps.toString()).doesNotContain("power=7");
        assertThat(varied(1)).isEqualTo(all);
        assertThat(varied(1, 4)).containsExactly(all.get(3));
        assertThat(varied(2)).isNotEqualTo(all);
    }

    /** The study refuses numbers above twice the power and loses powers of 100 and more. */
    @Test
    void refusedDrawsAreCountedAndDivergedRunsFail() {
        List<Variation> all = new ArrayList<>();
        for (long seed = 1; seed <= 8; seed++) {
            all.addAll(varied(seed));
        }
        assertThat(all).anyMatch(one -> one.refused() > 0).anyMatch(one -> one.refused() == 0);
        assertThat(all).anyMatch(one -> one.verdict().equals("diverged"));
        assertThat(all).extracting(Variation::verdict).contains("agrees", "disagrees");
    }

    @Test
    void theFigureIsJudgedAtItsOwnSetting() {
        Claim claim = VARIED.draw(Preset.QUICK, experiment).claims().get(0);
        assertThat(claim.id()).isEqualTo("toy-vary-grows");
        assertThat(claim.measured().mean()).isEqualTo(2.25);
        assertThat(claim.role()).isEqualTo(Claim.Role.PAPER);
        assertThat(VARIED.headline()).hasValueSatisfying(one -> {
            assertThat(one.quoted()).isEqualTo("\"powers grow\"");
            assertThat(one.decides()).containsExactly("toy-vary-grows");
            assertThat(one.symbol("number")).isEqualTo("b");
        });
    }

    @ParameterizedTest
    @CsvSource({"35, abstract, ''", "36, abstract, got 36", "3, '', needs its place"})
    void aQuotationIsShortAndHasAPlace(int words, String place, String message) {
        Story story = story(board -> board.headline(place, "word ".repeat(words)));
        if (message.isEmpty()) {
            assertThat(story.headline()).isPresent();
        } else {
            assertThatThrownBy(story::headline).hasMessageContaining(message);
        }
    }

    @Test
    void whatDecidesIsJudgedAndThePapers() {
        ClaimDraft[] draft = new ClaimDraft[1];
        Consumer<Board> own = board -> {
            quoted(board);
            draft[0] = board.claim("grows", "It grows.")
                    .above(1)
                    .control("none: a toy")
                    .of(2);
        };
        assertThatThrownBy(() -> story(HeadlineTest::quoted).draw(Preset.QUICK, experiment))
                .hasMessageContaining("toy-vary-grows decides the headline, but is not judged");
        assertThatThrownBy(
                        () -> story(own.andThen(board -> draft[0].from("ours"))).draw(Preset.QUICK, experiment))
                .hasMessageContaining("its role must be paper, got finding");
        assertThatThrownBy(() -> story(own.andThen(board -> draft[0].paper().from("ours")))
                        .draw(Preset.QUICK, experiment))
                .hasMessageContaining("its source must cite it, got 'ours'");
    }
}
