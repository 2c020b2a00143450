package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Numbers;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Streams;
import org.noisebook.stats.OrnsteinUhlenbeck;
import org.noisebook.timeseries.SeriesReport;

class WarnCommandTest {
    @TempDir
    private Path folder;

    private static double[] series(OrnsteinUhlenbeck process, int n, int replica) {
        return process.sample(n, Streams.of(12).withReplica(replica).at("noise"));
    }

    private Path file(String name, double... x) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                Arrays.stream(x).mapToObj(Numbers::format).collect(Collectors.joining("\n", "level\n", "\n")));
    }

    private Called warn(String arguments) {
        return Called.with(Arrays.stream(("warn " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    @Test
    void slowingIsAWarningAndGrowingNoiseIsNot() throws IOException {
        file("slows.csv", series(new OrnsteinUhlenbeck(1, 1, 0.1, 1, 1), 300, 1));
        file("louder.csv", series(new OrnsteinUhlenbeck(1, 1, 1, 1, 2), 300, 1));
        Called slows = warn("DIR/slows.csv --draws 99 --out DIR/report");
        assertThat(slows.out()).contains("Warning: the series returns more", "p = 0.010", "99 AR(1)", "Written: ");
        assertThat(folder.resolve("report/slows-warn-drift.csv")).content().contains("rateLast,");
        assertThat(warn("DIR/louder.csv --draws 99").out()).startsWith("No warning: ");
    }

    @Test
    void anomaliesAreListedAndReplaced() throws IOException {
        double[] x = series(new OrnsteinUhlenbeck(1, 0.5, 0.5, 1, 1), 200, 4);
        x[120] += 10;
        file("spike.csv", x);
        assertThat(warn("DIR/spike.csv --draws 99 --anomalies").out())
                .startsWith("No warning: ")
                .contains("(--anomalies lists them): 1.", "1 value beyond")
                .containsPattern("121 +\\d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/two.csv | 2 | --column must name the series, got none; columns: a, b",
                "DIR/timed.csv | 2 | column 'x' must hold 40 to 10000 numbers, got 3",
                "DIR/uneven.csv | 2 | column 't' must rise by equal steps, got 0.3 in row 3",
                "DIR/dated.csv | 2 | column 'x' must hold 40 to 10000 numbers, got 2",
                "DIR/two.csv --column c | 2 | got 'c'; columns: a, b",
                "DIR/two.csv --column b | 2 | column 'b' must hold numbers in [-1e50, 1e50], got 'high' in row 2",
                "DIR/two.csv --column a | 2 | column 'a' must hold a number in every row of a series, got '' in row 3",
                "DIR/ragged.csv --column a | 2 | line 3: expected 2 cells, got 1",
                "DIR/bare.csv | 2 | line 1 must name the columns, got the number 0.5",
                "DIR/short.csv | 2 | must hold 40 to 10000 numbers, got 3",
                "DIR/same.csv | 2 | must hold numbers that vary, got 7 in most rows",
                "DIR/short.csv --draws 18 | 2 | --draws must be in [19, 1000000] at level 0.05, got 18",
                "DIR/short.csv --level 0.01 --draws 50 | 2 | --draws must be in [99, 1000000] at level 0.01"
            })
    void badTablesAndOptionsAreNamed(String arguments, int status, String message) throws IOException {
        Files.writeString(folder.resolve("two.csv"), "a,b\n1,2\n3,high\n,4\n");
        Files.writeString(folder.resolve("timed.csv"), "t,x\n0,1\n0.1,2\n0.2,1\n");
        Files.writeString(folder.resolve("dated.csv"), "day,x\n2024-01-01,1\n2024-01-02,2\n");
        Files.writeString(folder.resolve("uneven.csv"), "t,x\n0,1\n0.1,2\n0.3,1\n");
        Files.writeString(folder.resolve("ragged.csv"), "a,b\n1,2\n3\n");
        Files.writeString(folder.resolve("bare.csv"), "0.5\n0.7\n");
        file("short.csv", 1, 2, 3);
        Files.writeString(folder.resolve("same.csv"), "level\n" + "7\n".repeat(60));
        Called called = warn(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isEqualTo(status);
    }

    /**
     * Of 1,200 series of 60 values without slowing down, with fixed streams, at most 84 (0.07) give a warning at level 0.05; at a true level
     * of 0.05 the assertion fails with probability 6e-4, at 0.1 it holds with probability 2e-4.
     */
    @Test
    @Tag("slow")
    void warningsWithoutDriftAreNominal() {
        List<OrnsteinUhlenbeck> processes = List.of(
                new OrnsteinUhlenbeck(1, 1, 1, 1, 1),
                new OrnsteinUhlenbeck(1, 0.2, 0.2, 1, 1),
                new OrnsteinUhlenbeck(1, 0.5, 0.5, 1, 2));
        int warnings = 0;
        for (int r = 0; r < 1_200; r++) {
            TextTable.Builder table = new TextTable.Builder(List.of("x"));
            for (double value : series(processes.get(r % 3), 60, r)) {
                table.add(Numbers.format(value));
            }
            var draws = Streams.of(12).withReplica(r).at("surrogates");
            warnings +=
                    SeriesReport.of(table.build(), "", 0.05, 19, false, draws).isSlowing() ? 1 : 0;
        }
        assertThat(warnings).isBetween(30, 84);
    }
}
