package org.noisebook.papers.interpolants;

import static org.noisebook.paper.Grammar.mean;
import static org.noisebook.paper.Grammar.share;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearnedField;
import org.noisebook.field.NearestPictures;
import org.noisebook.interpolant.Schedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.FrechetDistance;

/**
 * Learns to generate pictures and analyses the samples: which class they show, whether they are copies, and how their
 * mean and covariance compare with those of held-out pictures.
 *
 * <p>Copies are told from new pictures as follows: a new picture is as far from the nearest training picture as
 * held-out pictures are, and is nearer to one of n training pictures than to one of n held-out ones half of the time
 * (the idea of Meehan, Chaudhuri and Dasgupta 2020, arXiv 2004.05675).
 *
 * <p>The flow uses the midpoint rule; with noise, Euler–Maruyama runs up to the margin, then the flow to the end. All
 * noise amplitudes share their initial points.
 *
 * <p><b>Streams</b>: those of training, where {@code data} selects the training pictures; {@code start} and {@code
 * path} for the samples, one part per class. <b>Special cases</b>: trained fields come from {@link FieldLibrary}; a run
 * does not depend on whether it finds one there. <b>Cost</b>: training takes 6 multiply-adds per weight, point and
 * step; sampling 2 per weight, sample and evaluation; the neighbour search d per sample and picture.
 */
@StudyInfo(
        id = "interpolant-pictures",
        version = 1,
        title = "Pictures drawn with a learned field: what they show, and whether they are copies",
        streams = {"data", "base", "noise", "time", "dropout", "init", "start", "path"},
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797",
            "Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter 2017, GANs Trained by a Two Time-Scale Update Rule Converge"
                    + " to a Local Nash Equilibrium, arXiv 1706.08500",
            "Meehan, Chaudhuri, Dasgupta 2020, A Non-Parametric Test to Detect Data-Copying in Generative Models,"
                    + " arXiv 2004.05675"
        })
public final class InterpolantPicturesStudy
        extends PaperStudy<InterpolantPicturesStudy.Config, InterpolantPicturesStudy.Result> {
    /** Who tells the class of a picture. */
    public enum Judge {
        /** The nearest training picture. */
        NEAREST,
        /** A network trained on the training pictures, see {@link PictureClassifier}. */
        TRAINED
    }

    /**
     * Pictures sampled with a learned field by dX = (b + ε s) dt + √(2ε) dW with ε(t) = c α(t); by default the flow of each class, after
     * short training on two thirds of the handwritten digits.
     *
     * <p>α is the standard deviation of the remaining noise: an Euler–Maruyama step is stable while h c/α(t) is small,
     * which a constant ε would not allow near the data.
     *
     * @param field the field and its training; its target consists of pictures and its base is noise
     * @param diffusion noise amplitude c, 0 for the flow
     * @param particles number of sampled pictures, equally many per class if conditional
     */
    public record Config(
            @Parameter(
                    standard = "fieldConfig(target=pictures(dataset=digits, trainSize=1200), base=noise,"
                            + " schedule=pathSchedule(path=linear, latent=none), objective=velocity, network=network(layers=3,"
                            + " width=224, activation=silu, frequencies=4, conditional=true, preconditioned=true),"
                            + " training=training(steps=6000, batchSize=96, learningRate=cosine(start=0.002), averaging=0.999,"
                            + " antithetic=false, stratified=true, timeMargin=0.0001, dropout=0.2))",
                    value = "what is learned and how")
            FieldConfig field,

            @Parameter(standard = "true", value = "whether each class is requested equally often, or none")
            boolean conditional,

            @Parameter(standard = "0", symbol = "c", range = "[0, 1000]", value = "amount of noise, ε = c α(t)")
            double diffusion,

            @Parameter(standard = "60", range = "[1, 100000]", value = "steps of the sampler")
            int steps,

            @Parameter(standard = "0.03", range = "(0, 0.4]", value = "time near the end without noise")
            double noiseMargin,

            @Parameter(standard = "600", range = "[2, 1000000]", value = "pictures drawn")
            int particles,

            @Parameter(
                    standard = "nearest",
                    omit = "nearest",
                    value = "who tells the class of a picture: its nearest training picture or a trained classifier")
            Judge judge) {
        /** Rejects other fields, and numbers of pictures that do not fit the classes or the set. */
        public Config {
            if (field.target().pictures().isEmpty() || !field.oneSided()) {
                throw new IllegalArgumentException(
                        "field must have pictures as target and lead there from noise: base=noise, a schedule without γ");
            }
            if (conditional && !field.network().conditional()) {
                throw new IllegalArgumentException("conditional must be false where field.network.conditional=false");
            }
            int classes = field.target().classes();
            if (conditional && particles % classes != 0) {
                throw new IllegalArgumentException("particles must be a multiple of the classes=" + classes
                        + " where conditional=true, got " + particles);
            }
            Target.Pictures pictures = field.target().pictures().orElseThrow();
            if (pictures.dataset().points() - pictures.trainSize() < 2) {
                throw new IllegalArgumentException("field.target.trainSize must leave at least 2 of the "
                        + pictures.dataset().points() + " pictures unseen, got "
                        + Numbers.format(pictures.trainSize()));
            }
        }

        /** The pictures of the target. */
        private Target.Pictures pictures() {
            return field.target().pictures().orElseThrow();
        }
    }

    /**
     * Classes of pictures sampled with a learned field, and their distances to training and held-out pictures.
     *
     * <p>A sample is assigned the class of the nearest training picture. <b>Shapes</b>: pixels are row-major, one picture
     * after another; classes are interleaved: sample k was requested for class k mod {@code classes}. <b>Special cases</b>:
     * NaN and empty arrays if the training diverged or a sample is not finite.
     *
     * @param rightShare fraction of samples that show the requested class; NaN if none was requested
     * @param seenNearer fraction of samples nearer to a training picture than to a held-out one, among equally many of
     *     both: ½ for new pictures
     * @param frechetFloor Fréchet distance of as many training pictures as there are samples, at most all
     * @param pixels pixels of the first samples, at most 100
     */
    public record Result(
            @Parameter("why the training ended: completed or diverged")
            StopReason stopReason,

            @Parameter("share of samples that are finite") double finiteShare,

            @Parameter("share of held-out pictures whose nearest training picture has their class")
            double classifierAccuracy,

            @Parameter("share of samples that show the requested class")
            double rightShare,

            @Parameter("share of samples that show each class")
            Doubles shown,

            @Parameter("share of each class among the training pictures")
            Doubles seenShares,

            @Parameter("mean distance from a sample to the nearest training picture")
            double meanDistance,

            @Parameter("mean distance from a held-out picture to the nearest training picture")
            double unseenMeanDistance,

            @Parameter("share of samples closer to training pictures than to as many held-out ones")
            double seenNearer,

            @Parameter("Fréchet distance between samples and held-out pictures")
            double frechet,

            @Parameter("Fréchet distance between training and held-out pictures")
            double frechetFloor,

            @Parameter("field evaluations per sample") double evaluations,

            @Parameter("distances from samples to the nearest training picture, ascending")
            Doubles distances,

            @Parameter("distances from held-out pictures to the nearest training picture, ascending")
            Doubles unseenDistances,

            @Parameter("pixels of the first samples") Doubles pixels,

            @Parameter("pixels of the nearest training pictures")
            Doubles nearestPixels)
            implements Trained {
        /**
         * Fraction of samples nearer to a training picture than the nearest hundredth of held-out pictures: 0.01 for new
         * pictures with the same distribution, 1 for copies.
         *
         * @param planted every {@code planted}-th sample is replaced by a copy; 0 for none
         * @param distance distance of such a copy
         */
        public double copyShare(int planted, double distance) {
            double near = unseenDistances.get(unseenDistances.size() / 100);
            double found = 0;
            for (int k = 0; k < distances.size(); k++) {
                boolean isCopy = planted > 0 && k % planted == 0;
                found += (isCopy ? distance : distances.get(k)) < near ? 1 : 0;
            }
            return found / distances.size();
        }
    }

    private static final int SHOWN = 100;

    @Override
    protected Result measure(Config config, Streams streams) {
        return run(config, streams, FieldLibrary.standard());
    }

    /** The same run with fields from a library; the result does not depend on it. */
    static Result run(Config config, Streams streams, FieldLibrary library) {
        return new Look(config, streams, library.field(config.field(), streams)).result();
    }

    /** The evaluation of one run. */
    private static final class Look {
        private final Config config;
        private final Streams streams;
        private final LearnedField field;
        /** All pictures in the replica's order: training pictures come first. */
        private final ClassPoints all;

        private final ClassPoints seen;

        Look(Config config, Streams streams, LearnedField field) {
            this.config = config;
            this.streams = streams;
            this.field = field;
            Target.Pictures pictures = config.pictures();
            all = new Target.Pictures(pictures.dataset(), pictures.dataset().points()).images(streams);
            seen = pictures.images(streams);
        }

        Result result() {
            double[][] x = new double[all.dimension()][config.particles()];
            boolean diverged = field.stopReason() == StopReason.DIVERGED;
            long evaluations = diverged ? 0 : sample(x);
            double finite = diverged ? 0 : 1 - (double) Ensemble.diverged(x) / config.particles();
            double[][] unseen = pixels(seen.count(), all.count());
            NearestPictures ofUnseen = NearestPictures.of(seen, unseen);
            Optional<PictureClassifier> judge = config.judge() == Judge.TRAINED
                    ? Optional.of(new PictureClassifier(seen, streams.at("init").part(1)))
                    : Optional.empty();
            int[] unseenLabel = judge.map(j -> j.labels(unseen)).orElseGet(ofUnseen::label);
            double accuracy = share(unseenLabel.length, k -> unseenLabel[k] == all.label(seen.count() + k));
            double floor = FrechetDistance.of(pixels(0, Math.min(config.particles(), seen.count())), unseen);
            double[] seenShares = new double[seen.classes()];
            for (int i = 0; i < seen.count(); i++) {
                seenShares[seen.label(i)] += 1.0 / seen.count();
            }
            double[] unseenDistances = sorted(ofUnseen.distance());
            if (finite < 1) {
                return new Result(
                        diverged ? StopReason.DIVERGED : StopReason.COMPLETED,
                        finite,
                        accuracy,
                        Double.NaN,
                        Doubles.of(),
                        Doubles.of(seenShares),
                        Double.NaN,
                        mean(unseenDistances.length, k -> unseenDistances[k]),
                        Double.NaN,
                        Double.NaN,
                        floor,
                        evaluations,
                        Doubles.of(),
                        Doubles.of(unseenDistances),
                        Doubles.of(),
                        Doubles.of());
            }
            NearestPictures nearest = NearestPictures.of(seen, x);
            int[] label = judge.map(j -> j.labels(x)).orElseGet(nearest::label);
            int count = Math.min(SHOWN, label.length);
            double[] shown = new double[seen.classes()];
            for (int of : label) {
                shown[of] += 1.0 / label.length;
            }
            double[] distances = sorted(nearest.distance());
            return new Result(
                    StopReason.COMPLETED,
                    finite,
                    accuracy,
                    config.conditional() ? share(label.length, k -> label[k] == k % shown.length) : Double.NaN,
                    Doubles.of(shown),
                    Doubles.of(seenShares),
                    mean(distances.length, k -> distances[k]),
                    mean(unseenDistances.length, k -> unseenDistances[k]),
                    seenNearer(x),
                    FrechetDistance.of(x, unseen),
                    floor,
                    evaluations,
                    Doubles.of(distances),
                    Doubles.of(unseenDistances),
                    Grammar.shown(count, x),
                    Grammar.shown(count, seen.columns(Arrays.copyOf(nearest.index(), count))));
        }

        /** Draws the samples, where sample k is of class k mod classes, and returns the number of evaluations. */
        private long sample(double[][] x) {
            int classes = config.conditional() ? all.classes() : 1;
            int each = config.particles() / classes;
            long evaluations = 0;
            for (int c = 0; c < classes; c++) {
                double[][] own = new double[x.length][each];
                Stream start = streams.at("start").part(c);
                for (int k = 0; k < each; k++) {
                    for (double[] row : own) {
                        row[k] = start.nextGaussian();
                    }
                }
                evaluations = move(config.conditional() ? field.forClass(c) : field.unconditional(), c, own);
                for (int j = 0; j < x.length; j++) {
                    for (int k = 0; k < each; k++) {
                        x[j][k * classes + c] = own[j][k];
                    }
                }
            }
            return evaluations;
        }

        private long move(LearnedField of, int part, double[][] x) {
            Sampler flow = OdeMethod.MIDPOINT.sampler(of.velocity());
            if (config.diffusion() == 0) {
                return move(flow, 0, 1, config.steps(), Noise.NONE, x);
            }
            Schedule schedule = config.field().schedule();
            Sampler noisy = SdeMethod.EULER_MARUYAMA.sampler(
                    of.forwardDrift(t -> config.diffusion() * schedule.alpha(t)),
                    t -> 2 * config.diffusion() * schedule.alpha(t));
            double end = 1 - config.noiseMargin();
            int few = Math.max(1, (int) Math.rint(config.steps() * config.noiseMargin()));
            Noise noise = Noise.independent(streams.at("path").part(part));
            return move(noisy, 0, end, config.steps(), noise, x) + move(flow, end, 1, few, Noise.NONE, x);
        }

        private long move(Sampler sampler, double from, double to, int steps, Noise noise, double[][] x) {
            double[] times = TimeGrid.UNIFORM.times(from, to, steps);
            return Ensemble.run(sampler, times, x, noise, 1, Ensemble.Observer.NONE);
        }

        /** The pictures from one position in the order up to another, coordinate-major. */
        private double[][] pixels(int from, int to) {
            return all.columns(IntStream.range(from, to).toArray());
        }

        /** Compares the first and the last pictures of the order, equally many of each. */
        private double seenNearer(double[][] x) {
            int each = Math.min(seen.count(), all.count() - seen.count());
            double[] first = leastSquares(x, 0, each);
            double[] last = leastSquares(x, all.count() - each, all.count());
            return share(first.length, k -> first[k] < last[k]);
        }

        private double[] leastSquares(double[][] x, int from, int to) {
            double[] least = new double[x[0].length];
            double[] squares = new double[least.length];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            for (int i = from; i < to; i++) {
                Arrays.fill(squares, 0);
                for (int j = 0; j < x.length; j++) {
                    double pixel = all.x(i, j);
                    for (int k = 0; k < squares.length; k++) {
                        double off = x[j][k] - pixel;
                        squares[k] = Math.fma(off, off, squares[k]);
                    }
                }
                for (int k = 0; k < squares.length; k++) {
                    least[k] = Math.min(least[k], squares[k]);
                }
            }
            return least;
        }

        private static double[] sorted(double... values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted;
        }
    }

    @Override
    public double work(Config config) {
        FieldConfig.Training training = config.field().training();
        double weights = config.field().multiplyAdds();
        return 6 * weights * training.steps() * training.batchSize()
                + 4 * weights * config.steps() * config.particles();
    }

    @Override
    public long memory(Config config) {
        int d = config.field().dimension();
        long numbers = 4L * (config.particles() + config.pictures().dataset().points()) * d;
        return config.field().memory() + (numbers + 12L * d * d) * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config config) {
        return config.field().files();
    }
}
