package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;
import org.noisebook.stats.PowerFit;

/** Claims of a reader's own, right and wrong. */
class ClaimCommandTest {
    private static final String BASE = """
            [[claim]]
            id = "x"
            statement = "few errors"
            study = "perceptron"
            set = ["trainSize=64", "dimension=8"]
            replicas = 4
            measure = "testError"
            below = 0.4
            control = "none: a test"
            source = "nobody"
            """;

    @TempDir
    private Path folder;

    private Called add(String text, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("claims.toml"), text);
        String[] all = new String[more.length + 4];
        System.arraycopy(new String[] {"claim", "add", file.toString(), "--no-cache"}, 0, all, 0, 4);
        System.arraycopy(more, 0, all, 4, more.length);
        return Called.with(all);
    }

    /** The file of the page gives the table of the page, and the same claims as CSV and HTML. */
    @Test
    void theExampleOfThePagePrintsWhatThePageSays() throws IOException {
        String page = Files.readString(Path.of("src", "site", "markdown", "own-claims.md"));
        Matcher parts = Pattern.compile("(?s)```toml\n(.*?)```.*?```\n(.*?)```").matcher(page);
        assertThat(parts.find()).isTrue();
        Path out = folder.resolve("report");
        Called called = add(parts.group(1), "--out", out.toString());
        assertThat(called.status()).as(called.err()).isZero();
        assertThat(called.out()).startsWith(parts.group(2)).contains("wrote " + out.resolve("claims.csv"));
        Frame table = Frame.parseCsv(Files.readString(out.resolve("claims.csv")));
        assertThat(Claim.parse(table))
                .extracting(Claim::control)
                .containsExactly("own-trapped", "own-free", "own-full-rank", "none: itself a control");
        assertThat(Files.readString(out.resolve("claims.html")))
                .contains("<!DOCTYPE html>", "own-row-space", "details open");
    }

    /** Each reduction is what the library gives for the same runs. */
    @Test
    void reductionsAreThoseOfTheLibrary() throws IOException {
        double[][] noise = new double[3][];
        double[] sizes = {32, 64, 128};
        for (int k = 0; k < sizes.length; k++) {
            PerceptronConfig config =
                    Schema.with(PerceptronConfig.standard(), "dimension", 8, "trainSize", (int) sizes[k]);
            noise[k] = Experiment.standard()
                    .run(Sweep.of(new Perceptron(), List.of(config), 6))
                    .values(config, PerceptronResult::noise);
        }
        double[] differences = new double[6];
        Arrays.setAll(differences, r -> noise[0][r] - noise[1][r]);
        assertThat(measured("64", "mean")).isEqualTo(Estimate.ofMean(noise[1]).numbers());
        assertThat(measured("32,64", "difference"))
                .isEqualTo(Estimate.ofMean(differences).numbers());
        assertThat(measured("32,64", "ratio"))
                .isEqualTo(Jackknife.ratio(noise[0], noise[1]).numbers());
        PowerFit fit = PowerFit.of(
                sizes, noise, Experiment.standard().streams().withReplica(0).at("bootstrap/x"));
        assertThat(measured("32,64,128", "slope")).isEqualTo(fit.exponent().numbers());
    }

    private List<Double> measured(String sizes, String reduction) throws IOException {
        String text = BASE.replace("trainSize=64", "trainSize=" + sizes)
                .replace("replicas = 4", "replicas = 6\nreduction = \"" + reduction + "\"")
                .replace("testError", "noise");
        assertThat(add(text, "--out", folder.toString()).status()).isZero();
        Frame table = Frame.parseCsv(Files.readString(folder.resolve("claims.csv")));
        return Claim.parse(table).get(0).measured().numbers();
    }

    /** A range that the runs leave would make the claim of any number true. */
    @Test
    void aRangeThatTheRunsLeaveIsRefused() throws IOException {
        String cut = BASE.replace("replicas = 4", "replicas = 4\nrange = [0.3, 0.5]");
        assertThat(add(cut).err()).contains("x: the measured 0.02", "lies outside the given range");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id = \"x\"              | id = \"X y\"                       | line 1: id must be lower-case letters",
                "id = \"x\"              | id = x                             | line 2: Unexpected 'x', expected",
                "id = \"x\"              | id = 1\\nid = 2                    | line 3: id previously defined at line 2",
                "statement = \"few errors\" | statement = \"\"                | line 1: a claim must have id, statement, study, measure, control",
                "perceptron              | percepton                          | did you mean perceptron?",
                "trainSize=64            | trainsize=64                       | did you mean trainSize?",
                "trainSize=64            | trainSize=-4                       | trainSize must be in [1, 100000000], got -4",
                "trainSize=64            | trainSize=64,128                   | mean needs one value of every setting, got 2",
                "replicas = 4            | replicas = 1                       | replicas must be at least 2, got 1",
                "replicas = 4            | replicas = \"four\"                | line 6: replicas must be a number, got 'four'",
                "testError               | tesError                           | did you mean testError?",
                "testError               | trajectoryTime                     | arrays cannot be judged",
                "testError               | stopReason                         | words and arrays cannot be judged",
                "below = 0.4             | below = 1.2                        | own-x could not fail",
                "below = 0.4             | below = inf                        | own-x could not fail",
                "below = 0.4             | between = [0, 1]                   | own-x could not fail",
                "below = 0.4             | between = [-inf, inf]              | own-x has no expected value",
                "below = 0.4             | between = [1, 0]                   | line 1: between must be two numbers",
                "below = 0.4             | theory = 0.9\\nwindow = 1          | window must be in (0, 1)",
                "below = 0.4             | theory = 0                         | theory = 0 has no relative window",
                "below = 0.4             | below = 0.4\\nwindow = 0.1         | window is the width about a theory",
                "below = 0.4             | above = 0.1\\nbelow = 0.4          | one of theory, above, below and between, got 2",
                "below = 0.4             | below = \"x\"                      | line 8: below must be a number, got 'x'",
                "below = 0.4             | below = 0.3\\nrange = [0, 0.2]     | own-x could not fail",
                "below = 0.4             | below = 0.4\\nreduction = \"sum\"  | line 9: reduction must be one of mean",
                "below = 0.4             | below = 0.4\\nreduction = \"slope\"| slope needs one setting with three values",
                "below = 0.4             | below = 2\\nreduction = \"ratio\"  | ratio needs one setting with two values",
                "below = 0.4             | below = 0.4\\nkind = \"bound\"     | line 9: unknown field 'kind'",
                "control = \"none: a test\" |                                 | own-x has no control",
                "none: a test            | none:                              | control must be the id of another claim",
                "none: a test            | x                                  | control must be the id of another claim",
                "source = \"nobody\"     |                                    | line 1: a claim must have id, statement",
                "[[claim]]               | [claim]                            | begins with a line [[claim]]",
                "[[claim]]               | title = 1\\n[[claim]]              | line 1: 'title' stands where a claim begins",
            })
    void whatIsWrongIsOneLine(String right, String wrong, String message) throws IOException {
        String text = BASE.replace(right, wrong == null ? "" : wrong.replace("\\n", "\n"));
        assertThat(text).isNotEqualTo(BASE);
        Called called = add(text);
        assertThat(called.status()).as(called.out()).isEqualTo(Main.USAGE);
        assertThat(called.errLines()).singleElement().asString().contains("claims.toml line ", message);
    }

    @Test
    void helpHasTheFieldsAndAnExampleThatIsJudged() throws IOException {
        String help = Called.with("claim", "add", "--help").out();
        String example =
                help.substring(help.indexOf("  [[claim]]"), help.indexOf("  noisebook claim add claims.toml --out"));
        assertThat(add(example.replace("64,128,256,512", "16,32,64")).out()).contains("own-time  finding");
        assertThat(Called.with("claim").status()).isEqualTo(Main.USAGE);
        assertThat(add("").err()).contains("there is no claim");
    }
}
