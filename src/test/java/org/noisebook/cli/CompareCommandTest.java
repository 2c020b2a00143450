package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeTables() throws IOException {
        StringBuilder text = new StringBuilder("model,dataset,seed,accuracy\n");
        for (int s = 0; s < 8; s++) {
            for (String model : new String[] {"A", "B"}) {
                text.append(model)
                        .append(",x,")
                        .append(s)
                        .append(",0.")
                        .append(model.equals("A") ? 81 : 70)
                        .append((s * 37) % 10)
                        .append('\n');
            }
        }
        Files.writeString(folder.resolve("runs.csv"), text);
        Files.writeString(folder.resolve("bad.csv"), "model,seed,score\nA,0,1\nB,0\n");
        Files.write(folder.resolve("runs.parquet"), new byte[] {'P', 'A', 'R', '1', 0, -1, 3});
    }

    private Called compare(String arguments) {
        return Called.with(Arrays.stream(("compare " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    @Test
    void theFirstLineAnswersAndAllFilesAreWritten() throws IOException {
        Called called = compare("DIR/runs.csv --draws 100 --out DIR/out");
        assertThat(called.err()).isEmpty();
        assertThat(called.out())
                .startsWith("A is better than B after 8 seeds.\n")
                .contains("Columns: model 'model'; task 'dataset'");
        String page = Files.readString(folder.resolve("out/runs-compare.html"));
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("A is better than B", "<svg", "viewport")
                .doesNotContain("<script", "http-equiv");
        // On a phone, 390 pixels wide, the figure keeps a width at which its smallest text has eleven pixels.
        double width = first(page, "svg\\{max-width:none;width:(\\d+)px\\}");
        double smallest = Pattern.compile("font-size=\"([\\d.]+)\"")
                .matcher(page)
                .results()
                .mapToDouble(size -> Double.parseDouble(size.group(1)))
                .min()
                .orElseThrow();
        assertThat(smallest * width / first(page, "viewBox=\"0 0 ([\\d.]+)")).isBetween(11.0, 11.1);
        for (String ending : new String[] {
            ".txt", ".md", ".tex", "-pairs.csv", "-models.csv", "-figure.csv", "-figure.svg", "-figure.png"
        }) {
            assertThat(folder.resolve("out/runs-compare" + ending)).isNotEmptyFile();
        }
        assertThat(compare("DIR/runs.csv --draws 100 --format latex").out()).contains("\\toprule");
    }

    /** Where rows are histories, curves are in the figure and in a table of their own. */
    @Test
    void historiesAreDrawnStepByStep() throws IOException {
        StringBuilder text = new StringBuilder("model,task,seed,epoch,accuracy\n");
        for (int row = 0; row < 2 * 2 * 5 * 4; row++) {
            int seed = row / 4 % 5;
            if (row < 40 || row % 4 < 3 || seed > 1) {
                text.append(String.format(
                        "%s,%s,%d,%d,0.%d%d%n",
                        row < 40 ? "A" : "B", row / 20 % 2 == 0 ? "one" : "two", seed, row % 4, 3 + row % 4, seed));
            }
        }
        Files.writeString(folder.resolve("history.csv"), text);
        assertThat(compare("DIR/history.csv --draws 100 --out DIR/out").out()).contains("history-compare-curves.csv");
        assertThat(folder.resolve("out/history-compare-curves.csv"))
                .content()
                .contains("A,one,3,", ",5,5\n", "B,two,3,", ",3,5\n");
        assertThat(folder.resolve("out/history-compare-figure.csv"))
                .content()
                .contains(
                        "curves-1,\"A, 95 %\",band,3,", "curves-2,B,sample,2,", "curves-2,\"B, fewer runs\",border,3,")
                .doesNotContain("curves-3", "B,sample,3,");
        assertThat(folder.resolve("out/history-compare.html")).content().contains("pointwise", "(5 to 3 runs)");
        compare("DIR/runs.csv --draws 100 --out DIR/out");
        assertThat(folder.resolve("out/runs-compare-curves.csv")).doesNotExist();
    }

    private static double first(String page, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    @Test
    void questionsAreItemsAndNotSeeds() throws IOException {
        StringBuilder text = new StringBuilder("model,question_id,correct\n");
        for (int i = 0; i < 40; i++) {
            text.append("A,").append(i).append(i % 4 == 0 ? ",0\n" : ",1\n");
            text.append("B,").append(i).append(i % 3 == 0 ? ",1\n" : ",0\n");
        }
        Files.writeString(folder.resolve("answers.csv"), text);
        assertThat(compare("DIR/answers.csv --out DIR/items").out())
                .startsWith("A is better than B on 40 items.\nA has 75.0 % right and B 35.0 %: +40.0 points (")
                .contains("McNemar, exact")
                .doesNotContain("after", "shared seeds");
        assertThat(folder.resolve("items/answers-compare-pairs.csv")).isNotEmptyFile();
        assertThat(compare("DIR/answers.csv --max 5").err()).contains("they are looked at once");
    }

    @Test
    void twoScoresOfTheSameRunsAreTwoAnswers() throws IOException {
        Files.writeString(
                folder.resolve("two.csv"),
                Files.readString(folder.resolve("runs.csv"))
                        .replace("accuracy\n", "accuracy,loss\n")
                        .replaceAll("(?m)(0\\.(\\d)\\d(\\d))$", "$1,0.$2$3"));
        String text = compare("DIR/two.csv --score accuracy --score loss --draws 100 --out DIR/two")
                .out();
        assertThat(text)
                .startsWith(
                        "Score accuracy (1 of 2, each at a level of its own)\n\nA is better than B after 8 seeds.\n")
                .contains("Score loss (2 of 2, each at a level of its own)\n\nB is better than A after 8 seeds.\n");
        assertThat(folder.resolve("two/two-compare-accuracy.txt")).isNotEmptyFile();
        assertThat(folder.resolve("two/two-compare-loss-pairs.csv")).isNotEmptyFile();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/none.csv | cannot read DIR/none.csv: no such file",
                "DIR/bad.csv | line 3: expected 3 cells, got 2",
                "DIR/runs.parquet | pandas.read_parquet('runs.parquet').to_csv('runs.csv', index=False)",
                "DIR/runs.csv --model modle | has no column 'modle', did you mean 'model'",
                "DIR/runs.csv --score seed --seed seed | a column has one role",
                "DIR/runs.csv --keep best | --keep must be last, best:NAME, mean:K or auc",
                "DIR/runs.csv --keep auc | --keep needs histories: say which column is the step with --step NAME",
                "DIR/runs.csv --boundary late | --boundary late needs --max",
                "DIR/runs.csv --planned 3 | --planned must be in [5, ",
                "DIR/runs.csv --over tasks --planned 3 | --planned of tasks must be in [5, ",
                "DIR/runs.csv --max 0 | --max must be 5 or more, got 0",
                "DIR/runs.csv --max 3 | --max must be in [5, ",
                "DIR/runs.csv --level 2 | --level must be in (0, 0.5], got 2",
                "--plan --effect 1 --over tasks | --plan is in seeds and takes no --over",
                "DIR/runs.csv --baseline C | unknown model 'C'",
                "DIR/runs.csv --control most | --control must be any or share, got 'most'",
                "DIR/runs.csv --control share --max 8 | --control share excludes --max and --planned",
                "DIR/runs.csv --over tasks | --over tasks takes tasks as a sample and needs two or more, got 1",
                "DIR/runs.csv --over tasks --max 9 --boundary late | --over tasks excludes --boundary late",
                "DIR/runs.csv --fold seed --seed seed | a column has one role, got 'seed' twice",
                "DIR/runs.csv --test-share 0.6 | --test-share must be in (0, 0.5], got 0.6",
                "--plan | --plan needs --effect D",
                "--effect 1 | --effect needs --plan",
                "--plan --effect 1 DIR/runs.csv | takes no file",
                "--plan --effect 1 --models 1 | --models must be in [2, 256], got 1",
                "--plan --effect 1 | has no figure",
                "DIR/runs.csv --cluster dataset | --cluster needs --item",
                "--level 0.1 | Missing required parameter: 'FILE'",
                "DIR/runs.csv --format pdf | --format must be text"
            })
    void badInputIsOneLineAndLeavesNoFile(String arguments, String message) throws IOException {
        Called called = compare(arguments + " --out DIR/out");
        assertThat(called.errLines()).hasSize(1);
        assertThat(called.err())
                .contains(message.replace("DIR", folder.toString()))
                .doesNotContain("Exception");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
