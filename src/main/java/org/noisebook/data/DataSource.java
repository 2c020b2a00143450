package org.noisebook.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A source of labelled points: image files or Gaussian random numbers.
 *
 * <p>Images: the train and test files of a set are pooled and standardised by one global mean and standard deviation
 * over all pixels (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703). Gaussian points: x ~ N(0, 1_d), drawn in double
 * and rounded to float, the class determined by the rounded x_1:
 *
 * <ul>
 *   <li>{@link #SIGN}: class 0 where x_1 ≥ 0, else class 1;
 *   <li>{@link #STRIPE}: class 1 where −0.3 &lt; x_1 &lt; 1.18549, else class 0: two parallel interfaces and classes of
 *       equal weight, the stripe of Paccolat, Petrini, Geiger, Tyloo and Wyart 2021 (arXiv 2007.11471).
 * </ul>
 *
 * <p>Under {@link Task.Parity} class 0 is +1 and class 1 is −1, so {@code SIGN} has label sign(x_1).
 *
 * <p><b>Shapes</b>: a point is one row, pixels row by row, colour planes one after another.
 */
public enum DataSource {
    /** The 1797 handwritten digits of the UCI test set (Alpaydin and Kaynak 1998). */
    DIGITS(
            "handwritten digits",
            Kind.KIT,
            1797,
            new int[] {8, 8},
            10,
            "CC BY 4.0",
            new DataFile("digits.csv.gz", 57_512, "6a539d510b9a1447538bb946ab309f52749cdf6c0409c97554766bc2934a7d2c")),

    /** The test file of Fashion-MNIST only. */
    FASHION_TEST(
            "Fashion-MNIST, test file",
            Kind.KIT,
            10_000,
            new int[] {28, 28},
            10,
            "MIT",
            FashionFiles.TEST_IMAGES,
            FashionFiles.TEST_LABELS),

    /** The same images at half the side length; each pixel is the mean of a 2 × 2 square, with halves rounded up. */
    FASHION_TEST_14(
            "Fashion-MNIST, test file, means of 2 × 2 pixels",
            Kind.KIT,
            10_000,
            new int[] {14, 14},
            10,
            "MIT",
            FashionFiles.TEST_IMAGES,
            FashionFiles.TEST_LABELS),

    /** All of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747). */
    FASHION_MNIST(
            "Fashion-MNIST, train and test files",
            Kind.FETCHED,
            70_000,
            new int[] {28, 28},
            10,
            "MIT",
            FashionFiles.TRAIN_IMAGES,
            FashionFiles.TRAIN_LABELS,
            FashionFiles.TEST_IMAGES,
            FashionFiles.TEST_LABELS),

    /** Handwritten digits (LeCun, Cortes and Burges); fetched, or supplied by the user. */
    MNIST(
            "MNIST, train and test files",
            Kind.OWN,
            70_000,
            new int[] {28, 28},
            10,
            "CC BY-SA 3.0",
            DataFile.own("train-images-idx3-ubyte"),
            DataFile.own("train-labels-idx1-ubyte"),
            DataFile.own("t10k-images-idx3-ubyte"),
            DataFile.own("t10k-labels-idx1-ubyte")),

    /** Colour images, binary version (Krizhevsky 2009); supplied by the user. */
    CIFAR10(
            "CIFAR-10, all six batches",
            Kind.OWN,
            60_000,
            new int[] {3, 32, 32},
            10,
            "not shipped",
            DataFile.own("data_batch_1.bin"),
            DataFile.own("data_batch_2.bin"),
            DataFile.own("data_batch_3.bin"),
            DataFile.own("data_batch_4.bin"),
            DataFile.own("data_batch_5.bin"),
            DataFile.own("test_batch.bin")),

    /** Gaussian points on the two sides of a plane. */
    SIGN("Gaussian, class by the sign of x_1", Kind.DRAWN, 0, new int[0], 2, "none needed"),

    /** Gaussian points inside or outside a stripe. */
    STRIPE("Gaussian, class by a stripe in x_1", Kind.DRAWN, 0, new int[0], 2, "none needed");

    /** How the kit obtains the points. */
    enum Kind {
        /** Files included in the kit. */
        KIT,
        /** Files that {@code noisebook data fetch} obtains. */
        FETCHED,
        /** Files that the user supplies. */
        OWN,
        /** No files; the points are generated. */
        DRAWN
    }

    /** Files shared by three sources; an enum's constants cannot refer to its own static fields. */
    private static final class FashionFiles {
        static final DataFile TRAIN_IMAGES = new DataFile(
                "train-images-idx3-ubyte.gz",
                26_421_856,
                "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7");
        static final DataFile TRAIN_LABELS = new DataFile(
                "train-labels-idx1-ubyte.gz",
                29_491,
                "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056");
        static final DataFile TEST_IMAGES = new DataFile(
                "t10k-images-idx3-ubyte.gz",
                4_422_079,
                "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa");
        static final DataFile TEST_LABELS = new DataFile(
                "t10k-labels-idx1-ubyte.gz", 5_125, "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05");
    }

    private final String title;
    private final Kind kind;
    private final int points;
    private final int[] shape;
    private final int classes;
    private final String licence;
    private final List<DataFile> files;

    DataSource(String title, Kind kind, int points, int[] shape, int classes, String licence, DataFile... files) {
        this.title = title;
        this.kind = kind;
        this.points = points;
        this.shape = shape;
        this.classes = classes;
        this.licence = licence;
        this.files = List.of(files);
    }

    /**
     * The source with the given name, as in configs ({@code fashionMnist}) or with dashes ({@code fashion-mnist}).
     *
     * @throws IllegalArgumentException for any other name
     */
    public static DataSource parse(String name) {
        for (DataSource source : values()) {
            if (source.toString().equals(name) || source.dashed().equals(name)) {
                return source;
            }
        }
        List<String> known = Arrays.stream(values()).map(DataSource::toString).toList();
        throw new IllegalArgumentException(
                "unknown dataset '" + Quoted.of(name) + "'; there is: " + String.join(", ", known));
    }

    /** A description in a few words. */
    public String title() {
        return title;
    }

    /** Number of points in the whole set; 0 if points are generated on request. */
    public int points() {
        return points;
    }

    /** Lengths of the axes of a point; empty if the dimension is free. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of classes, which are 0, …, classes − 1. */
    public int classes() {
        return classes;
    }

    public String licence() {
        return licence;
    }

    /** The files; empty if the points are generated. */
    public List<DataFile> files() {
        return files;
    }

    /** Whether the points are generated and the dimension is free. */
    public boolean isDrawn() {
        return kind == Kind.DRAWN;
    }

    Kind kind() {
        return kind;
    }

    /** The dimension of a point, which for images follows from the shape. */
    int size() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /**
     * The dimension of a point for a config's {@code dimension}.
     *
     * @throws IllegalArgumentException unless it is 0 for images, in [1, 65536] for generated points
     */
    public int inputDimension(int dimension) {
        if (isDrawn()) {
            if (dimension < 1 || dimension > GaussianPoints.LARGEST_DIMENSION) {
                throw new IllegalArgumentException("dimension must be in [1, " + GaussianPoints.LARGEST_DIMENSION
                        + "] for dataset=" + this + ", got " + dimension);
            }
            return dimension;
        }
        if (dimension != 0) {
            throw new IllegalArgumentException("dimension must be 0 for dataset=" + this + ", whose points have length "
                    + size() + ", got " + dimension);
        }
        return size();
    }

    /** The name with dashes, used for folders and by {@code noisebook data fetch}. */
    public String dashed() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name in configs, camel case. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String word : name().split("_", -1)) {
            String lower = word.toLowerCase(Locale.ROOT);
            text.append(text.length() == 0 ? lower : word.charAt(0) + lower.substring(1));
        }
        return text.toString();
    }
}
