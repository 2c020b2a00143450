package org.noisebook.field;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.interpolant.Coupling;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.UNet;
import org.noisebook.solver.Ensemble;

/** Everything that determines a trained field, except seeds and files. */
public record FieldConfig(
        @Parameter(value = "density at t = 1, known from its samples", symbol = "ρ_1")
        Target target,

        @Parameter(value = "density at t = 0", symbol = "ρ_0")
        BaseDensity base,

        @Parameter("coefficients of x_t = α x_0 + β x_1 + γ z")
        PathSchedule schedule,

        @Parameter("what the network learns") Objective objective,

        @Parameter("shape of the network") Network network,

        @Parameter("how it is trained") Training training) {
    public FieldConfig {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(objective, "objective");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(training, "training");
        if (base instanceof BaseDensity.Density density && density.target().dimension() != target.dimension()) {
            throw new IllegalArgumentException("base must have the target's dimension=" + target.dimension() + ", got "
                    + density.target().dimension());
        }
        boolean quiet = schedule.latent() instanceof Latent.None;
        boolean oneSided = base instanceof BaseDensity.Noise && quiet;
        if (schedule.path() == PathSchedule.Path.MIRROR && (quiet || !base.equals(new BaseDensity.Density(target)))) {
            throw new IllegalArgumentException("schedule.path=mirror needs a latent and the target as base");
        }
        if (quiet && !oneSided && (objective == Objective.SCORE || objective == Objective.NOISE)) {
            throw new IllegalArgumentException(
                    "objective must be velocity or interpolantVelocity without noise (neither γ nor base=noise)");
        }
        if (objective == Objective.DENOISER && !oneSided) {
            throw new IllegalArgumentException("objective=denoiser needs base=noise and a schedule without γ");
        }
        if (training.times() instanceof TimeLaw.LogNormal && !oneSided) {
            throw new IllegalArgumentException(
                    "training.times=logNormal needs base=noise and a schedule without γ, where α/β is the noise level");
        }
        if (training.matching() != Matching.INDEPENDENT
                && (!oneSided || training.antithetic() || network.conditional() || objective == Objective.SCORE)) {
            throw new IllegalArgumentException("training.matching must be independent unless base=noise, without γ,"
                    + " antithetic pairs, classes and objective=score");
        }
        if (training.matching() == Matching.ASSIGNED && training.batchSize() > Coupling.LARGEST_BATCH) {
            throw new IllegalArgumentException("training.batchSize must be in [2, " + Coupling.LARGEST_BATCH
                    + "] where noise is assigned, got " + training.batchSize());
        }
        if (network.channels() > 0) {
            FieldNet.shape(target, network);
        }
        if (network.conditional() && target.classes() == 0) {
            throw new IllegalArgumentException("network.conditional must be false for a target without classes");
        }
    }

    /**
     * Architecture of the network: dense, or a {@link UNet} on square pictures with {@code layers} resolutions and an
     * embedding of {@code width} units of time and class.
     *
     * @param frequencies m: inputs besides t are sin(kπt) and cos(kπt), k = 1 … m
     * @param conditional whether the class is an input, one-hot encoded
     * @param preconditioned whether it learns the residual of the best linear map of x_t, in units of its deviation
     */
    public record Network(
            @Parameter(value = "hidden layers", range = "[1, 20]")
            int layers,

            @Parameter(value = "units per hidden layer", range = "[1, 4096]")
            int width,

            @Parameter(value = "function between layers", symbol = "φ")
            Activation activation,

            @Parameter(value = "number of input features sin kπt and cos kπt", symbol = "m", range = "[0, 64]")
            int frequencies,

            @Parameter("whether the class is an input") boolean conditional,

            @Parameter("whether it learns the residual of a linear map")
            boolean preconditioned,

            @Parameter(
                    value = "channels of a U-Net at full resolution, a multiple of 4; 0 for a dense network",
                    range = "[0, 256]",
                    omit = "0")
            int channels) {
        public Network {
            Ranges.check(Network.class, layers, width, activation, frequencies, conditional, preconditioned, channels);
        }

        /** A dense network. */
        public Network(
                int layers,
                int width,
                Activation activation,
                int frequencies,
                boolean conditional,
                boolean preconditioned) {
            this(layers, width, activation, frequencies, conditional, preconditioned, 0);
        }
    }

    /**
     * Training of the network by Adam (Kingma and Ba 2015, arXiv 1412.6980) with β_1 = 0.9, β_2 = 0.999.
     *
     * @param batchSize points per step; in an antithetic pair, two points share everything but the sign of the noise
     * @param averaging decay of the moving average of weights that is returned, 0 for the last weights
     * @param stratified whether the times of a step are stratified, one in each of equally many parts
     * @param timeMargin times are uniform on [timeMargin, 1 − timeMargin]
     * @param dropout probability of withholding a class, which trains the unconditional field
     */
    public record Training(
            @Parameter(value = "steps", range = "[1, 10000000]")
            int steps,

            @Parameter(value = "points per step; even for antithetic pairs", symbol = "B", range = "[2, 65536]")
            int batchSize,

            @Parameter(value = "learning rate", symbol = "η")
            LearningRate learningRate,

            @Parameter(value = "decay of the weight average", range = "[0, 1)")
            double averaging,

            @Parameter("whether noise comes in pairs ±ζ") boolean antithetic,

            @Parameter("whether times are spread evenly") boolean stratified,

            @Parameter(value = "smallest distance of times from 0 and 1", range = "[0, 0.4]")
            double timeMargin,

            @Parameter(value = "probability that a class is withheld", range = "[0, 1]")
            double dropout,

            @Parameter(value = "law of times in training: uniform or logNormal of the noise level", omit = "uniform")
            TimeLaw times,

            @Parameter(
                    value = "which noise of a step goes to which point: independent, assigned or permuted",
                    omit = "independent")
            Matching matching) {
        /** Training at uniform times, with the noise that was drawn for each point. */
        public Training(
                int steps,
                int batchSize,
                LearningRate learningRate,
                double averaging,
                boolean antithetic,
                boolean stratified,
                double timeMargin,
                double dropout) {
            this(
                    steps,
                    batchSize,
                    learningRate,
                    averaging,
                    antithetic,
                    stratified,
                    timeMargin,
                    dropout,
                    new TimeLaw.Uniform(),
                    Matching.INDEPENDENT);
        }

        public Training {
            Ranges.check(
                    Training.class,
                    steps,
                    batchSize,
                    learningRate,
                    averaging,
                    antithetic,
                    stratified,
                    timeMargin,
                    dropout,
                    times,
                    matching);
            if (antithetic && batchSize % 2 != 0) {
                throw new IllegalArgumentException("batchSize must be even where antithetic=true, got " + batchSize);
            }
        }
    }

    /**
     * The sizes of the U-Net.
     *
     * @throws IllegalArgumentException if the network is dense
     */
    public UNet.Shape shape() {
        return FieldNet.shape(target, network);
    }

    /** Whether x_0 is the noise: base N(0, I) and no γ. */
    public boolean oneSided() {
        return base instanceof BaseDensity.Noise && schedule.latent() instanceof Latent.None;
    }

    /** Whether there is noise, so that a score can be learned. */
    public boolean noisy() {
        return base instanceof BaseDensity.Noise || !(schedule.latent() instanceof Latent.None);
    }

    /** File name and SHA-256 of every file that training reads. */
    public List<String> files() {
        Stream<String> start =
                base instanceof BaseDensity.Density density ? density.target().files().stream() : Stream.empty();
        return Stream.concat(target.files().stream(), start).distinct().toList();
    }

    /** The dimension d. */
    public int dimension() {
        return target.dimension();
    }

    /** Number of weights and biases of the network. */
    public int weightCount() {
        return FieldNet.weightCount(this);
    }

    /** Multiply-adds of a forward pass of one point. */
    public double multiplyAdds() {
        return FieldNet.multiplyAdds(this);
    }

    /** Memory of training and evaluation in bytes, without data. */
    public long memory() {
        long rows = Math.max(training.batchSize(), Ensemble.BLOCK);
        long units = (long) network.layers() * network.width() + 10L * dimension();
        return (10L * weightCount() + 5 * rows * units) * Double.BYTES;
    }

    /** The 2→3-mode pair on the line with γ = 0, trained as in the reference recipe: 2-128-128-1, ReLU, 4000 steps. */
    public static FieldConfig line() {
        return new FieldConfig(
                new Target.ThreeModes(),
                new BaseDensity.Density(new Target.TwoModes()),
                PathSchedule.linear(0),
                Objective.VELOCITY,
                new Network(2, 128, Activation.RELU, 0, false, false),
                new Training(4000, 1000, new LearningRate.Staircase(2e-3, 1200, 0.4), 0, false, false, 0, 0));
    }

    /**
     * The handwritten digits from noise, class-conditional and linear: SiLU, 3 hidden layers of 224, 12 000 steps.
     *
     * <p>The kit includes its field for root seed 1: {@link LearnedField#digits}.
     */
    public static FieldConfig digits() {
        return new FieldConfig(
                Target.Pictures.standard(),
                new BaseDensity.Noise(),
                PathSchedule.linear(0),
                Objective.VELOCITY,
                new Network(3, 224, Activation.SILU, 4, true, true),
                new Training(12_000, 256, new LearningRate.Cosine(2e-3), 0.9995, false, true, 1e-4, 0.2));
    }

    /**
     * Fashion-MNIST from noise, class-conditional: a network with 3 hidden layers of 512 learns the mean clean picture.
     *
     * <p>The velocity contains the noise of all 784 pixels, which 512 units cannot represent, unlike the clean picture.
     */
    public static FieldConfig fashion() {
        return new FieldConfig(
                new Target.Pictures(DataSource.FASHION_MNIST, 60_000),
                new BaseDensity.Noise(),
                PathSchedule.linear(0),
                Objective.DENOISER,
                new Network(3, 512, Activation.SILU, 4, true, false),
                new Training(12_000, 256, new LearningRate.Cosine(1e-3), 0.9995, false, true, 1e-2, 0.2));
    }
}
