package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Numbers;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.CombReport;

class CombCommandTest {
    private static final int BINS = 600;

    @TempDir
    private Path folder;

    /** Noise that grows fourfold, with resonances of half width 2 at these places. */
    private static double[][] spectrum(int bins, int replica, double snr, double... places) {
        Stream noise = Streams.of(5).withReplica(replica).at("noise");
        double[][] d = new double[2][bins];
        for (double[] part : d) {
            Arrays.setAll(part, k -> Math.sqrt(0.5) * noise.nextGaussian());
        }
        for (double place : places) {
            double angle = 2 * Math.PI * noise.nextDouble();
            for (int k = 0; k < bins; k++) {
                double off = k - place;
                double size = snr * Math.sqrt(2 / Math.PI) / (4 + off * off);
                d[0][k] += size * (2 * StrictMath.cos(angle) + off * StrictMath.sin(angle));
                d[1][k] += size * (2 * StrictMath.sin(angle) - off * StrictMath.cos(angle));
            }
        }
        for (double[] part : d) {
            Arrays.setAll(part, k -> part[k] * (1 + 3.0 * k / bins));
        }
        return d;
    }

    private static double[] comb(double spacing) {
        double[] places = new double[(int) ((BINS - 20) / spacing) + 1];
        Arrays.setAll(places, n -> 19 + n * spacing);
        return places;
    }

    private void file(String name, boolean power, double[]... d) throws IOException {
        StringBuilder text = new StringBuilder(power ? "frequency,power\n" : "re,im\n");
        for (int k = 0; k < d[0].length; k++) {
            text.append(power ? Numbers.format(50 + 0.1 * k, 6) : Numbers.format(d[0][k]))
                    .append(',')
                    .append(Numbers.format(power ? d[0][k] * d[0][k] + d[1][k] * d[1][k] : d[1][k]))
                    .append('\n');
        }
        Files.writeString(folder.resolve(name), text);
    }

    private Called call(String arguments) {
        return Called.with(Arrays.stream(("comb " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    @Test
    void combsAreFoundWithTheirSpacing() throws IOException {
        file("comb.csv", false, spectrum(BINS, 1, 3, comb(41.3)));
        Called found = call("DIR/comb.csv --out DIR/report");
        assertThat(found.out())
                .startsWith("A comb: lines stand every 41.")
                .contains(
                        " bins (95 % interval 41.",
                        "or a multiple of it",
                        "of 14 places (p at most 0.020, the smaller of two doubled).",
                        "Spacings from 16 to 100 bins were searched. Half of it, 20.",
                        " fits worse; double, 82.",
                        "Read: bins in the order of rows, real parts from 're', imaginary parts from 'im'.",
                        "Written: ");
        assertThat(folder.resolve("report/comb-comb-combs.csv")).content().contains("evidence by,spacing,low,high");
        file("power.csv", true, spectrum(BINS, 2, 5, comb(41.3)));
        assertThat(call("DIR/power.csv").out())
                .startsWith("A comb: lines stand every 4.1")
                .contains("Power has no phases", "Spacings from 1.6000 to 10 (16 to 100 bins) were searched.");
        assertThat(call("DIR/power.csv --level 0.01").out())
                .startsWith("A comb: ")
                .contains("of 199 shuffles");
    }

    /** Of 40 power spectra with 14 lines, at least 35 intervals hold the spacing; a coverage of 0.95 fails so with probability 0.014. */
    @Test
    @Tag("statistical")
    void intervalsHoldTheSpacing() throws IOException {
        int held = 0;
        for (int k = 0; k < 40; k++) {
            file("power.csv", true, spectrum(BINS, 300 + k, 7, comb(41.3)));
            Matcher interval = Pattern.compile("interval ([0-9.]+) to ([0-9.]+)\\)")
                    .matcher(call("DIR/power.csv --draws 39").out());
            held += interval.find()
                            && Double.parseDouble(interval.group(1)) <= 4.13
                            && Double.parseDouble(interval.group(2)) >= 4.13
                    ? 1
                    : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(35);
    }

    /** A spacing beyond the searched 100 bins is found from its half, and powers of any unit are read. */
    @Test
    void widerCombsAreNotHalvedAndUnitsDoNotMatter() throws IOException {
        double[][] d = spectrum(BINS, 7, 40, 30, 140, 250, 360, 470, 580);
        file("wide.csv", true, d);
        Called wide = call("DIR/wide.csv");
        assertThat(wide.out())
                .startsWith("A comb: lines stand every 1")
                .contains("this one, outside, fits better than its multiple or part inside");
        for (double unit : new double[] {1e-155, 1e150}) {
            file(
                    "unit.csv",
                    true,
                    Arrays.stream(d)
                            .map(part -> Arrays.stream(part).map(v -> v * unit).toArray())
                            .toArray(double[][]::new));
            assertThat(call("DIR/unit.csv").out()).startsWith("A comb: lines stand every 1");
        }
    }

    @Test
    void noiseAndLinesWithoutACombAreNot() throws IOException {
        file("one.csv", false, spectrum(BINS, 3, 20, 200));
        double[][] strong = spectrum(BINS, 3, 0);
        strong[0][50] = 1e150;
        file("strong.csv", true, strong);
        assertThat(call("DIR/strong.csv").out()).startsWith("No comb: ");
        file("some.csv", false, spectrum(BINS, 4, 5, 31, 50, 111, 140, 222, 300, 310, 350, 444, 490, 531, 573));
        assertThat(call("DIR/one.csv").out()).startsWith("No comb: lines at equal distances are not shown (p = ");
        assertThat(call("DIR/some.csv").out()).startsWith("No comb: ");
    }

    /** Of 200 spectra of noise, with fixed streams, at most 20 ± 13 are called a comb at level 0.1 by two tests. */
    @Test
    void falseAlarmsAreCalibrated() {
        int alarms = 0;
        for (int r = 0; r < 200; r++) {
            TextTable.Builder table = new TextTable.Builder(List.of("re", "im"));
            double[][] d = spectrum(192, 100 + r, 0);
            for (int k = 0; k < 192; k++) {
                table.add(Numbers.format(d[0][k]));
                table.add(Numbers.format(d[1][k]));
            }
            alarms += new CombReport(
                                    table.build(),
                                    0.1,
                                    19,
                                    Streams.of(6).withReplica(r).at("surrogates"))
                            .isComb()
                    ? 1
                    : 0;
        }
        assertThat(alarms).isBetween(5, 33);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/none.csv | none.csv",
                "DIR/short.csv | short.csv: a spectrum must have 192 to 10000 rows, got 2",
                "DIR/text.csv | column 'im' must hold a finite number in every row, got 'high' in row 2 below the names",
                "DIR/nan.csv | column 're' must hold a finite number in every row, got 'NaN' in row 1 below the names",
                "DIR/bare.csv | line 1 must name the columns, got the number 0.5",
                "DIR/same.csv | a spectrum must vary, got equal power in most of rows 1 to 12",
                "DIR/minus.csv | column 'power' must hold power of 0 or more",
                "DIR/many.csv | one column of power, or two of real and imaginary parts",
                "DIR/twice.csv | column 'f' must hold frequencies that rise by equal steps, got '50' in row 52 below the names",
                "DIR/error.csv | columns 'p' and 'e' must be real and imaginary parts, got no number below 0",
                "DIR/same.csv --draws 5 | noisebook: --draws must be in [39, 10000] for --level 0.05, got 5",
                "DIR/same.csv --level 2 | --level must be in [0.0002, 1), got 2"
            })
    void badTablesAreNamed(String arguments, String message) throws IOException {
        Files.writeString(folder.resolve("short.csv"), "re,im\n1,2\n2,1\n");
        Files.writeString(folder.resolve("text.csv"), "re,im\n1,2\n2,high\n");
        Files.writeString(folder.resolve("nan.csv"), "re,im\nNaN,2\n2,1\n");
        Files.writeString(folder.resolve("bare.csv"), "0.5\n0.7\n");
        Files.writeString(folder.resolve("same.csv"), "power\n" + "3\n".repeat(200));
        Files.writeString(folder.resolve("minus.csv"), "power\n" + "3\n-3\n".repeat(100));
        Files.writeString(folder.resolve("many.csv"), "a,b,c,d\n" + "1,2,3,4\n".repeat(200));
        StringBuilder twice = new StringBuilder("f,p\n");
        StringBuilder error = new StringBuilder("f,p,e\n");
        for (int k = 0; k < 200; k++) {
            twice.append(k == 51 ? 50 : k).append(',').append(k % 7).append('\n');
            error.append(k).append(',').append(k % 7).append(",1\n");
        }
        Files.writeString(folder.resolve("twice.csv"), twice);
        Files.writeString(folder.resolve("error.csv"), error);
        Called called = call(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isIn(1, 2);
    }
}
