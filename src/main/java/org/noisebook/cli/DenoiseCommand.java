package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.data.ArrayFile;
import org.noisebook.data.Npy;
import org.noisebook.data.NumberArray;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Experiment;
import org.noisebook.field.DenoisedPictures;
import org.noisebook.field.DenoisedPictures.Noise;
import org.noisebook.rng.Streams;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Denoising of a user's pictures. */
@Command(
        name = "denoise",
        description = {
            "Denoises pictures without clean ones: fits Gaussians to their patches, as many as held-out pictures ask for, and says what error"
                    + " is left and when one Gaussian, a linear filter, is best. Reads an .npy array [picture, row, column] or [row, column]."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook denoise pictures.npy --noise gaussian --sigma 0.2 --out clean",
            "  noisebook denoise counts.npy --noise poisson --out clean"
        })
final class DenoiseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "an .npy, .npz or .safetensors file with one array")
    private Path file;

    @Option(
            names = "--noise",
            paramLabel = "gaussian|poisson",
            required = true,
            description = "what spoils the pictures")
    private String noise;

    @Option(names = "--sigma", paramLabel = "X", description = "its level if gaussian (default: estimated)")
    private Optional<Double> sigma = Optional.empty();

    @Option(names = "--gain", paramLabel = "X", description = "value of a count if poisson (default 1)")
    private Optional<Double> gain = Optional.empty();

    @Option(names = "--patch", paramLabel = "N", description = "pixels along a patch (default 6)")
    private int patch = 6;

    @Option(names = "--most", paramLabel = "N", description = "most Gaussians (default 10)")
    private int most = 10;

    @Option(names = "--seed", paramLabel = "N", description = "root seed (default 1)")
    private long seed = Experiment.STANDARD_SEED;

    @Option(names = "--out", paramLabel = "DIR", description = "also write pictures, report and table")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        boolean counts = noise.equals("poisson");
        if (!counts && !noise.equals("gaussian")) {
            throw new ParameterException(
                    spec.commandLine(), "--noise must be gaussian or poisson, got '" + noise + "'");
        }
        Optional<Double> level = counts ? gain : sigma;
        if ((counts ? sigma : gain).isPresent() || level.isPresent() && !(level.get() > 0 && level.get() < 1e50)) {
            throw new ParameterException(
                    spec.commandLine(), "give --sigma with gaussian or --gain with poisson noise, above 0 and finite");
        }
        Map<String, NumberArray> arrays = ArrayFile.read(file);
        if (arrays.size() != 1) {
            throw new IOException(file + ": expected one array, found " + arrays.size());
        }
        NumberArray array = arrays.values().iterator().next();
        DenoisedPictures report;
        try {
            Noise known = new Noise(counts, level.orElse(counts ? 1.0 : 0.0));
            report = DenoisedPictures.of(
                    array, known, patch, most, Streams.of(seed).at("patches"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        String written = "";
        String stem = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        if (out.isPresent()) {
            Path saved = out.get().resolve(stem + "-denoised.npy");
            written = ReportFiles.write(out.get(), stem + "-denoise-", report).stripTrailing() + ", " + saved + "\n";
            double[] all = Arrays.stream(report.pictures())
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            WholeFile.write(saved, target -> Npy.write(target, all, array.shape()));
        }
        spec.commandLine().getOut().print(report.text() + written);
        return 0;
    }
}
