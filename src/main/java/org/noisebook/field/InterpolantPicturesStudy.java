package org.noisebook.field;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.interpolant.Schedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.StopReason;
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
@Head(
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
public final class InterpolantPicturesStudy implements Study<InterpolantPicturesConfig, InterpolantPicturesResult> {
    private static final int SHOWN = 100;

    @Override
    public InterpolantPicturesResult run(InterpolantPicturesConfig config, Streams streams) {
        return run(config, streams, FieldLibrary.standard());
    }

    /** The same run with fields from a library; the result does not depend on it. */
    InterpolantPicturesResult run(InterpolantPicturesConfig config, Streams streams, FieldLibrary library) {
        return new Look(config, streams, library.field(config.field(), streams)).result();
    }

    /** The evaluation of one run. */
    private static final class Look {
        private final InterpolantPicturesConfig config;
        private final Streams streams;
        private final LearnedField field;
        /** All pictures in the replica's order: training pictures come first. */
        private final ClassPoints all;

        private final ClassPoints seen;

        Look(InterpolantPicturesConfig config, Streams streams, LearnedField field) {
            this.config = config;
            this.streams = streams;
            this.field = field;
            Target.Pictures pictures = config.pictures();
            all = new Target.Pictures(pictures.dataset(), pictures.dataset().points()).images(streams);
            seen = pictures.images(streams);
        }

        InterpolantPicturesResult result() {
            double[][] x = new double[all.dimension()][config.particles()];
            boolean diverged = field.stopReason() == StopReason.DIVERGED;
            long evaluations = diverged ? 0 : sample(x);
            double finite = diverged ? 0 : 1 - (double) Ensemble.diverged(x) / config.particles();
            double[][] unseen = pixels(seen.count(), all.count());
            NearestPictures ofUnseen = NearestPictures.of(seen, unseen);
            Optional<PictureClassifier> judge = config.judge() == InterpolantPicturesConfig.Judge.TRAINED
                    ? Optional.of(new PictureClassifier(seen, streams.at("init").part(1)))
                    : Optional.empty();
            int[] unseenLabel = judge.map(j -> j.labels(unseen)).orElseGet(ofUnseen::label);
            int known = 0;
            for (int k = 0; k < unseen[0].length; k++) {
                known += unseenLabel[k] == all.label(seen.count() + k) ? 1 : 0;
            }
            double accuracy = (double) known / unseen[0].length;
            double floor = FrechetDistance.of(pixels(0, Math.min(config.particles(), seen.count())), unseen);
            double[] seenShares = new double[seen.classes()];
            for (int i = 0; i < seen.count(); i++) {
                seenShares[seen.label(i)] += 1.0 / seen.count();
            }
            double[] unseenDistances = sorted(ofUnseen.distance());
            if (finite < 1) {
                return new InterpolantPicturesResult(
                        diverged ? StopReason.DIVERGED : StopReason.COMPLETED,
                        finite,
                        accuracy,
                        Double.NaN,
                        Doubles.of(),
                        Doubles.of(seenShares),
                        Double.NaN,
                        mean(unseenDistances),
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
            int[] index = nearest.index();
            int shownCount = Math.min(SHOWN, config.particles());
            double[] own = new double[shownCount * x.length];
            double[] found = new double[shownCount * x.length];
            for (int k = 0; k < shownCount; k++) {
                for (int j = 0; j < x.length; j++) {
                    own[k * x.length + j] = x[j][k];
                    found[k * x.length + j] = seen.x(index[k], j);
                }
            }
            double[] shown = new double[seen.classes()];
            int right = 0;
            for (int k = 0; k < label.length; k++) {
                shown[label[k]] += 1.0 / label.length;
                right += label[k] == k % seen.classes() ? 1 : 0;
            }
            double[] distances = sorted(nearest.distance());
            return new InterpolantPicturesResult(
                    StopReason.COMPLETED,
                    finite,
                    accuracy,
                    config.conditional() ? (double) right / label.length : Double.NaN,
                    Doubles.of(shown),
                    Doubles.of(seenShares),
                    mean(distances),
                    mean(unseenDistances),
                    seenNearer(x),
                    FrechetDistance.of(x, unseen),
                    floor,
                    evaluations,
                    Doubles.of(distances),
                    Doubles.of(unseenDistances),
                    Doubles.of(own),
                    Doubles.of(found));
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
            int nearer = 0;
            for (int k = 0; k < first.length; k++) {
                nearer += first[k] < last[k] ? 1 : 0;
            }
            return (double) nearer / first.length;
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

        private static double mean(double... values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.length;
        }
    }

    @Override
    public double work(InterpolantPicturesConfig config) {
        FieldConfig.Training training = config.field().training();
        double weights = FieldNet.multiplyAdds(config.field());
        return 6 * weights * training.steps() * training.batchSize()
                + 4 * weights * config.steps() * config.particles();
    }

    @Override
    public long memory(InterpolantPicturesConfig config) {
        FieldConfig field = config.field();
        long rows = Math.max(field.training().batchSize(), Ensemble.BLOCK);
        long units = (long) field.network().layers() * field.network().width() + 10L * field.dimension();
        long numbers = 4L * (config.particles() + config.pictures().dataset().points()) * field.dimension();
        long covariances = 12L * field.dimension() * field.dimension();
        return (10L * FieldNet.weightCount(field) + 5 * rows * units + numbers + covariances) * Double.BYTES;
    }

    @Override
    public List<String> inputs(InterpolantPicturesConfig config) {
        return config.field().files();
    }
}
