package org.noisebook.papers.noisepolicy;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.argmax;
import static org.noisebook.paper.Grammar.share;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.model.GaussianMixture;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Sampler;
import org.noisebook.stats.Estimate;

/**
 * Initial noise learned from rewards, with the whole sampler as one action: clipped reuse of samples compared with REINFORCE at the same
 * and at eight times the rate, for an affine sampler whose optimum has a closed form, and for a digit.
 *
 * <p>The study {@code guidance} with {@code start=policy} measures samples of all classes from such noise.
 *
 * <p><b>Streams</b>: {@code target}; {@code pairs} for the batches, {@code start} for the fresh noise of the test. <b>Cost</b>: updates ×
 * samples × steps scores, independent of the reuse.
 */
@Paper(
        key = "2407.19453",
        title = "FIND: Fine-tuning Initial Noise Distribution with Policy Optimization for Diffusion Models",
        cite = {
            "Chen, Yang, Wang and others 2024, arXiv 2407.19453",
            "Schulman, Wolski, Dhariwal, Radford, Klimov 2017, Proximal Policy Optimization Algorithms, arXiv 1707.06347",
            "Williams 1992, Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning"
        },
        study = "noise-policy",
        version = 2,
        does = "The initial noise of a sampler, learned by policy gradient",
        figure = "noise-policy",
        shows = "Initial noise learned from rewards",
        streams = {"target", "pairs", "start"})
public final class LearnedNoise extends OnePaper<LearnedNoise.Config, LearnedNoise.Result> {
    /** A distribution of the initial noise that is learned from rewards. */
    public record Config(
            @Parameter(standard = "gaussian", value = "task that is rewarded: gaussian or digit")
            Task task,

            @Parameter(
                    standard = "ddpm(steps=1000, betas=linearBetas(first=1e-4, last=0.02))",
                    value = "diffusion that is run backward")
            Diffusion diffusion,

            @Parameter(standard = "ddim(eta=0)", value = "deterministic sampler")
            DiffusionMethod method,

            @Parameter(standard = "20", range = "[1, 100000]", value = "steps of equal length")
            int steps,

            @Parameter(standard = "policy", value = "how the initial noise is learned")
            Policy start,

            @Parameter(standard = "256", range = "[16, 100000]", value = "fresh samples for the test")
            int particles) {
        /** Rejects samplers that draw noise. */
        public Config {
            DiffusionStart.Learned.check(DIGITS, method);
            diffusion.mustHaveSignal(1);
        }
    }

    /** The reward of a sample. */
    public sealed interface Task {}

    /**
     * The reward −|x − target|² of samples of N(0, diag λ), λ evenly spaced from 0.25 to 4, for a target drawn from it. The sampler is affine,
     * and the best mean is the noise that it takes to the target.
     */
    public record Gaussian(
            @Parameter(standard = "8", range = "[1, 64]", value = "coordinates")
            int dimension) implements Task {}

    /** The reward is the log of the exact probability of a digit, sampled unconditionally. */
    public record Digit(
            @Parameter(standard = "3", range = "[0, 9]", value = "which digit")
            int digit) implements Task {}

    /** Quality of the learned noise; {@code error} is NaN for digits, {@code rate} and {@code plainRate} for the Gaussian. */
    public record Result(
            @Parameter("distance of the learned mean from the best one, over its norm")
            double error,

            @Parameter("divergence of the noise from N(0, 1), in nats")
            double divergence,

            @Parameter("share of ratios within the clip") double kept,

            @Parameter("share of samples of the requested digit (its exact probability is largest)")
            double rate,

            @Parameter("the same from plain noise") double plainRate)
            implements Outcome {}

    /**
     * Initial noise from N(μ, diag σ²), one per class, learned by policy gradient from the log probability of the class of the sample; see
     * {@link LearnedPolicy}.
     */
    public record Policy(
            @Parameter(standard = "60", range = "[1, 100000]", value = "batches")
            int updates,

            @Parameter(standard = "64", range = "[2, 100000]", value = "samples per batch")
            int samples,

            @Parameter(standard = "8", range = "[1, 1000]", value = "gradient steps per batch")
            int reuse,

            @Parameter(
                    standard = "0.2",
                    symbol = "ε",
                    range = "(0, 1000000]",
                    value = "largest distance of a ratio from 1 that still gives a gradient; 1000000 for no clip")
            double clip,

            @Parameter(standard = "0.05", range = "(0, 100]", value = "learning rate")
            double rate,

            @Parameter(standard = "true", value = "whether rewards are standardised within their batch")
            boolean calibrated,

            @Parameter(standard = "0", omit = "0", range = "[0, 1000000]", value = "index of the series of batches")
            int draws)
            implements DiffusionStart.Learned {
        /** The stream of the batches. */
        Stream batches(Streams streams) {
            Stream first = streams.at("pairs");
            return draws == 0 ? first : first.part(draws);
        }

        @Override
        public List<String> inputs() {
            return List.of(LearnedPolicy.NAME);
        }

        @Override
        public double[][] moved(GuidanceConfig config, int[] labels, double[][] noise, Streams streams) {
            return LearnedPolicy.starts(this, config, labels, noise, streams);
        }
    }

    // The study.

    private static final GuidedLaw DIGITS = GuidedLaw.DigitsMixture.standard();
    private static final double LEAST = 0.25;
    private static final double MOST = 4;

    @Override
    protected Result measure(Config c, Streams streams) {
        return c.task() instanceof Gaussian task
                ? gaussian(c, task.dimension(), streams)
                : digit(c, ((Digit) c.task()).digit(), streams);
    }

    private static Result digit(Config c, int digit, Streams streams) {
        LearnedPolicy policy = LearnedPolicy.forClass(
                        c.start(), DIGITS, c.diffusion(), c.method(), c.steps(), digit, streams)
                .finite();
        double[][] noise = GaussianMixture.standard(DIGITS.dimension()).sample(streams.at("start"), c.particles());
        return new Result(
                Double.NaN,
                policy.divergence(),
                policy.kept(),
                rate(c, policy.draw(noise), digit),
                rate(c, noise, digit));
    }

    private static double rate(Config c, double[][] x, int digit) {
        Sampler sampler = LearnedPolicy.sampler(DIGITS, c.diffusion(), c.method());
        double[][] chance = DIGITS.posterior(LearnedPolicy.samples(sampler, c.diffusion(), c.steps(), x))
                .orElseThrow();
        int[] best = argmax(chance);
        return share(best.length, k -> best[k] == digit);
    }

    private static Result gaussian(Config c, int d, Streams streams) {
        double[][] covariance = new double[d][d];
        for (int j = 0; j < d; j++) {
            covariance[j][j] = d == 1 ? 1 : LEAST + (MOST - LEAST) * j / (d - 1);
        }
        GaussianMixture data = GaussianMixture.of(new double[d], covariance);
        Sampler sampler =
                c.method().sampler(c.diffusion(), c.diffusion().marginals(data).score());
        double[][] target = data.sample(streams.at("target"), 1);
        double[] best = best(c, sampler, target);
        LearnedPolicy policy = LearnedPolicy.learn(
                        c.start(),
                        d,
                        x -> rewards(c, sampler, target, x),
                        c.start().batches(streams))
                .finite();
        double off = squares(d, j -> policy.mean().get(j) - best[j]);
        double error = Math.sqrt(off / squares(d, j -> best[j]));
        return new Result(error, policy.divergence(), policy.kept(), Double.NaN, Double.NaN);
    }

    private static double squares(int count, IntToDoubleFunction of) {
        return IntStream.range(0, count).mapToDouble(of).map(x -> x * x).sum();
    }

    /** Minus the squared distance of each sample from the target. */
    private static double[] rewards(Config c, Sampler sampler, double[][] target, double[][] starts) {
        double[][] x = LearnedPolicy.samples(sampler, c.diffusion(), c.steps(), starts);
        double[] rewards = new double[x[0].length];
        Arrays.setAll(rewards, k -> -squares(x.length, j -> x[j][k] - target[j][0]));
        return rewards;
    }

    /** The optimum A⁻¹ (target − b); the sampler's map x → Ax + b is affine along each axis, so its values at 0 and 1 determine it. */
    static double[] best(Config c, Sampler sampler, double[][] target) {
        int d = target.length;
        double[][] probes = new double[d][2];
        for (double[] row : probes) {
            row[1] = 1;
        }
        double[][] ends = LearnedPolicy.samples(sampler, c.diffusion(), c.steps(), probes);
        double[] best = new double[d];
        Arrays.setAll(best, j -> (target[j][0] - ends[j][0]) / (ends[j][1] - ends[j][0]));
        return best;
    }

    @Override
    public double work(Config c) {
        double starts = (double) c.start().updates() * c.start().samples() + 2.0 * c.particles();
        double score = c.task() instanceof Gaussian task ? 4.0 * task.dimension() * task.dimension() + 100 : 8e4;
        return starts * c.steps() * c.method().card().evaluations() * score;
    }

    @Override
    public long memory(Config c) {
        return 64L * 20 * (c.particles() + c.start().samples()) * Double.BYTES + (1L << 27);
    }

    @Override
    public List<String> inputs(Config c) {
        return c.task() instanceof Digit ? DIGITS.files() : List.of();
    }

    // The figure.

    private static final String RATE =
            "8 uses of a batch beat one use, but not at 8 times the rate | error of one use / of 8 uses";
    private static final List<String> SHOWN =
            List.of("policy", "policy(reuse=1)", "policy(reuse=1, rate=0.4)", "policy(clip=1e6)");
    private static final List<String> NAMES =
            List.of("clipped, 8 uses", "REINFORCE", "REINFORCE, 8 × the rate", "8 uses, no clip");
    private static final List<String> LEGENDS =
            List.of("each batch 8 times, clipped", "each once (REINFORCE)", "once, 8 × the rate", "8 times, no clip");
    private static final String NEARER =
            "At equal error, clipped policies stay closer to plain noise | ratio of distances (KL)";

    /** Largest divergence from plain noise allowed for a policy, in nats. */
    private static final double FAR = 10;

    /** Numbers of batches at which the learned noise is measured. */
    private static final int BATCHES = 60;

    private static Line<Config, Result> learned(Setting<Config, Result> on, String start, double... batches) {
        return on.with("start=" + start).along("start.updates", batches);
    }

    /**
     * The divergence at which a learning curve reaches an error, interpolated linearly in the logarithm of the error from 0 at error 1 (plain
     * noise); NaN if the curve does not reach it.
     */
    static double divergenceAt(double reached, double[] errors, double... nats) {
        double before = 1;
        double from = 0;
        for (int k = 0; k < errors.length; k++) {
            if (errors[k] <= reached) {
                return from + (nats[k] - from) * StrictMath.log(reached / before) / StrictMath.log(errors[k] / before);
            }
            before = errors[k];
            from = nats[k];
        }
        return Double.NaN;
    }

    /** Ratio of the divergence of clipped reuse to that of another cell at the latter's error, over replicas better than plain noise. */
    private static Estimate atEqualError(Line<Config, Result> clipped, Cell<Config, Result> other) {
        double[][] error = clipped.values(Result::error);
        double[][] nats = clipped.values(Result::divergence);
        double[] reached = other.values(Result::error);
        double[] ratios = other.values(Result::divergence);
        Arrays.setAll(ratios, r -> divergenceAt(reached[r], column(error, r), column(nats, r)) / ratios[r]);
        return Estimate.ofGeometricMeanOrNone(IntStream.range(0, ratios.length)
                .filter(r -> reached[r] < 1)
                .mapToDouble(r -> ratios[r])
                .toArray());
    }

    private static double[] column(double[][] rows, int r) {
        return Arrays.stream(rows).mapToDouble(row -> row[r]).toArray();
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: raw");
        board.title(
                "At equal error, clipped policies stay closer to plain noise",
                "At equal error, clipped policies are no closer to plain noise",
                "At equal error, clipped policies may be closer to plain noise");
        board.subtitle("Error of the learned noise against its distance from plain noise, and share of threes");
        int many = board.choose(16, 32);
        int few = 3;
        var all = on(board, "Gaussian").with("steps=10");
        var gaussian = all.replicas(c -> many);
        var digit = all.with("task=digit").called("digits").replicas(c -> few);
        double[] batches = board.choose(new double[] {60}, new double[] {20, 60});
        double[] others = board.choose(new double[] {10, 30, BATCHES}, new double[] {10, 20, 30, 40, BATCHES});
        List<Line<Config, Result>> errors = SHOWN.stream()
                .map(start -> start.equals(SHOWN.get(0))
                        ? learned(gaussian, start, 10, 20, 30, 40, BATCHES, 90, 2 * BATCHES)
                        : learned(gaussian, start, others))
                .toList();
        List<Line<Config, Result>> digits = SHOWN.subList(0, board.choose(2, 3)).stream()
                .map(start -> digit.with("start=" + start).along("start.updates", batches))
                .toList();
        var raw = gaussian.with("start=policy(calibrated=false)").cell().last();
        var noisy = learned(gaussian, "policy(samples=4)", BATCHES, 180);
        var itself = learned(gaussian, "policy(draws=1)", BATCHES).last();
        var unclipped = digit.with("start=policy(clip=1e6)").cell().last();
        Axis distance = Axis.log10("distance from plain noise (KL, nats)").range(0.08, 60);
        Axis y = Axis.log10("error of the learned noise, relative");
        Plot plot = board.plot("error", "Error by distance", distance, y);
        Axis places = Axis.log10("distance from plain noise (KL, nats)").range(0.15, 50);
        Axis up = Axis.linear("share of the requested digit").range(0, 1.05);
        Plot far = board.plot("rate", "Share of requested digits", places, up);
        for (int k = 0; k < SHOWN.size(); k++) {
            plot.named(LEGENDS.get(k));
            plot.points(NAMES.get(k), errors.get(k).against(geometric(Result::divergence)), geometric(Result::error));
        }
        plot.named("8 times, clipped, batches of 4");
        plot.points("clipped, batches of 4", noisy.against(geometric(Result::divergence)), geometric(Result::error));
        for (int k = 0; k < digits.size(); k++) {
            far.named(LEGENDS.get(k));
            far.points(NAMES.get(k), digits.get(k).against(mean(Result::divergence)), mean(Result::rate));
        }
        far.level("plain noise", DIGITS.data().weights()[3], 0.1, 50);

        var clipped = errors.get(0).at(BATCHES);
        var faster = errors.get(2).at(BATCHES);
        String paper = source() + ", on a substitute model; bound of the atlas";
        var near = errors.get(0);
        String equal = "ratio of KL from plain noise at equal error, clipped reuse to ";
        plot.claim("nearer", equal + "one use at 8 × the rate, 30 batches, Gaussian")
                .control("claim: nearer-noisy")
                .says(NEARER)
                .below(0.9)
                .of(atEqualError(near, errors.get(2).at(30)))
                .from(
                        "the purpose of a clip is that distributions stay close; window 10 %; pilot at root seed 2: 1.00, standard deviation 0.16");
        plot.claim("clipped", "relative error of the learned mean, clipped reuse, 60 batches of 64 samples")
                .below(0.1)
                .judge(clipped.the(geometric(Result::error)), paper);
        plot.claim("reinforce", "ratio of errors of the mean, REINFORCE to clipped reuse, same samples and rate")
                .control("claim: faster")
                .says(RATE)
                .above(2)
                .judge(errors.get(1).at(BATCHES).over(clipped, Result::error), paper);
        plot.claim("faster", "ratio of errors of the mean, REINFORCE at 8 × the rate to clipped reuse, same samples")
                .says(RATE)
                .below(1)
                .of(faster.over(clipped, Result::error))
                .from("control: reuse takes eight times the steps, as does eight times the rate without reuse");
        board.claim("kept", "share of probability ratios within the clip", errors.get(0), 60, Result::kept)
                .control("run: REINFORCE at eight times the rate, whose ratios leave the clip")
                .above(0.7, 0, 1)
                .from(paper);
        board.claim("raw", "ratio of errors of the mean, raw to calibrated rewards, Gaussian")
                .control("run: calibrated rewards on the same samples, the denominator")
                .above(1)
                .judge(raw.over(clipped, Result::error), source() + ": rewards must be calibrated");
        board.claim(
                        "nearer-unclipped",
                        equal + "8 uses without a clip, 30 batches, replicas better than plain noise, Gaussian")
                .control("claim: nearer-noisy")
                .says("Clipped policies stay closer than those without a clip | ratio of distances (KL)")
                .below(0.9)
                .of(atEqualError(near, errors.get(3).at(30)))
                .from("the same window");
        board.claim("nearer-noisy", equal + "8 clipped uses of batches of 4, 180 batches, Gaussian")
                .control("claim: nearer-itself")
                .says("Smaller batches move a policy further away | ratio of distances (KL)")
                .below(0.95)
                .of(atEqualError(near, noisy.at(180)))
                .from(
                        "control: gradient noise wastes divergence, which must be detected; pilot: 0.81, standard deviation 0.21");
        board.claim("nearer-itself", equal + "the same with other batches, 60 of them, Gaussian")
                .says("Other batches of the same method stay as close | ratio of distances (KL)")
                .theory(1)
                .of(atEqualError(near, itself))
                .from("control: a method is as close as itself; same window as the claim");
        board.claim("later", "ratio of KL from plain noise after 120 batches to that after 60, clipped reuse, Gaussian")
                .control("run: the first 60 batches, the denominator")
                .above(1.5)
                .of(near.last().over(clipped, Result::divergence))
                .from(
                        "against the paper: a clip that bounded the divergence would give 1, one that only slows it gives 2");
        board.claim("held", "ratio of KL after 60 batches, clipped reuse to one use at 8 × the rate, Gaussian")
                .below(0.9)
                .of(clipped.over(faster, Result::divergence))
                .from("control: at equal batches, and so at different errors, the clip does limit the divergence");

        var learned = digits.get(0).last();
        int samples = learned.config().particles() * few;
        far.claim("plain", "share of threes from plain noise")
                .theory(0.1, 0.05)
                .range(0, 1)
                .of(Estimate.ofProportion(Math.round(samples * learned.mean(Result::plainRate)), samples))
                .from("control: the share of threes in the data, 0.102; window set before the run");
        far.claim("digit", "share of threes from noise learned for them, clipped reuse, 60 batches")
                .control("claim: plain")
                .says("Learned initial noise gives the digit without guidance")
                .above(0.8, 0, 1)
                .judge(learned, Result::rate, paper);
        far.claim("near", "KL of the noise learned for threes from plain noise, in nats")
                .control("claim: unclipped")
                .below(FAR)
                .judge(learned, Result::divergence, "bound set after a pilot");
        board.claim("unclipped", "smallest KL from plain noise without a clip; a diverged replica counts as 10⁶ nats")
                .above(FAR)
                .of(unclipped.runs().stream()
                        .mapToDouble(Result::divergence)
                        .map(nats -> nats < 1e6 ? nats : 1e6)
                        .min()
                        .orElseThrow())
                .from("control: without a clip the bound must be exceeded");
        board.stamp(few + " to " + many);
        board.caption("""
                Mean and width of the initial noise, one number of each per coordinate, learned by natural policy gradient from rewards \
                of whole DDIM samples, {} steps, linear schedule. (a) A Gaussian in 8 dimensions, reward −|x − target|²: relative distance of the mean from the \
                closed form against the divergence from N(0, 1), after 10 to 60 batches of 64 samples (clipped: to 120). (b) Digits with \
                the exact score, reward the log probability of a three: share of threes among fresh samples, after {} batches. \
                Rates 0.05, or 0.4. Means (a: geometric) over {} (b: {}) replicas, 95 % t intervals.""", learned.config().steps(), board.choose("60", "20 and 60"), many, few);
    }

    @Override
    protected String says() {
        return """
                The paper treats a whole sampler as one action and learns the mean and width of its initial noise by policy gradient from a reward of the sample. It calibrates rewards within each
                batch and reuses batches under a clip of the probability ratios. Here the sampler is DDIM with exact scores, so the best noise for a Gaussian has a closed form and the probability of
                a digit is exact. REINFORCE gets as many samples, once at the same rate and once at eight times the rate, which equals eight uses of a batch.

                Sixty batches of 64 bring the mean to within 4 % of the optimum, a fourteenth of REINFORCE's error at the same rate; at eight times the rate REINFORCE is closer still. With a clip the
                noise moves less than half as far from N(0, 1), but also less far towards the optimum. At equal error, in the full edition of 32 replicas, clipped noise has 0.97 [0.94, 1.01] of the divergence of single-use REINFORCE
                at eight times the rate and 1.01 [0.97, 1.05] of that without a clip. The comparison could detect a tenth: other batches of the same method give 1.03 [0.99, 1.06], and batches of 4,
                which waste some samples, 0.75 [0.69, 0.82]. The clip slows the divergence but does not bound it: 19 nats after 60 batches, 41 after 120. Its benefit is stability: without it, one of the
                32 runs is worse than plain noise after 30 batches. On digits, nine in ten samples are the requested digit at 5 nats with a clip; without one it takes 60 nats or more, or the run diverges. In
                practice: tune the rate of the simple method before crediting reuse; stop by the divergence, which measures how far learning has gone for any method; and keep the clip for stability.""";
    }
}
