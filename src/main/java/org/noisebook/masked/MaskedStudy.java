package org.noisebook.masked;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.KolmogorovSmirnov;

/**
 * Unmasks sentences by the exact conditionals of their language, on a grid of times, at times drawn beforehand, or from left to right.
 *
 * <p>On a grid the races that no symbol can win are passed over by one number each, which leaves the law of all draws as it is.
 *
 * <p><b>Streams</b>: {@code sentences}. <b>Cost</b>: 3 ns a step and masked token on a grid, a microsecond a conditional.
 */
@Head(
        id = "masked",
        version = 1,
        title = "Sentences of an exact language unmasked on a grid of times, at drawn times or from left to right",
        streams = "sentences",
        sources = {
            "Zheng, Chen, Mao, Liu, Zhu, Zhang 2024, Masked Diffusion Models are Secretly Time-Agnostic Masked Models and Exploit"
                    + " Inaccurate Categorical Sampling, arXiv 2409.02908",
            "Sahoo et al. 2024, Simple and Effective Masked Diffusion Language Models, arXiv 2406.07524"
        })
public final class MaskedStudy implements Study<MaskedConfig, MaskedResult> {
    /** Most sentences whose times are tested. */
    public static final int TESTED = 2000;

    /** Symbols a race that might ring before the longest clock of the mask, from which on its own is drawn first. */
    private static final double OFTEN = 0.25;

    @Override
    public MaskedResult run(MaskedConfig config, Streams streams) {
        MarkovSentences law = new MarkovSentences(config.language(), config.tokens());
        Sampler sampler = new Sampler(config, law, streams.at("sentences"));
        double[][] times = new double[config.tokens()][config.sentences()];
        double[] shares = new double[law.symbols()];
        double[][] pairs = new double[law.symbols()][law.symbols()];
        double logs = 0;
        for (int n = 0; n < config.sentences(); n++) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("unmasking interrupted");
            }
            int[] sentence = sampler.next();
            logs += law.logProbability(sentence);
            for (int i = 0; i < sentence.length; i++) {
                times[i][n] = sampler.times[i];
                shares[sentence[i]]++;
                if (i > 0) {
                    pairs[sentence[i - 1]][sentence[i]]++;
                }
            }
        }
        double total = (double) config.sentences() * config.tokens();
        long seen = Arrays.stream(shares).filter(count -> count > 0).count();
        Arrays.setAll(shares, k -> shares[k] / total);
        return new MaskedResult(
                config.unmasking() instanceof Unmasking.Grid grid ? grid.steps() : config.tokens(),
                (-logs / config.sentences() - law.entropy()) / config.tokens(),
                divergence(law, pairs, (double) config.sentences() * (config.tokens() - 1)),
                GumbelTruncation.entropy(shares) + (seen - 1) / (2 * total),
                Doubles.of(Arrays.stream(times)
                        .mapToDouble(row -> Arrays.stream(row).average().orElseThrow())
                        .toArray()),
                Doubles.of(IntStream.range(0, config.tokens())
                        .mapToDouble(i -> timeTest(times[i], i, config.tokens()))
                        .toArray()),
                Doubles.of(shares));
    }

    private static double divergence(MarkovSentences law, double[][] pairs, double total) {
        double sum = 0;
        for (int i = 0; i < pairs.length; i++) {
            for (int j = 0; j < pairs.length; j++) {
                double share = pairs[i][j] / total;
                sum += share > 0 ? share * StrictMath.log(share / law.pair(i, j)) : 0;
            }
        }
        return total > 0 ? sum : Double.NaN;
    }

    /** The i-th largest of n uniform numbers, from 0, has the law Beta(n − i, i + 1). */
    private static double timeTest(double[] times, int i, int n) {
        if (Double.isNaN(times[0])) {
            return Double.NaN;
        }
        BetaDistribution exact = new BetaDistribution(null, n - i, i + 1);
        return KolmogorovSmirnov.oneSample(
                        Arrays.copyOf(times, Math.min(times.length, TESTED)), exact::cumulativeProbability)
                .pValue();
    }

    /** Sentences one after the other. */
    private static final class Sampler {
        private final MaskedConfig config;
        private final MarkovSentences law;
        private final Stream stream;
        private final int[] sentence;
        private final double[] times;
        private final double[][] weights;
        private int unmasked;

        Sampler(MaskedConfig config, MarkovSentences law, Stream stream) {
            this.config = config;
            this.law = law;
            this.stream = stream;
            sentence = new int[config.tokens()];
            times = new double[config.tokens()];
            weights = new double[config.tokens()][law.symbols()];
        }

        int[] next() {
            Arrays.fill(sentence, MarkovSentences.MASK);
            unmasked = 0;
            if (config.unmasking() instanceof Unmasking.Grid grid) {
                onGrid(grid.steps(), StrictMath.scalb(1.0, -grid.bits()), -StrictMath.log(0.5) * grid.bits());
            } else {
                oneByOne(config.unmasking() instanceof Unmasking.FirstHitting);
            }
            return sentence;
        }

        private void unmask(int place, int symbol, double time) {
            sentence[place] = symbol;
            times[unmasked++] = time;
        }

        private void oneByOne(boolean hitting) {
            double time = 1;
            for (int masked = sentence.length; masked > 0; masked--) {
                int place = sentence.length - masked;
                if (hitting) {
                    time *= StrictMath.pow(stream.nextPositive(), 1.0 / masked);
                    place = -1;
                    for (int left = stream.nextIndex(masked); left >= 0; left -= sentence[place] < 0 ? 1 : 0) {
                        place++;
                    }
                }
                law.conditional(sentence, place, weights[place]);
                unmask(place, chosen(weights[place]), hitting ? time : Double.NaN);
            }
        }

        private int chosen(double[] weight) {
            double left = stream.nextDouble();
            int k = 0;
            while (k < weight.length - 1 && left >= weight[k]) {
                left -= weight[k++];
            }
            return k;
        }

        /** With uniform numbers on a lattice δ, and the largest exponential number they give. */
        private void onGrid(int steps, double delta, double longest) {
            double[] most = new double[sentence.length];
            int known = -1;
            int[] drawn = new int[sentence.length];
            for (int left = steps; unmasked < sentence.length; left--) {
                if (known != unmasked) {
                    known = unmasked;
                    for (int i = 0; i < sentence.length; i++) {
                        if (sentence[i] < 0) {
                            law.conditional(sentence, i, weights[i]);
                            most[i] = Arrays.stream(weights[i]).max().orElseThrow();
                        }
                    }
                }
                for (int i = 0; i < sentence.length; i++) {
                    drawn[i] = sentence[i] < 0 ? race(weights[i], most[i], left, delta, longest) : MarkovSentences.MASK;
                }
                for (int i = 0; i < sentence.length; i++) {
                    if (drawn[i] >= 0) {
                        unmask(i, drawn[i], (double) left / steps);
                    }
                }
            }
        }

        /** The symbol whose clock E_k left/p_k rings first, or the mask: an exact draw that looks only at clocks which could be first. */
        private int race(double[] p, double most, int left, double delta, double longest) {
            double mask = 1 - 1.0 / left;
            double numbers = 1 / delta - 1;
            double best = left == 1 ? Double.POSITIVE_INFINITY : longest / mask;
            boolean rings = left > 1 && p.length * best * most / left > OFTEN;
            if (rings) {
                best = clock(numbers, delta) / mask;
            }
            double reach = left == 1 ? numbers : Math.min(numbers, Math.floor(best * most / left / delta) + 1);
            double chance = reach / numbers;
            double u = stream.nextDouble();
            if (u < 1 - p.length * chance) {
                return MarkovSentences.MASK;
            }
            int k = 0;
            double none = 1 - chance;
            double product = none;
            while (k < p.length && u < product) {
                product *= none;
                k++;
            }
            if (k == p.length) {
                return MarkovSentences.MASK;
            }
            if (left > 1 && !rings) {
                best = clock(numbers, delta) / mask;
            }
            int first = MarkovSentences.MASK;
            for (boolean hit = true; k < p.length; k++) {
                if (hit) {
                    double time = clock(reach, delta) * left / p[k];
                    if (time < best) {
                        best = time;
                        first = k;
                    }
                }
                hit = stream.nextDouble() < chance;
            }
            return first;
        }

        /** −log(1 − j δ) with j even on 1, …, most. */
        private double clock(double most, double delta) {
            return -StrictMath.log1p(-delta * (1 + Math.floor(stream.nextDouble() * most)));
        }
    }

    @Override
    public double work(MaskedConfig config) {
        double steps = config.unmasking() instanceof Unmasking.Grid grid ? grid.steps() : 0;
        return (double) config.sentences() * config.tokens() * (5 * steps + 100.0 * config.tokens());
    }

    @Override
    public long memory(MaskedConfig config) {
        return (2L * config.sentences() * config.tokens() + 8192L * (config.tokens() + 4)) * Double.BYTES;
    }

    @Override
    public List<String> inputs(MaskedConfig config) {
        return config.language().files();
    }
}
