package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.interpolant.Target;
import org.noisebook.rng.Streams;

class FieldCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writePoints() throws IOException {
        points("points.csv", "data", 400);
        points("fresh.csv", "fresh", 200);
        Files.writeString(folder.resolve("hole.csv"), "x,y\n1,2\n3,\n");
        Files.writeString(folder.resolve("one.csv"), "x,y\n1,2\n");
        Files.writeString(folder.resolve("few.csv"), "x,y\n1,2\n2,5\n4,1\n");
        Files.writeString(folder.resolve("same.csv"), "x,y\n" + "1,2\n2,3\n".repeat(20));
    }

    private void points(String name, String stream, int rows) throws IOException {
        double[][] x = new double[2][rows];
        new Target.TwoMoons(0.1).open(Streams.of(1), stream).draw(rows, x, new int[rows]);
        StringBuilder text = new StringBuilder("x,y\n");
        for (int k = 0; k < rows; k++) {
            text.append(x[0][k]).append(',').append(x[1][k]).append('\n');
        }
        Files.writeString(folder.resolve(name), text);
    }

    private Called run(String line) {
        return Called.with(("field " + line).replace("@", folder + "/").split(" "));
    }

    @Test
    void theFirstLinesAnswer() throws IOException {
        Called run = run("@points.csv --updates 300 --width 16 --check mixture --out @report");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().lines().limit(4))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Samples are ").contains("two-sample floor"),
                        line -> assertThat(line).contains("copy a training row beyond chance"),
                        line -> assertThat(line)
                                .startsWith("Log p of held-out rows: ")
                                .contains("a normal distribution gives"),
                        line -> assertThat(line).startsWith("Next: "));
        assertThat(run.out()).contains("What does the training itself cost?", "score, root mean square", "Written: ");
        assertThat(folder.resolve("report"))
                .isDirectoryContaining("glob:**/field.html")
                .isDirectoryContaining("glob:**/figure.svg")
                .isDirectoryContaining("glob:**/points.field");
        assertThat(Files.readString(folder.resolve("report/samples.csv"))).startsWith("x,y\n");
    }

    @Test
    void oneThingAtATime() throws IOException {
        assertThat(run("train @points.csv --updates 50 --width 16 --save @a.field")
                        .out())
                .startsWith("Trained by 50 updates on 400 rows, pairing independent; saved to ");
        assertThat(run("train @points.csv --updates 5 --width 16 --reflow @a.field --save @b.field")
                        .out())
                .contains("pairing reflow");
        assertThat(run("sample @a.field --count 3").out().lines())
                .hasSize(4)
                .first()
                .isEqualTo("x,y");
        assertThat(run("sample @a.field --count 200 --epsilon 1 --out @s.csv").out())
                .startsWith("200 samples written to ");
        assertThat(run("likelihood @a.field @fresh.csv --out @logp.csv").out())
                .matches("Log p: -?[0-9.]+ ± [0-9.]+ \\(95 %, n = 200\\) nats a row\\.\\R");
        assertThat(Files.readString(folder.resolve("logp.csv"))).startsWith("row,logp\n1,");
        assertThat(run("copies @points.csv @points.csv --held-out @fresh.csv").out())
                .startsWith("Copies: 400 samples equal a training row; of the held-out rows 0. 100 % of samples copy");
        assertThat(run("copies @points.csv @fresh.csv --held-out @fresh.csv").out())
                .contains("200 samples equal a held-out row", "So few held-out rows");
        assertThat(run("sample @b.field --epsilon 1").err()).contains("pairing reflow has no score");
    }

    @Test
    void classesAreKept() throws IOException {
        StringBuilder text = new StringBuilder("x,y,kind\n");
        Files.readAllLines(folder.resolve("points.csv")).stream()
                .skip(1)
                .forEach(line -> text.append(line).append(line.hashCode() % 3 == 0 ? ",a\n" : ",b\n"));
        Files.writeString(folder.resolve("kinds.csv"), text);
        Called run = run("@kinds.csv --label kind --updates 50 --width 16 --check mixture --out @report");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("What does the training itself cost?");
        String[] measured =
                Files.readAllLines(folder.resolve("report/measures.csv")).get(1).split(",");
        assertThat(Files.readString(folder.resolve("report/samples.csv"))).startsWith("x,y,class\n");
        assertThat(run("sample @report/points.field --count 2 --class b").out())
                .matches("x,y,class\n([-0-9.E]+,[-0-9.E]+,b\n){2}");
        assertThat(Double.parseDouble(measured[2])).isLessThan(Double.parseDouble(measured[3]));
    }

    @Test
    void whatIsWrongIsSaidInOneLine() {
        wrong("@hole.csv", "row 2, column 'y' is empty");
        wrong("@one.csv", "has 1 row: a density needs at least 20");
        wrong("@few.csv", "has 3 different rows: a field needs at least 20");
        wrong("@same.csv", "has 2 different rows: a field needs");
        wrong("@points.csv --columns x,z", "unknown column 'z'");
        wrong("@points.csv --check normal", "--check must be mixture, got 'normal'");
        wrong("@points.csv --transport 8 --reflow @a.field", "give --transport or --reflow, not both");
        wrong("@points.csv --columns x,z", "points.csv has 'x', 'y'");
        wrong("@points.csv --out @one.csv", "cannot make the folder");
        wrong("train @points.csv --save @no/a.field", "a.field: no such folder");
        wrong("sample @a.field --out @p.png", "--out must end in .csv or .npy");
        wrong("copies @points.csv @fresh.csv --held-out @points.csv", "400 of 400 rows of");
        wrong("@points.csv --updates 0", "--updates: ");
        wrong("@points.csv --transport 1000", "--transport: ");
        wrong("sample @points.csv", "expected a field that 'noisebook field train' saved");
        wrong("@nothing.csv", "nothing.csv");
        wrong("train --save @a.field", "Missing required parameter: 'FILE'");
    }

    private void wrong(String line, String message) {
        Called run = run(line);
        assertThat(run.status()).isNotZero();
        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("noisebook: ")
                .contains(message);
    }

    @Test
    void helpHasAnExample() {
        for (String command : new String[] {"", "train ", "sample ", "likelihood ", "copies "}) {
            assertThat(run(command + "--help").out()).contains("Example", "  noisebook field ");
        }
    }
}
