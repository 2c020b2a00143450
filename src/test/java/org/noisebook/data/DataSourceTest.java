package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.Schema;

class DataSourceTest {
    private static final Path DATASETS = Path.of("datasets");

    /** Round-off of sums of 256 terms. */
    private static final Offset<Double> MOMENTS = Offset.offset(1e-10);

    private record Config(DataSource dataset) {}

    @ParameterizedTest
    @EnumSource
    void namesAreThoseOfConfigs(DataSource source) {
        Config start = new Config(source == DataSource.SIGN ? DataSource.STRIPE : DataSource.SIGN);
        Schema<Config> schema = Schema.of(Config.class);
        assertThat(schema.format(new Config(source))).isEqualTo("dataset=" + source);
        assertThat(schema.parse("dataset=" + source, start)).isEqualTo(new Config(source));
        assertThat(DataSource.parse(source.toString())).isSameAs(source);
        assertThat(DataSource.parse(source.dashed())).isSameAs(source);
    }

    @Test
    void namesAreAsDocumented() {
        assertThat(Arrays.stream(DataSource.values()).map(DataSource::toString))
                .containsExactly(
                        "digits", "fashionTest", "fashionTest14", "fashionMnist", "mnist", "cifar10", "sign", "stripe");
        assertThat(DataSource.FASHION_MNIST.dashed()).isEqualTo("fashion-mnist");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSource.parse("FASHION"))
                .withMessage(
                        "unknown dataset 'FASHION'; there is: digits, fashionTest, fashionTest14, fashionMnist, mnist,"
                                + " cifar10, sign, stripe");
    }

    @Test
    void theDimensionIsFreeForDrawnPointsOnly() {
        assertThat(DataSource.MNIST.inputDimension(0)).isEqualTo(784);
        assertThat(DataSource.CIFAR10.inputDimension(0)).isEqualTo(3072);
        assertThat(DataSource.STRIPE.inputDimension(65_536)).isEqualTo(65_536);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataSource.DIGITS.inputDimension(64))
                .withMessage("dimension must be 0 for dataset=digits, whose points have length 64, got 64");
        for (int bad : new int[] {-1, 0, 65_537}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DataSource.SIGN.inputDimension(bad))
                    .withMessage("dimension must be in [1, 65536] for dataset=sign, got " + bad);
        }
    }

    /** Rows of the README's tables, a list of cells each, without code marks. */
    private static List<List<String>> readme() throws IOException {
        return Files.readAllLines(DATASETS.resolve("README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(2, line.length() - 2).split(" \\| "))
                        .map(cell -> cell.replace("`", ""))
                        .toList())
                .toList();
    }

    @Test
    void theReadmeSaysOfEverySetWhatTheCodeSays() throws IOException {
        for (DataSource source : DataSource.values()) {
            if (source.isDrawn()) {
                assertThat(readme())
                        .contains(List.of("sign, stripe", "any", "any", "2", "none needed", "drawn: Gaussian points"));
            } else {
                String shape =
                        Arrays.stream(source.shape()).mapToObj(String::valueOf).collect(Collectors.joining("x"));
                assertThat(readme().stream().filter(row -> row.size() == 6).map(row -> row.subList(0, 5)))
                        .contains(List.of(
                                source.toString(),
                                String.valueOf(source.points()),
                                shape,
                                String.valueOf(source.classes()),
                                source.licence()));
            }
        }
    }

    @Test
    void theReadmeHasTheFilesThatTheCodeHas() throws IOException {
        TreeMap<String, List<String>> files = new TreeMap<>();
        Arrays.stream(DataSource.values())
                .flatMap(source -> source.files().stream())
                .filter(DataFile::isKnown)
                .forEach(file ->
                        files.put(file.name(), List.of(file.name(), String.valueOf(file.bytes()), file.sha256())));
        // Trained fields have their rows too; FieldLibrary checks those.
        assertThat(readme().stream()
                        .filter(row -> row.size() == 3 && row.get(2).matches("[0-9a-f]{64}"))
                        .filter(row -> !row.get(0).endsWith(".field")))
                .containsExactlyInAnyOrderElementsOf(files.values());
        String text = Files.readString(DATASETS.resolve("README.md"));
        for (DataSource source : List.of(DataSource.MNIST, DataSource.CIFAR10)) {
            assertThat(text).contains("`" + source.dashed() + "` in the data folder");
        }
        DataSource.MNIST.files().forEach(file -> assertThat(text).contains("`" + file.name() + "`"));
    }

    @Test
    void committedFilesAreTheKnownOnes() throws IOException {
        List<Path> committed = List.of(
                DATASETS.resolve("digits.csv.gz"),
                DATASETS.resolve("fashion-mnist").resolve("t10k-images-idx3-ubyte.gz"),
                DATASETS.resolve("fashion-mnist").resolve("t10k-labels-idx1-ubyte.gz"));
        List<DataFile> known = List.of(
                DataSource.DIGITS.files().get(0),
                DataSource.FASHION_TEST.files().get(0),
                DataSource.FASHION_TEST.files().get(1));
        for (int k = 0; k < known.size(); k++) {
            FileBytes file = FileBytes.read(committed.get(k));
            file.verify(known.get(k));
            assertThat(file.length()).isEqualTo((int) known.get(k).bytes());
        }
        assertThat(FileBytes.resource("fashion-mnist/LICENSE").length())
                .as("goes along in the jar")
                .isPositive();
        assertThat(FileBytes.resource("README.md").length())
                .as("goes along in the jar")
                .isPositive();
    }

    /** Mean and deviation by a Python script that reads the same files. */
    @Test
    void committedSetsHaveTheirPointsClassesAndMoments() {
        DataLibrary library = DataLibrary.in(Path.of("none"));
        Images digits = library.images(DataSource.DIGITS);
        assertThat(digits.pool(new Task.Parity())).hasSize(1797);
        assertThat(digits.pool(new Task.LabelSets("0+2+4+6+8", "9"))).hasSize(891 + 180);
        assertThat(digits.mean()).isCloseTo(4.884164579855314, MOMENTS);
        assertThat(digits.stdDev()).isCloseTo(6.016787548672236, MOMENTS);
        Images fashion = library.images(DataSource.FASHION_TEST);
        assertThat(fashion.pool(new Task.Parity())).hasSize(10_000);
        assertThat(fashion.pool(new Task.LabelSets("3", "7"))).hasSize(2000);
        assertThat(fashion.mean()).isCloseTo(73.14656658163265, MOMENTS);
        assertThat(fashion.stdDev()).isCloseTo(89.8732590780972, MOMENTS);
        Images small = library.images(DataSource.FASHION_TEST_14);
        assertThat(small.pool(new Task.Parity())).hasSize(10_000);
        assertThat(small.pool(new Task.LabelSets("3", "7"))).hasSize(2000);
        assertThat(small.mean()).isCloseTo(73.22129234693878, MOMENTS);
        assertThat(small.stdDev()).isCloseTo(84.04710769467349, MOMENTS);
        assertThat(library.inputs(DataSource.FASHION_TEST_14))
                .as("the files alone")
                .isEqualTo(library.inputs(DataSource.FASHION_TEST));
    }
}
