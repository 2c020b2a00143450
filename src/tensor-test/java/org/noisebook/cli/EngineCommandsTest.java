package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.noisebook.figure.Reduction.mean;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.chart.Axis;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.papers.richlazy.RegimeStructures;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;

/** {@code --engine} and {@code --device} of {@code run} and {@code figures}. */
@Tag("long")
class EngineCommandsTest {
    private static final List<String> SMALL = List.of(
            "run",
            "network",
            "--set",
            "dataset=sign",
            "--set",
            "dimension=6",
            "--set",
            "network=fullyConnected(depth=2, width=20, activation=relu)",
            "--set",
            "trainSize=32,48",
            "--set",
            "testSize=50",
            "--set",
            "probeSize=5",
            "--set",
            "precision=float64",
            "--set",
            "sampleCap=4000",
            "--replicas",
            "3");
    private static final List<String> ND4J = List.of("--engine", "nd4j", "--device", "cpu");

    @TempDir
    private Path folder;

    /** A figure of three small networks. */
    public static final class Networks extends Story {
        /** The figure. */
        public Networks() {
            super("networks", "Three small networks", List.of("none"));
        }

        @Override
        public String forecast(Preset preset, Experiment experiment) {
            return preset == Preset.FULL ? "a while" : "";
        }

        @Override
        protected void tell(Board board) {
            NetworkConfig config =
                    Schema.with(NetworkConfig.standard(), "trainSize", 16, "testSize", 8, "probeSize", 2);
            board.replicas(3);
            var cell = board.cell(new NetworkStudy(), config);
            board.plot("all", "all", Axis.log2("size P"), Axis.linear("steps"))
                    .points("steps", new double[] {16}, cell, k -> mean(NetworkResult::steps));
            board.caption("A caption.");
        }
    }

    private static String[] with(List<String> start, String... more) {
        List<String> all = new ArrayList<>(start);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String[] onNd4j(String... more) {
        List<String> all = new ArrayList<>(SMALL);
        all.addAll(ND4J);
        return with(all, more);
    }

    private Called figures(Class<? extends Story> figure, String... arguments) throws Exception {
        return ToyShelf.withFigures(folder, List.of(figure), () -> Called.with(arguments));
    }

    /** Does something where the kit stands in the test's folder. */
    private <T> T atHome(Callable<T> action) throws Exception {
        String before = System.getProperty("noisebook.home");
        System.setProperty("noisebook.home", folder.toString());
        try {
            return action.call();
        } finally {
            if (before == null) {
                System.clearProperty("noisebook.home");
            } else {
                System.setProperty("noisebook.home", before);
            }
        }
    }

    @Test
    void theTableIsThatOfTheExactEngineButForRounding() {
        Called called = Called.with(onNd4j("--no-cache"));
        assertThat(called.errLines().get(0)).startsWith("noisebook: engine nd4j-cpu");
        assertThat(called.status()).isZero();
        Frame table = Frame.parseCsv(called.out());
        Frame exact = Frame.parseCsv(Called.with(with(SMALL, "--no-cache")).out());
        assertThat(table.names()).isEqualTo(exact.names());
        for (String same : List.of("trainSize", "replica", "stopReason", "steps", "activeUpdates", "testError")) {
            assertThat(table.column(same)).as(same).isEqualTo(exact.column(same));
        }
        assertThat(table.csv()).as("rounded elsewhere").isNotEqualTo(exact.csv());
    }

    @Test
    void batchesAtATimeDoNotChangeTheTable() {
        String one = Called.with(onNd4j("--no-cache", "--threads", "1")).out();
        assertThat(one.lines()).hasSize(7);
        assertThat(Called.with(onNd4j("--no-cache", "--threads", "2")).out()).isEqualTo(one);
        assertThat(Called.with(onNd4j("--no-cache", "--threads", "8")).out()).isEqualTo(one);
    }

    /** The exact table is not taken for that of ND4J, or the other way about. */
    @Test
    void theCacheKeepsEnginesApart() throws Exception {
        Path cache = folder.resolve("cache");
        Map<String, String> environment = Map.of("NOISEBOOK_CACHE", cache.toString(), "OMP_NUM_THREADS", "1");
        Called exact = Called.inProcess(folder, environment, with(SMALL));
        Path file = cache.resolve("network-v1.runs");
        long size = Files.size(file);
        Called other = Called.inProcess(folder, environment, onNd4j());
        assertThat(other.status()).isZero();
        assertThat(other.out()).isNotEqualTo(exact.out());
        long both = Files.size(file);
        assertThat(both).isGreaterThan(size);
        assertThat(Called.inProcess(folder, environment, with(SMALL))).isEqualTo(exact);
        assertThat(Called.inProcess(folder, environment, onNd4j())).isEqualTo(other);
        assertThat(Files.size(file)).as("warm calls store nothing").isEqualTo(both);
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise=gaussian", "noise=unfitted"})
    void aConfigThatNd4jDoesNotRunIsOneLine(String setting) {
        Called called = Called.with(onNd4j("--no-cache", "--set", setting));
        assertThat(called.errLines()).hasSize(2);
        assertThat(called.errLines().get(1))
                .startsWith(
                        "noisebook: study network does not run on nd4j-cpu: --engine exact runs it (noise must be ");
        assertThat(called.status()).isEqualTo(Main.USAGE);
        assertThat(called.out()).isEmpty();
    }

    @Test
    void figuresOfAnEngineHaveTheirOwnFolderAndNameIt() throws Exception {
        String[] arguments = with(List.of("figures", "networks", "--no-cache"), "--engine", "nd4j", "--device", "cpu");
        Called called = atHome(() -> figures(Networks.class, arguments));
        assertThat(called.status()).isZero();
        assertThat(called.errLines()).hasSize(1);
        Path figures = folder.resolve("figures");
        assertThat(figures.toFile().list()).containsExactly("nd4j-cpu");
        Path own = figures.resolve("nd4j-cpu");
        assertThat(own.toFile().list())
                .containsExactlyInAnyOrderElementsOf(
                        List.of("networks.csv", "networks.json", "networks.png", "networks.svg"));
        assertThat(called.out()).startsWith(own.resolve("networks") + ".{svg,png,csv,json}");
        assertThat(Files.readString(own.resolve("networks.json"))).contains("\"engine\": \"nd4j-cpu\"");
        assertThat(Files.readString(own.resolve("networks.svg"))).contains("networks · quick · nd4j-cpu · ");

        Called exact = atHome(() -> figures(Networks.class, "figures", "networks", "--no-cache", "--preset", "full"));
        assertThat(exact.errLines()).containsExactly("networks: a while");
        Path full = figures.resolve("full");
        assertThat(Files.readString(full.resolve("networks.json"))).contains("\"engine\": \"exact\"");
        assertThat(Files.readString(full.resolve("networks.svg"))).contains("networks · full · ");
    }

    @Test
    void aForecastIsThatOfTheExactEngine() throws Exception {
        String[] arguments = with(List.of("figures", "networks", "--no-cache", "--preset", "full"), "--engine", "nd4j");
        Called called = atHome(() -> figures(Networks.class, arguments));
        assertThat(called.errLines()).contains("networks: a while (on the exact engine)");
        assertThat(folder.resolve("figures/nd4j-cpu/full").toFile().list())
                .containsExactlyInAnyOrderElementsOf(
                        List.of("networks.csv", "networks.json", "networks.png", "networks.svg"));
    }

    @Test
    void committedFiguresAreNotWrittenOver() throws Exception {
        Path link = folder.resolve("link");
        Files.createDirectories(folder.resolve("figures").resolve("full"));
        Files.createSymbolicLink(link, folder.resolve("figures"));
        for (String out : List.of(
                folder.resolve("figures").toString(),
                folder.resolve("figures/full").toString(),
                link.toString(),
                link.resolve("full").toString())) {
            Called called = atHome(() ->
                    figures(Networks.class, "figures", "networks", "--no-cache", "--engine", "nd4j", "--out", out));
            assertThat(called)
                    .isEqualTo(
                            new Called(
                                    Main.USAGE,
                                    "",
                                    "noisebook: --out " + out
                                            + " would overwrite the committed figures, which are exact: name another folder\n"));
        }
        assertThat(folder.resolve("figures").toFile().list()).containsExactly("full");
        assertThat(folder.resolve("figures").resolve("full")).isEmptyDirectory();
    }

    @Test
    void aFigureThatNd4jDoesNotDrawIsOneLine() throws Exception {
        Path out = folder.resolve("out");
        Called called = figures(
                RegimeStructures.class,
                "figures",
                "regime-structures",
                "--no-cache",
                "--engine",
                "nd4j",
                "--out",
                out.toString());
        assertThat(called.errLines()).hasSize(2);
        assertThat(called.errLines().get(1))
                .isEqualTo("noisebook: study rnn does not run on nd4j-cpu: --engine exact runs it");
        assertThat(called.status()).isEqualTo(Main.USAGE);
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void infoSaysWhatNd4jComputesOn() {
        assertThat(Called.with("info").out().lines().map(line -> line.split(" +", 2)[0]))
                .containsSubsequence("kernels", "nd4j", "device", "openmp", "native", "cache");
    }

    @Test
    void aCardThatIsNotThereIsOneLine() {
        Called called = Called.with(with(SMALL, "--engine", "nd4j", "--device", "gpu"));
        assertThat(called.status()).isEqualTo(Main.FAILURE);
        assertThat(called.errLines())
                .singleElement()
                .asString()
                .startsWith("noisebook: --device gpu: no usable CUDA device: ");
    }

    /** The classes stay in a folder of classes that was built with ND4J before. */
    @Test
    void withoutTheLibraryItIsAsWithoutTheClasses() throws Exception {
        String others = Arrays.stream(Called.classPath().split(File.pathSeparator))
                .filter(entry -> !entry.contains("nd4j"))
                .collect(Collectors.joining(File.pathSeparator));
        Called called = Called.inProcess(folder, Map.of(), List.of(), others, onNd4j("--no-cache"));
        assertThat(called.errLines())
                .singleElement()
                .asString()
                .startsWith("noisebook: --engine nd4j: ND4J is not in this build: ");
        assertThat(called.status()).isEqualTo(Main.FAILURE);
    }

    @Test
    void aNumberOfThreadsThatNd4jCannotReadIsOneLine() throws Exception {
        Called called = Called.inProcess(folder, Map.of("OMP_NUM_THREADS", "abc"), onNd4j("--no-cache"));
        assertThat(called)
                .isEqualTo(new Called(
                        Main.FAILURE,
                        "",
                        "noisebook: OMP_NUM_THREADS must be a whole number in [1, 9999], got 'abc'\n"));
    }

    @Test
    void onlyThoseWhoAskForNd4jLoadIt() throws Exception {
        assertThat(loaded(with(SMALL, "--no-cache"))).doesNotContain("org.nd4j.", "org.bytedeco.");
        assertThat(loaded("run", "--help")).doesNotContain("org.nd4j.", "org.bytedeco.", "TensorEngine");
        assertThat(loaded("figures", "--help")).doesNotContain("org.nd4j.", "org.bytedeco.", "TensorEngine");
        assertThat(loaded(onNd4j("--no-cache")))
                .as("the log shows it, and that what is old inside ND4J's jars sleeps")
                .contains("org.nd4j.", "org.nd4j.shade.guava.")
                .doesNotContain("org.nd4j.shade.guava.io.", "org.nd4j.shade.protobuf.");
    }

    private String loaded(String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("classes.log");
        Called called = Called.inProcess(
                folder, Map.of(), List.of("-Xlog:class+load:file=" + log), Called.classPath(), arguments);
        assertThat(called.status()).isZero();
        return Files.readString(log);
    }
}
