package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.ArrayFile;
import org.noisebook.data.Npy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class DenoiseCommandTest {
    private static final int COUNT = 40;
    private static final int SIDE = 12;

    @TempDir
    private Path folder;

    /** Pictures of flat rectangles, or of a smooth Gaussian field. */
    private static double[] clean(boolean field) {
        Stream stream = Streams.of(7).at("clean");
        double[] x = new double[COUNT * SIDE * SIDE];
        for (int k = 0; k < COUNT; k++) {
            int edge = 2 + stream.nextIndex(8);
            double left = 2 * stream.nextDouble() - 1;
            double right = 2 * stream.nextDouble() - 1;
            double[] wave = new double[9];
            Arrays.setAll(wave, j -> stream.nextGaussian());
            for (int i = 0; i < SIDE * SIDE; i++) {
                double value = i % SIDE < edge ? left : right;
                for (int j = 0; field && j < 9; j++) {
                    value = (j == 0 ? 0 : value)
                            + wave[j]
                                    * StrictMath.cos(StrictMath.PI * (j % 3) * (i % SIDE + 0.5) / SIDE)
                                    * StrictMath.cos(StrictMath.PI * (j / 3) * (i / SIDE + 0.5) / SIDE)
                                    / 3;
                }
                x[k * SIDE * SIDE + i] = value;
            }
        }
        return x;
    }

    private Path file(String name, double[] clean, DoubleUnaryOperator spoil) throws IOException {
        Path file = folder.resolve(name);
        Npy.write(file, Arrays.stream(clean).map(spoil).toArray(), COUNT, SIDE, SIDE);
        return file;
    }

    private Called denoise(String arguments) {
        return Called.with(Arrays.stream(("denoise " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    private double error(String denoised, double[] clean) throws IOException {
        double[] x = ArrayFile.read(folder.resolve(denoised))
                .values()
                .iterator()
                .next()
                .values();
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - clean[i]) * (x[i] - clean[i]) / x.length;
        }
        return sum;
    }

    @Test
    void edgesNeedSeveralGaussiansAndAFieldOne() throws IOException {
        Stream stream = Streams.of(8).at("noise");
        double[] edges = clean(false);
        file("edges.npy", edges, x -> x + 0.2 * stream.nextGaussian());
        Called several = denoise("DIR/edges.npy --noise gaussian --sigma 0.2 --patch 4 --most 5 --out DIR/a");
        assertThat(several.err()).isEmpty();
        assertThat(several.out()).startsWith("A mixture of 5 Gaussians is better than one; the error left is ");
        assertThat(error("a/edges-denoised.npy", edges)).isLessThan(0.25 * 0.04);
        assertThat(folder.resolve("a/edges-denoise-components.csv")).content().contains("gain low");
        assertThat(folder.resolve("a/edges-denoise.md")).content().contains("A mixture of 5");
        double[] field = clean(true);
        file("field.npy", field, x -> x + 0.2 * stream.nextGaussian());
        Called one = denoise("DIR/field.npy --noise gaussian --patch 4 --most 5 --out DIR/b");
        assertThat(one.out())
                .startsWith("One Gaussian is best: a linear filter")
                .contains("from the flat directions");
        assertThat(error("b/field-denoised.npy", field)).isLessThan(0.3 * 0.04);
    }

    @Test
    void countsAreDenoisedWithoutBias() throws IOException {
        Stream stream = Streams.of(9).at("noise");
        double[] rate = Arrays.stream(clean(false)).map(x -> 3 * (x + 1.5)).toArray();
        file("counts.npy", rate, x -> 0.5 * stream.nextPoisson(x / 0.5));
        Called counts = denoise("DIR/counts.npy --noise poisson --gain 0.5 --patch 4 --most 2 --out DIR/c");
        assertThat(counts.out()).contains("a count is 0.5");
        double raw = 0.5 * Arrays.stream(rate).average().orElseThrow();
        assertThat(error("c/counts-denoised.npy", rate)).isLessThan(0.3 * raw);
        double[] x = ArrayFile.read(folder.resolve("c/counts-denoised.npy"))
                .values()
                .iterator()
                .next()
                .values();
        double bias = Arrays.stream(x).average().orElseThrow()
                - Arrays.stream(rate).average().orElseThrow();
        assertThat(Math.abs(bias)).isLessThan(0.1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/good.npy --noise salt | 2 | --noise must be gaussian or poisson, got 'salt'",
                "DIR/good.npy | 2 | Missing required option: '--noise=gaussian|poisson'",
                "DIR/good.npy --noise gaussian --sigma 0 | 2 | give --sigma with gaussian or --gain with poisson noise",
                "DIR/good.npy --noise gaussian --gain 1 | 2 | give --sigma with gaussian or --gain with poisson noise",
                "DIR/good.npy --noise poisson | 2 | pictures must hold numbers below 1e50 in size, 0 or more if poisson, got -",
                "DIR/good.npy --noise gaussian --patch 13 | 2 | --patch must be in [2, 12] for these pictures, got 13",
                "DIR/good.npy --noise gaussian --most 0 | 2 | --most must be in [1, 20], got 0",
                "DIR/flat.npy --noise gaussian | 2 | pictures must vary, got 1",
                "DIR/line.npy --noise gaussian | 2 | pictures must be [picture, row, column] or [row, column], got shape [5]",
                "DIR/small.npy --noise gaussian --patch 2 | 2 | pictures must be at least 8, or have 16 rows in all",
                "DIR/quiet.npy --noise gaussian --patch 2 | 2 | pictures show no noise: give --sigma",
                "DIR/text.npy --noise gaussian | 1 | not an .npy, .npz or .safetensors file"
            })
    void refusesInOneLine(String arguments, int status, String message) throws IOException {
        Stream stream = Streams.of(3).at("noise");
        file("good.npy", clean(false), x -> x + stream.nextGaussian());
        file("flat.npy", clean(false), x -> 1);
        Npy.write(folder.resolve("line.npy"), new double[] {1, 2, 3, 4, 5}, 5);
        Npy.write(folder.resolve("small.npy"), new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
        double[] quiet = new double[10 * 16];
        Arrays.setAll(quiet, i -> i / 16);
        Npy.write(folder.resolve("quiet.npy"), quiet, 10, 4, 4);
        Files.writeString(folder.resolve("text.npy"), "no array, but a text that is long enough");
        Called called = denoise(arguments);
        assertThat(called.status()).as(called.err()).isEqualTo(status);
        assertThat(called.err().lines().findFirst().orElse("")).contains(message);
    }
}
