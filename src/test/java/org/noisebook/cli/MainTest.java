package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Origin;

class MainTest {
    private static final int DONE = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"studies", "figures", "run", "claims", "verify", "seeds", "data", "cache", "info", "kernel"})
    void everyCommandHasHelpWithExamples(String command) {
        assertThat(Called.with("--help").out()).contains(command);
        PrintStream before = System.err;
        ByteArrayOutputStream aside = new ByteArrayOutputStream();
        System.setErr(new PrintStream(aside, true, StandardCharsets.UTF_8));
        Called help;
        try {
            help = Called.with(command, "--help");
        } finally {
            System.setErr(before);
        }
        assertThat(aside.toString(StandardCharsets.UTF_8))
                .as("what the parser thinks of the help text")
                .isEmpty();
        assertThat(help.status()).isEqualTo(DONE);
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Usage: noisebook " + command, "Example", "  noisebook " + command);
    }

    @Test
    void theProgramHasHelpAndVersion() {
        Called help = Called.with("--help");
        assertThat(help.status()).isEqualTo(DONE);
        assertThat(help.out()).contains("Usage: noisebook", "Examples:", "Exit status:");
        assertThat(Called.with("--version")).isEqualTo(new Called(DONE, "noisebook " + Origin.kitVersion() + "\n", ""));
    }

    @Test
    void infoSaysWhatRunsHere() {
        Called info = Called.with("info");
        assertThat(info.status()).isEqualTo(DONE);
        assertThat(info.err()).isEmpty();
        assertThat(info.out().lines().map(line -> line.split(" ", 2)[0]))
                .containsSubsequence(
                        "noisebook",
                        "commit",
                        "java",
                        "system",
                        "cores",
                        "heap",
                        "kernels",
                        "nd4j",
                        "opencl",
                        "cache",
                        "data");
        assertThat(info.out()).contains(Origin.kitVersion(), System.getProperty("java.version"));
    }

    @Test
    void studiesAreListedAndDescribed() {
        assertThat(Called.with("studies").out()).contains("perceptron", "what it computes");
        Called one = Called.with("studies", "perceptron");
        assertThat(one.status()).isEqualTo(DONE);
        assertThat(one.out())
                .contains(
                        "learningRate", "(0, 1e100]", "plain, fastForward", "stopReason", "streams: data, init, order");
    }

    @Test
    void figuresAreListed() {
        Called list = Called.with("figures", "--list");
        assertThat(list.status()).isEqualTo(DONE);
        assertThat(list.out()).contains("perceptron-density", "perceptron-exponents");
    }

    private static Arguments bad(String command, int status, String... parts) {
        return Arguments.of(command, status, List.of(parts));
    }

    /** {@code DIR} stands for an empty folder, {@code FILE} for a file in another one. */
    static Stream<Arguments> badInput() {
        return Stream.of(
                bad("", USAGE, "a command is needed"),
                bad("juggle", USAGE, "unknown command 'juggle'; 'noisebook --help' lists them"),
                bad("figrues", USAGE, "unknown command 'figrues', did you mean figures? 'noisebook --help' lists"),
                bad("--fly", USAGE, "'--fly'"),
                bad("run", USAGE, "STUDY"),
                bad("run none", USAGE, "unknown study 'none'; 'noisebook studies' lists them"),
                bad("studies perceptorn", USAGE, "unknown study 'perceptorn', did you mean perceptron? 'noisebook"),
                bad("figures none", USAGE, "unknown figure 'none'", "'noisebook figures --list' lists them"),
                bad("figures density", USAGE, "unknown figure 'density', did you mean perceptron-density? "),
                bad("run perceptron --out=", USAGE, "--out must have a value, got ''"),
                bad("data", USAGE, "a command is needed", "noisebook data --help"),
                bad("data fly", USAGE, "'fly'"),
                bad("data fetch", USAGE, "NAME"),
                bad("data fetch none", USAGE, "unknown dataset 'none'; there is: digits, fashionTest, fashionTest14"),
                bad("data fetch digits", USAGE, "dataset digits comes with the kit"),
                bad("data fetch cifar10", USAGE, "dataset cifar10 cannot be fetched; put data_batch_1.bin"),
                bad("data fetch stripe", USAGE, "dataset stripe is drawn when used"),
                bad("cache", USAGE, "a command is needed", "noisebook cache --help"),
                bad("cache merge", USAGE, "Missing required parameter", "noisebook cache merge --help"),
                bad("cache merge DIR/none", USAGE, "none is no folder"),
                bad("cache prune", USAGE, "--unused"),
                bad("run perceptron --shard 5/4", USAGE, "a shard's index must be in [1, count]", "got '5/4'"),
                bad("figures perceptron-density --shard x", USAGE, "a shard is INDEX/COUNT such as 3/64, got 'x'"),
                bad("run perceptron --dry-run --shard 1/4", USAGE, "--dry-run plans for any number of shards"),
                bad("run perceptron --shard 1/4", USAGE, "--shard needs the cache"),
                bad("run perceptron --master spark://here:1", USAGE, "--master needs --runner spark"),
                bad("run perceptron --runner clouds", USAGE, "--runner must be local in this build, got 'clouds'"),
                bad("run perceptron --runner spark", USAGE, "mvn -Pspark package builds one with Spark"),
                bad("run network --runner spark --engine nd4j", USAGE, "--runner spark needs --engine exact"),
                bad("run perceptron --runner spark --limit 5", USAGE, "--limit needs --runner local"),
                bad("verify none", USAGE, "unknown figure 'none'"),
                bad("verify", USAGE, "ID"),
                bad("figures --preset huge", USAGE, "--preset", "[quick, full, authors]", "but was 'huge'"),
                bad(
                        "figures perceptron-exponents --preset authors --out DIR",
                        USAGE,
                        "preset of perceptron-exponents must be one of [full, quick], got authors"),
                bad("figures toy perceptron-density --preset authors --out DIR", USAGE, "preset of toy must be one of"),
                bad(
                        "verify perceptron-density --preset authors --in DIR",
                        USAGE,
                        "preset of perceptron-density must be one of [full, quick], got authors"),
                bad("figures toy --out", USAGE, "--out"),
                bad("run perceptron extra", USAGE, "extra"),
                bad("run perceptron --sett chi=1", USAGE, "--sett"),
                bad("run perceptron --set width=1", USAGE, "unknown field 'width'; fields: ", "trainSize"),
                bad("run perceptron --set trainsize=1", USAGE, "'trainsize', did you mean trainSize? fields: "),
                bad("run perceptron --set batchSize=0", USAGE, "batchSize must be in [1, trainSize=1024], got 0"),
                bad("run perceptron --set batchSize=1025", USAGE, "batchSize must be in [1, trainSize=1024], got 1025"),
                bad("run perceptron --set batchSize=2.5", USAGE, "batchSize must be a whole number", "2.5"),
                bad("run perceptron --set trainSize=1e12", USAGE, "trainSize must be a whole number", "1e12"),
                bad("run perceptron --set trainSize=1e8", USAGE, "trainSize must be in [1, ", "100000000"),
                bad("run perceptron --set dimension=1", USAGE, "dimension must be in [2, 65536], got 1"),
                bad("run perceptron --set margin=NaN", USAGE, "margin must be in (0, 1e100], got NaN"),
                bad("run perceptron --set margin=-1", USAGE, "margin must be in (0, 1e100], got -1"),
                bad("run perceptron --set margin=abc", USAGE, "margin must be a number, got 'abc'"),
                bad("run perceptron --set margin=", USAGE, "margin must have at least one value"),
                bad("run perceptron --set margin=1,,2", USAGE, "margin must be a number, got ''"),
                bad("run perceptron --set learningRate=0", USAGE, "learningRate must be in (0, 1e100], got 0"),
                bad("run perceptron --set learningRate=inf", USAGE, "learningRate must be in (0, 1e100], got inf"),
                bad("run perceptron --set learningRate=1e400", USAGE, "learningRate must be in (0, 1e100], got inf"),
                bad("run perceptron --set sampler=fast", USAGE, "sampler must be one of plain, fastForward", "'fast'"),
                bad("run perceptron --set chi", USAGE, "name=value", "'chi'"),
                bad("run perceptron --set =1", USAGE, "name=value", "'=1'"),
                bad("run perceptron --set chi=1 --set chi=2", USAGE, "chi is set twice"),
                bad("run perceptron --set chi=1,2,1", USAGE, "chi has the value 1 twice: leave one out"),
                bad("run perceptron --set chi=1,2,1.0", USAGE, "chi=1 and chi=1.0 are the same: leave one out"),
                bad("run network --set network=fullyConnected(depth=1,depth=2)", USAGE, "network.depth is set twice"),
                bad(
                        "run perceptron --set margin=" + "x".repeat(5_000),
                        USAGE,
                        "got '" + "x".repeat(200) + "… (5000 characters)'"),
                bad(
                        "run rnn --set connectivity=fromFile(path=" + "x".repeat(3_000) + ")",
                        FAILURE,
                        "x".repeat(200) + "…"),
                bad("run perceptron --set " + "x".repeat(5_000) + "=1", USAGE, "… (5000 characters)"),
                bad("run perceptron --set chi=1 --" + "x".repeat(5_000), USAGE, "… (5002 characters)"),
                bad("run perceptron --replicas " + "7".repeat(5_000), USAGE, "… (5000 characters)"),
                bad("run perceptron --out DIR/" + "x".repeat(5_000), FAILURE, " characters)"),
                bad("run perceptron " + "x".repeat(5_000), USAGE, "… (5000 characters)"),
                bad("run " + "x".repeat(5_000), USAGE, "unknown study '", "… (5000 characters)"),
                bad("x".repeat(5_000), USAGE, "unknown command '", "… (5000 characters)"),
                bad("data fetch " + "x".repeat(5_000), USAGE, "… (5000 characters)"),
                bad("run network --set dataset=" + "x".repeat(5_000), USAGE, "… (5000 characters)"),
                bad("claims " + "x".repeat(5_000) + " --out DIR", USAGE, "… (5000 characters)"),
                bad("claims --paper " + "x".repeat(5_000) + " --out DIR", USAGE, "… (5000 characters)"),
                bad("run perceptron --replicas 0", USAGE, "replicas must be in [1, 1000000], got 0"),
                bad("run perceptron --replicas -3", USAGE, "replicas must be in [1, 1000000], got -3"),
                bad("run perceptron --replicas 2000000000", USAGE, "replicas must be in", "2000000000"),
                bad("run perceptron --replicas x", USAGE, "--replicas", "'x'"),
                bad("run perceptron --replicas 1 --replicas 2", USAGE, "--replicas"),
                bad("run perceptron --threads 0", USAGE, "threads must be in [1, 1024], got 0"),
                bad("run perceptron --threads 5000", USAGE, "threads must be in [1, 1024], got 5000"),
                bad("run perceptron --limit -1", USAGE, "--limit must be positive, got -1"),
                bad("run perceptron --limit 0", USAGE, "--limit must be positive, got 0"),
                bad("run perceptron --limit NaN", USAGE, "--limit must be positive, got NaN"),
                bad("run perceptron --limit soon", USAGE, "--limit", "'soon'"),
                bad("run network --engine fast", USAGE, "--engine", "[exact, nd4j, opencl]", "but was 'fast'"),
                bad("run network --device cpu", USAGE, "--device needs --engine nd4j"),
                bad("run network --engine exact --device gpu", USAGE, "--device needs --engine nd4j"),
                bad("run network --engine nd4j --device tpu", USAGE, "--device", "[cpu, gpu, auto]", "but was 'tpu'"),
                bad("run network --engine nd4j --limit 5", USAGE, "--limit needs --engine exact"),
                bad("run network --engine nd4j --limit -5", USAGE, "--limit"),
                bad("run network --engine nd4j --threads 0", USAGE, "threads must be in [1, 1024], got 0"),
                bad("run network --engine nd4j --engine nd4j", USAGE, "--engine"),
                bad("run none --engine nd4j", USAGE, "unknown study 'none'"),
                bad(
                        "run rnn --engine nd4j --arrays DIR/a",
                        USAGE,
                        "study rnn does not run on nd4j: --engine exact runs it; on nd4j there is: ",
                        "network"),
                bad("figures --engine nd4j", USAGE, "--engine nd4j needs the ids of the figures"),
                bad("figures none --engine nd4j", USAGE, "unknown figure 'none'"),
                bad("figures toy --engine nd4j --limit 5", USAGE, "--limit needs --engine exact"),
                bad("figures toy --device auto", USAGE, "--device needs --engine nd4j"),
                bad("figures toy --engine nd4j --out figures", USAGE, "--out figures would overwrite the committed"),
                bad("figures toy --engine nd4j --out figures/full/../", USAGE, "would overwrite the committed figures"),
                bad("figures toy --engine nd4j --out figures/full", USAGE, "would overwrite the committed figures"),
                bad("figures toy --engine nd4j --preset full --out figures", USAGE, "overwrite the committed figures"),
                bad("verify perceptron-density --engine exact", USAGE, "'--engine'"),
                bad("vary --turn 3", USAGE, "only it takes --turn"),
                bad("vary --settings 0", USAGE, "--settings must be at least 1, got 0"),
                bad("claims none --out DIR", USAGE, "unknown claim 'none'; "),
                bad("claims --paper 9999 --out DIR", USAGE, "unknown paper '9999'"),
                bad(
                        "claims --verdict maybe --out DIR",
                        USAGE,
                        "expected agrees, disagrees, undecided or too-few-runs",
                        "but was 'maybe'"),
                bad("claims --engine exact", USAGE, "'--engine'"),
                bad("run perceptron --seed x", USAGE, "--seed", "'x'"),
                bad("run perceptron --seed 1e30", USAGE, "--seed", "'1e30'"),
                bad("run perceptron --fix foo", USAGE, "fixed streams", "data, init, order", "'foo'"),
                bad(
                        "run perceptron --set trainSize=6e7",
                        FAILURE,
                        "one run of perceptron needs",
                        "MB",
                        "trainSize=60000000"),
                bad("run perceptron --out DIR/none/x.csv", FAILURE, "cannot write DIR/none/x.csv: no such folder"),
                bad("run perceptron --out DIR", FAILURE, "cannot write DIR: it is a folder"),
                bad("run perceptron --out FILE/x.csv", FAILURE, "cannot write FILE/x.csv: no such folder"),
                bad("run perceptron --out DIR/a.csv --out DIR/b.csv", USAGE, "--out"),
                bad("run perceptron --arrays FILE/x", FAILURE, "cannot make the folder FILE/x: Not a directory"),
                bad("run perceptron --arrays FILE", FAILURE, "cannot make the folder FILE: a file stands"),
                bad("verify perceptron-density --in DIR", FAILURE, "DIR/perceptron-density.csv is missing"),
                bad("figures toy --out FILE/x", FAILURE, "cannot make the folder FILE/x: Not a directory"),
                bad(
                        "figures toy --out FILE",
                        FAILURE,
                        "cannot make the folder FILE: a file stands where a folder is needed"),
                bad(
                        "claims --out FILE",
                        FAILURE,
                        "cannot make the folder FILE: a file stands where a folder is needed"),
                bad("claims --check --out DIR", FAILURE, "DIR/claims.csv is missing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void badInput(String command, int status, List<String> parts) throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path file = Files.writeString(folder.resolve("file"), "kept");
        String[] arguments = Arrays.stream(command.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> named(word, empty, file))
                .toArray(String[]::new);
        boolean runs =
                arguments.length > 1 && !List.of("studies", "data", "cache").contains(arguments[0]);
        String[] uncached = runs
                ? Stream.concat(Stream.of(arguments), Stream.of("--no-cache")).toArray(String[]::new)
                : arguments;
        Called called = command.startsWith("claims")
                ? ToyShelf.withToyAlone(folder, () -> Called.with(uncached))
                : ToyShelf.with(folder, () -> Called.with(uncached));

        assertThat(called.errLines()).as("stderr").hasSize(1);
        assertThat(called.err()).startsWith("noisebook: ").doesNotContain("Exception", "\tat ");
        assertThat(called.err()).hasSizeLessThan(1_500);
        for (String part : parts) {
            assertThat(called.err()).contains(named(part, empty, file));
        }
        assertThat(called.status()).isEqualTo(status);
        assertThat(called.out()).isEmpty();
        assertThat(empty).isEmptyDirectory();
        assertThat(file).hasContent("kept");
    }

    private static String named(String text, Path empty, Path file) {
        return text.replace("DIR", empty.toString()).replace("FILE", file.toString());
    }

    @Test
    void anEmptyArgumentIsRefused() {
        for (String option : List.of("studies", "run perceptron --out", "run perceptron --arrays", "claims --figure")) {
            String name = option.contains("--") ? option.substring(option.indexOf("--")) : "an argument";
            assertThat(Called.with((option + " ").split(" ", -1)))
                    .isEqualTo(new Called(
                            USAGE, "", "noisebook: " + name + " must have a value, got '' (see 'noisebook --help')\n"));
        }
        assertThat(Called.with("run", "perceptron", "--arrays", " ").err())
                .startsWith("noisebook: Invalid value for option '--arrays'")
                .contains("must name a file or folder, got ' ' (see 'noisebook run --help')");
    }

    @Test
    void aClassThatIsNotThereIsSaidWithItsFile() throws Exception {
        Called called =
                ToyShelf.withFigures(folder, "org.noisebook.figure.Typo", () -> Called.with("figures", "--list"));
        assertThat(called)
                .isEqualTo(new Called(
                        FAILURE,
                        "",
                        "noisebook: META-INF/services/org.noisebook.figure.Story: Provider org.noisebook.figure.Typo"
                                + " not found\n"));
    }

    /** A full disk or a closed pipe behind standard output must not look like success. */
    @Test
    void outputThatCannotBeWrittenIsAFailure() {
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        StringWriter err = new StringWriter();
        int status = Main.execute(new PrintWriter(full), new PrintWriter(err), "studies");
        assertThat(err.toString().lines()).containsExactly("noisebook: cannot write to standard output");
        assertThat(status).isEqualTo(FAILURE);
    }
}
