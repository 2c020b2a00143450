package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Frame;
import org.noisebook.data.Npy;

class SsmCommandTest {
    @TempDir
    private Path folder;

    private Called call(String arguments) {
        return Called.with(Arrays.stream(("ssm " + arguments).split(" "))
                .map(word -> word.replace("DIR", folder.toString()))
                .toArray(String[]::new));
    }

    private void hippo(int n) throws IOException {
        double[] a = new double[n * n];
        double[] b = new double[n];
        for (int i = 0; i < n; i++) {
            b[i] = Math.sqrt(2 * i + 1);
            for (int k = 0; k <= i; k++) {
                a[n * i + k] = k == i ? -(i + 1) : -b[i] * b[k];
            }
        }
        Npy.write(folder.resolve("A.npy"), a, n, n);
        Npy.write(folder.resolve("B.npy"), b, n);
    }

    /** The law of the diagonal system: 2n/π at n²/π, about 10 % below n/10; the condition 8.3e10. */
    @Test
    void hippoIsNotDiagonalised() throws IOException {
        hippo(16);
        Called called = call("DIR/A.npy DIR/B.npy --out DIR/report");
        assertThat(called.err()).isEmpty();
        assertThat(called.out())
                .startsWith("Do not diagonalise A: condition 8.3e+10 of its eigenvectors, 11 of 16 digits lost.")
                .contains(
                        "driven by B/2, which is often easier to diagonalise, the response errs by 10 %",
                        "E is added to A, the response errs by 1.7 % (", "No hidden resonances.");
        Frame errors = Frame.parseCsv(Files.readString(folder.resolve("report/ssm-errors.csv")));
        assertThat(Double.parseDouble(errors.text(0, "all inputs"))).isCloseTo(32 / Math.PI, within(0.3));
        assertThat(Double.parseDouble(errors.text(0, "worst at"))).isCloseTo(256 / Math.PI, within(1.0));
        assertThat(Double.parseDouble(errors.text(0, "on the grid"))).isLessThan(3);
    }

    /** Two resonators hide between grid frequencies, as text files; decays without resonances stay silent. */
    @Test
    void resonancesAreFoundAndDecaysStaySilent() throws IOException {
        Files.writeString(folder.resolve("A.csv"), "-0.001,-1,0,0\n1,-0.001,0,0\n0,0,-0.002,-7.3\n0,0,7.3,-0.002\n");
        Files.writeString(folder.resolve("B.csv"), "1\n1\n1\n1\n");
        assertThat(call("DIR/A.csv DIR/B.csv").out())
                .startsWith("A can be diagonalised: condition 1 of its eigenvectors, 0 of 16 digits lost.")
                .contains("2 hidden resonances: ", "the system is not stable", "Next: use the eigenvectors of A")
                .containsPattern("7\\.30 +0\\.00200")
                .containsPattern("1 +0\\.00100");
        Files.writeString(folder.resolve("A.csv"), "-1,0,0\n0,-2,0\n0,0,-5\n");
        Files.writeString(folder.resolve("B.csv"), "1,1,1\n");
        assertThat(call("DIR/A.csv DIR/B.csv").out()).contains("No hidden resonances.", "None is known.");
    }

    /** A Jordan block has one eigenvector. */
    @Test
    void dependentEigenvectorsAreNamed() throws IOException {
        Files.writeString(folder.resolve("A.csv"), "-1,1\n0,-1\n");
        Files.writeString(folder.resolve("B.csv"), "0\n1\n");
        assertThat(call("DIR/A.csv DIR/B.csv").out())
                .startsWith("Do not diagonalise A: ")
                .contains("Resonances unknown: the eigenvalues of A are lost to rounding.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DIR/none.csv DIR/two.csv | none.csv",
                "DIR/wide.csv DIR/two.csv | wide.csv: A must be square with 2 to 100 rows, got 2 x 3",
                "DIR/good.csv DIR/wide.csv | wide.csv: B must have one number for each of the 2 states, got the shape [2, 3]",
                "DIR/good.csv DIR/zero.csv | B must hold numbers in [-1e50, 1e50], not all 0, got [0.0, 0.0]",
                "DIR/grows.csv DIR/two.csv | A must be stable, got an eigenvalue of real part 1: its response to waves",
                "DIR/flat.csv DIR/two.csv | A must be invertible, got a singular matrix (smallest singular value 0",
                "DIR/tiny.csv DIR/two.csv | A must have a norm of 1e-50 or more, got ",
                "DIR/nan.csv DIR/two.csv | nan.csv",
                "DIR/text.csv DIR/two.csv | text.csv",
                "DIR/zip.npz DIR/two.csv | zip.npz: zip archives such as .npz are not read",
                "DIR/complex.npy DIR/two.csv | complex arrays are not read: save a matrix as its real form [[Re, -Im], [Im, Re]]"
            })
    void badFilesAreNamed(String arguments, String message) throws IOException {
        Files.writeString(folder.resolve("good.csv"), "-1,0\n0,-2\n");
        Files.writeString(folder.resolve("two.csv"), "1\n1\n");
        Files.writeString(folder.resolve("wide.csv"), "-1,0,1\n0,-2,1\n");
        Files.writeString(folder.resolve("zero.csv"), "0\n0\n");
        Files.writeString(folder.resolve("grows.csv"), "1,0\n0,-2\n");
        Files.writeString(folder.resolve("flat.csv"), "-1,0\n0,0\n");
        Files.writeString(folder.resolve("tiny.csv"), "-1e-300,0\n0,-2e-300\n");
        Files.writeString(folder.resolve("nan.csv"), "-1,NaN\n0,-2\n");
        Files.writeString(folder.resolve("text.csv"), "-1,x\n0,-2\n");
        Files.writeString(folder.resolve("zip.npz"), "PK\u0003\u0004\u0001");
        String header = "{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1), }";
        Files.write(
                folder.resolve("complex.npy"),
                ("\u0093NUMPY\u0001\0" + (char) header.length() + "\0" + header + "\0".repeat(16))
                        .getBytes(StandardCharsets.ISO_8859_1));
        Called called = call(arguments);
        assertThat(called.err()).contains(message).hasLineCount(1);
        assertThat(called.status()).isIn(1, 2);
    }
}
