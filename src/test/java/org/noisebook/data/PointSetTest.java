package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointSetTest {
    private static final double FLOAT = 1e-6;

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aTableIsStandardised() throws IOException {
        PointSet points = PointSet.read(
                file("p.csv", "x,kind,y\n1,a,10\n3,b,10\n1,a,40\n3,b,40\n"), List.of(), Optional.of("kind"));
        assertThat(points.names()).containsExactly("x", "y");
        assertThat(points.classNames()).containsExactly("a", "b");
        assertThat(points.mean().toArray()).containsExactly(2, 25);
        assertThat(points.stdDev().toArray()).containsExactly(1, 15);
        assertThat(points.standardised(9)).isEqualTo(new double[][] {{-1, 1, -1, 1}, {-1, -1, 1, 1}});
        assertThat(points.points().label(3)).isEqualTo(1);
    }

    @Test
    void textIsLeftOutUnlessChosenAndFilesWithoutNamesAreRead() throws IOException {
        PointSet points = PointSet.read(file("p.csv", "name,x\nanna,1\nbert,2\n"));
        assertThat(points.names()).containsExactly("x");
        assertThat(points.notes()).anyMatch(note -> note.contains("'name'"));
        PointSet plain = PointSet.read(file("q.csv", "1,2\n1.5,5\n"), List.of("2"), Optional.empty());
        assertThat(plain.names()).containsExactly("x2");
        assertThat(plain.rows()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y;1,2;3,abc|row 2, column 'y': expected a number, got 'abc': correct it, or choose other columns",
                "x,y;1,2;3,|row 2, column 'y' is empty: fill it in, delete the row",
                "x,y;1,2;3,NaN|row 2, column 'y' is NaN: fill it in",
                "x,y;1,2;3,2|column 'y' is constant, 2 in all rows: leave it out with --columns x",
                "x,y;1,2|has 1 row: a density needs at least 20",
                "x,y;1,2;3|line 3: expected 2 cells, got 1",
                "x,y;1,1e200;2,3|row 1, column 'y' is 1.0E200: expected a number in [-1e100, 1e100]",
                "name;anna;bert|row 1, column 'name': expected a number, got 'anna': a table needs at least one column",
                "x y;1 2;3 4|row 1, column 'x y': expected a number, got '1 2'"
            })
    void whatIsNoTableOfPointsIsRefusedInOneLine(String text, String message) throws IOException {
        Path file = file("bad.csv", text.replace(';', '\n') + "\n");
        assertThatThrownBy(() -> PointSet.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void unknownColumnsAndTooManyClassesAreRefused() throws IOException {
        String rows = IntStream.range(0, 200).mapToObj(i -> i + "," + i * i).collect(Collectors.joining("\n"));
        Path file = file("p.csv", "x,y\n" + rows + "\n");
        assertThatThrownBy(() -> PointSet.read(file, List.of("z"), Optional.empty()))
                .hasMessageContaining("unknown column 'z'");
        assertThatThrownBy(() -> PointSet.read(file, List.of("x"), Optional.of("y")))
                .hasMessageContaining("200 different values, at most 127");
    }

    @Test
    void arraysAreRead() throws IOException {
        Path npy = folder.resolve("p.npy");
        Npy.write(npy, new double[] {1, 2, 3, 4, 5, 0}, 3, 2);
        PointSet points = PointSet.read(npy);
        assertThat(points.dimension()).isEqualTo(2);
        assertThat(points.mean().toArray()).containsExactly(3, 2);
        Npy.write(npy, new double[8], 8);
        assertThatThrownBy(() -> PointSet.read(npy)).hasMessageContaining("reshape it to (rows, columns)");
    }

    /** Integers, as labels are: {@code numpy.savez(points=…, kinds=numpy.array([7, 3], numpy.int64))}. */
    @Test
    void archivesAreRead() throws IOException {
        Path npz = folder.resolve("p.npz");
        Path array = folder.resolve("a.npy");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
            Npy.write(array, new double[] {0, 1, 1, 0, 0, 1, 1, 0.5}, 2, 2, 2);
            zip.putNextEntry(new ZipEntry("points.npy"));
            zip.write(Files.readAllBytes(array));
            zip.putNextEntry(new ZipEntry("kinds.npy"));
            byte[] header =
                    "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }".getBytes(StandardCharsets.UTF_8);
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0});
            zip.write(header);
            zip.write(new byte[] {7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0});
        }
        PointSet points = PointSet.read(npz, List.of("points"), Optional.of("kinds"));
        assertThat(points.classNames()).containsExactly("3", "7");
        assertThat(points.points().label(0)).isEqualTo(1);
        assertThat(points.height()).isEqualTo(2);
        assertThat(points.standardised(2)).isEqualTo(new double[][] {{-1, -1}, {1, 1}, {1, 1}, {-1, 0}});
        assertThatThrownBy(() -> PointSet.read(npz)).hasMessageContaining("choose one with --columns");
    }

    @Test
    void decimalCommasAreRead() throws IOException {
        assertThat(PointSet.read(file("p.csv", "x;y\n1,5;2\n2,5;4\n")).mean().toArray())
                .containsExactly(2, 3);
    }

    @Test
    void equalRowsStayOnOneSide() {
        double[][] x = new double[1][400];
        for (int k = 0; k < 400; k++) {
            x[0][k] = k % 100;
        }
        PointSet all = PointSet.of(x);
        List<PointSet> parts = all.split(40);
        assertThat(all.duplicates()).isEqualTo(300);
        assertThat(parts.get(1).rows()).isEqualTo(40);
        assertThat(parts.get(0).rows()).isEqualTo(360);
        double[] train = parts.get(0).standardised(400)[0];
        for (double held : parts.get(1).standardised(40)[0]) {
            assertThat(train).doesNotContain(held);
        }
        assertThat(parts.get(1).mean()).isEqualTo(all.mean());
    }

    /** A grey and a coloured picture, written by the filter "up". */
    @Test
    void aFolderOfPicturesIsRead() throws IOException {
        Path kind = Files.createDirectories(folder.resolve("pictures/one"));
        Files.write(kind.resolve("a.png"), png(0, new int[][] {{0, 255}, {10, 20}}));
        Files.write(kind.resolve("b.png"), png(2, new int[][] {{255, 0, 0, 0, 255, 0}, {0, 0, 255, 9, 9, 9}}));
        PointSet points = PointSet.read(folder.resolve("pictures"), List.of(), Optional.of("folder"));
        assertThat(points.height()).isEqualTo(2);
        assertThat(points.classNames()).containsExactly("one");
        double[][] z = points.standardised(2);
        assertThat(z[1][0]).isEqualTo(1);
        assertThat(z[3][0]).isCloseTo(20 / 127.5 - 1, within(FLOAT));
        assertThat(z[0][1]).isCloseTo(76 / 127.5 - 1, within(FLOAT));
        assertThat(z[3][1]).isCloseTo(9 / 127.5 - 1, within(FLOAT));
        Files.write(kind.resolve("c.png"), new byte[50]);
        assertThatThrownBy(() -> PointSet.read(folder.resolve("pictures")))
                .hasMessageContaining("c.png: expected a PNG picture");
    }

    private static byte[] png(int type, int[][] lines) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            for (int row = 0; row < lines.length; row++) {
                out.write(2);
                for (int k = 0; k < lines[row].length; k++) {
                    out.write(lines[row][k] - (row == 0 ? 0 : lines[row - 1][k]));
                }
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x89504E470D0A1A0AL);
        chunk(out, "IHDR", new byte[] {0, 0, 0, 2, 0, 0, 0, (byte) lines.length, 8, (byte) type, 0, 0, 0});
        chunk(out, "IDAT", packed.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String name, byte[] data) throws IOException {
        out.writeInt(data.length);
        out.writeBytes(name);
        out.write(data);
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        crc.update(data);
        out.writeInt((int) crc.getValue());
    }

    @Test
    void idxFilesAreRead() throws IOException {
        Path images = folder.resolve("images");
        Files.write(images, new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, (byte) 255, 1, 2});
        Path labels = folder.resolve("labels");
        Files.write(labels, new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 7, 3});
        PointSet points = PointSet.read(images, List.of(), Optional.of(labels.toString()));
        assertThat(points.dimension()).isEqualTo(2);
        assertThat(points.height()).isEqualTo(1);
        assertThat(points.standardised(1)[1][0]).isEqualTo(1);
        assertThat(points.classNames()).containsExactly("3", "7");
        assertThat(points.points().label(0)).isEqualTo(1);
    }
}
