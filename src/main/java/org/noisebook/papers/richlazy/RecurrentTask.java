package org.noisebook.papers.richlazy;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.data.Check;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.RecurrentNetwork.LossSteps;
import org.noisebook.model.Trials;
import org.noisebook.paper.Grammar;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/**
 * A task of a recurrent network: sequences of inputs, and the class to answer at the steps that count in the loss.
 *
 * <p>The first three are decisions of neuroscience in steps of 100 ms, after the task collection NeuroGym (Molano-Mazón et
 * al. 2022, doi:10.31234/osf.io/aqc9n) with the short timings of the authors' code for Liu et al. 2024 (arXiv 2310.08513).
 * Channel 0 is 1 until the decision, the last step, when it is 0. A stimulus at angle θ ∈ {0, π} with coherence c % drives two
 * ring channels k at angles θ_k by 1/2 + cos(θ_k − θ) c/200, with independent normal noise at each step that shows it. The
 * class is 0 (fixate) before the decision, then 1 or 2. The fourth task reads images row by row.
 *
 * <p>In configs: {@code twoAlternativeChoice(stimulusSteps=7, noise=0.1)}, {@code delayedMatch(delaySteps=5, noise=0.1)},
 * {@code contextDecision(stimulusSteps=2, delaySteps=5, noise=0.1)}, {@code imageRows(dataset=digits, trainSize=1200)}.
 *
 * <p><b>Randomness</b>: trials are drawn one after the other, so a smaller set is a prefix of a larger one. Training trials
 * come from the stream {@code data} and, for the order of images, {@code order}; test trials from replica 0's {@code test},
 * the same for all replicas.
 */
public sealed interface RecurrentTask {
    /** Number of input channels. */
    int inputs();

    /** Number of steps of a trial. */
    int steps();

    /** Number of classes of an answer. */
    int classes();

    /** The steps whose answers count in the loss. */
    LossSteps lossSteps();

    /** Number of these steps. */
    default int countedSteps() {
        return lossSteps() == LossSteps.LAST ? 1 : steps();
    }

    /** The share of decisions that an ideal observer gets right; 1 if no limit is known. */
    double ceiling();

    /**
     * The trials of a replica.
     *
     * @param testCount largest number of test trials
     */
    Sources open(int testCount, Streams streams);

    /** File name and SHA-256 of every file that is read, for a study's {@code inputs}. */
    default List<String> files() {
        return List.of();
    }

    /** A source of trials. */
    interface Source {
        /** Fills trials with the next inputs and labels. */
        void fill(Trials trials);
    }

    /** The trials of a replica: an endless source for training, and the requested number for testing. */
    record Sources(Source training, Source testing) {}

    /** A decision between two directions on ring channels: fixate, then one of two classes. */
    sealed interface Decision extends RecurrentTask {
        /** Coherence in per cent at which two channels differ by 1. */
        double FULL = 100;

        /** Standard deviation of the noise per channel and step; the authors use 1/√100. */
        double noise();

        /** Draws into a trial of zeros, with channel 0 on until the last step. */
        void draw(Trials trials, int trial, Stream stream);

        @Override
        default int inputs() {
            return 3;
        }

        @Override
        default int classes() {
            return 3;
        }

        @Override
        default LossSteps lossSteps() {
            return LossSteps.EVERY;
        }

        @Override
        default Sources open(int testCount, Streams streams) {
            return new Sources(endless(streams.at("data")), endless(streams.at("test", 0)));
        }

        private Source endless(Stream stream) {
            return trials -> {
                for (int i = 0; i < trials.count(); i++) {
                    for (int step = 0; step < steps(); step++) {
                        for (int channel = 0; channel < inputs(); channel++) {
                            trials.putInput(i, step, channel, channel == 0 && step < steps() - 1 ? 1 : 0);
                        }
                        trials.putLabel(i, step, 0);
                    }
                    draw(trials, i, stream);
                }
            };
        }

        /** Sets the right answer, +1 or −1, at the last step. */
        default void answer(Trials trials, int trial, int direction) {
            trials.putLabel(trial, steps() - 1, direction > 0 ? 1 : 2);
        }

        /** Adds a noisy stimulus on two channels at angles 0 and π. */
        default void show(Trials trials, int trial, int step, int channel, double signedCoherence, Stream stream) {
            double half = signedCoherence / (2 * FULL);
            trials.putInput(trial, step, channel, 0.5 + half + noise() * stream.nextGaussian());
            trials.putInput(trial, step, channel + 1, 0.5 - half + noise() * stream.nextGaussian());
        }

        /** A random direction, +1 or −1. */
        static int direction(Stream stream) {
            return stream.nextIndex(2) == 0 ? 1 : -1;
        }

        /**
         * Accuracy of an observer who sums the differences of two channels over the steps, the mean over coherences of Φ(c/100
         * √steps / (noise √2)).
         */
        default double ceiling(int steps, double... coherences) {
            return Grammar.mean(coherences.length, k -> {
                double z = coherences[k] / FULL * StrictMath.sqrt(steps / 2.0) / noise();
                return coherences[k] == 0 ? 0.5 : z == Double.POSITIVE_INFINITY ? 1 : normal(z);
            });
        }

        private static double normal(double z) {
            return new NormalDistribution(null, 0, 1).cumulativeProbability(z);
        }
    }

    /**
     * NeuroGym's perceptual decision: which of two noisy directions, shown throughout, is the stronger.
     *
     * <p>Coherences are 0, 6.4, 12.8, 25.6 and 51.2 %, so with 7 steps at most 0.8752 of the decisions can be right.
     */
    record TwoAlternativeChoice(
            @Parameter(standard = "7", range = "[1, 1000]", value = "steps before the decision")
            int stimulusSteps,

            @Parameter(standard = "0.1", range = "[0, 1000]", value = "standard deviation")
            double noise)
            implements Decision {
        private static final double[] COHERENCES = {0, 6.4, 12.8, 25.6, 51.2};

        @Override
        public int steps() {
            return stimulusSteps + 1;
        }

        @Override
        public double ceiling() {
            return ceiling(stimulusSteps, COHERENCES);
        }

        @Override
        public void draw(Trials trials, int trial, Stream stream) {
            int direction = Decision.direction(stream);
            double coherence = COHERENCES[stream.nextIndex(COHERENCES.length)];
            answer(trials, trial, direction);
            for (int step = 0; step < stimulusSteps; step++) {
                show(trials, trial, step, 1, direction * coherence, stream);
            }
        }
    }

    /** NeuroGym's delayed match to sample: whether a test stimulus equals the sample some steps earlier. Match is class 1. */
    record DelayedMatch(
            @Parameter(
                    standard = "5",
                    range = "[1, 1000]",
                    value = "steps between sample and test, which take one step each")
            int delaySteps,

            @Parameter(standard = "0.1", range = "[0, 1000]", value = "standard deviation")
            double noise)
            implements Decision {
        @Override
        public int steps() {
            return delaySteps + 3;
        }

        /** Probability that both stimuli are read correctly or both wrongly. */
        @Override
        public double ceiling() {
            double right = ceiling(1, FULL);
            return right * right + (1 - right) * (1 - right);
        }

        @Override
        public void draw(Trials trials, int trial, Stream stream) {
            int match = Decision.direction(stream);
            int sample = Decision.direction(stream);
            answer(trials, trial, match);
            show(trials, trial, 0, 1, sample * FULL, stream);
            show(trials, trial, delaySteps + 1, 1, sample * match * FULL, stream);
        }
    }

    /**
     * NeuroGym's context-dependent decision: the direction of the one of two stimuli that a cue selects, after Mante,
     * Sussillo, Shenoy and Newsome 2013 (doi:10.1038/nature12742).
     *
     * <p>Channels: fixation, two of the first stimulus, two of the second, two of the cue, which is on at every step.
     * Coherences 5, 15 and 50 %, drawn for each stimulus.
     */
    record ContextDecision(
            @Parameter(standard = "2", range = "[1, 1000]", value = "steps that show the stimuli")
            int stimulusSteps,

            @Parameter(standard = "5", range = "[1, 1000]", value = "steps between the stimuli and the decision")
            int delaySteps,

            @Parameter(standard = "0.1", range = "[0, 1000]", value = "standard deviation")
            double noise)
            implements Decision {
        private static final double[] COHERENCES = {5, 15, 50};
        private static final int CUE = 5;

        @Override
        public int inputs() {
            return CUE + 2;
        }

        @Override
        public int steps() {
            return stimulusSteps + delaySteps + 1;
        }

        @Override
        public double ceiling() {
            return ceiling(stimulusSteps, COHERENCES);
        }

        @Override
        public void draw(Trials trials, int trial, Stream stream) {
            int right = Decision.direction(stream);
            int other = Decision.direction(stream);
            int context = stream.nextIndex(2);
            answer(trials, trial, right);
            for (int stimulus = 0; stimulus < 2; stimulus++) {
                double coherence = COHERENCES[stream.nextIndex(COHERENCES.length)];
                int direction = stimulus == context ? right : other;
                for (int step = 0; step < stimulusSteps; step++) {
                    show(trials, trial, step, 1 + 2 * stimulus, direction * coherence, stream);
                }
            }
            for (int step = 0; step < trials.steps(); step++) {
                trials.putInput(trial, step, CUE + context, 1);
            }
        }
    }

    /**
     * Images read row by row and classified at the end: digits in 8 steps of 8 pixels, Fashion-MNIST or MNIST in 28 of 28,
     * CIFAR-10 in 96 of 32.
     *
     * <p>Training draws batches without replacement from {@code trainSize} images, the split of {@link ClassSplit}.
     */
    record ImageRows(
            @Parameter(standard = "digits", value = "a source of images")
            DataSource dataset,

            @Parameter(standard = "1200", value = "images to train on")
            int trainSize)
            implements RecurrentTask {
        /** Rejects datasets that are not images, and more images than there are. */
        public ImageRows {
            if (dataset.isDrawn()) {
                throw new IllegalArgumentException("dataset must hold images, got " + dataset);
            }
            Check.inRange("trainSize", trainSize, 1, dataset.points());
        }

        @Override
        public int inputs() {
            int[] shape = dataset.shape();
            return shape[shape.length - 1];
        }

        @Override
        public int steps() {
            return dataset.inputDimension(0) / inputs();
        }

        @Override
        public int classes() {
            return dataset.classes();
        }

        @Override
        public LossSteps lossSteps() {
            return LossSteps.LAST;
        }

        @Override
        public double ceiling() {
            return 1;
        }

        @Override
        public Sources open(int testCount, Streams streams) {
            ClassSplit split = ClassSplit.of(dataset, trainSize, testCount, streams);
            SubsetSampler sampler = new SubsetSampler(trainSize, streams.at("order"));
            int[] batch = new int[trainSize];
            int[] next = {0};
            return new Sources(
                    trials -> {
                        sampler.draw(batch, trials.count());
                        for (int i = 0; i < trials.count(); i++) {
                            copy(split.train(), batch[i], trials, i);
                        }
                    },
                    trials -> {
                        for (int i = 0; i < trials.count(); i++) {
                            copy(split.test(), next[0], trials, i);
                            next[0]++;
                        }
                    });
        }

        private static void copy(ClassPoints images, int image, Trials trials, int trial) {
            for (int step = 0; step < trials.steps(); step++) {
                for (int channel = 0; channel < trials.inputs(); channel++) {
                    trials.putInput(trial, step, channel, images.x(image, step * trials.inputs() + channel));
                }
                trials.putLabel(trial, step, images.label(image));
            }
        }

        @Override
        public List<String> files() {
            return DataLibrary.standard().inputs(dataset).entrySet().stream()
                    .map(file -> file.getKey() + " " + file.getValue())
                    .toList();
        }
    }
}
