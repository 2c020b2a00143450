package org.noisebook.papers.masked;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.KolmogorovSmirnov;

/**
 * Masked diffusion without time: exact with one call per token; and the entropy that low-precision random numbers cost with many steps.
 *
 * <p>Sentences are unmasked with the exact conditionals of their language, on a grid of times, at times drawn beforehand, or from left to
 * right. On a grid, one random number skips each race that no symbol can win, which does not change the distribution.
 *
 * <p><b>Cost</b>: 3 ns per step and masked token on a grid, a microsecond per conditional.
 */
@Paper(
        key = "2409.02908",
        title = "Masked Diffusion Models are Secretly Time-Agnostic Masked Models and Exploit Inaccurate Categorical"
                + " Sampling",
        cite = {
            "Zheng, Chen, Mao, Liu, Zhu, Zhang 2024, arXiv 2409.02908",
            "Sahoo et al. 2024, Simple and Effective Masked Diffusion Language Models, arXiv 2406.07524"
        },
        study = "masked",
        version = 1,
        does = "Sentences of an exact language unmasked on a grid of times, at drawn times or from left to right",
        figure = "masked-diffusion",
        shows = "Masked diffusion needs no time, and float32 cools it",
        streams = "sentences")
public final class MaskedDiffusion extends OnePaper<MaskedDiffusion.Config, MaskedDiffusion.Result> {
    /** An unmasking scheme, from t = 1, where all tokens are masked, to 0; at time t a token is masked with probability t. */
    public sealed interface Unmasking {}

    /**
     * Uniform time steps: in each, every masked token is drawn independently of the others among all symbols and the mask, by the largest
     * of log weight plus Gumbel noise.
     */
    public record Grid(
            @Parameter(standard = "1024", range = "[1, 1000000]", value = "steps")
            int steps,

            @Parameter(
                    standard = "53",
                    range = "[10, 53]",
                    value = "bits of uniform numbers: 24 as in float32, 53 as in float64")
            int bits)
            implements Unmasking {}

    /** First hitting: unmasking times are drawn first, τ ← τ u^(1/k) with k masks left; at each, a random masked token is drawn given the rest. */
    public record FirstHitting() implements Unmasking {}

    /** One token after the other from the left, which samples the language exactly. */
    public record LeftToRight() implements Unmasking {}

    /** Sentences of a language, unmasked by its exact conditionals. */
    public record Config(
            @Parameter(standard = "toy", value = "language of the sentences")
            Language language,

            @Parameter(standard = "16", range = "[1, 64]", value = "tokens of a sentence")
            int tokens,

            @Parameter(standard = "firstHitting", value = "unmasking scheme")
            Unmasking unmasking,

            @Parameter(standard = "1000", range = "[2, 1000000]", value = "sentences")
            int sentences) {}

    /**
     * Statistics of unmasked sentences; {@code divergence} is NaN for one token, as are times and their tests for sentences drawn from left
     * to right.
     */
    public record Result(
            @Parameter("evaluations of the conditionals per sentence: one per time step, or one per token")
            double calls,

            @Parameter("excess of −log p per token over the language's: 0 for exact samples, positive for misfits")
            double excess,

            @Parameter("Kullback–Leibler divergence of neighbouring tokens, (cells − 1)/2n for n exact pairs")
            double divergence,

            @Parameter("entropy of a token, with the correction of Miller and Madow")
            double entropy,

            @Parameter(length = "tokens", value = "mean times of unmasking, the first of them first")
            Doubles times,

            @Parameter(length = "tokens", value = "p-values of the times against order statistics")
            Doubles timeTests,

            @Parameter("shares of symbols") Doubles shares)
            implements Outcome {}

    // The study.

    /** Largest number of sentences in the Kolmogorov–Smirnov tests of the times. */
    private static final int TESTED = 2000;

    /** The mask's clock is drawn first if more symbols than this are expected to ring before its longest possible time. */
    private static final double OFTEN = 0.25;

    @Override
    protected Result measure(Config c, Streams streams) {
        MarkovSentences law = new MarkovSentences(c.language(), c.tokens());
        Sampler sampler = new Sampler(c, law, streams.at("sentences"));
        double[][] times = new double[c.tokens()][c.sentences()];
        double[] shares = new double[law.symbols()];
        double[][] pairs = new double[law.symbols()][law.symbols()];
        double logs = 0;
        for (int n = 0; n < c.sentences(); n++) {
            stopIfInterrupted();
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
        double total = (double) c.sentences() * c.tokens();
        long seen = Arrays.stream(shares).filter(count -> count > 0).count();
        Arrays.setAll(shares, k -> shares[k] / total);
        return new Result(
                c.unmasking() instanceof Grid grid ? grid.steps() : c.tokens(),
                (-logs / c.sentences() - law.entropy()) / c.tokens(),
                divergence(law, pairs, (double) c.sentences() * (c.tokens() - 1)),
                GumbelTruncation.entropy(shares) + (seen - 1) / (2 * total),
                Doubles.of(Arrays.stream(times)
                        .mapToDouble(row -> Arrays.stream(row).average().orElseThrow())
                        .toArray()),
                Doubles.of(IntStream.range(0, c.tokens())
                        .mapToDouble(i -> timeTest(times[i], i, c.tokens()))
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

    /** The i-th largest of n uniform numbers, from 0, is distributed as Beta(n − i, i + 1). */
    private static double timeTest(double[] times, int i, int n) {
        if (Double.isNaN(times[0])) {
            return Double.NaN;
        }
        BetaDistribution exact = new BetaDistribution(null, n - i, i + 1);
        return KolmogorovSmirnov.oneSample(
                        Arrays.copyOf(times, Math.min(times.length, TESTED)), exact::cumulativeProbability)
                .pValue();
    }

    /** Draws sentences one after the other. */
    private static final class Sampler {
        private final Config config;
        private final MarkovSentences law;
        private final Stream stream;
        private final int[] sentence;
        private final double[] times;
        private final double[][] weights;
        private int unmasked;

        Sampler(Config config, MarkovSentences law, Stream stream) {
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
            if (config.unmasking() instanceof Grid grid) {
                onGrid(grid.steps(), StrictMath.scalb(1.0, -grid.bits()), -StrictMath.log(0.5) * grid.bits());
            } else {
                oneByOne(config.unmasking() instanceof FirstHitting);
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

        /** Unmasks on a grid, with uniform numbers that are multiples of δ and the largest exponential number they can give. */
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

        /** The symbol whose clock E_k left/p_k rings first, or the mask; exact, though only clocks that could be first are drawn. */
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

        /** An exponential clock −log(1 − j δ) with j uniform on 1, …, most. */
        private double clock(double most, double delta) {
            return -StrictMath.log1p(-delta * (1 + Math.floor(stream.nextDouble() * most)));
        }
    }

    @Override
    public double work(Config c) {
        double steps = c.unmasking() instanceof Grid grid ? grid.steps() : 0;
        return (double) c.sentences() * c.tokens() * (5 * steps + 100.0 * c.tokens());
    }

    @Override
    public long memory(Config c) {
        return (2L * c.sentences() * c.tokens() + 8192L * (c.tokens() + 4)) * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config c) {
        return c.language().files();
    }

    // The figure.

    private static final int TOKENS = 16;
    /** Steps of the grid with few bits, whose distribution depends only on the ratio of steps to random values. */
    private static final int STEPS = 256;

    /** More steps than a text model needs: float32 loses 0.0048 nat, which sixteen times 80 000 tokens resolve to a tenth. */
    private static final int MANY = 65_536;

    private static final double[] TOKEN = new MarkovSentences(new Language.Toy(64, 1.5, 1), 1).token();
    private static final double ENTROPY = GumbelTruncation.entropy(TOKEN);
    private static final String TOY = "Markov chain of 64 symbols";
    private static final String LETTERS = "letters of Moby-Dick";

    private Line<Config, Result> sentences(Board board, boolean toy, String how, String unmasking, double... steps) {
        var setting = on(board, how + ", " + (toy ? TOY : LETTERS))
                .with("unmasking=" + unmasking + ", sentences=" + board.choose(2000, 16_000))
                .with(toy ? "" : "language=letters");
        return steps.length == 0 ? setting.along("tokens", TOKENS) : setting.along("unmasking.steps", steps);
    }

    private Line<Config, Result> token(Board board, int steps, int bits) {
        int most = bits == 14 ? board.choose(80_000, 200_000) : board.choose(bits > 16 ? 5000 : 10_000, 20_000);
        int count = steps == MANY ? 80_000 : bits == 12 ? board.choose(20_000, 50_000) : most;
        String numbers = bits == 24 ? "float32" : bits == 53 ? "float64" : bits + " bits";
        return on(board, steps + " steps, " + numbers + ", one token of 64 symbols")
                .with("tokens=1, sentences=" + count + ", unmasking=grid(steps=" + steps + ", bits=" + bits + ")")
                .cell();
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: grid-16");
        board.title(
                "Unmasking one token per call samples exactly; uniform time steps do not",
                "Unmasking one token per call does not sample exactly",
                "Unmasking one token per call may sample exactly");
        board.subtitle("Excess surprisal of sentences against calls, and entropy lost to b-bit random numbers");
        int n = board.replicas(6, 16);
        tellCalls(board);
        tellBits(board);
        board.caption("""
                Sentences of 16 tokens, unmasked with exact conditionals. (a) Mean −log p per token minus the entropy of \
                the language: 0 for exact samples; the axis is linear below 1. Uniform time steps: in each step every masked token is \
                drawn independently of the others, in float64; one token per call: at times drawn beforehand (first \
                hitting). Markov chain: 64 symbols; letters: those of five chapters of Moby-Dick. (b) Entropy lost by one \
                token drawn on a grid of steps, against the number of steps over the number of different uniform numbers, \
                2^24 in float32; blue: predicted by their discreteness; the other line: by the paper's integral over \
                truncated noise. Means over {} replicas of {} sentences, (b) {} tokens; 95 % t intervals.""", n, board.choose(2000, 16_000), board.choose("10 000 to 80 000", "20 000 to 200 000"));
    }

    private void tellCalls(Board board) {
        double[] steps = board.choose(new double[] {16, 64, 512}, new double[] {4, 16, 64, 512, 4096});
        Axis calls = Axis.log10("calls of the model per sentence").range(3, 1.4 * steps[steps.length - 1]);
        Axis excess = Axis.log10AndZero("excess surprisal (0.01 nat per token)").range(-1, 100);
        Plot plot = board.plot("calls", "Error of unmasked sentences", calls, excess);
        var grid = sentences(board, true, "uniform time steps", "grid", steps);
        var spelt = sentences(board, false, "uniform time steps", "grid", Arrays.copyOf(steps, board.choose(1, 3)));
        var hitting = sentences(board, true, "first-hitting sampler", "firstHitting");
        var hittingLetters = sentences(board, false, "first-hitting sampler", "firstHitting");
        var exact = sentences(board, true, "left to right", "leftToRight").last();
        plot.means("uniform time steps, Markov chain", grid, run -> 100 * run.excess())
                .means("uniform time steps, letters", spelt, run -> 100 * run.excess())
                .colour(0)
                .named("")
                .means("one token per call, Markov chain", hitting, run -> 100 * run.excess())
                .colour(1)
                .named("")
                .means("one token per call, letters", hittingLetters, run -> 100 * run.excess())
                .text(TOKENS, -0.5, "one token per call: exact")
                .text(3, 0.8, "linear below 1");
        judgeExcess(plot, "hitting", hitting, TOKENS);
        judgeExcess(plot, "grid-16", grid, 16);
        judgeExcess(plot, "hitting-letters", hittingLetters, TOKENS);
        judgeExcess(plot, "grid-letters", spelt, 16);
        var first = hitting.last();
        String divergence = "KL divergence of neighbouring tokens";
        board.claim("equal-law", divergence + " minus that with 512 uniform time steps", hitting)
                .control("claim: coarse-law")
                .theory(0, 0.004)
                .of(first.less(grid.at(512), Result::divergence))
                .from(source() + ": equal laws with a 32nd of the calls; window set before the run");
        board.claim("exact-law", divergence + " minus that of exact samples", hitting)
                .control("claim: coarse-law")
                .theory(0, 0.004)
                .of(first.less(exact, Result::divergence))
                .from("the sampling floor for this number of sentences");
        board.claim("coarse-law", divergence + " in 16 steps minus that of exact samples", grid)
                .above(0.004)
                .of(grid.at(16).less(exact, Result::divergence))
                .from("control: a different distribution must be detected");
        board.claim("first-time", "mean time at which the first token is unmasked", hitting)
                .control("claim: times-grid")
                .theory(TOKENS / (TOKENS + 1.0), 0.003)
                .of(first, run -> run.times().get(0))
                .from("largest of 16 uniform numbers, 16/17; window set before the run");
        board.claim("times", "smallest p-value in any replica of 16 unmasking times as order statistics", hitting)
                .control("claim: times-grid")
                .above(1e-4)
                .of(leastTest(hitting, TOKENS))
                .from(source(), "a false alarm in one of 80 figures");
        board.claim("times-grid", "smallest p-value of 16 unmasking times in any replica, 64 steps", grid)
                .below(1e-4)
                .of(leastTest(grid, 64))
                .from("control: times on a grid are no order statistics");
    }

    private void judgeExcess(Plot plot, String name, Line<Config, Result> line, double x) {
        String told =
                "16 calls for one token each are exact; 16 uniform time steps are not | excess surprisal (nat per token)";
        var claim = plot.claim(name, "excess −log p per token", line, x, Result::excess)
                .says(name.endsWith("letters") ? "" : told)
                .control(name.equals("hitting-letters") ? "claim: grid-letters" : "");
        if (name.startsWith("hitting")) {
            claim.theory(0, 0.02)
                    .from(source() + ": first hitting samples the continuous process; window set before the run");
        } else {
            claim.above(0.02).from("control: tokens drawn independently in one step do not fit each other");
        }
    }

    private static double leastTest(Line<Config, Result> line, double x) {
        return Arrays.stream(
                        line.at(x).values(run -> run.timeTests().stream().min().orElseThrow()))
                .min()
                .orElseThrow();
    }

    private void tellBits(Board board) {
        int[] bits = {10, 12, 14, 16};
        double[] x = Arrays.stream(bits)
                .mapToDouble(b -> STEPS / StrictMath.pow(2, b))
                .toArray();
        var line = Line.of(
                x,
                Arrays.stream(bits).mapToObj(b -> token(board, STEPS, b).last()).toList());
        Axis numbers = Axis.log2("steps over values of a random number, N/2^b").range(1.0 / 512, 0.5);
        Plot plot = board.plot("bits", "Entropy lost to few bits", numbers, Axis.log10("entropy lost (nat per token)"));
        plot.named("measured, N = 256 steps").points("256 steps", line, mean(MaskedDiffusion::lost));
        plot.named("predicted by their discreteness")
                .line(LineKind.THEORY, "256 steps", Curves.X, Curves.LATTICE)
                .named("predicted by the paper's integral")
                .colour(3)
                .line(LineKind.THEORY, "integral of the paper", Curves.X, Curves.INTEGRAL);
        if (board.choose(false, true)) {
            var full = token(board, MANY, 24);
            plot.points(
                    "65 536 steps, float32", full.against(MANY / StrictMath.pow(2, 24)), mean(MaskedDiffusion::lost));
            double loss = ENTROPY - GumbelTruncation.entropy(GumbelTruncation.lattice(TOKEN, MANY, 24));
            board.claim("cooled-float32", "entropy lost relative to the prediction for discrete numbers", full)
                    .says("In 65 536 steps, float32 loses the entropy predicted | entropy lost / predicted")
                    .control("claim: cooled-float64")
                    .theory(1, 0.25)
                    .of(full.last(), run -> lost(run) / loss)
                    .from(source() + ": few bits lower the temperature; window by power, of 1.3 million tokens");
            board.claim("cooled-float64", "entropy lost relative to the float32 prediction", token(board, MANY, 53))
                    .says("In as many steps, float64 loses none | entropy lost / predicted of float32")
                    .theory(0, 0.25)
                    .of(token(board, MANY, 53).last(), run -> lost(run) / loss)
                    .from("control: float64 must lose nothing in the same number of steps");
        }
        for (int steps : new int[] {64, 1024}) {
            judgeEntropy(board, steps, 24);
            judgeEntropy(board, steps, 53);
        }
        for (int b : new int[] {12, 14}) {
            var cell = token(board, STEPS, b);
            double lattice = ENTROPY - GumbelTruncation.entropy(GumbelTruncation.lattice(TOKEN, STEPS, b));
            double integral = ENTROPY - GumbelTruncation.entropy(GumbelTruncation.integral(TOKEN, STEPS, b));
            plot.claim("lattice-" + b, "entropy lost relative to the prediction for discrete numbers", cell)
                    .control("claim: integral-" + b)
                    .says("12 and 14 bits lose the entropy that discreteness predicts | entropy lost / predicted")
                    .theory(1)
                    .of(cell.last(), run -> lost(run) / lattice)
                    .from("P_k = δ/(exp(δ/w_k) − 1), no free parameter");
            plot.claim("integral-" + b, "entropy lost relative to the paper's integral", cell)
                    .control("claim: lattice-" + b)
                    .says("The paper's integral predicts the entropy that few bits lose | entropy lost / predicted")
                    .theory(1)
                    .of(cell.last(), run -> lost(run) / integral)
                    .from(source() + ", section 4: noise cut off at −log(−log(1 − 2⁻ᵇ))");
        }
        board.claim("cut-off", "largest Gumbel noise from 24-bit random numbers")
                .identity(16.6355, 5e-5)
                .judge(GumbelTruncation.cutOff(24), source());
    }

    /** Predicted curves, computed once. */
    private static final class Curves {
        static final double[] X = Line.logarithmic(1.0 / 400, 0.35, 41);
        static final double[] LATTICE = lost(X, true);
        static final double[] INTEGRAL = lost(X, false);
    }

    private static double lost(Result run) {
        return ENTROPY - run.entropy();
    }

    private static double[] lost(double[] x, boolean lattice) {
        return Arrays.stream(x)
                .map(ratio -> {
                    // On a fine grid only the ratio of steps to random values matters.
                    double bits = StrictMath.log(STEPS / ratio) / StrictMath.log(2);
                    return ENTROPY - GumbelTruncation.entropy(GumbelTruncation.along(TOKEN, STEPS, bits, lattice));
                })
                .toArray();
    }

    private void judgeEntropy(Board board, int steps, int bits) {
        var cell = token(board, steps, bits);
        double expected = bits == 53 ? ENTROPY : GumbelTruncation.entropy(GumbelTruncation.lattice(TOKEN, steps, bits));
        board.claim("entropy-" + steps + "-" + bits, "entropy of a token", cell)
                .control("claim: entropy-" + steps + "-" + (77 - bits))
                .theory(expected, 0.01)
                .of(cell.last(), Result::entropy)
                .from(bits == 53 ? "no loss in float64" : "the lattice's law; window of the atlas, 0.01 nat");
    }

    @Override
    protected String says() {
        return """
                The paper shows that the times at which masked tokens are revealed can be drawn before any token is known. One call of the model per
                token then samples the same distribution as infinitely many time steps. It also shows that Gumbel noise made of 32-bit
                numbers is cut off, which makes samples of many steps too likely. Here both are measured on two languages with exact
                conditionals: a Markov chain of 64 symbols and the letters of five chapters of *Moby-Dick*. With 16 calls for 16 tokens, first hitting samples the
                language exactly, and its times are order statistics; 16 uniform time steps produce tokens that do not fit each other. The entropy
                lost with b-bit random numbers and N steps depends only on N/2ᵇ, as their discreteness predicts: P = δ/(exp(δ/w) − 1) for a symbol of weight w
                with δ = 2⁻ᵇ. The paper's integral cuts the noise off but leaves it continuous elsewhere, and predicts up to twice the loss. With 64 symbols
                and 1,024 steps, float32 shows no loss; the loss grows with the number of steps and of unlikely symbols, and float64 shows none. In
                practice, reveal one token per call, draw in float64, and distrust a low perplexity that comes with many steps and low entropy.""";
    }
}
