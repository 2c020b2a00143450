package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Numbers;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ForecastCommandTest {
    @TempDir
    private Path folder;

    /** x' = a x + b x_before + z, rounded to {@code digits}. */
    private static double[] series(double a, double b, int n, int replica, double unit) {
        Stream stream = Streams.of(34).withReplica(replica).at("noise");
        double[] x = new double[n];
        for (int t = 2; t < n; t++) {
            x[t] = a * x[t - 1] + b * x[t - 2] + stream.nextGaussian();
        }
        return Arrays.stream(x).map(v -> Math.rint(v / unit) * unit).toArray();
    }

    private Called forecast(String options, double... x) throws IOException {
        Files.writeString(
                folder.resolve("x.csv"),
                Arrays.stream(x).mapToObj(Numbers::format).collect(Collectors.joining("\n", "level\n", "\n")));
        return run("DIR/x.csv " + options);
    }

    private Called run(String arguments) {
        return Called.with(Arrays.stream(("forecast " + arguments).trim().split(" +"))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    /** AR(2) with 1.2 and −0.6: innovations have 0.25 of the variance, and three quarters of "no change" is left. */
    @Test
    void anOscillationIsForecastAndAStuckSensorIsFound() throws IOException {
        double[] x = series(1.2, -0.6, 600, 1, 1e-6);
        Called healthy = forecast("--out DIR/report", x);
        assertThat(healthy.out())
                .startsWith(
                        "Linear autoregression forecasts 1 row ahead better than no change: mean square error lower by ")
                .contains("No stuck sensor", "on 2 lags", "As promised.", "stuck at its mean", "Written: ");
        assertThat(folder.resolve("report/x-forecast-faults.csv")).content().contains("dead, at 0");
        Arrays.fill(x, 299, 305, x[299]);
        assertThat(forecast("", x).out())
                .contains("Stuck: rows 300 to 305 all hold " + Numbers.format(x[299]), "truly constant there");
    }

    /** Nulls: of 60 random walks and series of noise, rounded, at most 6 are called forecast and none stuck; expected 1.5. */
    @Test
    @Tag("statistical")
    void itIsSilentWhereThereIsNothing() throws IOException {
        int called = 0;
        int misjudged = 0;
        for (int k = 0; k < 60; k++) {
            String out = forecast("", series(k % 2, 0, 200, k, k % 3 == 0 ? 0.5 : 1e-3))
                    .out();
            called += out.startsWith("Linear autoregression forecasts") ? 1 : 0;
            misjudged += out.contains("As promised.") ? 0 : 1;
            assertThat(out).contains("No stuck sensor");
        }
        assertThat(called).isLessThanOrEqualTo(6);
        assertThat(misjudged).as("of 60 at the 5 %% level").isLessThanOrEqualTo(9);
    }

    /** Series without noise, far from 0 and large, are forecast: neighbours are collinear there. */
    @Test
    void rampsAndWavesAreForecast() throws IOException {
        double[] ramp = new double[300];
        Arrays.setAll(ramp, t -> 1e9 + 3 * t);
        double[] wave = new double[300];
        Arrays.setAll(wave, t -> 1e6 * Math.sin(t / 7.0));
        for (double[] x : new double[][] {ramp, wave}) {
            assertThat(forecast("--horizon 3", x).out())
                    .startsWith("Linear autoregression forecasts 3 rows ahead better than no change")
                    .contains("No stuck sensor");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/few.csv | column 'x' must hold 60 to 100000 numbers, got 2",
                "DIR/text.csv | column 'x' must hold numbers in [-1e50, 1e50], got 'high' in row 2",
                "DIR/hole.csv --column x | must hold a number in every row of a series, got 'NaN' in row 2",
                "DIR/same.csv | must hold numbers that vary, got 7 in most rows",
                "DIR/late.csv | must hold numbers that vary in its first two thirds, got 7 there",
                "DIR/good.csv --horizon 7 | --horizon must be in [1, 6], a tenth of the rows, got 7",
                "DIR/good.csv --column y | got 'y'; columns: x",
                "DIR/good.csv --horizon 0 | noisebook: --horizon must",
                "DIR/long.csv | a series must have at most 100000 rows, got 100001: cut it, or thin it",
                "DIR/bare.csv | line 1 must name the columns"
            })
    void badTablesAndOptionsAreNamed(String arguments, String message) throws IOException {
        Files.writeString(folder.resolve("few.csv"), "x\n1\n2\n");
        Files.writeString(folder.resolve("text.csv"), "x\n1\nhigh\n");
        Files.writeString(folder.resolve("hole.csv"), "x,y\n1,2\nNaN,3\n");
        Files.writeString(folder.resolve("bare.csv"), "0.5\n0.7\n");
        Files.writeString(folder.resolve("same.csv"), "x\n" + "7\n".repeat(70));
        Files.writeString(folder.resolve("late.csv"), "x\n" + "7\n".repeat(40) + "7\n8\n9\n".repeat(7));
        Files.writeString(folder.resolve("good.csv"), "x\n" + "7\n8\n9.5\n".repeat(20));
        Files.writeString(folder.resolve("long.csv"), "x\n" + "7\n".repeat(100_001));
        assertThat(run("DIR/none.csv").err()).contains("none.csv").hasLineCount(1);
        Called called = run(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isEqualTo(2);
    }
}
