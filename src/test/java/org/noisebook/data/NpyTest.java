package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class NpyTest {
    private static final double[] VALUES = {
        0.1, -2.5, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE
    };

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("array.npy");
    }

    private static byte[] reference() throws IOException {
        try (InputStream in = NpyTest.class.getResourceAsStream("two-by-three.npy")) {
            return in.readAllBytes();
        }
    }

    @Test
    void bytesAreThoseOfNumPy() throws IOException {
        Npy.write(file(), VALUES, 2, 3);
        assertThat(Files.readAllBytes(file())).isEqualTo(reference());
    }

    @Test
    void readsWhatNumPyWrote() throws IOException {
        Files.write(file(), reference());
        NumberArray array = Npy.read(file());
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.values()).containsExactly(VALUES);
    }

    @Test
    void everyShapeComesBack() throws IOException {
        int[][] shapes = {{}, {0}, {1}, {7}, {2, 3}, {3, 0, 4}, {2, 1, 3, 2}};
        Stream stream = Streams.of(1).at("npy");
        for (int[] shape : shapes) {
            int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            double[] values = new double[size];
            Arrays.setAll(values, k -> Double.longBitsToDouble(stream.nextLong()));
            Npy.write(file(), values, shape);
            assertThat(Npy.read(file())).as(Arrays.toString(shape)).isEqualTo(NumberArray.of(shape, values));
            int header = 10 + Short.toUnsignedInt(bytesOf(file()).getShort(8));
            assertThat(header % 64).as("data start at a multiple of 64 bytes").isZero();
        }
    }

    private static ByteBuffer bytesOf(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void aWrongShapeIsRefusedBeforeWriting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npy.write(file(), VALUES, 2, 2))
                .withMessage("shape must have product 6, got [2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npy.write(file(), VALUES, -2, -3))
                .withMessage("shape must have lengths of 0 or more, got [-2, -3]");
        assertThat(file()).doesNotExist();
    }

    private byte[] withHeader(String header) throws IOException {
        byte[] reference = reference();
        byte[] text =
                (header + " ".repeat(Math.max(0, 117 - header.length())) + "\n").getBytes(StandardCharsets.US_ASCII);
        int values = VALUES.length * Double.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + values).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(reference, 0, 8).putShort((short) text.length).put(text);
        return bytes.put(reference, reference.length - values, values).array();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
                "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }",
                "{'descr': '<f8', 'fortran_order': Perhaps, 'shape': (2, 3), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (two, 3), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -3), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 3), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2,, 3), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3",
                // 12 · 2^64 + 6 numbers, which a product of 64 bits takes for 6.
                "{'descr': '<f8', 'fortran_order': False, 'shape': (18, 11, 131, 2731, 409891, 7623851), }",
                "{'descr': '<f8', 'fortran_order': False, }"
            })
    void aWrongHeaderIsOneLine(String header) throws IOException {
        Files.write(file(), withHeader(header));
        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(2, 3)", "(2, 3,)", "(2,3)", "(6,)", "(6)", "(1, 2, 3, 1)"})
    void tuplesMayBeSpeltLoosely(String tuple) throws IOException {
        Files.write(file(), withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': " + tuple + ", }"));
        assertThat(Npy.read(file()).values()).containsExactly(VALUES);
    }

    /** What cameras write: the bytes of the values, taken as unsigned integers of 16 bits. */
    @Test
    void unsignedIntegersOfSixteenBits() throws IOException {
        Files.write(file(), withHeader("{'descr': '<u2', 'fortran_order': False, 'shape': (24,), }"));
        ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(VALUES).forEach(bytes::putDouble);
        double[] read = Npy.read(file()).values();
        assertThat(read).hasSize(24);
        assertThat(Arrays.stream(read).max().orElseThrow()).isGreaterThan(Short.MAX_VALUE);
        for (int k = 0; k < 24; k++) {
            assertThat(read[k]).isEqualTo(Short.toUnsignedInt(bytes.getShort(2 * k)));
        }
    }

    @Test
    void axesAreBounded() throws IOException {
        for (int axes : new int[] {33, 20_000}) {
            Files.write(
                    file(),
                    withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1, ".repeat(axes) + "), }"));
            assertThatThrownBy(() -> Npy.read(file()))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file() + ": expected at most 32 axes in the header, found " + axes);
        }
        Files.write(
                file(),
                withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "x".repeat(20_000) + "), }"));
        assertThatThrownBy(() -> Npy.read(file()))
                .message()
                .hasSizeLessThan(file().toString().length() + 300);
    }

    @Test
    void wrongBytesAreOneLine() throws IOException {
        byte[] good = reference();
        for (int length : new int[] {0, 5, 9, 10, 60, good.length - 8, good.length - 1}) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertRefused();
        }
        Files.write(file(), Arrays.copyOf(good, good.length + 3));
        assertRefused();
        byte[] version = good.clone();
        version[6] = 2;
        Files.write(file(), version);
        assertRefused();
        Files.writeString(file(), "a,b\n1,2\n3,4\n5,6\n");
        assertRefused();
    }

    private void assertRefused() {
        assertThatThrownBy(() -> Npy.read(file()))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith(file().toString())
                .doesNotContain("\n");
    }

    @Test
    void arraysAreCopied() {
        int[] shape = {2};
        double[] values = {1, 2};
        NumberArray array = NumberArray.of(shape, values);
        shape[0] = 9;
        values[0] = 9;
        array.values()[1] = 9;
        array.shape()[0] = 9;
        assertThat(array).isEqualTo(NumberArray.of(new int[] {2}, 1, 2));
        assertThat(array).hasSameHashCodeAs(NumberArray.of(new int[] {2}, 1, 2));
        assertThat(array).isNotEqualTo(NumberArray.of(new int[] {1, 2}, 1, 2));
    }
}
