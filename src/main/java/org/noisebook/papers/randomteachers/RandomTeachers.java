package org.noisebook.papers.randomteachers;

import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.RidgeSpectrum;
import org.noisebook.model.Mlp;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * A student learns the scores of a teacher with random weights, on images or on Gaussian noise; its last hidden layer is probed with labels before and after.
 *
 * <p>Student weights start at (1 − α) teacher + α fresh. SGD minimises the cross-entropy of softmax(student/T) against softmax(teacher/T′). With α = 0 and T = T′ the gradient
 * is exactly 0, by any optimiser that does not divide by it. Gaussian inputs have the mean and the variance of each pixel.
 *
 * <p><b>Streams</b>: {@code data} for both sets of images, {@code init} for teacher and fresh weights, {@code order} for batches, {@code noise} for Gaussian inputs. <b>Special
 * cases</b>: equal votes of neighbours go to the smaller label. <b>Cost</b>: 8 operations per weight, image and step; the probes cost less.
 */
@Paper(
        key = "2302.12091",
        title = "Random Teachers are Good Teachers",
        cite = {"Sarnthein, Bachmann, Anagnostidis, Hofmann 2023, arXiv 2302.12091"},
        study = "random-teacher",
        version = 1,
        does = "Features of a student that learns from a teacher with random weights",
        figure = "random-teacher",
        shows = "Features learnt from random teachers",
        streams = {"data", "init", "order", "noise"})
public final class RandomTeachers extends OnePaper<RandomTeachers.Config, RandomTeachers.Result> {
    /** What teacher and student see during training. */
    public enum Inputs {
        /** The training images. */
        IMAGES,
        /** Independent normal pixels with the means and variances of the training images. */
        GAUSSIAN
    }

    /** A student near a random teacher. */
    public record Config(
            @Parameter(
                    standard = "digits",
                    value = "images: digits, fashionTest14, fashionTest, fashionMnist, mnist or cifar10")
            DataSource dataset,

            @Parameter(standard = "1000", range = "[10, 1000000]", value = "training images")
            int trainSize,

            @Parameter(standard = "500", range = "[1, 1000000]", value = "test images")
            int testSize,

            @Parameter(standard = "images", value = "what is learnt on: images or gaussian")
            Inputs inputs,

            @Parameter(
                    standard = "0.3",
                    range = "[0, 1]",
                    symbol = "α",
                    value = "share of fresh weights in the student")
            double fresh,

            @Parameter(standard = "128", range = "[1, 4096]", value = "units of the first hidden layer")
            int wide,

            @Parameter(standard = "64", range = "[1, 4096]", value = "units of the last hidden layer")
            int narrow,

            @Parameter(standard = "32", range = "[2, 4096]", value = "scores")
            int scores,

            @Parameter(standard = "32", range = "[1, trainSize]", value = "batch size")
            int batchSize,

            @Parameter(standard = "0.1", range = "(0, 1000]", symbol = "η", value = "learning rate")
            double learningRate,

            @Parameter(standard = "400", range = "[1, 1000000]", value = "steps of SGD")
            int steps,

            @Parameter(standard = "1", range = "[0.001, 1000]", symbol = "T", value = "temperature of the student")
            double temperature,

            @Parameter(standard = "1", range = "[0.001, 1000]", symbol = "T′", value = "temperature of the teacher")
            double teacherTemperature,

            @Parameter(standard = "5", range = "[1, trainSize]", value = "nearest neighbours that vote")
            int neighbours,

            @Parameter(standard = "1e-4", range = "[1e-10, 1]", value = "ridge of the linear probe, over s₁²")
            double ridge) {}

    /** Test accuracies of probes, and how far the student went. */
    public record Result(
            @Parameter("neighbours' accuracy on the student's features before training")
            double neighboursBefore,

            @Parameter("neighbours' accuracy on the student's features after training")
            double neighboursAfter,

            @Parameter("linear probe's accuracy on the student's features before training")
            double linearBefore,

            @Parameter("linear probe's accuracy on the student's features after training")
            double linearAfter,

            @Parameter("neighbours' accuracy on raw pixels") double rawNeighbours,

            @Parameter("linear probe's accuracy on raw pixels")
            double rawLinear,

            @Parameter("norm of the first gradient") double gradient,
            @Parameter("largest change of a weight") double moved,

            @Parameter("mean square of score differences on test images after training, over that before")
            double distance)
            implements Outcome {
        double neighboursGain() {
            return neighboursAfter - neighboursBefore;
        }

        double linearGain() {
            return linearAfter - linearBefore;
        }
    }

    // The study.

    /** Images in the form that networks read, and their labels. */
    private record Labelled(double[] x, int[] label, int dimension, int[] index) {
        static Labelled of(ClassPoints points) {
            int d = points.dimension();
            return new Labelled(
                    IntStream.range(0, points.count() * d)
                            .mapToDouble(k -> points.x(k / d, k % d))
                            .toArray(),
                    IntStream.range(0, points.count()).map(points::label).toArray(),
                    d,
                    IntStream.range(0, points.count()).toArray());
        }

        /** Rows of a layer of the network, or of the pixels if the layer is 0. */
        double[][] rows(Mlp network, int layer) {
            double[][] rows = new double[label.length][];
            int width = network.widths()[layer];
            for (int from = 0; from < rows.length; from += CHUNK) {
                int cases = Math.min(CHUNK, rows.length - from);
                double[] all = new double[cases * width];
                network.evaluate(x, index, from, cases);
                network.copyActivities(layer, all);
                for (int k = 0; k < cases; k++) {
                    rows[from + k] = Arrays.copyOfRange(all, k * width, (k + 1) * width);
                }
            }
            return rows;
        }
    }

    private static final int CHUNK = 100;
    private static final double GAIN = StrictMath.sqrt(2);

    /** One run and what it needs. */
    private static final class Distillation {
        private final Config c;
        private final Labelled train;
        private final Labelled test;
        private final int classes;
        private final Mlp teacher;
        private final Mlp student;

        Distillation(Config c, Streams streams) {
            this.c = c;
            ClassSplit split = ClassSplit.of(c.dataset(), c.trainSize(), c.testSize(), streams);
            train = Labelled.of(split.train());
            test = Labelled.of(split.test());
            classes = split.train().classes();
            teacher = network();
            student = network();
            Stream init = streams.at("init");
            teacher.initialise(init.part(0), GAIN);
            student.initialise(init.part(1), GAIN);
            double[] own = teacher.weights();
            double[] other = student.weights();
            Arrays.setAll(other, k -> own[k] + c.fresh() * (other[k] - own[k]));
            student.setWeights(other);
        }

        private Mlp network() {
            int[] widths = {train.dimension(), c.wide(), c.narrow(), c.scores()};
            return Mlp.of(
                    widths,
                    Activation.RELU,
                    Math.max(CHUNK, c.batchSize()),
                    Precision.FLOAT32,
                    MatrixKernels.fastest());
        }

        Result run(Streams streams) {
            int last = student.layers() - 1;
            double[] before = probe(train.rows(student, last), test.rows(student, last));
            double[] raw = probe(train.rows(student, 0), test.rows(student, 0));
            double apart = apart();
            double[] start = student.weights();
            double gradient = descend(streams);
            double[] end = student.weights();
            double moved = IntStream.range(0, end.length)
                    .mapToDouble(k -> Math.abs(end[k] - start[k]))
                    .max()
                    .orElse(0);
            double[] after = probe(finite(train.rows(student, last)), finite(test.rows(student, last)));
            return new Result(
                    before[0], after[0], before[1], after[1], raw[0], raw[1], gradient, finite(moved), apart() / apart);
        }

        /** Trains; the norm of the first gradient. */
        private double descend(Streams streams) {
            Stream order = streams.at("order");
            Stream noise = streams.at("noise");
            double[][] pixels = c.inputs() == Inputs.GAUSSIAN ? moments() : new double[0][];
            int[] batch = new int[c.batchSize()];
            double[] x = train.x();
            double first = 0;
            for (int step = 0; step < c.steps(); step++) {
                stopIfInterrupted();
                if (c.inputs() == Inputs.GAUSSIAN) {
                    x = new double[batch.length * train.dimension()];
                    for (int k = 0; k < x.length; k++) {
                        int j = k % train.dimension();
                        x[k] = pixels[0][j] + pixels[1][j] * noise.nextGaussian();
                    }
                    Arrays.setAll(batch, k -> k);
                } else {
                    Arrays.setAll(batch, k -> order.nextIndex(c.trainSize()));
                }
                teacher.evaluate(x, batch, 0, batch.length);
                student.forward(x, batch, 0, batch.length);
                student.setSlopes(slopes(batch.length));
                student.backward();
                if (step == 0) {
                    first = StrictMath.sqrt(Grammar.sum(student.layers(), student::gradientSquare));
                }
                student.descend(c.learningRate(), 0);
            }
            return first;
        }

        /** (softmax(student/T) − softmax(teacher/T′))/(T batch), row-major. */
        private double[] slopes(int cases) {
            double[] theirs = new double[cases * c.scores()];
            double[] mine = new double[theirs.length];
            teacher.copyActivities(teacher.layers(), theirs);
            student.copyActivities(student.layers(), mine);
            soften(theirs, c.scores(), c.teacherTemperature());
            soften(mine, c.scores(), c.temperature());
            for (int k = 0; k < mine.length; k++) {
                mine[k] = (mine[k] - theirs[k]) / (c.temperature() * cases);
            }
            return mine;
        }

        private double[][] moments() {
            double[][] moments = new double[2][train.dimension()];
            int n = c.trainSize();
            for (int j = 0; j < moments[0].length; j++) {
                int pixel = j;
                double mean = Grammar.mean(n, i -> train.x()[i * moments[0].length + pixel]);
                moments[0][j] = mean;
                moments[1][j] = StrictMath.sqrt(Grammar.mean(n, i -> {
                    double off = train.x()[i * moments[0].length + pixel] - mean;
                    return off * off;
                }));
            }
            return moments;
        }

        private double apart() {
            double[][] mine = test.rows(student, student.layers());
            double[][] theirs = test.rows(teacher, teacher.layers());
            return Grammar.mean(
                    mine.length,
                    i -> Grammar.sum(mine[i].length, k -> (mine[i][k] - theirs[i][k]) * (mine[i][k] - theirs[i][k])));
        }

        private double[] probe(double[][] known, double[][] asked) {
            return new double[] {
                neighbours(known, train.label(), asked, test.label(), c.neighbours(), classes),
                linear(known, train.label(), asked, test.label(), c.ridge(), classes)
            };
        }
    }

    /** Replaces each row of scores by its softmax at a temperature. */
    private static void soften(double[] rows, int width, double temperature) {
        for (int from = 0; from < rows.length; from += width) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = from; k < from + width; k++) {
                largest = Math.max(largest, rows[k]);
            }
            double sum = 0;
            for (int k = from; k < from + width; k++) {
                rows[k] = StrictMath.exp((rows[k] - largest) / temperature);
                sum += rows[k];
            }
            for (int k = from; k < from + width; k++) {
                rows[k] /= sum;
            }
        }
    }

    /** The share of points whose label most of the nearest known points have. */
    static double neighbours(double[][] known, int[] labels, double[][] asked, int[] right, int count, int classes) {
        double[][] columns = new double[known[0].length][known.length];
        double[] squares = new double[known.length];
        for (int n = 0; n < known.length; n++) {
            for (int j = 0; j < columns.length; j++) {
                columns[j][n] = known[n][j];
                squares[n] += known[n][j] * known[n][j];
            }
        }
        int hits = 0;
        for (int i = 0; i < asked.length; i++) {
            // Squared distances, but for the square of the point itself, in a loop that compilers vectorise.
            double[] square = squares.clone();
            for (int j = 0; j < columns.length; j++) {
                double twice = -2 * asked[i][j];
                double[] column = columns[j];
                for (int n = 0; n < square.length; n++) {
                    square[n] = Math.fma(twice, column[n], square[n]);
                }
            }
            double[] nearest = new double[count];
            int[] of = new int[count];
            Arrays.fill(nearest, Double.POSITIVE_INFINITY);
            for (int n = 0; n < known.length; n++) {
                for (int k = count - 1; k >= 0 && square[n] < nearest[k]; k--) {
                    if (k < count - 1) {
                        nearest[k + 1] = nearest[k];
                        of[k + 1] = of[k];
                    }
                    nearest[k] = square[n];
                    of[k] = labels[n];
                }
            }
            int[] votes = new int[classes];
            Arrays.stream(of).forEach(label -> votes[label]++);
            int best = 0;
            for (int label = 1; label < classes; label++) {
                best = votes[label] > votes[best] ? label : best;
            }
            hits += best == right[i] ? 1 : 0;
        }
        return (double) hits / asked.length;
    }

    /** The accuracy of ridge regression on one indicator per class, with a bias. */
    static double linear(double[][] known, int[] labels, double[][] asked, int[] right, double ridge, int classes) {
        RidgeSpectrum spectrum = RidgeSpectrum.of(biased(known));
        double[][] each = new double[classes][];
        for (int label = 0; label < classes; label++) {
            double[] target = new double[labels.length];
            int own = label;
            Arrays.setAll(target, i -> labels[i] == own ? 1 : 0);
            each[label] = spectrum.fit(target, ridge * spectrum.largest());
        }
        double[][] inputs = biased(asked);
        double[][] outputs = new double[classes][asked.length];
        for (int label = 0; label < classes; label++) {
            double[] c = each[label];
            Arrays.setAll(outputs[label], i -> Grammar.sum(c.length, j -> c[j] * inputs[i][j]));
        }
        int[] said = Grammar.argmax(outputs);
        return Grammar.share(said.length, i -> said[i] == right[i]);
    }

    private static double[][] biased(double[]... rows) {
        return Arrays.stream(rows)
                .map(row -> {
                    double[] more = Arrays.copyOf(row, row.length + 1);
                    more[row.length] = 1;
                    return more;
                })
                .toArray(double[][]::new);
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        return new Distillation(c, streams).run(streams);
    }

    @Override
    public double work(Config c) {
        double weights = 784.0 * c.wide() + (double) c.wide() * c.narrow() + (double) c.narrow() * c.scores();
        return 8 * weights * c.batchSize() * c.steps() + 2000.0 * c.trainSize() * c.testSize();
    }

    @Override
    public long memory(Config c) {
        return 8L * (c.trainSize() + c.testSize()) * (2 * 3072L + 4L * (c.wide() + c.narrow())) + (1L << 27);
    }

    @Override
    public List<String> inputs(Config c) {
        return List.copyOf(DataLibrary.standard().inputs(c.dataset()).values());
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "Features improve even when the student starts far from its teacher",
                "Far from a random teacher, features get worse, and raw pixels win",
                "Features may improve even when the student starts far from its teacher");
        board.leads("neighbours-gain-far");
        board.subtitle("Probes of a student's features, before and after learning a random teacher's scores");
        board.show("neighbours", "linear");
        int n = board.replicas(16, 32);
        var near = on(board, "digits, α = 0.3").cell();
        var nearNoise =
                on(board, "Gaussian inputs, α = 0.3").with("inputs=gaussian").cell();
        var far = on(board, "digits, α = 1").with("fresh=1").cell();
        var farNoise = on(board, "Gaussian inputs, α = 1")
                .with("inputs=gaussian, fresh=1")
                .cell();
        var same = on(board, "digits, α = 0")
                .with("fresh=0, steps=20, trainSize=100, testSize=50")
                .cell();
        var unlike = on(board, "digits, α = 0, T′ = 0.1")
                .with("fresh=0, steps=20, trainSize=100, testSize=50, teacherTemperature=0.1")
                .cell();
        draw(
                board,
                "neighbours",
                "5 nearest neighbours",
                Result::neighboursBefore,
                Result::neighboursAfter,
                Result::rawNeighbours,
                near,
                nearNoise,
                far,
                farNoise);
        draw(
                board,
                "linear",
                "Linear probe",
                Result::linearBefore,
                Result::linearAfter,
                Result::rawLinear,
                near,
                nearNoise,
                far,
                farNoise);

        String zero = "zero set before the run";
        judge(board, "neighbours", Result::neighboursGain, near, nearNoise, far, farNoise);
        judge(board, "linear", Result::linearGain, near, nearNoise, far, farNoise);
        board.plot("neighbours")
                .claim("raw", "neighbours' accuracy on features after training minus on pixels", near, 1)
                .says("Near the teacher, features beat raw pixels | difference of accuracies")
                .above(0)
                .control("run: dataset=fashionTest14, other images")
                .of(gain(near.last(), r -> r.neighboursAfter() - r.rawNeighbours()))
                .from("a representation that is worth its training; " + zero);
        board.claim("null-gradient", "norm of the first gradient", same, 1, Result::gradient)
                .identity(0, 1e-12)
                .from("student and teacher are the same function at the same temperature");
        board.claim("null-moved", "largest change of a weight", same, 1, Result::moved)
                .identity(0, 1e-12)
                .from("no gradient, no step of SGD");
        board.claim("unlike", "norm of the first gradient", unlike, 1, Result::gradient)
                .above(0.01)
                .from("control: unequal temperatures move even a student that equals its teacher");
        board.caption("""
                A student of the teacher's shape (64-128-64-32, ReLU) starts at (1 − α) × teacher + α × fresh random weights and learns the teacher's softmax scores by SGD, without labels, on digits of 8 × 8 pixels or on \\
                normal noise with the mean and variance of each pixel. Its last hidden layer is then probed with labels on 1000 digits and tested on 500: by a vote of 5 nearest neighbours, and by \\
                ridge regression. Grey line: the same probe on raw pixels. Means over {} seeds with 95 % intervals; seeds share teacher, student and data. In the table: gains on digits minus on noise, and the exact null α = 0.""", n);
    }

    private static Estimate gain(Cell<Config, Result> cell, ToDoubleFunction<Result> number) {
        return Estimate.ofMeanOrNone(cell.values(number));
    }

    @SafeVarargs
    private static void draw(
            Board board,
            String name,
            String title,
            ToDoubleFunction<Result> before,
            ToDoubleFunction<Result> after,
            ToDoubleFunction<Result> raw,
            Line<Config, Result>... lines) {
        Axis rows = Axis.named("", List.of("before training", "trained on noise", "trained on digits"));
        Plot plot = board.plot(name, title, rows, Axis.linear("test accuracy").range(0.8, 1));
        double[] x = {1, 2, 3};
        for (int k = 0; k < 2; k++) {
            Cell<Config, Result> digits = lines[2 * k].last();
            Cell<Config, Result> noise = lines[2 * k + 1].last();
            Estimate[] y = {gain(digits, before), gain(noise, after), gain(digits, after)};
            plot.points(k == 0 ? "near the teacher (α = 0.3)" : "far from it (α = 1)", x, y);
        }
        plot.named("raw pixels").level("raw pixels", lines[0].last().mean(raw), 0.5, 3.5);
    }

    @SafeVarargs
    private static void judge(Board board, String name, ToDoubleFunction<Result> gain, Line<Config, Result>... lines) {
        String words = name.equals("linear") ? "linear probe's accuracy" : "neighbours' accuracy";
        String zero = "zero set before the run";
        Plot plot = board.plot(name);
        for (int k = 0; k < 2; k++) {
            Line<Config, Result> digits = lines[2 * k];
            Line<Config, Result> noise = lines[2 * k + 1];
            String place = k == 0 ? "-near" : "-far";
            plot.claim(name + place, "gain of the " + words + " less that from Gaussian inputs", digits, 1)
                    .says(k == 0 ? "Near the teacher, digits add more than noise | gain on digits − gain on noise" : "")
                    .above(0)
                    .control("claim: " + name + "-noise" + place)
                    .of(digits.last().less(noise.last(), gain))
                    .from("2302.12091", zero);
            plot.claim(name + "-gain" + place, "gain of the " + words, digits, 1, gain)
                    .says(
                            k == 0
                                    ? "Near the teacher, digits improve features | gain of accuracy on digits"
                                    : "Far from the teacher, digits improve features | gain of accuracy on digits")
                    .above(0)
                    .control("claim: " + name + "-noise" + place)
                    .from("2302.12091", zero);
            plot.claim(name + "-noise" + place, "gain of the " + words, noise, 1, gain)
                    .says(k == 0 ? "Near the teacher, noise adds nothing | gain of accuracy on noise" : "")
                    .below(0)
                    .from("control: nothing is learnt about digits from noise, so a gain is not from the data");
        }
    }

    @Override
    protected String says() {
        return """
                The paper distils a teacher with random weights into a student, without labels, and reports that the student's features get better, most of all if it starts near the teacher. Here both are small dense networks on
                8 × 8 digits. The student starts at (1 − α) × teacher + α × fresh weights and learns the teacher's softmax scores by SGD. Its last hidden layer is probed with labels by 5 nearest neighbours and by ridge regression,
                and all comparisons are paired: teacher, student, images and batches are shared by the runs of a seed. Not studied are convolutions, augmentation and the pruning of students.

                Near the teacher (α = 0.3) features do improve, by 0.7 ± 0.6 % of accuracy for neighbours and 1.2 ± 0.5 % for the linear probe. But most of this does not come from digits: a student that learns on normal noise
                with the mean and variance of each pixel gains 0.5 ± 0.6 % and 0.8 ± 0.4 %. The gain of digits over noise is 0.1 ± 0.4 % for neighbours, undecided, and 0.5 ± 0.4 % for the linear probe. After 250 steps instead of
                400 the two change places (0.3 ± 0.3 %, 0.2 ± 0.4 %): what digits add near the teacher is at the edge of what 16 seeds can see. Starting near means starting
                at an average of two networks, and training moves the student back to one that works. Far from the teacher (α = 1) features get worse, by 1.8 and 3.4 %, less so on digits than on noise (5.7 and 7.4 %): the data then
                matter, but to lose less. Raw pixels are better than all features here: 98 % for neighbours.

                At α = 0 and equal temperatures the gradient is exactly 0 and no weight moves; at unequal ones even a student that equals its teacher is moved. In practice: compare a gain by distillation
                with the same run on noise inputs, and with the raw inputs, before crediting it to the data.""";
    }
}
