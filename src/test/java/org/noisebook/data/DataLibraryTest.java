package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.rng.Streams;

/** Real formats in small files, and every way a file may be bad. */
class DataLibraryTest {
    @TempDir
    private Path folder;

    private Path mnist;
    private Path cifar10;

    @BeforeEach
    void write() throws IOException {
        mnist = DataFiles.mnist(folder);
        cifar10 = DataFiles.cifar10(folder);
    }

    private DataLibrary library() {
        return DataLibrary.in(folder);
    }

    @Test
    void mnistIsPooledInTheOrderOfItsFiles() {
        Images images = library().images(DataSource.MNIST);
        byte[] pixels = new byte[20 * DataFiles.MNIST_SIZE];
        System.arraycopy(DataFiles.pixels(12 * 784, 1), 0, pixels, 0, 12 * 784);
        System.arraycopy(DataFiles.pixels(8 * 784, 2), 0, pixels, 12 * 784, 8 * 784);
        double mean = 0;
        for (byte pixel : pixels) {
            mean += (pixel & 0xFF) / (double) pixels.length;
        }
        double variance = 0;
        for (byte pixel : pixels) {
            variance += ((pixel & 0xFF) - mean) * ((pixel & 0xFF) - mean) / pixels.length;
        }
        double stdDev = Math.sqrt(variance);
        assertThat(images.mean()).isCloseTo(mean, within(1e-9));
        assertThat(images.stdDev()).isCloseTo(stdDev, within(1e-9));

        Points all = library()
                .split(DataSource.MNIST, new Task.Parity(), 20, 0, TestDraw.SHARED, 0, Streams.of(1))
                .train();
        int[] order = Images.trainSet(images.pool(new Task.Parity()), new int[0], 20, Streams.of(1));
        for (int i = 0; i < 20; i++) {
            int image = order[i];
            int label = image < 12 ? DataFiles.classes(12, 1)[image] : DataFiles.classes(8, 2)[image - 12];
            assertThat(all.label(i)).isEqualTo(label % 2 == 0 ? 1 : -1);
            for (int j = 0; j < 784; j++) {
                float expected = (float) (((pixels[image * 784 + j] & 0xFF) - images.mean()) / images.stdDev());
                assertThat(all.x(i, j)).isEqualTo(expected);
            }
        }
    }

    @Test
    void plainAndPackedFilesGiveTheSamePoints() throws IOException {
        Split before = library().split(DataSource.MNIST, new Task.Parity(), 8, 4, TestDraw.SHARED, 0, Streams.of(1));
        Map<String, String> inputs = library().inputs(DataSource.MNIST);
        Files.delete(mnist.resolve("train-images-idx3-ubyte.gz"));
        Files.write(mnist.resolve("train-images-idx3-ubyte"), DataFiles.images(12, 1));
        assertThat(library().split(DataSource.MNIST, new Task.Parity(), 8, 4, TestDraw.SHARED, 0, Streams.of(1)))
                .isEqualTo(before);
        assertThat(library().inputs(DataSource.MNIST))
                .as("other files, another key")
                .isNotEqualTo(inputs);
    }

    @Test
    void cifarIsPooled() {
        Images images = library().images(DataSource.CIFAR10);
        assertThat(images.pool(new Task.Animals())).hasSize(30);
        assertThat(images.pool(new Task.LabelSets("0", "1"))).hasSizeLessThan(15);
        Split split = library().split(DataSource.CIFAR10, new Task.Animals(), 25, 5, TestDraw.SHARED, 0, Streams.of(1));
        assertThat(split.train().dimension()).isEqualTo(3072);
    }

    @Test
    void halvedImagesAreMeansOfFourPixelsWithHalvesRoundedUp() {
        byte[] pixels = {
            0,
            1,
            (byte) 255,
            (byte) 255, // image 1, of 2 × 4 pixels
            0,
            0,
            (byte) 255,
            (byte) 254,
            0,
            1,
            8,
            0, // image 2
            1,
            0,
            0,
            0
        };
        Images.Part half = new Images.Part("labels", pixels, new byte[] {3, 4}).halved(4);
        assertThat(half.pixels()).containsExactly(0, 255, 1, 2);
        assertThat(half.labels()).containsExactly(3, 4);
        assertThat(half.name()).isEqualTo("labels");
    }

    @Test
    void inputsAreTheHashesOfTheFiles() throws IOException {
        assertThat(library().inputs(DataSource.DIGITS))
                .containsExactly(
                        Map.entry("digits.csv.gz", "6a539d510b9a1447538bb946ab309f52749cdf6c0409c97554766bc2934a7d2c"));
        assertThat(library().inputs(DataSource.FASHION_MNIST))
                .as("known without the files")
                .hasSize(4);
        assertThat(library().inputs(DataSource.SIGN)).isEmpty();
        Map<String, String> inputs = library().inputs(DataSource.MNIST);
        assertThat(inputs.keySet())
                .containsExactly(
                        "train-images-idx3-ubyte",
                        "train-labels-idx1-ubyte",
                        "t10k-images-idx3-ubyte",
                        "t10k-labels-idx1-ubyte");
        assertThat(inputs.get("t10k-labels-idx1-ubyte"))
                .isEqualTo(FileBytes.of("", DataFiles.labels(8, 2)).sha256());
        assertThat(library().inputs(DataSource.CIFAR10)).hasSize(6);
    }

    /** SHA-256 of "abc", FIPS 180-2 appendix B.1. */
    @Test
    void hashesAreSha256() {
        assertThat(FileBytes.of("", "abc".getBytes(StandardCharsets.US_ASCII)).sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private void refused(DataSource source, String... parts) {
        assertThatThrownBy(() -> library().images(source))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    private void refusedMnist(String name, byte[] bytes, String message) throws IOException {
        Path file = mnist.resolve(name);
        byte[] good = Files.readAllBytes(file);
        Files.write(file, bytes);
        refused(DataSource.MNIST, file + ": " + message);
        Files.write(file, good);
        library().images(DataSource.MNIST);
    }

    @Test
    void badIdxFilesAreOneLine() throws IOException {
        String images = "t10k-images-idx3-ubyte";
        String labels = "t10k-labels-idx1-ubyte";
        byte[] good = DataFiles.images(8, 2);
        refusedMnist(images, new byte[0], "cut off: expected 4 bytes of magic number, found 0");
        refusedMnist(images, Arrays.copyOf(good, 9), "cut off: expected 12 bytes of axis lengths, found 5");
        refusedMnist(images, Arrays.copyOf(good, 1000), "cut off: expected 6272 bytes of 8 items, found 984");
        refusedMnist(
                images, Arrays.copyOf(good, good.length - 1), "cut off: expected 6272 bytes of 8 items, found 6271");
        refusedMnist(images, Arrays.copyOf(good, good.length + 1), "expected the end after 8 items, found more bytes");
        refusedMnist(images, DataFiles.labels(8, 2), "expected IDX magic number 0x00000803, found 0x00000801");
        refusedMnist(labels, good, "expected IDX magic number 0x00000801, found 0x00000803");
        refusedMnist(
                images,
                DataFiles.idx(0x803, new int[] {8, 20, 20}, new byte[3200]),
                "expected items of shape [28, 28], found [20, 20]");
        refusedMnist(
                images,
                DataFiles.idx(0x803, new int[] {-1, 28, 28}, new byte[784]),
                "expected at most 2147483639 values, found 4294967295 items of shape [28, 28]");
        refusedMnist(
                images,
                DataFiles.idx(0x803, new int[] {2_000_000_000, 28, 28}, new byte[784]),
                "expected at most 2147483639 values, found 2000000000 items of shape [28, 28]");
        refusedMnist(
                images,
                DataFiles.idx(0x803, new int[] {2_000_000, 28, 28}, new byte[784]),
                "cut off: expected 1568000000 bytes of 2000000 items, found 784");
        refusedMnist(
                labels,
                DataFiles.labels(7, 2),
                "expected 8 labels as there are images in " + mnist.resolve(images) + ", found 7");
        byte[] classes = DataFiles.labels(8, 2);
        classes[8 + 3] = 10;
        refusedMnist(labels, classes, "expected labels in [0, 9], found 10 at image 4");
        refusedMnist(images, "<html>not found</html>".getBytes(StandardCharsets.US_ASCII), "expected IDX magic number");
    }

    @Test
    void badGzipFilesAreOneLine() throws IOException {
        String images = "train-images-idx3-ubyte.gz";
        byte[] good = Files.readAllBytes(mnist.resolve(images));
        refusedMnist(images, Arrays.copyOf(good, 5), "expected a whole gzip file, found it cut off");
        refusedMnist(images, Arrays.copyOf(good, good.length / 2), "expected a whole gzip file, found it cut off");
        refusedMnist(images, Arrays.copyOf(good, good.length - 3), "expected a whole gzip file, found it cut off");
        byte[] method = good.clone();
        method[2] = 0;
        refusedMnist(images, method, "expected a sound gzip file, found: ");
        byte[] check = good.clone();
        check[good.length - 8] ^= 1;
        refusedMnist(images, check, "expected a sound gzip file, found: ");
        refusedMnist(images, DataFiles.gzip(DataFiles.labels(12, 1)), "expected IDX magic number 0x00000803");
    }

    @Test
    void badCifarFilesAreOneLine() throws IOException {
        Path file = cifar10.resolve("data_batch_3.bin");
        for (int length : new int[] {0, 1, 3072, 5 * 3073 - 1, 5 * 3073 + 1}) {
            Files.write(file, Arrays.copyOf(DataFiles.batch(6, 1), length));
            refused(DataSource.CIFAR10, file + ": expected whole records of 3073 bytes, found " + length + " bytes");
        }
        byte[] label = DataFiles.batch(5, 1);
        label[2 * 3073] = (byte) 200;
        Files.write(file, label);
        refused(DataSource.CIFAR10, file + ": expected labels in [0, 9], found 200 at image 3");
    }

    @Test
    void missingFilesAndFoldersSayWhatToDo() throws IOException {
        Files.delete(mnist.resolve("t10k-labels-idx1-ubyte"));
        refused(
                DataSource.MNIST,
                "dataset mnist is not there: " + mnist.resolve("t10k-labels-idx1-ubyte")
                        + " is missing; noisebook data fetch mnist, or put "
                        + "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,"
                        + " t10k-labels-idx1-ubyte into " + mnist);
        refused(
                DataSource.FASHION_MNIST,
                "dataset fashionMnist is not there: "
                        + folder.resolve("fashion-mnist").resolve("train-images-idx3-ubyte.gz")
                        + " is missing; noisebook data fetch fashion-mnist");
        Files.createDirectory(mnist.resolve("t10k-labels-idx1-ubyte"));
        refused(DataSource.MNIST, mnist.resolve("t10k-labels-idx1-ubyte") + ": it is a folder");
        assertThatThrownBy(() -> DataLibrary.in(folder.resolve("none")).images(DataSource.CIFAR10))
                .hasMessageContaining("data_batch_1.bin is missing");
    }

    @Test
    void wrongHashesAreOneLine() throws IOException {
        Path fashion = Files.createDirectory(folder.resolve("fashion-mnist"));
        Path images = fashion.resolve("train-images-idx3-ubyte.gz");
        byte[] bytes = DataFiles.gzip(DataFiles.images(12, 1));
        Files.write(images, bytes);
        refused(
                DataSource.FASHION_MNIST,
                images + ": expected SHA-256 b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"
                        + " (26421856 bytes), found " + FileBytes.of("", bytes).sha256() + " (" + bytes.length
                        + " bytes); noisebook data fetch fashion-mnist");
    }

    private static void refusedDigits(String csv, String message) {
        FileBytes file = FileBytes.of("digits.csv", csv.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> DigitsCsv.read(file, 2, 10))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    @Test
    void badDigitsAreOneLine() throws IOException {
        FileBytes good = FileBytes.of("digits.csv", "0,16,9\n3,4,0\n".getBytes(StandardCharsets.US_ASCII));
        Images.Part part = DigitsCsv.read(good, 2, 10);
        assertThat(part.pixels()).containsExactly(0, 16, 3, 4);
        assertThat(part.labels()).containsExactly(9, 0);
        refusedDigits("0,16,9\n3,4\n", "digits.csv: line 2: expected 3 cells, found 2");
        refusedDigits("0,16,9,1\n", "digits.csv: line 1: expected 3 cells, found 4");
        refusedDigits("\n", "digits.csv: line 1: expected 3 cells, found 1");
        refusedDigits("0,17,9\n", "digits.csv: line 1: expected a whole number in [0, 16], found '17'");
        refusedDigits("0,-1,9\n", "digits.csv: line 1: expected a whole number in [0, 16], found '-1'");
        refusedDigits("0,,9\n", "digits.csv: line 1: expected a whole number in [0, 16], found ''");
        refusedDigits("0,1,10\n", "digits.csv: line 1: expected a whole number in [0, 9], found '10'");
        FileBytes cut = FileBytes.of("digits.csv.gz", Arrays.copyOf(DataFiles.gzip(new byte[500]), 15));
        assertThatThrownBy(() -> DigitsCsv.read(cut, 2, 10))
                .hasMessage("digits.csv.gz: expected a whole gzip file, found it cut off");
    }

    @Test
    void picturesWithoutPixelsThatDifferAreRefused() throws IOException {
        for (String name : List.of("train", "t10k")) {
            int count = name.equals("train") ? 12 : 8;
            Files.deleteIfExists(mnist.resolve(name + "-images-idx3-ubyte.gz"));
            Files.write(
                    mnist.resolve(name + "-images-idx3-ubyte"),
                    DataFiles.idx(0x803, new int[] {count, 28, 28}, new byte[count * 784]));
        }
        refused(DataSource.MNIST, "dataset mnist: expected pixels that differ, found 0.0 everywhere");
        for (String name : List.of("train", "t10k")) {
            Files.write(mnist.resolve(name + "-images-idx3-ubyte"), DataFiles.images(0, 1));
            Files.write(mnist.resolve(name + "-labels-idx1-ubyte"), DataFiles.labels(0, 1));
        }
        refused(DataSource.MNIST, "dataset mnist: expected between 1 and", "found 0");
    }

    @Test
    void filesAreReadOnceAndFailuresAreNotKept() throws Exception {
        DataLibrary library = library();
        Path labels = mnist.resolve("t10k-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        Files.delete(labels);
        assertThatThrownBy(() -> library.images(DataSource.MNIST)).isInstanceOf(UncheckedIOException.class);
        assertThat(library.has(DataSource.MNIST)).isFalse();
        Files.write(labels, bytes);
        assertThat(library.has(DataSource.MNIST)).isTrue();

        List<Future<Images>> futures = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int k = 0; k < 16; k++) {
                futures.add(pool.submit(() -> library.images(DataSource.MNIST)));
            }
            for (Future<Images> future : futures) {
                assertThat(future.get()).isSameAs(futures.get(0).get());
            }
        } finally {
            pool.shutdownNow();
        }
        Files.delete(labels);
        library.images(DataSource.MNIST);
    }

    @Test
    void anInterruptedThreadReadsToTheEnd() {
        Thread.currentThread().interrupt();
        try {
            library().images(DataSource.CIFAR10);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theFolderFollowsTheEnvironment() {
        Path home = Path.of("home");
        assertThat(DataLibrary.standardFolder(new Home(Map.of(), home)))
                .isEqualTo(Path.of("home", ".local", "share", "noisebook"));
        assertThat(DataLibrary.standardFolder(new Home(Map.of("XDG_DATA_HOME", "x", "NOISEBOOK_DATA", " "), home)))
                .isEqualTo(Path.of("x", "noisebook"));
        assertThat(DataLibrary.standardFolder(new Home(Map.of("NOISEBOOK_DATA", "own", "XDG_DATA_HOME", "x"), home)))
                .isEqualTo(Path.of("own"));
        assertThat(DataLibrary.standard()).isSameAs(DataLibrary.standard());
        assertThat(DataLibrary.standard().folder()).isEqualTo(DataLibrary.standardFolder());
    }

    @Test
    void placesAreSaid() {
        assertThat(library().where(DataSource.DIGITS)).isEqualTo("in the kit");
        assertThat(library().where(DataSource.STRIPE)).isEqualTo("drawn when used");
        assertThat(library().where(DataSource.CIFAR10)).isEqualTo(cifar10.toString());
        assertThat(library().where(DataSource.FASHION_MNIST))
                .isEqualTo("not there: noisebook data fetch fashion-mnist");
    }
}
