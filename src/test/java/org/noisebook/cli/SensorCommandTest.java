package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.data.Npy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.TukeyLambda;

class SensorCommandTest {
    private static final int SIDE = 60;

    @TempDir
    private Path folder;

    /** Frames of gain 3, row noise 1.5, read noise 4 of shape −0.2, at a step. */
    private void write(String name, int frames, double photons, double step) throws IOException {
        Stream stream = Streams.of(8).at(name);
        TukeyLambda law = new TukeyLambda(-0.2);
        double[] values = new double[frames * SIDE * SIDE];
        for (int row = 0; row < frames * SIDE; row++) {
            double shift = 1.5 * stream.nextGaussian();
            for (int j = 0; j < SIDE; j++) {
                double light = photons * (1 + row / SIDE / 2);
                double value =
                        3 * stream.nextPoisson(light) + shift + 4 * law.sample(stream) / Math.sqrt(law.variance());
                values[row * SIDE + j] = 100 + (step == 0 ? value : step * Math.rint(value / step));
            }
        }
        Npy.write(folder.resolve(name), values, frames, SIDE, SIDE);
    }

    private Called sensor(String... names) {
        String[] words = new String[names.length + 1];
        words[0] = "sensor";
        for (int k = 0; k < names.length; k++) {
            words[k + 1] = names[k].startsWith("-") || k > 1 && !names[k].equals("out")
                    ? names[k]
                    : folder.resolve(names[k]).toString();
        }
        return Called.with(words);
    }

    @Test
    void framesGiveTheirNoise() throws IOException {
        write("dark.npy", 10, 0, 1);
        write("flat.npy", 10, 100, 1);
        Called called = sensor("dark.npy", "flat.npy", "--out", "out");
        assertThat(called.err()).isEmpty();
        assertThat(called.out()).contains("heavier tails than a normal law", "rounded to multiples of 1,");
        Frame parts = Frame.parseCsv(Files.readString(folder.resolve("out/sensor-parts.csv")));
        double[] exact = {3, 1.5, 4, -0.2};
        for (int k = 0; k < 4; k++) {
            double low = Double.parseDouble(parts.text(k, "low"));
            double high = Double.parseDouble(parts.text(k, "high"));
            double slack = (high - low) / 2;
            assertThat(exact[k]).as(parts.text(k, "part")).isBetween(low - slack, high + slack);
            assertThat(slack).isLessThan(0.1 * Math.abs(exact[k]) + 0.05);
        }
        write("coarse.npy", 4, 0, 8);
        assertThat(sensor("coarse.npy", "flat.npy").out()).contains("rounding is too coarse");
        assertThat(sensor("coarse.npy", "flat.npy", "--step", "1").out()).doesNotContain("too coarse");
    }

    @Test
    void wrongFramesAreRefusedInOneLine() throws IOException {
        write("dark.npy", 4, 0, 1);
        write("flat.npy", 4, 100, 1);
        write("odd.npy", 3, 100, 1);
        Npy.write(folder.resolve("hole.npy"), withHole(), 2, SIDE, SIDE);
        Npy.write(folder.resolve("small.npy"), new double[2 * 20 * 20], 2, 20, 20);
        refused(sensor("flat.npy", "dark.npy"), "the files may be swapped");
        refused(sensor("dark.npy", "odd.npy"), "flat frames must be an array (frame, row, column) with an even number");
        refused(
                sensor("hole.npy", "flat.npy"),
                "dark frames must hold finite numbers, got NaN in frame 0, row 0, column 7");
        refused(sensor("small.npy", "flat.npy"), "dark frames must not be constant, got 0");
        double[] twice = new double[2 * 20 * 20];
        twice[3] = twice[403] = 1;
        Npy.write(folder.resolve("twice.npy"), twice, 2, 20, 20);
        refused(sensor("twice.npy", "flat.npy"), "dark frames 0 and 1 must be two exposures, but are the same numbers");
        refused(sensor("dark.npy", "flat.npy", "--step", "-1"), "--step must be at least 0, got -1");
        refused(sensor("dark.npy", "none.npy"), "none.npy");
    }

    private static double[] withHole() {
        double[] values = new double[2 * SIDE * SIDE];
        values[7] = Double.NaN;
        return values;
    }

    private static void refused(Called called, String message) {
        assertThat(called.err()).contains(message);
        assertThat(called.err().strip().lines()).hasSize(1);
    }
}
