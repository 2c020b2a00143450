package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.figure.Board;
import org.noisebook.figure.Story;

/** {@code figures}, {@code verify} and {@code claims}, on a figure that takes a moment. */
class FigureCommandsTest {
    @TempDir
    private static Path once;

    @TempDir
    private Path folder;

    private Path figures() {
        return folder.resolve("figures");
    }

    private Called call(String... arguments) throws Exception {
        return ToyShelf.withToyAlone(folder, () -> Called.with(arguments));
    }

    private static void regenerate(Path home, String... more) throws Exception {
        Path figures = home.resolve("figures");
        String[] arguments = Stream.concat(
                        Stream.of("figures", "--no-cache", "--out", figures.toString()), Stream.of(more))
                .toArray(String[]::new);
        Called called = ToyShelf.withToyAlone(home, () -> Called.with(arguments));
        assertThat(called.err()).isEmpty();
        assertThat(called.status()).isZero();
    }

    /** The figure is drawn once for all tests, since drawing it as PNG is what takes time. */
    @BeforeAll
    static void drawOnce() throws Exception {
        regenerate(once, "toy", "--threads", "1");
    }

    /** Copies the drawn figure into this test's folder. */
    private void regenerated() throws IOException {
        Files.createDirectories(figures());
        for (String name : List.of("toy.csv", "toy.json", "toy.png", "toy.svg")) {
            Files.copy(once.resolve("figures").resolve(name), figures().resolve(name));
        }
    }

    private Called verify(String... more) throws Exception {
        return call(Stream.concat(Stream.of("verify", "toy", "--in", figures().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private Called claims(String... more) throws Exception {
        return call(Stream.concat(
                        Stream.of("claims", "--no-cache", "--out", figures().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private void replace(String file, String before, String after) throws IOException {
        Path path = figures().resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(before);
        Files.writeString(path, text.replace(before, after));
    }

    private Frame table() throws IOException {
        return Frame.parseCsv(Files.readString(figures().resolve("toy.csv")));
    }

    @Test
    void aFigureIsFourFiles() throws Exception {
        regenerated();
        assertThat(once.resolve("figures").toFile().list())
                .containsExactlyInAnyOrderElementsOf(List.of("toy.csv", "toy.json", "toy.png", "toy.svg"));
        assertThat(table().rows()).isEqualTo(2);
        assertThat(Files.readString(figures().resolve("toy.json"))).contains("\"figure\": \"toy\"");
    }

    @Test
    void regeneratingGivesTheSameBytes() throws Exception {
        regenerated();
        String csv = Files.readString(figures().resolve("toy.csv"));
        String json = Files.readString(figures().resolve("toy.json"));
        String svg = Files.readString(figures().resolve("toy.svg"));
        regenerate(folder, "--threads", "2");
        assertThat(figures().resolve("toy.csv")).hasContent(csv);
        assertThat(figures().resolve("toy.json")).hasContent(json);
        assertThat(figures().resolve("toy.svg")).hasContent(svg);
    }

    /** Another one, which may be made to fail. */
    public static final class Second extends Story {
        private static boolean broken;

        /** The figure. */
        public Second() {
            super("second", "The toy once more", List.of("none"));
        }

        @Override
        protected void tell(Board board) {
            if (broken) {
                throw new IllegalArgumentException("no second figure");
            }
            new ToyFigure().tell(board);
        }
    }

    /** Two at a time: each is as if drawn alone, and a failure of one ends the command with its message. */
    @Test
    void severalFiguresShareTheThreads() throws Exception {
        regenerated();
        Path both = folder.resolve("both");
        String[] arguments = {"figures", "toy", "second", "--no-cache", "--threads", "2", "--out", both.toString()};
        Callable<Called> draw = () -> Called.with(arguments);
        List<Class<? extends Story>> shelf = List.of(ToyFigure.class, Second.class);
        Called called = ToyShelf.withFigures(folder, shelf, draw);
        assertThat(called.status()).isZero();
        assertThat(called.out()).contains("toy.{svg,png,csv,json}", "second.{svg,png,csv,json}", "2 figures: ");
        assertThat(called.err()).contains("figure 1 of 2: toy", "figure 2 of 2");
        assertThat(both.resolve("toy.csv")).hasSameTextualContentAs(figures().resolve("toy.csv"));
        assertThat(both.resolve("second.csv")).hasSameTextualContentAs(figures().resolve("toy.csv"));
        try {
            Second.broken = true;
            Called failed = ToyShelf.withFigures(folder, shelf, draw);
            assertThat(failed.status()).isEqualTo(2);
            assertThat(failed.err()).contains("no second figure");
        } finally {
            Second.broken = false;
        }
    }

    @Test
    void theFullPresetHasItsOwnFolder() throws Exception {
        regenerate(folder, "toy", "--preset", "full");
        assertThat(figures().toFile().list()).containsExactly("full");
        assertThat(figures().resolve("full").toFile().list())
                .containsExactlyInAnyOrderElementsOf(List.of("toy.csv", "toy.json", "toy.png", "toy.svg"));
        assertThat(verify("--preset", "full").status()).isZero();
    }

    @Test
    void verifyAcceptsWhatWasWritten() throws Exception {
        regenerated();
        assertThat(verify()).isEqualTo(new Called(0, "toy: CSV and JSON reproduced\n", ""));
    }

    @Test
    void verifyReportsATamperedCell() throws Exception {
        regenerated();
        String cell = table().text(1, "y");
        replace("toy.csv", cell, "0.125");
        Called called = verify();
        assertThat(called.out())
                .isEqualTo("toy.csv: row 2, y: committed 0.125, computed " + cell + "\ntoy: 1 differences\n");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).isEmpty();
        assertThat(table().text(1, "y")).as("verify writes nothing").isEqualTo("0.125");
    }

    @Test
    void verifyReportsATamperedLineOfTheJson() throws Exception {
        regenerated();
        replace("toy.json", "\"rootSeed\": 1", "\"rootSeed\": 2");
        Called called = verify();
        assertThat(called.out()).contains("toy.json: line ", "committed \"rootSeed\": 2,, computed \"rootSeed\": 1,");
        assertThat(called.status()).isEqualTo(1);
    }

    @Test
    void verifyReportsAMissingFile() throws Exception {
        regenerated();
        Files.delete(figures().resolve("toy.json"));
        Called called = verify();
        assertThat(called.errLines())
                .containsExactly("noisebook: " + figures().resolve("toy.json") + " is missing: nothing to verify");
        assertThat(called.status()).isEqualTo(1);
    }

    @Test
    void verifyReportsATextThatIsNoTable() throws Exception {
        regenerated();
        Files.writeString(figures().resolve("toy.csv"), "panel,series\n\"broken\n");
        Called called = verify();
        assertThat(called.out()).contains("toy.csv: committed text is no table: line 2: a quote is not closed");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).isEmpty();
    }

    @Test
    void claimsThatFailSayThatAndExitZero() throws Exception {
        Called called = claims();
        assertThat(called.status()).isZero();
        assertThat(called.err()).isEmpty();
        assertThat(called.out()).contains("toy-positive", "toy-huge", "1 agrees", "law: 1 agrees, 1 disagrees");
        Frame frame = Frame.parseCsv(Files.readString(figures().resolve("claims.csv")));
        assertThat(frame.column("id")).containsExactly("toy-positive", "toy-huge");
        assertThat(frame.column("verdict")).containsExactly("reproduced", "not reproduced");
        for (String word : List.of("disagrees", "not-reproduced")) {
            assertThat(claims("--verdict", word).out())
                    .as(word)
                    .contains("toy-huge")
                    .doesNotContain("toy-positive");
        }
    }

    @Test
    void whatNoTableNamesIsRefusedBeforeTheWork() throws Exception {
        assertThat(claims().out()).contains("wrote " + figures().resolve("claims.csv"));
        for (String bad : List.of("toy-positiv", "--paper nobody", "--figure toy --paper nobody")) {
            Called called = claims(bad.split(" "));
            assertThat(called.status()).isEqualTo(2);
            assertThat(called.errLines()).singleElement().asString().startsWith("noisebook: unknown ");
        }
        assertThat(claims("toy-positiv").err()).contains("unknown claim 'toy-positiv', did you mean toy-positive? ");
        assertThat(claims("toy-positive").status()).isZero();
        replace("claims.csv", "toy-huge", "toy-large");
        assertThat(claims("toy-huge").err()).contains("unknown claim 'toy-huge'", "--figure judges new ones");
        assertThat(claims("toy-huge", "--figure", "toy").status()).isZero();
    }

    @Test
    void checkedClaimsMustBeTheCommittedOnes() throws Exception {
        claims();
        assertThat(claims("--check").status()).isZero();
        replace("claims.csv", "not reproduced", "reproduced");
        Called called = claims("--check");
        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).contains("claims.csv: row 2, verdict: committed reproduced, computed not reproduced");
        assertThat(Files.readString(figures().resolve("claims.csv")))
                .as("--check writes nothing")
                .doesNotContain("not reproduced");
    }

    @Test
    void committedNumbersAreQuoted() throws Exception {
        assertThat(claims("--format", "tex").err()).contains("claims.csv is missing: run it in the kit's folder");
        claims();
        assertThat(claims("--format", "tex").out())
                .contains("\\nbset{toy-positive}{")
                .contains("\\nbclaim[interval]");
        assertThat(claims("--format", "json", "toy-huge").out())
                .contains("\"toy-huge\"")
                .doesNotContain("positive");
        assertThat(claims("--format", "csv", "toy-hug").err())
                .contains("unknown claim 'toy-hug', did you mean toy-huge?");
        assertThat(claims("--format", "csv", "--check").err()).contains("give one of --check, --format and --against");
        Path quoted = Files.writeString(
                folder.resolve("quoted.csv"), claims("--format", "csv").out());
        assertThat(claims("--against", quoted.toString()).out()).isEqualTo("2 claims compared, 0 changed\n");
        replace("claims.csv", "not reproduced", "reproduced");
        Files.writeString(
                figures().resolve("claims.csv"),
                Files.readString(figures().resolve("claims.csv"))
                        .replaceFirst("(toy-positive(?:,[^,]*){6},)[^,]*", "$175"));
        Called moved = claims("--against", quoted.toString());
        assertThat(moved.status()).isEqualTo(1);
        assertThat(moved.out()).contains("toy-positive: ").endsWith("2 claims compared, 1 changed\n");
        Files.writeString(quoted, "id,measured\ntoy-huge,1\n");
        assertThat(claims("--against", quoted.toString()).errLines()).hasSize(1);
    }

    /** Drawn again without a run, the same bytes twice. */
    @Test
    void aJournalGetsAPdf() throws Exception {
        regenerated();
        String[] arguments = {
            "figures", "toy", "--redraw", "--format", "pdf", "--out", figures().toString()
        };
        assertThat(call(arguments).err()).isEmpty();
        byte[] first = Files.readAllBytes(figures().resolve("toy.pdf"));
        assertThat(new String(first, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        assertThat(call(arguments).out()).contains("toy.{svg,png,pdf}");
        assertThat(figures().resolve("toy.pdf")).hasBinaryContent(first);
    }

    private Called own(String... more) throws Exception {
        return call(Stream.concat(Stream.of("figures", "toy", "--no-cache"), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void aReadersSettingsGiveAFigureOfTheirOwn() throws Exception {
        regenerated();
        Called called =
                own("--set", "dimension=6", "--out", folder.resolve("own").toString());
        assertThat(called.err()).isEmpty();
        assertThat(folder.resolve("own/toy.json")).content().contains("\"dimension\": [\"6\"]");
        assertThat(folder.resolve("own/toy.svg")).content().contains("toy · quick · dimension = 6");
        assertThat(folder.resolve("own/toy.csv"))
                .content()
                .isNotEqualTo(Files.readString(figures().resolve("toy.csv")));
        assertThat(own("--set", "replicas=5", "--out", folder.resolve("five").toString())
                        .err())
                .isEmpty();
        assertThat(folder.resolve("five/toy.json")).content().contains("\"replicas\": [5]");
    }

    @Test
    void settingsThatMakeNoFigureAreRefused() throws Exception {
        String own = folder.resolve("own").toString();
        assertThat(own("--set", "dimension=6").err()).contains("name its folder with --out DIR");
        assertThat(own("--set", "trainSize=6", "--out", own).err())
                .contains("--set cannot change trainSize: the figure compares several values of it");
        assertThat(own("--set", "width=6", "--out", own).err()).contains("no study of this figure has a field width");
        assertThat(own("--set", "dimension", "--out", own).err()).contains("--set must be NAME=VALUE, got 'dimension'");
        assertThat(own("--set", "replicas=0", "--out", own).err()).contains("replicas must be in [1, 10000], got 0");
        assertThat(own("--set", "dimension=-1", "--out", own).err()).contains("dimension must be");
        assertThat(own("--set", "dimension=6", "--out", own, "--redraw").err()).contains("--set cannot be combined");
    }
}
