package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldoutCommandTest {
    private static final String NAMES = "submission,training,holdout\n";

    @TempDir
    private Path folder;

    private Called holdout(String arguments) {
        return Called.with(Arrays.stream(("holdout " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** Φ(√(200/(1000π))) = 0.599; the best of 100 is 2.5076 standard errors of 0.0158 up. */
    @Test
    void rowsAndSubmissionsSayHowFar() {
        assertThat(holdout("--rows 1000 --submissions 100").out())
                .contains(
                        "best is expected to score 54.0 %", "every score 60.0 %", "Even one can flatter", "10  52.4 %");
        assertThat(holdout("--rows 100000 --submissions 5").out()).contains("More than 98 can flatter");
    }

    /** Old answers stay, noise is never drawn twice, the budget ends the log, and it never holds the holdout's accuracy. */
    @Test
    void theLogGoesOn() throws IOException {
        String rules = " --rows 10000 --log DIR/log.csv --seed 5";
        write("a.csv", NAMES + "one,0.8,0.79\ntwo,0.9,0.7\n");
        assertThat(holdout("DIR/a.csv" + rules).err()).isEmpty();
        String first = Files.readString(folder.resolve("log.csv"));
        assertThat(first)
                .startsWith("# noisebook holdout --rows 10000\n")
                .contains("one,0.8,0.8,training\n", "two,0.9,0.7")
                .doesNotContain("0.79");
        StringBuilder more = new StringBuilder(NAMES + "two,0.9,0.7\nthree,0.95,61 %\n");
        for (int k = 0; k < 60; k++) {
            more.append("n").append(k).append(",0.9,0.5\n");
        }
        write("b.csv", more.toString());
        assertThat(holdout("DIR/b.csv" + rules).out())
                .contains(
                        "39 answers of 39 allowed told of the holdout, 23 refused",
                        "The holdout is spent",
                        "Threshold 0.040, noise 0.010");
        String second = Files.readString(folder.resolve("log.csv"));
        assertThat(second).startsWith(first).contains("three,0.95,0.6").endsWith("n59,0.9,,refused\n");
        assertThat(holdout("DIR/a.csv" + rules).err()).isEmpty();
        assertThat(Files.readString(folder.resolve("log.csv"))).isEqualTo(second);
        assertThat(holdout("DIR/a.csv --rows 9999 --log DIR/log.csv --seed 5").err())
                .contains("log.csv: a log must begin with");
        write("a.csv", NAMES + "two,0.8,0.7\n");
        assertThat(holdout("DIR/a.csv" + rules).err())
                .contains("'training' must be 0.9, as in the log for 'two', got '0.8' in row 1 below the names");
        write("a.csv", "name,training,holdout\none,0.8,0.8\n");
        assertThat(holdout("DIR/a.csv" + rules).err())
                .contains("no column 'submission'", "it has name, training, holdout");
        write("a.csv", NAMES + "two,0.9,0.7\n");
        write("log.csv", first.replace("training\ntwo", "me\ntwo"));
        assertThat(holdout("DIR/a.csv" + rules).err()).contains("log.csv: column 'told' must be", "got 'me' in row 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rows 100|''|give --submissions, or a table",
                "--rows 1 --submissions 5|''|rows must be at least 20 and submissions at least 1, got 1 and 5",
                "--rows 100 --submissions 0|''|got 100 and 0",
                "DIR/t.csv --rows 100|a,1,1|give --submissions, or a table of submissions and --log",
                "DIR/t.csv --rows 100 --log DIR/l.csv|a,1,1|give --seed, a number that those who submit do not know",
                "DIR/t.csv --rows 100 --log DIR/l.csv --seed 3|' ,1,1'|column 'submission' must be a name, got '' in row 1",
                "DIR/t.csv --rows 100 --log DIR/l.csv --seed 3|a,1,high|t.csv: column 'holdout' must be in [0, 1], got 'high' in row 1",
                "DIR/t.csv --rows 100 --log DIR/l.csv --seed 3|a,1|t.csv: line 2: expected 3 cells, got 2",
                "DIR/t.csv --rows 100 --log DIR/l.csv --seed 3|a,1.2,1|column 'training' must be in [0, 1], got '1.2' in row 1",
                "DIR/none.csv --rows 100 --log DIR/l.csv --seed 3|a|no such file",
                "DIR/t.csv --rows 100 --log DIR/t.csv --seed 3|a,1,1|t.csv: a log must begin with"
            })
    void badInputIsRefused(String arguments, String row, String message) throws IOException {
        write("t.csv", NAMES + row + "\n");
        Called called = holdout(arguments);
        assertThat(called.status()).isPositive();
        assertThat(called.err()).contains(message);
        assertThat(folder.resolve("l.csv")).doesNotExist();
    }
}
