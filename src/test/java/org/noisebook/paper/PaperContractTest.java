package org.noisebook.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Story;

/**
 * What every paper in one class promises beyond what every study does.
 *
 * <p>{@code pinned-claims.tsv} has each claim of these papers on a line: id, kind, window, and what it reads by {@link ClaimReadings}.
 * A claim that starts to read another component or cell, with another sign or against another bound, changes its line.
 */
class PaperContractTest {
    private static final String PINS = "/org/noisebook/pinned-claims.tsv";

    /** Numbers of whole lists in many cells, which the paper's own test plants by a law, so that they hold and fail. */
    private static final List<String> FITS = List.of(
            "noise-policy-nearer",
            "noise-policy-nearer-unclipped",
            "seed-frechet-null-line-std-dev",
            "seed-frechet-null-spread-paper-size",
            "seed-frechet-null-std-dev",
            "train-longer-sinai",
            "train-longer-sinai-prefactor");

    /** The studies whose papers are tested, with commas between them; empty for all. */
    private static final String ASKED = System.getProperty("study", "");

    /** Figures on counts of few trials, which follow no derivative; laws planted in their own test make all their claims hold, and all fail. */
    private static final List<String> COUNTS = List.of("compositional-ebm", "seed-power");

    private static Stream<OnePaper<?, ?>> all() {
        return Catalogue.chapters().stream()
                .filter(OnePaper.class::isInstance)
                .<OnePaper<?, ?>>map(OnePaper.class::cast);
    }

    static Stream<OnePaper<?, ?>> papers() {
        return all().filter(paper -> ASKED.isEmpty()
                || paper.studies().stream()
                        .anyMatch(study -> List.of(ASKED.split(",")).contains(study.id())));
    }

    private static List<String> pins() throws IOException {
        try (InputStream in = PaperContractTest.class.getResourceAsStream(PINS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** One table holds both, and a nested class that names one means it. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("papers")
    void configAndResultShareNoName(OnePaper<?, ?> paper) {
        assertThat(paper.studies())
                .allSatisfy(study -> assertThat(names(study.defaults().getClass()))
                        .doesNotContainAnyElementsOf(names(study.resultType())));
    }

    private static List<String> names(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(part -> part.getName())
                .toList();
    }

    static Stream<OnePaper<?, ?>> readable() {
        return papers().filter(paper -> !COUNTS.contains(paper.story().id()));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("readable")
    void claimsReadWhatIsPinnedAndCanHoldAndFail(OnePaper<?, ?> paper) throws IOException {
        ClaimReadings readings = new ClaimReadings(paper);
        String figure = paper.story().id() + "-";
        String pinned = pins().stream()
                .filter(line -> line.startsWith(figure))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        assertThat(readings.lines())
                .as("lines of %s in src/test/resources%s: read them, then put them there", figure, PINS)
                .isEqualTo(pinned);
        assertThat(readings.idle()).allMatch(idle -> FITS.contains(idle.substring(0, idle.indexOf(' '))));
        assertThat(readings.plantings()).isLessThanOrEqualTo(readings.most());
    }

    @Test
    void everyPinIsOfAPaper() throws IOException {
        List<String> figures = all().map(OnePaper::story).map(Story::id).toList();
        assertThat(pins())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(figures).anyMatch(figure -> line.startsWith(figure + "-")));
    }
}
