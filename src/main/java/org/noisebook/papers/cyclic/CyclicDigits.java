package org.noisebook.papers.cyclic;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.Target;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Score;

/** Lower halves of digits sampled given the upper ones by {@link Cycles}, against the exact conditional mean. */
@StudyInfo(
        id = "cyclic-digits",
        version = 2,
        title = "Halves of digits completed under cycles of replacement",
        sources = "Wang and others 2024, arXiv 2306.08247",
        streams = {"halves", "path"})
public final class CyclicDigits extends PaperStudy<CyclicDigits.Config, CyclicDigits.Result> {
    /** Completion of halves drawn from one Gaussian per class. */
    public record Config(
            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "50", range = "[2, 10000]", value = "ancestral steps")
            int steps,

            @Parameter(standard = "3", range = "[0, 1000]", value = "how often the path goes back")
            int cycles,

            @Parameter(standard = "0.2", range = "(0, 1]", symbol = "τ", value = "time to which it goes back")
            double noisy,

            @Parameter(standard = "0.02", range = "[0, noisy)", value = "time from which it goes back")
            double clean,

            @Parameter(standard = "4", range = "[1, 1000]", value = "halves that are completed")
            int halves,

            @Parameter(standard = "32", range = "[2, 10000]", value = "samples for each half")
            int samples) {}

    /** How far the samples lie from what the given half implies. */
    public record Result(
            @Parameter(
                    "distance of the samples' mean from the exact conditional mean, over that of the mean of all digits; noise of the samples subtracted")
            double meanError,

            @Parameter("the digits from which the halves come, the mean of the completions of each, and the exact one")
            Doubles pictures)
            implements Outcome {}

    static final int KNOWN = 32;

    @Override
    protected Result measure(Config c, Streams streams) {
        GaussianMixture law = law();
        int d = law.dimension();
        double[][] truth = law.sample(streams.at("halves"), c.halves());
        double[][] known = new double[KNOWN][c.halves() * c.samples()];
        for (int j = 0; j < KNOWN; j++) {
            double[] values = truth[j];
            Arrays.setAll(known[j], k -> values[k / c.samples()]);
        }
        Score score = new SpectralMixture(law).score(c.diffusion());
        var samples = new Cycles.Samples(c.diffusion(), score, known, streams.at("path"));
        new Cycles(c.steps(), c.cycles(), c.noisy(), c.clean(), true).run(samples);
        double[][] x = Grammar.finite(samples.x());
        double off = 0;
        double all = 0;
        double[] plain = law.mean();
        double[][] means = Arrays.stream(truth).map(double[]::clone).toArray(double[][]::new);
        double[][] right = Arrays.stream(truth).map(double[]::clone).toArray(double[][]::new);
        int[] upper = IntStream.range(0, KNOWN).toArray();
        for (int h = 0; h < c.halves(); h++) {
            int half = h;
            double[] exact = law.conditional(
                            upper,
                            IntStream.range(0, KNOWN)
                                    .mapToDouble(j -> truth[j][half])
                                    .toArray())
                    .mean();
            for (int j = KNOWN; j < d; j++) {
                double[] own = Arrays.copyOfRange(x[j], h * c.samples(), (h + 1) * c.samples());
                double mean = Grammar.mean(own.length, k -> own[k]);
                double variance = Grammar.sum(own.length, k -> (own[k] - mean) * (own[k] - mean)) / (own.length - 1);
                double miss = mean - exact[j - KNOWN];
                means[j][h] = mean;
                right[j][h] = exact[j - KNOWN];
                off += miss * miss - variance / own.length;
                all += (exact[j - KNOWN] - plain[j]) * (exact[j - KNOWN] - plain[j]);
            }
        }
        return new Result(Math.sqrt(Math.max(0, off) / all), Grammar.shown(c.halves(), truth, means, right));
    }

    static GaussianMixture law() {
        return Target.PictureClasses.standard().mixture().orElseThrow();
    }

    @Override
    public double work(Config c) {
        double path = c.steps() * (1 + c.cycles() * (c.noisy() - c.clean()));
        return path * c.halves() * c.samples() * 40.0 * 64 * 64;
    }

    @Override
    public long memory(Config c) {
        return 30L * 64 * Double.BYTES * c.halves() * c.samples() + (1L << 24);
    }

    @Override
    public List<String> inputs(Config c) {
        return Target.Pictures.standard().files();
    }
}
