package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixFileTest {
    /** By sha256sum of "1,2.5\n-3e-1,0\n.5,2^-3\n". */
    private static final String TEXT_SHA256 = "090196c7f7a889df51b2ac71264afe7afe96ae2a13e7c84c234b1def53bcdb3c";

    private static final String TEXT = "1,2.5\n-3e-1,0\n.5,2^-3\n";
    private static final double[] VALUES = {1, 2.5, -0.3, 0, 0.5, 0.125};

    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("matrix"), content);
    }

    @Test
    void readsText() throws IOException {
        assertThat(MatrixFile.read(file(TEXT))).isEqualTo(new MatrixFile(3, 2, VALUES, TEXT_SHA256));
        assertThat(MatrixFile.sha256(file(TEXT))).isEqualTo(TEXT_SHA256);
        for (String same : new String[] {"1,2.5\r\n-3e-1,0\r\n.5,2^-3\r\n", " 1 , 2.50\n-0.3,0\n.5,.125"}) {
            assertThat(MatrixFile.read(file(same)).values()).as(same).containsExactly(VALUES);
            assertThat(MatrixFile.read(file(same)).sha256()).as(same).isNotEqualTo(TEXT_SHA256);
        }
        assertThat(MatrixFile.read(file("7"))).extracting("rows", "columns").containsExactly(1, 1);
    }

    @Test
    void readsPackedText() throws IOException {
        Path packed = folder.resolve("matrix.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(TEXT.getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(MatrixFile.read(packed).values()).containsExactly(VALUES);
    }

    @Test
    void readsNpyWhateverItsName() throws IOException {
        Path array = folder.resolve("matrix.csv");
        Npy.write(array, VALUES, 3, 2);
        MatrixFile matrix = MatrixFile.read(array);
        assertThat(matrix).isEqualTo(new MatrixFile(3, 2, VALUES, MatrixFile.sha256(array)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''             | : expected a matrix, found an empty file",
                "1,2/3          | : line 2: expected 2 cells, found 1",
                "1,2/3,4//      | : line 3: expected 2 cells, found 1",
                "1,2,           | : line 1: expected a number, found '' (column names are not read)",
                "a,b/1,2        | : line 1: expected a number, found 'a' (column names are not read)",
                "1;2            | : line 1: expected a number, found '1;2' (column names are not read)",
                "1,2/3,0x4      | : line 2: expected a number, found '0x4' (column names are not read)",
                "1,2/3,NaN      | : row 2, column 2: expected a number in [-1e100, 1e100], found NaN",
                "1,inf/3,4      | : row 1, column 2: expected a number in [-1e100, 1e100], found inf",
                "1,-1e999       | : row 1, column 2: expected a number in [-1e100, 1e100], found -inf"
            })
    void otherTextIsOneLine(String content, String message) throws IOException {
        Path file = file(content.replace('/', '\n'));
        assertThatThrownBy(() -> MatrixFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + message);
    }

    @Test
    void otherArraysAreOneLine() throws IOException {
        Path file = folder.resolve("matrix.npy");
        for (int[] shape : new int[][] {{6}, {1, 2, 3}, {}, {0, 3}}) {
            int size = 1;
            for (int length : shape) {
                size *= length;
            }
            Npy.write(file, new double[size], shape);
            assertThatThrownBy(() -> MatrixFile.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": expected a matrix, found an array of shape [");
        }
        Npy.write(file, new double[] {1, Double.NaN}, 1, 2);
        assertThatThrownBy(() -> MatrixFile.read(file))
                .hasMessage(file + ": row 1, column 2: expected a number in [-1e100, 1e100], found NaN");
        Files.write(file, new byte[] {(byte) 0x93, 'N', 'U'});
        assertThatThrownBy(() -> MatrixFile.read(file)).hasMessage(file + ": too short for an .npy file");
    }

    @Test
    void missingFilesAndFoldersAreNamed() {
        Path missing = folder.resolve("missing.csv");
        assertThatThrownBy(() -> MatrixFile.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> MatrixFile.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder + ": it is a folder");
    }

    @Test
    void shapesThatDoNotFitAreRefusedAndArraysCopied() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MatrixFile(2, 2, VALUES, ""))
                .withMessage("rows and columns must have product 6, got 2 and 2");
        double[] values = VALUES.clone();
        MatrixFile matrix = new MatrixFile(3, 2, values, "");
        values[0] = 9;
        matrix.values()[1] = 9;
        assertThat(matrix).isEqualTo(new MatrixFile(3, 2, VALUES, ""));
        assertThat(matrix).hasSameHashCodeAs(new MatrixFile(3, 2, VALUES, ""));
        assertThat(matrix).isNotEqualTo(new MatrixFile(2, 3, VALUES, ""));
    }
}
