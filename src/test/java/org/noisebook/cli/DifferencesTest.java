package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static final String CSV = "a,b\n1,2\n3,4\n";

    @Test
    void equalTextsDoNotDiffer() {
        assertThat(Differences.ofCsv("f", CSV, CSV)).isEmpty();
        assertThat(Differences.ofLines("f", "x\ny\n", "x\ny\n")).isEmpty();
    }

    @Test
    void cellsAreNamed() {
        assertThat(Differences.ofCsv("f", CSV, "a,b\n1,5\n6,4\n"))
                .containsExactly("f: row 1, b: committed 2, computed 5", "f: row 2, a: committed 3, computed 6");
    }

    @Test
    void rowsAndColumnsAreNamed() {
        assertThat(Differences.ofCsv("f", CSV, "a,b\n1,2\n")).containsExactly("f: rows: committed 2, computed 1");
        assertThat(Differences.ofCsv("f", CSV, "a,c\n1,2\n3,4\n"))
                .containsExactly("f: columns: committed [a, b], computed [a, c]");
    }

    @Test
    void lineEndsAndQuotesAreNoticed() {
        assertThat(Differences.ofCsv("f", "a,b\r\n1,2\r\n3,4\r\n", CSV))
                .containsExactly("f: the text differs but no cell does (line ends or quotes)");
        assertThat(Differences.ofCsv("f", "a,b\n\"1\",2\n3,4\n", CSV)).hasSize(1);
    }

    @Test
    void aTextThatIsNoTableIsADifference() {
        assertThat(Differences.ofCsv("f", "", CSV)).containsExactly("f: committed text is no table: line 1: no header");
    }

    @Test
    void linesAreNamed() {
        assertThat(Differences.ofLines("f", "x\n  y\n", "x\n  z\nmore\n"))
                .containsExactly(
                        "f: line 2: committed y, computed z",
                        "f: line 3: committed , computed more",
                        "f: line 4: committed (nothing), computed ");
    }

    @Test
    void indentsAndLineEndsAreNoticed() {
        assertThat(Differences.ofLines("f", "x\n y\n", "x\n  y\n")).hasSize(1);
        assertThat(Differences.ofLines("f", "x\r\ny\n", "x\ny\n")).hasSize(1);
    }
}
