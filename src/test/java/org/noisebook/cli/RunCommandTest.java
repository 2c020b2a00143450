package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Frame;
import org.noisebook.data.Npy;
import org.noisebook.data.NumberArray;

class RunCommandTest {
    private static final List<String> HEADER = List.of(
            "chi",
            "dimension",
            "trainSize",
            "batchSize",
            "learningRate",
            "margin",
            "sampler",
            "precision",
            "sampleCap",
            "testSize",
            "recordsPerDecade",
            "seed",
            "replica",
            "stopReason",
            "steps",
            "time",
            "activeUpdates",
            "signal",
            "noise",
            "ratio",
            "relativeWeightChange",
            "testError",
            "testErrorSampled");

    @TempDir
    private Path folder;

    private static String[] small(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run", "perceptron", "--set", "dimension=8", "--set", "trainSize=16,32", "--set", "testSize=0"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static Called uncached(String... more) {
        String[] arguments = small(more);
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--no-cache";
        return Called.with(all);
    }

    private static Frame table(Called called) {
        assertThat(called.err()).isEmpty();
        assertThat(called.status()).isZero();
        return Frame.parseCsv(called.out());
    }

    @Test
    void oneRowACellAndReplicaUnderTheDocumentedHeader() {
        Frame table = table(uncached("--set", "chi=0,2^-1", "--replicas", "2", "--seed", "7"));
        assertThat(table.names()).isEqualTo(HEADER);
        assertThat(table.rows()).isEqualTo(8);
        assertThat(table.column("trainSize")).containsExactly("16", "16", "16", "16", "32", "32", "32", "32");
        assertThat(table.column("chi")).containsExactly("0", "0", "0.5", "0.5", "0", "0", "0.5", "0.5");
        assertThat(table.column("replica")).containsExactly("0", "1", "0", "1", "0", "1", "0", "1");
        assertThat(table.column("seed")).containsOnly("7");
        assertThat(table.column("sampler")).containsOnly("fastForward");
        assertThat(table.column("stopReason")).containsOnly("fitted");
        assertThat(table.column("testErrorSampled")).as("no test points").containsOnly("NaN");
        assertThat(table.column("signal")).doesNotHaveDuplicates();
    }

    private Called nested(String... arguments) throws Exception {
        return ToyShelf.withNestedStudy(folder, () -> Called.with(arguments));
    }

    @Test
    void partsOfANestedFieldAreSweptAndHaveColumns() throws Exception {
        Called called = nested(
                "run", "nested", "--set", "network.depth=1,2^1", "--set", "network.activation=relu", "--no-cache");
        assertThat(table(called).csv())
                .isEqualTo(
                        "trainSize,network,network.depth,network.width,network.activation,seed,replica,sum,parts.half\n"
                                + "10,\"fullyConnected(depth=1, width=128, activation=relu)\",1,128,relu,1,0,11,5.5\n"
                                + "10,\"fullyConnected(depth=2, width=128, activation=relu)\",2,128,relu,1,0,12,6\n");
    }

    /** The parts of a part have columns, and its arrays one. */
    @Test
    void aPartThatARecordLacksIsEmpty() throws Exception {
        String convolutional =
                "convolutional(depth=3, channels=[1; 2], top=fullyConnected(depth=4, width=8, activation=relu))";
        Frame table = table(nested("run", "nested", "--set", "network=fullyConnected," + convolutional, "--no-cache"));
        assertThat(table.names())
                .containsExactly(
                        "trainSize",
                        "network",
                        "network.depth",
                        "network.width",
                        "network.activation",
                        "network.channels",
                        "network.top",
                        "network.top.depth",
                        "network.top.width",
                        "network.top.activation",
                        "seed",
                        "replica",
                        "sum",
                        "parts.half");
        assertThat(table.text(1, "network")).isEqualTo(convolutional);
        assertThat(table.column("network.depth")).containsExactly("5", "3");
        assertThat(table.column("network.width")).containsExactly("128", "");
        assertThat(table.column("network.channels")).containsExactly("", "[1; 2]");
        assertThat(table.column("network.top.depth")).containsExactly("", "4");
    }

    @Test
    void aWrongPartIsOneLine() throws Exception {
        Called unknown = nested("run", "nested", "--set", "network.dpth=1");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.errLines())
                .contains(
                        "noisebook: unknown field 'network.dpth', did you mean depth? fields of network: depth, width, activation");
        Called none = nested("run", "nested", "--set", "trainSize.x=1");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.errLines()).contains("noisebook: trainSize has no parts, got 'trainSize.x'");
    }

    @Test
    void partsAreListedWithTheStudy() throws Exception {
        Called called = nested("studies", "nested");
        assertThat(called.status()).isZero();
        assertThat(called.out()).containsPattern("network\\.activation +gelu +relu, gelu");
    }

    @Test
    void aDivergedRunIsARow() {
        Frame table = table(uncached("--set", "learningRate=1e90", "--set", "precision=float32"));
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.column("stopReason")).containsOnly("diverged");
    }

    @Test
    void aCappedRunIsARow() {
        Frame table = table(uncached("--set", "sampleCap=2", "--set", "sampler=plain", "--set", "margin=100"));
        assertThat(table.column("stopReason")).containsOnly("sampleCap");
    }

    @Test
    void threadsDoNotChangeTheTable() {
        Called one = uncached("--replicas", "3", "--threads", "1");
        assertThat(one.out().lines()).hasSize(7);
        assertThat(uncached("--replicas", "3", "--threads", "2")).isEqualTo(one);
        assertThat(uncached("--replicas", "3", "--threads", "8")).isEqualTo(one);
    }

    @Test
    void theFileHoldsWhatStandardOutputShows() throws IOException {
        Path file = folder.resolve("table.csv");
        Called toFile = uncached("--out", file.toString());
        assertThat(toFile).isEqualTo(new Called(0, "", ""));
        assertThat(Files.readString(file)).isEqualTo(uncached().out());
        assertThat(folder.toFile().list()).containsExactly("table.csv");
    }

    @Test
    void pinnedStreamsMakeReplicasEqual() {
        Frame table = table(uncached("--replicas", "2", "--fix", "init,data", "--fix", "order"));
        assertThat(table.column("signal").get(0))
                .isEqualTo(table.column("signal").get(1));
        Frame free = table(uncached("--replicas", "2", "--fix", "data"));
        assertThat(free.column("steps").get(0))
                .isNotEqualTo(free.column("steps").get(1));
    }

    @Test
    void arraysAreWrittenByRow() throws IOException {
        Path arrays = folder.resolve("arrays");
        table(uncached("--set", "recordsPerDecade=4", "--replicas", "2", "--arrays", arrays.toString()));
        assertThat(arrays.toFile().list()).hasSize(12);
        for (int row = 0; row < 4; row++) {
            NumberArray time = Npy.read(arrays.resolve(String.format(Locale.ROOT, "%06d-trajectoryTime.npy", row)));
            NumberArray signal = Npy.read(arrays.resolve(String.format(Locale.ROOT, "%06d-trajectorySignal.npy", row)));
            assertThat(time.shape()).isEqualTo(signal.shape()).hasSize(1);
            assertThat(time.values()).isSorted().isNotEmpty();
        }
        Frame table = table(uncached("--set", "recordsPerDecade=4", "--replicas", "2"));
        double[] last = Npy.read(arrays.resolve("000003-trajectorySignal.npy")).values();
        assertThat(Double.parseDouble(table.text(3, "signal"))).isEqualTo(last[last.length - 1]);
    }

    private List<String> arrays(String... arguments) {
        Path arrays = folder.resolve("arrays");
        Called called = uncached(Stream.concat(
                        Stream.of("--set", "recordsPerDecade=4", "--arrays", arrays.toString()), Stream.of(arguments))
                .toArray(String[]::new));
        assertThat(called.status()).isZero();
        return called.errLines();
    }

    @Test
    void aFolderOfArraysSaysWhatBecomesOfThoseBefore() throws IOException {
        Path arrays = folder.resolve("arrays");
        assertThat(arrays("--replicas", "2")).isEmpty();
        Files.writeString(arrays.resolve("1-mine.npy"), "kept");
        assertThat(arrays())
                .containsExactly("noisebook: " + arrays
                        + " held 12 arrays of an earlier run: 6 replaced; 6 more remain, from"
                        + " 000002-trajectoryNoise.npy");
        assertThat(arrays("--replicas", "2"))
                .containsExactly("noisebook: " + arrays + " held 12 arrays of an earlier run: 12 replaced");
        assertThat(arrays.resolve("1-mine.npy")).hasContent("kept");
    }

    /** 4 · 10^13 runs are named and refused in the time of a look. */
    @Test
    void manyRunsAreNamedBeforeTheyStart() {
        String many =
                "chi=" + IntStream.range(0, 20_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String more =
                "margin=" + IntStream.range(0, 1_000).mapToObj(String::valueOf).collect(Collectors.joining(","));
        Called called = uncached("--set", many, "--set", more, "--replicas", "1000000");
        assertThat(called.errLines())
                .containsExactly("noisebook: the values of --set and --replicas make 40000000000000 runs: set fewer, or"
                        + " start more than 10 million with --yes");
        assertThat(called.status()).isEqualTo(Main.USAGE);
        Called sure = uncached("--set", "margin=0,1,2,3,4,5,6,7,8,9,10", "--replicas", "1000000", "--yes");
        assertThat(sure.err()).contains("margin must be in ");
        String square = many.replace("chi", "learningRate");
        assertThat(uncached("--yes", "--set", many, "--set", more, "--set", square)
                        .err())
                .isEqualTo("noisebook: a grid must have fewer than 2^31 cells, got 800000000000\n");
    }

    @Test
    void aTableGoesIntoNoPipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "pipes with names");
        assertThat(uncached("--out", pipe.toString()))
                .isEqualTo(new Called(
                        Main.FAILURE,
                        "",
                        "noisebook: cannot write " + pipe + ": it is a pipe or a device, not a file\n"));
    }

    @Test
    void theLocaleChangesNothing() throws IOException {
        Called expected = uncached(
                "--set", "recordsPerDecade=4", "--arrays", folder.resolve("a").toString());
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertThat(uncached(
                            "--set",
                            "recordsPerDecade=4",
                            "--arrays",
                            folder.resolve("b").toString()))
                    .isEqualTo(expected);
            assertThat(Called.with("info").status()).isZero();
        } finally {
            Locale.setDefault(before);
        }
        assertThat(folder.resolve("b").toFile().list())
                .containsExactlyInAnyOrder(folder.resolve("a").toFile().list());
    }

    @Test
    void aRunOverTheLimitIsLeftOutAndTheStatusSaysSo() {
        Called called = Called.with(
                "run",
                "perceptron",
                "--set",
                "sampler=plain",
                "--set",
                "chi=0",
                "--set",
                "dimension=64",
                "--set",
                "trainSize=64,65536",
                "--set",
                "testSize=0",
                "--limit",
                "0.5",
                "--no-cache");
        assertThat(called.errLines()).containsExactly("noisebook: 1 of 2 runs exceeded --limit and are left out");
        assertThat(called.status()).isEqualTo(1);
        assertThat(Frame.parseCsv(called.out()).column("trainSize")).containsExactly("64");
    }

    /** Cold, warm, damaged and without a cache: the same table; the damage is one line. */
    @Test
    void theCacheDoesNotChangeTheTable() throws Exception {
        Path cache = folder.resolve("cache");
        Map<String, String> environment = Map.of("NOISEBOOK_CACHE", cache.toString());
        Called expected = uncached();
        assertThat(Called.inProcess(folder, environment, small())).isEqualTo(expected);
        Path file = cache.resolve("perceptron-v1.runs");
        byte[] bytes = Files.readAllBytes(file);
        assertThat(Called.inProcess(folder, environment, small())).isEqualTo(expected);
        assertThat(Files.readAllBytes(file)).as("a warm call stores nothing").isEqualTo(bytes);

        bytes[20] ^= 1;
        Files.write(file, bytes);
        Called damaged = Called.inProcess(folder, environment, small());
        assertThat(damaged.out()).isEqualTo(expected.out());
        assertThat(damaged.status()).isZero();
        assertThat(damaged.errLines()).hasSize(1);
        assertThat(damaged.err())
                .startsWith("noisebook: cache file perceptron-v1.runs: stepped over")
                .endsWith(" corrupt bytes\n");
        assertThat(Called.inProcess(folder, environment, small()))
                .as("it is said once")
                .isEqualTo(expected);
        // The record of a run tells how long it took, in more or fewer digits.
        assertThat(Files.size(file)).as("without the corrupt run").isBetween(bytes.length - 20L, bytes.length + 20L);
    }

    @Test
    void aCacheFolderThatCannotBeIsOneLine() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        for (Path cache : List.of(file, file.resolve("below"))) {
            Called called = Called.inProcess(folder, Map.of("NOISEBOOK_CACHE", cache.toString()), small());
            assertThat(called.errLines()).hasSize(1);
            assertThat(called.err())
                    .startsWith("noisebook: cannot use the cache folder " + cache + ": ")
                    .contains("NOISEBOOK_CACHE", "--no-cache");
            assertThat(called.status()).isEqualTo(1);
            assertThat(called.out()).isEmpty();
        }
        assertThat(file).hasContent("kept");
    }

    /** A system's own user, such as nobody, has no home. */
    @Test
    void whoHasNoFolderKeepsNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        Map<String, String> environment = Map.of("NOISEBOOK_CACHE", "", "XDG_CACHE_HOME", file.toString());
        Called called = Called.inProcess(folder, environment, small());
        assertThat(called.out()).isEqualTo(uncached().out());
        assertThat(called.status()).isZero();
        assertThat(called.errLines())
                .containsExactly(
                        "noisebook: cannot use the cache folder " + file + "/noisebook: Not a directory; results"
                                + " are not cached unless NOISEBOOK_CACHE names a writable folder");
        assertThat(file).hasContent("kept");
    }
}
