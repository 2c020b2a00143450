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
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.LineSpectrum;

class LinesCommandTest {
    @TempDir
    private Path folder;

    private static Stream stream(int replica) {
        return Streams.of(5).withReplica(replica).at("noise");
    }

    /** Sorted times in [0, 60]. */
    private static double[] times(int n, Stream stream) {
        return IntStream.range(0, n)
                .mapToDouble(i -> 60 * stream.nextPositive())
                .sorted()
                .toArray();
    }

    private static double[] waves(double[] t, double first, double second, Stream stream) {
        return Arrays.stream(t)
                .map(at -> first * Math.sin(2 * Math.PI * 0.81 * at + 1)
                        + second * Math.cos(2 * Math.PI * 0.2 * at)
                        + 3
                        + stream.nextGaussian())
                .toArray();
    }

    private void file(String name, double[] t, double... x) throws IOException {
        Files.writeString(
                folder.resolve(name),
                IntStream.range(0, t.length)
                        .mapToObj(i -> Numbers.format(t[i]) + "," + Numbers.format(x[i]))
                        .collect(Collectors.joining("\n", "t,x\n", "\n")));
    }

    private Called lines(String arguments) {
        return Called.with(Arrays.stream(("lines " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    @Test
    void linesAreNamedAndNoiseIsNot() throws IOException {
        double[] t = times(200, stream(1));
        file("waves.csv", t, waves(t, 1.5, 1, stream(2)));
        Called called = lines("DIR/waves.csv --out DIR/report");
        assertThat(called.out().lines().toList().get(0))
                .startsWith("Line at frequency 0.8")
                .contains("p < 1e-6");
        assertThat(called.out().lines().toList().get(1)).containsPattern("^Line at frequency 0\\.(199|200|201)");
        assertThat(called.out()).contains("Next: times share no step", "2 lines at level 0.05");
        assertThat(folder.resolve("report/waves-lines-lines.csv")).content().startsWith("frequency,low,high");
        double[] even = IntStream.range(0, 200).mapToDouble(i -> 0.5 * i).toArray();
        file("even.csv", even, waves(even, 2, 0, stream(3)));
        assertThat(lines("DIR/even.csv").out())
                .startsWith("Line at frequency 0.8")
                .contains("above 1, the Nyquist frequency of these times: f and 2 − f look alike");
        file("noise.csv", even, waves(even, 0, 0, stream(4)));
        assertThat(lines("DIR/noise.csv").out()).startsWith("No line shown: the strongest, at frequency ");
    }

    @Test
    void redNoiseIsNotTrusted() throws IOException {
        double[] t = IntStream.range(0, 300).mapToDouble(i -> i).toArray();
        double[] x = waves(t, 0, 0, stream(6));
        for (int i = 1; i < 300; i++) {
            x[i] = x[i] - 3 + 0.9 * x[i - 1];
        }
        file("red.csv", t, x);
        assertThat(lines("DIR/red.csv").out())
                .startsWith("No line can be trusted: red noise")
                .contains("Candidate at frequency", "Next: look for the candidates in a second series")
                .doesNotContain("Line at frequency");
        double[] drift = waves(t, 0, 0, stream(7));
        for (int i = 0; i < 300; i++) {
            drift[i] += 0.1 * t[i];
        }
        file("trend.csv", t, drift);
        assertThat(lines("DIR/trend.csv").out()).startsWith("No line shown");
        for (int i = 0; i < 300; i++) {
            drift[i] += 1e-3 * t[i] * t[i];
        }
        file("bend.csv", t, drift);
        assertThat(lines("DIR/bend.csv").out())
                .startsWith("Drift, no line: its period, ")
                .doesNotContain("Line at");
    }

    /** Red noise of variance 1 and some memory at given times. */
    private static double[] red(double[] t, double memory, Stream stream) {
        double[] x = new double[t.length];
        for (int i = 0; i < t.length; i++) {
            double keep = i == 0 ? 0 : Math.exp(-(t[i] - t[i - 1]) / memory);
            x[i] = (i == 0 ? 0 : keep * x[i - 1]) + Math.sqrt(1 - keep * keep) * stream.nextGaussian();
        }
        return x;
    }

    private static boolean passes(List<LineSpectrum> found, double from, double to) {
        return found.stream()
                .anyMatch(line -> line.falseAlarm() <= 0.05
                        && line.redAlarm() <= 0.05
                        && line.frequency() > from
                        && line.frequency() < to);
    }

    /**
     * Of 50 series of red noise, memory 0.25 to 5 at 100 uneven times of mean step 0.6 or AR(1) 0.9 at 30, at most 8 hold a line at level 0.05 (more: probability
     * 1e-3), where white noise allows it in a third or more. A wave of amplitude 1 and period 2 is told apart in 45 or more.
     */
    @Test
    @Tag("statistical")
    void redNoiseSeldomHoldsALine() {
        double[] even = IntStream.range(0, 30).mapToDouble(i -> i).toArray();
        for (double memory : new double[] {0, 0.25, 1, 5}) {
            int alarms = 0;
            int white = 0;
            int waves = 0;
            for (int r = 0; r < 50; r++) {
                double[] t = memory == 0 ? even : times(100, stream(2_000 + r));
                double[] x = red(t, memory == 0 ? -1 / Math.log(0.9) : memory, stream(3_000 + r));
                List<LineSpectrum> found = LineSpectrum.of(t, x, memory == 0 ? 0.5 : 0.8, 0.05, 6);
                white += found.get(0).falseAlarm() <= 0.05 ? 1 : 0;
                alarms += passes(found, 0, 1) ? 1 : 0;
                if (memory > 0.5) {
                    Arrays.setAll(x, i -> x[i] + Math.sin(Math.PI * t[i]));
                    waves += passes(LineSpectrum.of(t, x, 0.8, 0.05, 6), 0.49, 0.51) ? 1 : 0;
                }
            }
            assertThat(white).as("memory %s", memory).isGreaterThan(16);
            assertThat(alarms).as("memory %s", memory).isLessThanOrEqualTo(8);
            assertThat(memory < 0.5 || waves >= 45).as("memory %s", memory).isTrue();
        }
    }

    /** Of 300 series of noise at most 27 have a line at level 0.05 (28 or more: probability 1e-3); of 300 intervals 273 hold 0.81. */
    @Test
    @Tag("statistical")
    void falseAlarmsAndIntervalsAreNominal() {
        int alarms = 0;
        int covered = 0;
        for (int r = 0; r < 300; r++) {
            double[] t = times(60, stream(1_000 + r));
            double[] noise = waves(t, 0, 0, stream(r));
            alarms += LineSpectrum.of(t, noise, 1, 0.05, 1).get(0).falseAlarm() <= 0.05 ? 1 : 0;
            LineSpectrum line =
                    LineSpectrum.of(t, waves(t, 1.5, 0, stream(r)), 1, 0.05, 1).get(0);
            covered += Math.abs(line.frequency() - 0.81) < 1.96 * line.stdError() ? 1 : 0;
        }
        assertThat(alarms).isBetween(1, 27);
        assertThat(covered).isBetween(273, 298);
    }

    @Test
    void stepsAreCommonDivisors() {
        assertThat(LineSpectrum.step(0, 1, 2, 3)).isEqualTo(1);
        assertThat(LineSpectrum.step(0, 0.3, 0.8, 2.0)).isCloseTo(0.1, within(1e-9));
        assertThat(LineSpectrum.step(0, 1, 1 + Math.sqrt(2))).isLessThan(1e-3);
        double[] t = IntStream.range(0, 50).mapToDouble(i -> i).toArray();
        double[] x = Arrays.stream(t).map(at -> Math.sin(0.7 * at)).toArray();
        List<LineSpectrum> exact = LineSpectrum.of(t, x, 0.5, 0.05, 3);
        assertThat(exact.get(0).frequency()).isCloseTo(0.7 / 2 / Math.PI, within(1e-7));
        assertThat(exact.get(0).amplitude()).isCloseTo(1, within(1e-6));
        assertThat(exact.get(0).falseAlarm()).isLessThan(1e-6);
        double[] tiny = Arrays.stream(t)
                .map(at -> 1e-30 * (Math.sin(0.3 * at) + Math.sin(0.9 * at)))
                .toArray();
        double[] least = Arrays.stream(tiny).map(v -> 1e-285 * v).toArray();
        assertThat(LineSpectrum.of(t, least, 0.5, 0.05, 2).get(1).amplitude()).isCloseTo(1e-315, within(1e-316));
        assertThat(LineSpectrum.of(t, tiny, 0.5, 0.05, 2).get(1).amplitude()).isCloseTo(1e-30, within(1e-31));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/none.csv | 1 | none.csv",
                "DIR/one.csv | 2 | one.csv: lines needs a column of times and one of values, got only 'x'",
                "DIR/short.csv | 2 | column 'x' must hold 20 to 5000 numbers, got 3: record more",
                "DIR/same.csv | 2 | column 'x' must hold numbers that vary, got 7 in most rows",
                "DIR/back.csv | 2 | column 't' must rise, got 0 in row 3 below the names",
                "DIR/text.csv | 2 | got 'high' in row 2",
                "DIR/hole.csv | 2 | column 'x' must hold a number in every row of a series, got '' in row 2",
                "DIR/short.csv --time day | 2 | --time must name the times, got 'day'; columns: t, x",
                "DIR/good.csv --highest 0.6 | 2 | --highest must be in (0, 0.5], the Nyquist frequency of these times, got 0.6",
                "DIR/good.csv --level 2 | 2 | --level must be in (0, 1), got 2"
            })
    void badTablesAreNamed(String arguments, int status, String message) throws IOException {
        double[] t = IntStream.range(0, 30).mapToDouble(i -> i).toArray();
        file("good.csv", t, waves(t, 1, 1, stream(1)));
        file("same.csv", t, Arrays.stream(t).map(at -> 7).toArray());
        file("short.csv", new double[] {0, 1, 2}, 1, 2, 3);
        Files.writeString(folder.resolve("one.csv"), "x\n1\n2\n");
        Files.writeString(folder.resolve("text.csv"), "t,x\n0,1\n1,high\n");
        Files.writeString(folder.resolve("hole.csv"), "t,x\n0,1\n1,\n2,2\n");
        Files.writeString(
                folder.resolve("back.csv"),
                "t,x\n"
                        + IntStream.range(0, 30)
                                .mapToObj(i -> i % 2 + "," + i + "\n")
                                .collect(Collectors.joining()));
        Called called = lines(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isEqualTo(status);
    }
}
