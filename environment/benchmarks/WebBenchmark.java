package org.noisebook.figure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;

/**
 * The JVM's part of the comparison with a browser (README.md): draws the figure that a line on standard input names, without a
 * cache and on one thread, and prints the seconds.
 */
final class WebBenchmark {
    private WebBenchmark() {}

    public static void main(String[] none) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String id = lines.readLine(); id != null; id = lines.readLine()) {
            long began = System.nanoTime();
            try (Cache cache = Cache.inMemory()) {
                LocalRunner runner = new LocalRunner(1, Optional.empty());
                Experiment experiment = new Experiment(Experiment.STANDARD_SEED, cache, runner, Progress.SILENT);
                Edition edition = Edition.drawn(Catalogue.figure(id), Preset.QUICK, experiment);
                edition.svg();
                edition.csv();
                edition.json();
            }
            System.out.println((System.nanoTime() - began) / 1e9);
        }
    }
}
