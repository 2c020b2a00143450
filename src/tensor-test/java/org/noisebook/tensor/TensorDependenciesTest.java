package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.eigen.Eigen;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.inverse.InvertMatrix;
import org.nd4j.linalg.ops.transforms.Transforms;

/** ND4J computes without the libraries that the build leaves out, and the profile for cards names what belongs together. */
@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorDependenciesTest {
    /** Sums of a few products of small integers, and their square roots. */
    private static final double ROUNDING = 1e-12;

    private static final List<String> LEFT_OUT = List.of(
            "byteunits",
            "oshi-core",
            "jna",
            "threetenbp",
            "commons-net",
            "neoitertools",
            "commons-compress",
            "commons-codec",
            "commons-collections4",
            "jackson");

    @TempDir
    private Path folder;

    private static INDArray matrix() {
        return Nd4j.createFromArray(new double[][] {{2, 1}, {1, 2}});
    }

    @Test
    void productsAndReductions() {
        INDArray a = Nd4j.createFromArray(new double[] {1, 2, 3, 4, 5, 6, 7, 8}).reshape(2, 2, 2);
        INDArray product = Nd4j.create(DataType.DOUBLE, 2, 2, 2);
        Nd4j.matmul(a, a, product, false, true, false);
        assertThat(product.data().asDouble()).containsExactly(5, 11, 11, 25, 61, 83, 83, 113);
        assertThat(a.sum(1, 2).toDoubleVector()).containsExactly(10, 26);
        assertThat(a.max(0).ravel().toDoubleVector()).containsExactly(5, 6, 7, 8);
        assertThat(Transforms.exp(Nd4j.zeros(DataType.DOUBLE, 3)).sumNumber().doubleValue())
                .isEqualTo(3);
        assertThat(a.gt(4).castTo(DataType.DOUBLE).sumNumber().doubleValue()).isEqualTo(4);
    }

    @Test
    void rowsAreGathered() {
        INDArray rows = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}});
        INDArray out = Nd4j.create(DataType.FLOAT, 4, 2);
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(rows, Nd4j.createFromArray(2, 0, 0, 1))
                .addOutputs(out)
                .addIntegerArguments(0)
                .build());
        assertThat(out.data().asFloat()).containsExactly(5, 6, 1, 2, 1, 2, 3, 4);
        rows.put(new INDArrayIndex[] {NDArrayIndex.point(1)}, Nd4j.zeros(DataType.FLOAT, 2));
        assertThat(rows.getRow(1).toFloatVector()).containsExactly(0, 0);
    }

    @Test
    void workspaces() {
        WorkspaceConfiguration configuration =
                WorkspaceConfiguration.builder().initialSize(1 << 16).build();
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            try (MemoryWorkspace workspace =
                    Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "TensorDependenciesTest")) {
                assertThat(workspace.getCurrentSize()).isPositive();
                sum += matrix().mmul(matrix()).sumNumber().doubleValue();
            }
        }
        assertThat(sum).isEqualTo(3 * 18);
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }

    @Test
    void linearAlgebra() {
        double[] values = Eigen.symmetricGeneralizedEigenvalues(matrix(), false).toDoubleVector();
        Arrays.sort(values);
        assertThat(values).containsExactly(new double[] {1, 3}, within(ROUNDING));
        assertThat(InvertMatrix.invert(matrix(), false).ravel().toDoubleVector())
                .containsExactly(new double[] {2 / 3.0, -1 / 3.0, -1 / 3.0, 2 / 3.0}, within(ROUNDING));
        assertThat(Nd4j.sort(Nd4j.createFromArray(3.0, 1.0, 2.0), true).toDoubleVector())
                .containsExactly(1, 2, 3);
    }

    @Test
    void arraysAsText() {
        assertThat(matrix().toString().replaceAll("\\s", "")).isEqualTo("[[2.0000,1.0000],[1.0000,2.0000]]");
    }

    @Test
    void arraysGoToFilesAndBack() throws IOException {
        File file = folder.resolve("a.npy").toFile();
        Nd4j.writeAsNumpy(matrix(), file);
        assertThat(Nd4j.createFromNpyFile(file)).isEqualTo(matrix());
        Path binary = folder.resolve("a.bin");
        Nd4j.saveBinary(matrix(), binary.toFile());
        assertThat(Nd4j.readBinary(binary.toFile())).isEqualTo(matrix());
    }

    @Test
    void whatIsLeftOutIsNotOnTheClassPath() {
        List<String> jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .toList();
        for (String name : LEFT_OUT) {
            assertThat(jars).noneMatch(jar -> jar.matches(name + "(-platform)?-\\d.*"));
        }
        assertThat(jars)
                .contains(
                        "nd4j-api-1.0.0-M2.1.jar",
                        "commons-io-2.20.0.jar",
                        "commons-lang3-3.19.0.jar",
                        "commons-math3-3.6.1.jar")
                .anyMatch(jar -> jar.startsWith("slf4j-api-2.0."));
    }

    /** Lists of dependencies do not show it. */
    @Test
    void whatIsInsideTheJarsOfNd4jIsTold() throws IOException {
        String page = Files.readString(Path.of("src", "site", "markdown", "dependencies.md"));
        List<String> held = new ArrayList<>();
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!jar.contains("nd4j") || !jar.endsWith(".jar")) {
                continue;
            }
            try (ZipFile zip = new ZipFile(jar)) {
                for (ZipEntry entry : Collections.list(zip.entries())) {
                    if (entry.getName().matches("META-INF/maven/(?!org\\.nd4j/).*/pom\\.properties")) {
                        Properties names = new Properties();
                        names.load(zip.getInputStream(entry));
                        held.add("`" + names.getProperty("groupId") + ":" + names.getProperty("artifactId") + "` "
                                + names.getProperty("version"));
                    }
                }
            }
        }
        List<String> told = Pattern.compile("\\| (`[^`]+` \\S+) \\|")
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(told).containsExactlyInAnyOrderElementsOf(held).hasSizeGreaterThan(5);
    }

    @Test
    void theProfileForCards() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        Matcher profile =
                Pattern.compile("<id>cuda</id>.*?</profile>", Pattern.DOTALL).matcher(pom);
        assertThat(profile.find()).isTrue();
        List<String> artifacts = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                .matcher(profile.group())
                .results()
                .map(found -> coordinates(found.group(1), pom))
                .toList();
        assertThat(artifacts)
                .containsExactly(
                        "org.nd4j:nd4j-cuda-11.6:1.0.0-M2.1",
                        "org.nd4j:nd4j-cuda-11.6:1.0.0-M2.1:linux-x86_64",
                        "org.bytedeco:cuda:11.6-8.3-1.5.7:linux-x86_64-redist");
        List<String> told = Pattern.compile("`(org\\.(?:nd4j|bytedeco):[^`]+)`")
                .matcher(Files.readString(Path.of("src", "site", "markdown", "engines.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(told)
                .as("what the page on engines names")
                .isNotEmpty()
                .allMatch(name -> artifacts.stream().anyMatch(artifact -> (artifact + ":").startsWith(name + ":")));
        assertThat(profile.group()).as("it takes nothing away").doesNotContain("exclusion", "nd4j-native");
    }

    /** {@code group:artifact:version:classifier} of a dependency, with the properties of the pom filled in. */
    private static String coordinates(String dependency, String pom) {
        StringBuilder text = new StringBuilder();
        for (String part : List.of("groupId", "artifactId", "version", "classifier")) {
            Matcher value =
                    Pattern.compile("<" + part + ">(.*?)</" + part + ">").matcher(dependency);
            if (value.find()) {
                text.append(text.isEmpty() ? "" : ":").append(value.group(1));
            }
        }
        return Pattern.compile("\\$\\{([^}]+)}").matcher(text).replaceAll(name -> {
            Matcher property = Pattern.compile("<" + name.group(1) + ">(.*?)<").matcher(pom);
            assertThat(property.find()).isTrue();
            return property.group(1);
        });
    }
}
