package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.MatrixFile;

class SeedsCommandTest {
    private static final int DONE = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;
    private static final String USUAL = " --seed-column seed --condition-column model --response score";

    @TempDir
    private Path folder;

    private Path table;

    @BeforeEach
    void writeTables() throws IOException {
        double[][] y = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};
        StringBuilder text = new StringBuilder("seed,model,score\n");
        for (int s = 0; s < y.length; s++) {
            for (int c = 0; c < y[s].length; c++) {
                text.append(s)
                        .append(",m")
                        .append(c)
                        .append(',')
                        .append(y[s][c])
                        .append('\n');
            }
        }
        table = Files.writeString(folder.resolve("runs.csv"), text);
        Files.writeString(folder.resolve("empty.csv"), "\n");
        Files.writeString(folder.resolve("header.csv"), "seed,model,score\n");
        Files.writeString(folder.resolve("word.csv"), "seed,model,score\n1,a,0.5\n2,a,high\n");
        Files.writeString(folder.resolve("comma.csv"), "seed;model;score\n1;a;0,5\n2;a;0,7\n");
        Files.write(folder.resolve("latin.csv"), "seed,model,\u0081\n1,a,1\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(folder.resolve("ragged.csv"), "# made by hand\nseed,model,score\n1,a\n");
        Files.writeString(folder.resolve("one.csv"), "seed,model,score\n42,a,1\n42,b,2\n");
        Files.writeString(folder.resolve("same.csv"), "seed,model,score\n1,a,7\n2,a,7\n");
        Files.writeString(folder.resolve("huge.csv"), "seed,model,score\n1,a,1\n2,a,-1e308\n");
        Files.writeString(
                folder.resolve("apart.csv"),
                IntStream.range(0, 2_000)
                        .mapToObj(k -> k + "," + k + "," + k + ",1\n")
                        .collect(Collectors.joining("", "seed,order,data,score\n", "")));
        Files.writeString(folder.resolve("wide.csv"), "a,b,c," + "x".repeat(5_000) + "\n1,2,3,4\n");
        Files.writeString(folder.resolve("holes.csv"), "seed,model,score\n1,a,1\n2,a,2\n1,b,3\n");
    }

    private Called seeds(String arguments) {
        return Called.with(Arrays.stream(("seeds " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    private static Arguments bad(String arguments, int status, String... parts) {
        return Arguments.of(arguments, status, List.of(parts));
    }

    static Stream<Arguments> badInput() {
        return Stream.of(
                bad("", USAGE, "'--seed-column=NAME'"),
                bad("DIR/runs.csv --response score", USAGE, "--seed-column"),
                bad("DIR/runs.csv --seed-column seed", USAGE, "--response"),
                bad("DIR/none.csv" + USUAL, FAILURE, "cannot read DIR/none.csv: no such file"),
                bad("DIR" + USUAL, FAILURE, "cannot read DIR: it is a folder"),
                bad("DIR/empty.csv" + USUAL, USAGE, "empty.csv is empty"),
                bad("DIR/header.csv" + USUAL, USAGE, "header.csv has no rows below its first line"),
                bad("DIR/ragged.csv" + USUAL, USAGE, "ragged.csv: line 3: expected 3 cells, got 2"),
                bad(
                        "DIR/word.csv" + USUAL,
                        USAGE,
                        "column 'score' must hold numbers in [-1e50, 1e50], got 'high' in row 2 below the names"),
                bad(
                        "DIR/huge.csv" + USUAL,
                        USAGE,
                        "column 'score' must hold numbers in [-1e50, 1e50], got '-1e308' in row 2"),
                bad(
                        "DIR/apart.csv --seed-column seed --seed-column order --seed-column data --response score",
                        USAGE,
                        "every combination of seed and order and data must be there equally often",
                        "got 2000 values for 8000000000 combinations"),
                bad("DIR/runs.csv --response score --seed-column " + "x".repeat(5_000), USAGE, "… (5000 characters)"),
                bad("DIR/wide.csv" + USUAL, USAGE, "it has a, b, c, xxx", "… (5009 characters)"),
                bad(
                        "DIR/latin.csv" + USUAL,
                        USAGE,
                        "latin.csv is not UTF-8 text, nor Windows-1252: save it again as CSV in UTF-8"),
                bad(
                        "DIR/one.csv" + USUAL,
                        USAGE,
                        "column 'seed' must hold two or more different seeds, got '42' alone"),
                bad("DIR/same.csv" + USUAL, USAGE, "column 'score' must hold different values, got 7.0 in every row"),
                bad(
                        "DIR/runs.csv --seed-column sed --response score",
                        USAGE,
                        "has no column 'sed', did you mean 'seed'; it has seed, model, score"),
                bad("DIR/runs.csv --seed-column Seed --response score", USAGE, "did you mean 'seed'"),
                bad(
                        "DIR/runs.csv --seed-column zebra --response score",
                        USAGE,
                        "no column 'zebra'; it has seed, model"),
                bad(
                        "DIR/runs.csv --seed-column seed --response seed",
                        USAGE,
                        "a column has one role, got 'seed' twice"),
                bad(
                        "DIR/runs.csv --compare" + USUAL,
                        USAGE,
                        "noisebook compare DIR/runs.csv --model model --seed seed --score score"),
                bad(
                        "DIR/holes.csv --seed-column seed --seed-column model --response score",
                        USAGE,
                        "every combination of seed and model must be there equally often"),
                bad("DIR/runs.csv --transform sqrt" + USUAL, USAGE, "--transform", "'sqrt'"),
                bad("DIR/runs.csv --transform probit" + USUAL, USAGE, "probit must be in (0, 1), got 3"),
                bad("DIR/runs.csv --correction none" + USUAL, USAGE, "--correction", "'none'"),
                bad("DIR/runs.csv --level 2" + USUAL, USAGE, "level must be in (0, 0.5], got 2"),
                bad("DIR/runs.csv --top 0" + USUAL, USAGE, "top must be in [1, "),
                bad("DIR/runs.csv --draws 3" + USUAL, USAGE, "draws must be in [100, "),
                bad("DIR/runs.csv --seed x" + USUAL, USAGE, "--seed", "'x'"),
                bad("DIR/runs.csv --column-separator ab" + USUAL, USAGE, "--column-separator must be one character"),
                bad("DIR/runs.csv --column-separator ;" + USUAL, USAGE, "no column 'seed'; it has seed,model,score"),
                bad("DIR/runs.csv --out DIR/runs.csv" + USUAL, FAILURE, "cannot make the folder DIR/runs.csv"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void badInput(String arguments, int status, List<String> parts) {
        Called called = seeds(arguments);
        assertThat(called.errLines()).as("stderr").hasSize(1);
        assertThat(called.err()).startsWith("noisebook: ").doesNotContain("Exception", "\tat ");
        for (String part : parts) {
            assertThat(called.err()).contains(part.replace("DIR", folder.toString()));
        }
        assertThat(called.status()).isEqualTo(status);
        assertThat(called.out()).isEmpty();
    }

    @Test
    void theReportIsPrinted() {
        Called called = seeds("DIR/runs.csv" + USUAL);
        assertThat(called.err()).isEmpty();
        assertThat(called.status()).isEqualTo(DONE);
        assertThat(called.out())
                .startsWith("Seed report: score of 5 seeds (seed) under 4 conditions (model)")
                .contains("82 % (95 % interval 47 %", "3. Which seeds stand out, and is that more than luck?")
                .doesNotContain("Written");
    }

    @Test
    void optionsReachTheReport() {
        String out = seeds(
                        "DIR/runs.csv --lower-is-better --transform log --level 0.1 --correction by --top 1 --draws 100"
                                + " --seed 2" + USUAL)
                .out();
        assertThat(out).contains("log score of 5 seeds", "lower is", "Friedman's", "    …");
        assertThat(seeds("DIR/runs.csv --seed-column seed --response score --ignore model")
                        .out())
                .contains("Does the seed determine the score?");
        assertThat(seeds("DIR/runs.csv --seed-column seed --seed-column model --response score")
                        .out())
                .contains("Which source of randomness moves the score?");
    }

    @Test
    void directionAndConditionsAreReadAsCompareReadsThem() throws IOException {
        StringBuilder text = new StringBuilder("seed,model,data,loss\n");
        for (int k = 0; k < 24; k++) {
            text.append(k % 6)
                    .append(k % 12 < 6 ? ",a," : ",b,")
                    .append(k < 12 ? "x," : "y,")
                    .append(k * 7 % 11)
                    .append('\n');
        }
        Files.writeString(folder.resolve("loss.csv"), text);
        String given = "DIR/loss.csv --seed-column seed --response loss --condition-column model";
        assertThat(seeds(given).err())
                .contains(
                        "column 'data' varies among runs of one seed and condition: 'x' in row 1 and 'y' in row 13",
                        "with --condition-column or --seed-column, or leave it out with --ignore 'data'");
        assertThat(seeds(given + " --condition-column data").out().replace('\n', ' '))
                .contains("under 4 conditions (model / data)", "lower is better");
        assertThat(seeds(given + " --ignore data --higher-is-better").out().replace('\n', ' '))
                .contains("higher is better", "Every seed ran 2 times under every condition");
    }

    @Test
    void otherSeparatorsAndCommentsAreRead() throws IOException {
        String text = Files.readString(table);
        String wanted = seeds("DIR/runs.csv" + USUAL).out();
        Files.writeString(folder.resolve("semicolons.csv"), "# from a spreadsheet\n" + text.replace(",", "; "));
        Files.writeString(folder.resolve("tabs.csv"), text.replace(",", "\t"));
        Files.writeString(folder.resolve("bars.csv"), text.replace(",", "|"));
        assertThat(seeds("DIR/semicolons.csv" + USUAL).out()).isEqualTo(wanted);
        assertThat(seeds("DIR/tabs.csv" + USUAL).out()).isEqualTo(wanted);
        assertThat(seeds("DIR/tabs.csv --column-separator tab" + USUAL).out()).isEqualTo(wanted);
        assertThat(seeds("DIR/bars.csv --column-separator |" + USUAL).out()).isEqualTo(wanted);
    }

    @Test
    void filesAreWrittenAndTheSameAgain() throws IOException {
        Called called = seeds("DIR/runs.csv --out DIR/report" + USUAL);
        assertThat(called.err()).isEmpty();
        Path report = folder.resolve("report");
        try (Stream<Path> files = Files.list(report)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "runs-seeds.txt",
                            "runs-components.csv",
                            "runs-seeds.csv",
                            "runs-tests.csv",
                            "runs-figure.csv",
                            "runs-figure.svg",
                            "runs-figure.png",
                            "runs-seeds.json");
        }
        assertThat(called.out()).startsWith(Files.readString(report.resolve("runs-seeds.txt")));
        assertThat(Files.readString(report.resolve("runs-seeds.json")))
                .contains(MatrixFile.sha256(table), "\"rootSeed\": 1", "\"response\": \"score\"");
        assertThat(Files.readString(report.resolve("runs-figure.svg"))).contains("runs.csv · ");
        String before = Files.readString(report.resolve("runs-tests.csv"));
        seeds("DIR/runs.csv --out DIR/report" + USUAL);
        assertThat(Files.readString(report.resolve("runs-tests.csv"))).isEqualTo(before);
    }
}
