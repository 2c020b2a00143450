package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;

class EditionTest {
    private static final Experiment EXPERIMENT =
            new Experiment(Experiment.STANDARD_SEED, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);

    /** A figure that must not be drawn. */
    private static class Undrawn extends Story {
        Undrawn() {
            super("undrawn", "nothing", List.of());
        }

        @Override
        protected void tell(Board board) {
            throw new IllegalStateException("drawn");
        }
    }

    @Test
    void aFigureHasTwoPresetsAndOneOfNothingHasNoForecast() {
        Story figure = new Undrawn() {
            @Override
            protected void tell(Board board) {
                board.caption("Nothing.");
            }
        };
        assertThat(figure.presets()).containsExactlyInAnyOrder(Preset.QUICK, Preset.FULL);
        for (Preset preset : Preset.values()) {
            assertThat(figure.forecast(preset, EXPERIMENT)).isEmpty();
        }
    }

    @Test
    void aPresetThatTheFigureLacksIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Edition.of(new Undrawn(), Preset.AUTHORS, EXPERIMENT))
                .withMessage("preset of undrawn must be one of [full, quick], got authors");
        Story large = new Undrawn() {
            @Override
            public Set<Preset> presets() {
                return Set.of(Preset.AUTHORS);
            }
        };
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Edition.of(large, Preset.QUICK, EXPERIMENT))
                .withMessage("preset of undrawn must be one of [authors], got quick");
        Edition.checkPreset(large, Preset.AUTHORS);
    }

    /** Every figure is published in the quick and the full preset. */
    @Test
    void everyFigureHasTheFirstTwoPresets() {
        assertThat(Catalogue.figures())
                .isNotEmpty()
                .allSatisfy(figure -> assertThat(figure.presets()).contains(Preset.QUICK, Preset.FULL));
        assertThat(Catalogue.figures().stream()
                        .filter(figure -> figure.presets().contains(Preset.AUTHORS))
                        .map(Story::id))
                .containsExactly("cnn-phase-diagram", "interpolant-epsilon-learned", "network-phase-diagram");
    }

    @Test
    void aCommittedFigureNeedsNoRun(@TempDir Path folder) throws IOException {
        Path figures = Path.of("figures");
        Edition edition =
                Edition.committed("network-tmax", Preset.QUICK, figures).orElseThrow();
        assertThat(edition.json()).isEqualTo(Files.readString(figures.resolve("network-tmax.json")));
        edition.write(folder);
        for (String ending : List.of(".csv", ".svg")) {
            assertThat(folder.resolve("network-tmax" + ending))
                    .hasSameTextualContentAs(figures.resolve("network-tmax" + ending));
        }
        assertThat(edition.claims())
                .isNotEmpty()
                .allSatisfy(claim -> assertThat(claim.figure()).isEqualTo("network-tmax"));
        assertThat(edition.caption()).isNotBlank();
        assertThat(Edition.committed("none", Preset.QUICK, figures)).isEmpty();
    }
}
