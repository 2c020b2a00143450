package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ArrayFileTest {
    @TempDir
    private Path folder;

    private static byte[] npy(int version, String descr, boolean fortran, String shape, byte[] data) {
        byte[] header = ("{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': "
                        + shape + ", }\n")
                .getBytes(StandardCharsets.US_ASCII);
        int length = version == 1 ? 2 : 4;
        ByteBuffer out =
                ByteBuffer.allocate(8 + length + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) version)
                .put((byte) 0);
        if (version == 1) {
            out.putShort((short) header.length);
        } else {
            out.putInt(header.length);
        }
        return out.put(header).put(data).array();
    }

    private static byte[] data(ByteOrder order, int bytes, double... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * bytes).order(order);
        for (double value : values) {
            if (bytes == 8) {
                out.putDouble(value);
            } else if (bytes == 4) {
                out.putFloat((float) value);
            } else {
                out.putShort((short) half(value));
            }
        }
        return out.array();
    }

    /** Of numbers that float16 holds as normal ones. */
    private static int half(double value) {
        int bits = Float.floatToIntBits((float) Math.abs(value));
        return (value < 0 ? 0x8000 : 0) | (bits >> 23) - 112 << 10 | bits >> 13 & 0x3FF;
    }

    @ParameterizedTest
    @CsvSource({"1, <f8, 8", "2, <f4, 4", "3, <f2, 2", "1, >f8, 8", "1, >f4, 4", "1, >f2, 2"})
    void typesAndVersionsAreRead(int version, String descr, int bytes) throws IOException {
        double[] values = {1, -2, 0.5, 1024, -0.25, 3};
        ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Path file = folder.resolve("hidden.npy");
        Files.write(file, npy(version, descr, false, "(2, 3)", data(order, bytes, values)));
        NumberArray array = ArrayFile.read(file).get("hidden");
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(array.values()).containsExactly(values);
        assertThat(array.rows()).isEqualTo(2);
        assertThat(array.columns()).isEqualTo(3);
    }

    /** Every half there is, denormals, infinities and signed zeros among them, against the definition. */
    @Test
    void halvesAreExact() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            all.putShort((short) bits);
        }
        Path file = folder.resolve("a.npy");
        Files.write(file, npy(1, "<f2", false, "(65536,)", all.array()));
        NumberArray array = Npy.read(file);
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            double size = exponent == 0
                    ? fraction * 0x1p-24
                    : exponent == 31
                            ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                            : (1024 + fraction) * Math.pow(2, exponent - 25);
            assertThat(Double.compare(array.at(bits), bits >= 1 << 15 && !Double.isNaN(size) ? -size : size))
                    .isZero();
        }
    }

    /** Where the first axis runs fastest, values land where their indices say. */
    @ParameterizedTest
    @ValueSource(strings = {"(2, 3, 4)", "(5,)", "(4, 1, 3)", "(1, 6)", "()"})
    void fortranOrderIsTurned(String tuple) throws IOException {
        int[] shape = Arrays.stream(tuple.replaceAll("[() ]", "").split(","))
                .filter(s -> !s.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        int count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double[] fortran = new double[count];
        double[] rows = new double[count];
        for (int k = 0; k < count; k++) {
            int left = k;
            int index = 0;
            int stride = 1;
            // k counts row-major: the last axis first.
            int[] place = new int[shape.length];
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                place[axis] = left % shape[axis];
                left /= shape[axis];
            }
            for (int axis = 0; axis < shape.length; axis++) {
                index += place[axis] * stride;
                stride *= shape[axis];
            }
            rows[k] = k;
            fortran[index] = k;
        }
        Path file = folder.resolve("a.npy");
        Files.write(file, npy(1, "<f8", true, tuple, data(ByteOrder.LITTLE_ENDIAN, 8, fortran)));
        assertThat(Npy.read(file)).isEqualTo(NumberArray.of(shape, rows));
    }

    private static byte[] zip(boolean stored, Object... members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (int k = 0; k < members.length; k += 2) {
                ZipEntry entry = new ZipEntry((String) members[k]);
                byte[] content = (byte[]) members[k + 1];
                if (stored) {
                    CRC32 sum = new CRC32();
                    sum.update(content);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(content.length);
                    entry.setCrc(sum.getValue());
                }
                out.putNextEntry(entry);
                out.write(content);
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void archivesAreRead(boolean stored) throws IOException {
        byte[] one = npy(1, "<f8", false, "(2,)", data(ByteOrder.LITTLE_ENDIAN, 8, 1, 2));
        byte[] other = npy(1, "<f4", false, "()", data(ByteOrder.LITTLE_ENDIAN, 4, 3));
        Path file = folder.resolve("a.npz");
        Files.write(file, zip(stored, "hidden.1.npy", one, "loss.npy", other));
        Map<String, NumberArray> arrays = ArrayFile.read(file);
        assertThat(arrays.keySet()).containsExactly("hidden.1", "loss");
        assertThat(arrays.get("loss").at(0)).isEqualTo(3);
    }

    @Test
    void hostileArchivesAreOneLine() throws IOException {
        byte[] good = npy(1, "<f8", false, "(2,)", data(ByteOrder.LITTLE_ENDIAN, 8, 1, 2));
        refused(zip(false, "../a.npy", good), "expected a name inside the file");
        refused(zip(false, "/a.npy", good), "expected a name inside the file");
        refused(zip(false, "a.txt", good), "expected arrays, whose names end with .npy");
        refused(zip(false), "holds no array");
        refused(Arrays.copyOf(zip(false, "a.npy", good), 60), "sound .npz");
        refused(
                zip(false, "a.npy", npy(1, "<f8", false, "(100000000,)", new byte[16])),
                "does not fit the 2.0 numbers in the file");
        refused(zip(false, "a.npy", npy(1, "<f8", false, "(" + "1,".repeat(30_000) + ")", new byte[8])), "header");
        byte[] bomb = npy(1, "<f8", false, "(20000000,)", new byte[160_000_000]);
        Path file = folder.resolve("bomb.npz");
        Files.write(file, zip(false, "a.npy", bomb));
        assertThat(Files.size(file)).isLessThan(1 << 20);
        assertThat(ArrayFile.read(file).get("a").length())
                .as("within the heap it is data")
                .isEqualTo(20_000_000);
    }

    private void refused(byte[] content, String message) throws IOException {
        Path file = folder.resolve("bad");
        Files.write(file, content);
        assertThatThrownBy(() -> ArrayFile.read(file))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith(file.toString())
                .contains(message)
                .doesNotContain("\n")
                .hasSizeLessThan(file.toString().length() + 400);
    }

    private static byte[] safetensors(String header, int data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    @Test
    void safetensorsAreRead() throws IOException {
        String header =
                " {\"__metadata__\":{\"format\":\"pt\"},\"b\\u0031\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[8,12]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2, 1],\"data_offsets\":[0,8]}, \"none\":"
                        + "{\"shape\":[0],\"dtype\":\"F64\",\"data_offsets\":[12,12]}}  ";
        byte[] bytes = safetensors(header, 12);
        ByteBuffer.wrap(bytes, bytes.length - 12, 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2)
                .putShort((short) (Float.floatToIntBits(3) >> 16))
                .putShort((short) (Float.floatToIntBits(-0.5f) >> 16));
        Path file = folder.resolve("a.safetensors");
        Files.write(file, bytes);
        Map<String, NumberArray> arrays = ArrayFile.read(file);
        assertThat(arrays.keySet()).containsExactly("a", "b1", "none");
        assertThat(arrays.get("a")).isEqualTo(readBack(new int[] {2, 1}, 1.5, -2));
        assertThat(arrays.get("b1").values()).containsExactly(3, -0.5);
    }

    private NumberArray readBack(int[] shape, double... values) throws IOException {
        Path file = folder.resolve("back.npy");
        String tuple = Arrays.toString(shape).replace('[', '(').replace("]", ",)");
        Files.write(file, npy(1, "<f4", false, tuple, data(ByteOrder.LITTLE_ENDIAN, 4, values)));
        return Npy.read(file);
    }

    @Test
    void hostileSafetensorsAreOneLine() throws IOException {
        String start = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":";
        refused(safetensors(start + "[0,8]}}", 7), "expected 8 bytes of data, found 7");
        refused(safetensors(start + "[0,8]}}", 9), "expected 8 bytes of data, found 9");
        refused(safetensors(start + "[4,12]}}", 12), "expected data from byte 0, found [4, 12)");
        refused(safetensors(start + "[8,0]}}", 8), "expected data from byte 0");
        refused(safetensors(start + "[0,16]}}", 16), "does not fit the 4.0 numbers");
        refused(safetensors(start.replace("F32", "I64") + "[0,16]}}", 16), "numbers of type I64 in a");
        refused(safetensors(start.replace("[2]", "[" + "2,".repeat(40) + "2]") + "[0,8]}}", 8), "at most 32 numbers");
        refused(safetensors(start.replace("[2]", "[9223372036854775808]") + "[0,8]}}", 8), "list of at most");
        refused(safetensors(start.replace("[2]", "[-2]") + "[0,8]}}", 8), "list of at most");
        refused(safetensors(start + "[0,8]},\"a\":{}}", 8), "the name a twice");
        refused(safetensors(start + "[0,8]}", 8), "End of input");
        refused(safetensors("{".repeat(100_000), 0), "malformed JSON at line 1 column 3");
        refused(safetensors("{}", 0), "holds no array");
        refused(new byte[] {1, 2, 3}, "not an .npy, .npz or .safetensors file");
        refused(new byte[0], "not an .npy, .npz or .safetensors file");
        byte[] long1 = safetensors("{}", 0);
        long1[7] = 0x7F;
        refused(long1, "no header of a sound length");
    }

    /** Random bytes put into good files end in one line or in arrays, never in another exception; fixed stream. */
    @Test
    void fuzzedFilesAreOneLineOrData() throws IOException {
        byte[] array = npy(1, "<f8", false, "(2, 2)", data(ByteOrder.LITTLE_ENDIAN, 8, 1, 2, 3, 4));
        byte[][] good = {
            array,
            zip(false, "a.npy", array),
            zip(true, "a.npy", array),
            safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8)
        };
        Stream stream = Streams.of(1).at("fuzz");
        Path file = folder.resolve("fuzzed");
        for (int k = 0; k < 2000; k++) {
            byte[] bytes = good[k % good.length].clone();
            for (int change = 0; change < 1 + k % 4; change++) {
                bytes[stream.nextIndex(bytes.length)] = (byte) stream.nextIndex(256);
            }
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(bytes, 0, k % 5 == 0 ? stream.nextIndex(bytes.length) : bytes.length);
            }
            try {
                assertThat(ArrayFile.read(file)).isNotNull();
            } catch (IOException e) {
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
            }
        }
    }
}
