package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** Figures that have different presets, beside each other. */
class PresetsTest {
    private static final List<Class<? extends Story>> SHELF = List.of(ToyFigure.class, Large.class);

    @TempDir
    private Path folder;

    /** A figure with the authors' grid alone, which says beforehand how long it takes. */
    public static class Large extends Story {
        /** The toy's cells. */
        public Large() {
            super("large", "Two small perceptrons", List.of("none"));
        }

        @Override
        public Set<Preset> presets() {
            return Set.of(Preset.AUTHORS);
        }

        @Override
        public String forecast(Preset preset, Experiment experiment) {
            return preset.text() + ", about a year on " + experiment.threads() + " threads";
        }

        @Override
        protected void tell(Board board) {
            new ToyFigure().tell(board);
        }
    }

    /** The same, where nobody waits for the end. */
    public static final class Failing extends Large {
        @Override
        protected void tell(Board board) {
            throw new IllegalArgumentException("drawing began");
        }
    }

    private Path figures() {
        return folder.resolve("figures");
    }

    private Called call(List<Class<? extends Story>> shelf, String... arguments) throws Exception {
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--no-cache",
                                "--threads",
                                "2",
                                "--out",
                                figures().toString()))
                .toArray(String[]::new);
        return ToyShelf.withFigures(folder, shelf, () -> Called.with(all));
    }

    @Test
    void withoutIdsTheFiguresThatHaveThePresetAreDrawn() throws Exception {
        Called called = call(SHELF, "figures", "--preset", "authors");
        assertThat(called.errLines()).containsExactly("large: authors, about a year on 2 threads");
        assertThat(called.out().lines()).singleElement().asString().contains("large.{svg,png,csv,json}");
        assertThat(called.status()).isZero();
        assertThat(figures().toFile().list()).containsExactly("authors");
        assertThat(figures().resolve("authors").toFile().list())
                .containsExactlyInAnyOrderElementsOf(List.of("large.csv", "large.json", "large.png", "large.svg"));
    }

    @Test
    void theForecastIsSaidBeforeTheFigureIsDrawn() throws Exception {
        Called called = call(List.of(Failing.class), "figures", "large", "--preset", "authors");
        assertThat(called.errLines())
                .containsExactly("large: authors, about a year on 2 threads", "noisebook: drawing began");
        assertThat(called.out()).isEmpty();
    }

    @Test
    void aPresetThatOneOfSeveralFiguresLacksIsRefusedBeforeAnyIsDrawn() throws Exception {
        Called called = call(SHELF, "figures", "large", "toy", "--preset", "authors");
        assertThat(called)
                .isEqualTo(new Called(2, "", "noisebook: preset of toy must be one of [full, quick], got authors\n"));
        assertThat(figures()).doesNotExist();
    }

    @Test
    void claimsAreThoseOfTheFiguresThatHaveThePreset() throws Exception {
        Called quick = call(SHELF, "claims");
        Called authors = call(List.of(ToyFigure.class), "claims", "--preset", "authors");
        assertThat(List.of(quick.err(), authors.err())).containsOnly("");
        assertThat(List.of(quick.status(), authors.status())).containsOnly(0);
        assertThat(Frame.parseCsv(Files.readString(figures().resolve("claims.csv")))
                        .column("id"))
                .containsExactly("toy-positive", "toy-huge");
        assertThat(Frame.parseCsv(Files.readString(figures().resolve("authors").resolve("claims.csv")))
                        .rows())
                .isZero();
    }
}
