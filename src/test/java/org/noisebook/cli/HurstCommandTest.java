package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Numbers;
import org.noisebook.data.TextTable;
import org.noisebook.linalg.Cholesky;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.HurstFit;
import org.noisebook.timeseries.HurstReport;

class HurstCommandTest {
    @TempDir
    private Path folder;

    /** The root of the covariance ½(sᴴ² + tᴴ² − |s − t|ᴴ²) of fractional Brownian motion at 1, …, n. */
    private static double[] root(double hurst, int n) {
        double[] c = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            double s = i / n + 1;
            double t = i % n + 1;
            c[i] = (Math.pow(s, 2 * hurst) + Math.pow(t, 2 * hurst) - Math.pow(Math.abs(s - t), 2 * hurst)) / 2;
        }
        return Cholesky.of(n, c).orElseThrow().lower();
    }

    private static double[] path(double[] root, int n, int replica) {
        Stream stream = Streams.of(7).withReplica(replica).at("noise");
        double[] z =
                IntStream.range(0, n).mapToDouble(i -> stream.nextGaussian()).toArray();
        return IntStream.range(0, n)
                .mapToDouble(i -> IntStream.rangeClosed(0, i)
                        .mapToDouble(k -> root[i * n + k] * z[k])
                        .sum())
                .toArray();
    }

    private void file(String name, double... x) throws IOException {
        Files.writeString(
                folder.resolve(name),
                Arrays.stream(x).mapToObj(Numbers::format).collect(Collectors.joining("\n", "level\n", "\n")));
    }

    private Called hurst(String arguments) {
        return Called.with(Arrays.stream(("hurst " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    @Test
    void memoryIsNamedWithItsInterval() throws IOException {
        double[] smooth = path(root(0.8, 400), 400, 1);
        file("smooth.csv", smooth);
        file("rough.csv", path(root(0.25, 400), 400, 1));
        file("walk.csv", path(root(0.5, 400), 400, 1));
        double[] steps = IntStream.range(1, 400)
                .mapToDouble(i -> smooth[i] - smooth[i - 1])
                .toArray();
        file("steps.csv", steps);
        Called called = hurst("DIR/smooth.csv --out DIR/report");
        assertThat(called.out())
                .startsWith("Memory: increments tend to keep their direction, H = 0.")
                .contains("Next: ", "record about ");
        assertThat(folder.resolve("report/smooth-hurst-hurst.csv")).content().startsWith("every,increments,H");
        assertThat(hurst("DIR/steps.csv --noise").out().lines().findFirst())
                .isEqualTo(called.out().lines().findFirst());
        assertThat(hurst("DIR/rough.csv").out()).startsWith("Memory: increments tend to reverse, H = 0.");
        assertThat(hurst("DIR/walk.csv").out())
                .startsWith("No memory shown: the interval includes 1/2, a random walk, H = 0.");
    }

    /** A path that returns, x′ = 0.7x + noise, has no single H; noise is no path. */
    @Test
    void otherSeriesAreNotForcedIntoAnIndex() throws IOException {
        Stream stream = Streams.of(3).at("noise");
        double[] noise =
                IntStream.range(0, 800).mapToDouble(i -> stream.nextGaussian()).toArray();
        double[] returns = noise.clone();
        for (int i = 1; i < 800; i++) {
            returns[i] += 0.7 * returns[i - 1];
        }
        file("returns.csv", returns);
        file("noise.csv", noise);
        file(
                "wave.csv",
                IntStream.range(0, 90).mapToDouble(i -> Math.sin(0.3 * i)).toArray());
        assertThat(hurst("DIR/wave.csv").out()).contains("Next: the path is smooth: take out a trend or a wave");
        assertThat(hurst("DIR/returns.csv").out()).startsWith("Noise or path? The values stay in a band");
        assertThat(hurst("DIR/returns.csv --noise").out())
                .startsWith("No single H describes the series: every value gives H = 0.")
                .contains("Short memory of the increments or noise of measurement");
        assertThat(hurst("DIR/noise.csv").out())
                .contains("Next: the series looks like noise, not like a path: try --noise.");
        assertThat(hurst("DIR/noise.csv --noise").out()).startsWith("No memory shown");
        double[] walk = path(root(0.5, 200), 200, 1);
        file("walk.csv", walk);
        for (double scale : new double[] {1e-315, 1e-200, 1e45}) {
            file("scaled.csv", Arrays.stream(walk).map(v -> scale * v).toArray());
            assertThat(hurst("DIR/scaled.csv").out().lines().findFirst())
                    .isEqualTo(hurst("DIR/walk.csv").out().lines().findFirst());
        }
        Files.writeString(
                folder.resolve("timed.csv"),
                IntStream.range(0, 200)
                        .mapToObj(i -> 0.1 * i + "," + walk[i])
                        .collect(Collectors.joining("\n", "t,x\n", "\n")));
        assertThat(hurst("DIR/timed.csv").out().lines().findFirst())
                .isEqualTo(hurst("DIR/walk.csv").out().lines().findFirst());
        file("path.csv", path(root(0.5, 200), 200, 2));
        assertThat(hurst("DIR/path.csv --noise").out()).contains("leave out --noise");
    }

    /** Of 300 paths each interval holds H in 95 % (286 of 300 expected; fewer than 273 has probability 1e-3), and errors are as stated. */
    @Test
    @Tag("statistical")
    void intervalsHoldTheIndexAndRandomWalksStaySilent() {
        for (double h : new double[] {0.3, 0.5, 0.75}) {
            double[] root = root(h, 150);
            int covered = 0;
            int silent = 0;
            int single = 0;
            double square = 0;
            for (int r = 0; r < 300; r++) {
                double[] x = path(root, 150, r);
                double[] steps = IntStream.range(1, 150)
                        .mapToDouble(i -> x[i] - x[i - 1])
                        .toArray();
                HurstFit fit = HurstFit.of(steps);
                covered += Math.abs(fit.hurst() - h) < 1.96 * fit.stdError() ? 1 : 0;
                square += Math.pow((fit.hurst() - h) / fit.stdError(), 2) / 300;
                TextTable.Builder table = new TextTable.Builder(List.of("x"));
                Arrays.stream(x).mapToObj(Numbers::format).forEach(table::add);
                HurstReport report = HurstReport.of(table.build(), "", false);
                silent += report.hasMemory() ? 0 : 1;
                single += report.isMixed() ? 0 : 1;
            }
            assertThat(covered).as("H = %s", h).isGreaterThanOrEqualTo(273);
            assertThat(single).as("H = %s", h).isGreaterThanOrEqualTo(273);
            assertThat(square).as("H = %s", h).isCloseTo(1, within(3 * Math.sqrt(2.0 / 300)));
            if (h == 0.5) {
                assertThat(silent).isGreaterThanOrEqualTo(273);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/none.csv | 1 | none.csv",
                "DIR/short.csv | 2 | short.csv: column 'level' must hold 40 to 10000 numbers, got 3: record more",
                "DIR/same.csv | 2 | must hold numbers that vary, got 7 in most rows",
                "DIR/line.csv | 2 | column 'level' must not rise by equal steps",
                "DIR/text.csv | 2 | got 'high' in row 2",
                "DIR/long.csv | 2 | got 10001: keep every 2. row, or cut the series",
                "DIR/twice.csv | 2 | column 't' must rise by equal steps, got 1 in row 3 below the names: sort by time",
                "DIR/short.csv --column x | 2 | --column must name the series, got 'x'; columns: level"
            })
    void badTablesAreNamed(String arguments, int status, String message) throws IOException {
        file("short.csv", 1, 2, 3);
        file("same.csv", IntStream.range(0, 60).mapToDouble(i -> 7).toArray());
        file("line.csv", IntStream.range(0, 60).mapToDouble(i -> i).toArray());
        file("long.csv", new double[10_001]);
        Files.writeString(folder.resolve("text.csv"), "level\n1\nhigh\n");
        Files.writeString(folder.resolve("twice.csv"), "t,x\n0,1\n1,2\n1,3\n2,4\n");
        Called called = hurst(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isEqualTo(status);
    }
}
