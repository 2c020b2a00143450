package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertifyCommandTest {
    @TempDir
    private Path folder;

    private Called certify(String text, String... more) throws IOException {
        Path file = folder.resolve("counts.csv");
        Files.writeString(file, text.replace(';', '\n'));
        String[] words = new String[2 + more.length];
        words[0] = "certify";
        words[1] = file.toString();
        System.arraycopy(more, 0, words, 2, more.length);
        return Called.with(words);
    }

    /** Radii 0.708179 of 802 of 1,000 and 2.463263 σ of all, from SciPy's beta and normal quantiles. */
    @Test
    void countsGiveRadii() throws IOException {
        Path out = folder.resolve("out");
        Called called = certify("sigma,n,hits;1,1000,802;0.5,1000,1000;2,1000,300;", "--out", out.toString());
        assertThat(called.err()).isEmpty();
        assertThat(called.out())
                .contains("2 of 3 points certified, median radius 0.708", "wrong with probability 0.001 at most");
        assertThat(Files.readString(out.resolve("counts-certify-radii.csv")))
                .contains("1,1,1000,802,0.802,", ",0.708179,0.848787,2.463263", ",1.231631,,1.231631", ",0,0,4.926525");
        assertThat(certify("sigma,n,hits;1,1000,802;", "--error", "0.05").out()).contains("0.05 at most");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sigma,n,hits;1,10,11;|column 'hits' must be a whole number from 0 to n, got '11' in row 1",
                "sigma,n,hits;1,10,5;0,10,5;|column 'sigma' must be above 0, got '0' in row 2",
                "sigma,n,hits;1,2.5,1;|column 'n' must be a whole number from 1 to 1e15, got '2.5' in row 1",
                "sigma,n,hits;1,,1;|column 'n' must be a whole number",
                "sigma,n;1,10;|needs the columns sigma, n and hits, got sigma, n",
                "sigma,n,hits;|counts.csv has no rows below its first line"
            })
    void wrongTablesAreRefusedInOneLine(String text, String message) throws IOException {
        Called called = certify(text);
        assertThat(called.err()).contains(message).contains("counts.csv");
        assertThat(called.err().strip().lines()).hasSize(1);
        assertThat(certify("sigma,n,hits;1,10,5;", "--error", "0.7").err())
                .contains("--error must be in (0, 0.5], got 0.7");
    }
}
