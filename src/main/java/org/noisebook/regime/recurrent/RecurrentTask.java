package org.noisebook.regime.recurrent;

import java.util.List;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Check;
import org.noisebook.model.LossSteps;
import org.noisebook.model.Trials;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/**
 * What a recurrent network learns: sequences of inputs and the class it must give at the steps that count.
 *
 * <p>The first three are decisions of neuroscience in steps of 100 ms, after the task collection NeuroGym (Molano-Mazón et
 * al. 2022, doi:10.31234/osf.io/aqc9n) with the short timings of the authors' code for Liu et al. 2024 (arXiv 2310.08513).
 * Channel 0 is 1 until the decision, the last step, when it is 0. A stimulus at angle θ ∈ {0, π} with coherence c % drives two
 * ring channels k at angles θ_k by 1/2 + cos(θ_k − θ) c/200, with independent normal noise at each step that shows it. The
 * class is 0 (fixate) before the decision, then 1 or 2. The fourth reads images row by row.
 *
 * <p>In configs: {@code twoAlternativeChoice(stimulusSteps=7, noise=0.1)}, {@code delayedMatch(delaySteps=5, noise=0.1)},
 * {@code contextDecision(stimulusSteps=2, delaySteps=5, noise=0.1)}, {@code imageRows(dataset=digits, trainSize=1200)}.
 *
 * <p><b>Randomness</b>: trials are drawn one after the other, so that a smaller set is the first part of a larger one. Those
 * to train on come from the stream {@code data} and, for the order of images, {@code order}; those to test on from
 * replica 0's {@code test}, the same for all replicas.
 */
public sealed interface RecurrentTask
        permits RecurrentTask.TwoAlternativeChoice,
                RecurrentTask.DelayedMatch,
                RecurrentTask.ContextDecision,
                RecurrentTask.ImageRows {
    /** Standard deviation of the noise of a channel and step: 1/√100. */
    double STANDARD_NOISE = 0.1;

    /** Input channels. */
    int inputs();

    /** Steps of a trial. */
    int steps();

    /** Classes of an answer; of a decision to fixate and two. */
    default int classes() {
        return 3;
    }

    /** The steps whose answers count in the loss. */
    default LossSteps lossSteps() {
        return LossSteps.EVERY;
    }

    /** How many those are. */
    default int countedSteps() {
        return lossSteps() == LossSteps.LAST ? 1 : steps();
    }

    /** The share of decisions that an ideal observer gets right; 1 where nothing is known to limit it. */
    default double ceiling() {
        return 1;
    }

    /**
     * The trials of a replica.
     *
     * @param testCount how many will be tested on at most
     */
    Sources open(int testCount, Streams streams);

    /** File name and SHA-256 of every file that is read, for a study's {@code inputs}. */
    default List<String> files() {
        return List.of();
    }

    /** What fills trials, each time with the next ones. */
    interface Source {
        /** Overwrites all inputs and labels. */
        void fill(Trials trials);
    }

    /**
     * The trials of a replica.
     *
     * @param training endless
     * @param testing as many as were asked for
     */
    record Sources(Source training, Source testing) {}

    private static void checkSteps(String name, int steps) {
        Check.inRange(name, steps, 1, 1000);
    }

    private static void checkNoise(double noise) {
        Check.inRange("noise", noise, 0, 1000);
    }

    /**
     * Which of two directions is stronger, shown with noise throughout: NeuroGym's perceptual decision.
     *
     * <p>Coherences 0, 6.4, 12.8, 25.6 and 51.2 %, so that at most a share 0.8752 of decisions can be right with 7 steps.
     *
     * @param stimulusSteps steps before the decision; 7 is the authors'
     * @param noise standard deviation
     */
    record TwoAlternativeChoice(int stimulusSteps, double noise) implements RecurrentTask {
        private static final double[] COHERENCES = {0, 6.4, 12.8, 25.6, 51.2};

        public TwoAlternativeChoice {
            checkSteps("stimulusSteps", stimulusSteps);
            checkNoise(noise);
        }

        /** The authors': 7 steps, noise 0.1. */
        public static TwoAlternativeChoice standard() {
            return new TwoAlternativeChoice(7, STANDARD_NOISE);
        }

        @Override
        public int inputs() {
            return 3;
        }

        @Override
        public int steps() {
            return stimulusSteps + 1;
        }

        @Override
        public double ceiling() {
            return RingTrials.ceiling(COHERENCES, stimulusSteps, noise);
        }

        @Override
        public Sources open(int testCount, Streams streams) {
            return RingTrials.sources(streams, this::draw);
        }

        private void draw(Trials trials, int trial, Stream stream) {
            int direction = RingTrials.direction(stream);
            double coherence = COHERENCES[stream.nextIndex(COHERENCES.length)];
            RingTrials.prepare(trials, trial, direction);
            for (int step = 0; step < stimulusSteps; step++) {
                RingTrials.show(trials, trial, step, 1, direction, coherence, noise, stream);
            }
        }
    }

    /**
     * Whether a test stimulus is that of the sample some steps earlier: NeuroGym's delayed match to sample. Match is class 1.
     *
     * @param delaySteps steps between sample and test, which take one each; 5 is the authors'
     * @param noise standard deviation
     */
    record DelayedMatch(int delaySteps, double noise) implements RecurrentTask {
        private static final double COHERENCE = 100;

        public DelayedMatch {
            checkSteps("delaySteps", delaySteps);
            checkNoise(noise);
        }

        /** The authors': 5 steps, noise 0.1. */
        public static DelayedMatch standard() {
            return new DelayedMatch(5, STANDARD_NOISE);
        }

        @Override
        public int inputs() {
            return 3;
        }

        @Override
        public int steps() {
            return delaySteps + 3;
        }

        /** Both stimuli read right, or both wrong. */
        @Override
        public double ceiling() {
            double right = RingTrials.ceiling(new double[] {COHERENCE}, 1, noise);
            return right * right + (1 - right) * (1 - right);
        }

        @Override
        public Sources open(int testCount, Streams streams) {
            return RingTrials.sources(streams, this::draw);
        }

        private void draw(Trials trials, int trial, Stream stream) {
            int match = RingTrials.direction(stream);
            int sample = RingTrials.direction(stream);
            RingTrials.prepare(trials, trial, match);
            RingTrials.show(trials, trial, 0, 1, sample, COHERENCE, noise, stream);
            RingTrials.show(trials, trial, delaySteps + 1, 1, sample * match, COHERENCE, noise, stream);
        }
    }

    /**
     * The direction of one of two stimuli, told by a cue which: NeuroGym's context-dependent decision, after Mante, Sussillo,
     * Shenoy and Newsome 2013 (doi:10.1038/nature12742).
     *
     * <p>Channels: fixation, two of the first stimulus, two of the second, two of the cue, which is on at every step.
     * Coherences 5, 15 and 50 %, drawn for each stimulus.
     *
     * @param stimulusSteps steps that show the stimuli; 2 is the authors'
     * @param delaySteps steps from there to the decision; 5 is the authors'
     * @param noise standard deviation
     */
    record ContextDecision(int stimulusSteps, int delaySteps, double noise) implements RecurrentTask {
        private static final double[] COHERENCES = {5, 15, 50};
        private static final int CUE = 5;

        public ContextDecision {
            checkSteps("stimulusSteps", stimulusSteps);
            checkSteps("delaySteps", delaySteps);
            checkNoise(noise);
        }

        /** The authors': 2 and 5 steps, noise 0.1. */
        public static ContextDecision standard() {
            return new ContextDecision(2, 5, STANDARD_NOISE);
        }

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
            return RingTrials.ceiling(COHERENCES, stimulusSteps, noise);
        }

        @Override
        public Sources open(int testCount, Streams streams) {
            return RingTrials.sources(streams, this::draw);
        }

        private void draw(Trials trials, int trial, Stream stream) {
            int right = RingTrials.direction(stream);
            int other = RingTrials.direction(stream);
            int context = stream.nextIndex(2);
            RingTrials.prepare(trials, trial, right);
            for (int stimulus = 0; stimulus < 2; stimulus++) {
                double coherence = COHERENCES[stream.nextIndex(COHERENCES.length)];
                int direction = stimulus == context ? right : other;
                for (int step = 0; step < stimulusSteps; step++) {
                    RingTrials.show(trials, trial, step, 1 + 2 * stimulus, direction, coherence, noise, stream);
                }
            }
            for (int step = 0; step < trials.steps(); step++) {
                trials.putInput(trial, step, CUE + context, 1);
            }
        }
    }

    /**
     * Images read row by row, their class asked for at the end: digits in 8 steps of 8 pixels, Fashion-MNIST or MNIST in 28 of
     * 28, CIFAR-10 in 96 of 32.
     *
     * <p>Training draws batches without replacement from {@code trainSize} images, the split of {@link ClassSplit}.
     *
     * @param dataset a source of images
     * @param trainSize images to train on
     */
    record ImageRows(DataSource dataset, int trainSize) implements RecurrentTask {
        public ImageRows {
            if (dataset.isDrawn()) {
                throw new IllegalArgumentException("dataset must hold images, got " + dataset);
            }
            Check.inRange("trainSize", trainSize, 1, dataset.points());
        }

        /** 1200 of the handwritten digits. */
        public static ImageRows standard() {
            return new ImageRows(DataSource.DIGITS, 1200);
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
