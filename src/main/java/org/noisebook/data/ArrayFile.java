package org.noisebook.data;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The named arrays of a file: a {@code .npy} file holds one, named after the file; those in {@code .npz} and {@code
 * .safetensors} have their own names.
 *
 * <p>The first bytes determine the format. <b>Source</b>: NumPy Enhancement Proposal 1; the format page of safetensors
 * (header size, JSON header, contiguous data). <b>Special cases</b>: a malicious, truncated or inconsistent file is
 * rejected with a one-line message before memory is allocated: too many members or axes, names that lead out of a
 * folder, sizes that overflow or exceed any possible compression.
 */
public final class ArrayFile {
    private static final int MOST_MEMBERS = 4096;
    private static final int MOST_HEADER = 1 << 24;
    private static final int MOST_AXES = 32;
    /** Largest compression ratio of Deflate. */
    private static final long MOST_PACKED = 1032;

    private static final Map<String, NumberArray.Type> TYPES = Map.of(
            "F64", NumberArray.Type.F64,
            "F32", NumberArray.Type.F32,
            "F16", NumberArray.Type.F16,
            "BF16", NumberArray.Type.BF16);

    private ArrayFile() {}

    /**
     * Reads all arrays of a file, in file order.
     *
     * @throws IOException with a one-line message that names the file
     */
    public static Map<String, NumberArray> read(Path file) throws IOException {
        byte[] start;
        try (InputStream in = FileBytes.stream(file)) {
            start = in.readNBytes(2);
            if (start.length == 2 && start[0] == 'P' && start[1] == 'K') {
                return zip(file);
            }
        }
        if (start.length == 2 && start[0] == (byte) 0x93 && start[1] == 'N') {
            String name = file.getFileName().toString();
            return Map.of(name.replaceFirst("\\.npy$", ""), Npy.read(file));
        }
        try (InputStream in = FileBytes.stream(file)) {
            return safetensors(file.toString(), in, Files.size(file));
        }
    }

    /** Reads an {@code .npz} file that comes with the kit. */
    public static Map<String, NumberArray> shipped(String path) throws IOException {
        Path file = Files.createTempFile("noisebook", ".npz");
        try {
            Files.write(file, FileBytes.resource(path).bytes());
            return zip(file);
        } finally {
            Files.delete(file);
        }
    }

    private static Map<String, NumberArray> zip(Path file) throws IOException {
        Map<String, NumberArray> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_MEMBERS) {
                throw new IOException(file + ": expected at most " + MOST_MEMBERS + " arrays, found " + zip.size());
            }
            double taken = 0;
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = file + ": " + Quoted.of(entry.getName());
                if (entry.getName().startsWith("/")
                        || entry.getName().contains("\\")
                        || List.of(entry.getName().split("/")).contains("..")) {
                    throw new IOException(name + ": expected a name inside the file");
                }
                if (!entry.getName().endsWith(".npy")) {
                    throw new IOException(name + ": expected arrays, whose names end with .npy");
                }
                if (entry.getSize() > entry.getCompressedSize() * MOST_PACKED + MOST_PACKED) {
                    throw new IOException(name + ": claims " + entry.getSize() + " bytes, more than its "
                            + entry.getCompressedSize() + " packed ones can hold");
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    NumberArray array = Npy.parse(name, in, entry.getSize(), taken);
                    if (in.read() >= 0) {
                        throw new IOException(name + ": holds more than the " + entry.getSize() + " bytes it claims");
                    }
                    if (arrays.put(entry.getName().substring(0, entry.getName().length() - 4), array) != null) {
                        throw new IOException(name + ": occurs twice in the file");
                    }
                    taken += array.bytes();
                }
            }
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().startsWith(file.toString())) {
                throw e;
            }
            throw new IOException(
                    file + ": expected a sound .npz file, found: "
                            + (e.getMessage() == null ? "it is cut off" : e.getMessage()),
                    e);
        }
        if (arrays.isEmpty()) {
            throw new IOException(file + ": holds no array");
        }
        return arrays;
    }

    /** One tensor in a safetensors header. */
    private record Tensor(String name, NumberArray.Type type, int[] shape, long begin, long end) {}

    private static Map<String, NumberArray> safetensors(String file, InputStream in, long present) throws IOException {
        byte[] size = in.readNBytes(Long.BYTES);
        long length = size.length < Long.BYTES
                ? -1
                : ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MOST_HEADER || length > present - Long.BYTES) {
            throw new IOException(file + ": not an .npy, .npz or .safetensors file (no header of a sound length)");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readNBytes((int) length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": not an .npy, .npz or .safetensors file (no header of text)", e);
        }
        List<Tensor> tensors = tensors(file, text);
        // Sorted by data offset; the data must be contiguous and without overlap.
        tensors.sort((a, b) -> a.begin != b.begin ? Long.compare(a.begin, b.begin) : Long.compare(a.end, b.end));
        long at = 0;
        for (Tensor tensor : tensors) {
            if (tensor.begin != at || tensor.end < at) {
                throw new IOException(file + ": " + Quoted.of(tensor.name) + ": expected data from byte " + at
                        + ", found [" + tensor.begin + ", " + tensor.end + ")");
            }
            at = tensor.end;
        }
        if (at != present - Long.BYTES - length) {
            throw new IOException(
                    file + ": expected " + at + " bytes of data, found " + (present - Long.BYTES - length));
        }
        Map<String, NumberArray> arrays = new LinkedHashMap<>();
        double taken = 0;
        for (Tensor tensor : tensors) {
            String name = file + ": " + Quoted.of(tensor.name);
            NumberArray array = NumberArray.read(
                    name,
                    tensor.shape,
                    tensor.type,
                    ByteOrder.LITTLE_ENDIAN,
                    false,
                    in,
                    tensor.end - tensor.begin,
                    taken);
            taken += array.bytes();
            arrays.put(tensor.name, array);
        }
        if (arrays.isEmpty()) {
            throw new IOException(file + ": holds no array");
        }
        return arrays;
    }

    /**
     * Parses a safetensors header: an object of tensors, and of texts under {@code __metadata__}; hence no recursion.
     */
    private static List<Tensor> tensors(String file, String text) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonReader in = new JsonReader(new StringReader(text));
        in.setStrictness(Strictness.STRICT);
        try {
            in.beginObject();
            while (in.hasNext()) {
                String name = in.nextName();
                check(names.add(name), "the name " + Quoted.of(name) + " twice");
                check(names.size() <= MOST_MEMBERS + 1, "more than " + MOST_MEMBERS + " arrays");
                in.beginObject();
                if (name.equals("__metadata__")) {
                    while (in.hasNext()) {
                        in.nextName();
                        in.nextString();
                    }
                } else {
                    tensors.add(tensor(name, in));
                }
                in.endObject();
            }
            in.endObject();
            check(in.peek() == JsonToken.END_DOCUMENT, "more text after the header's end");
        } catch (IOException | IllegalStateException e) {
            String found = e.getMessage().replaceAll("^Use .* to accept |(?s)\\n.*", "");
            throw new IOException(file + ": expected a safetensors header, found " + found, e);
        }
        return tensors;
    }

    private static void check(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static Tensor tensor(String name, JsonReader in) throws IOException {
        Map<String, long[]> numbers = new HashMap<>();
        List<String> types = new ArrayList<>();
        while (in.hasNext()) {
            String part = in.nextName();
            boolean first = part.equals("dtype") ? types.add(in.nextString()) : numbers.put(part, numbers(in)) == null;
            check(first && types.size() < 2, "a part of " + Quoted.of(name) + " twice");
        }
        check(
                types.size() == 1
                        && numbers.keySet().equals(Set.of("shape", "data_offsets"))
                        && numbers.get("data_offsets").length == 2,
                "an array " + Quoted.of(name) + " that is not of dtype, shape and data_offsets");
        NumberArray.Type type = TYPES.get(types.get(0));
        check(
                type != null,
                "numbers of type " + Quoted.of(types.get(0)) + " in " + Quoted.of(name)
                        + ", only F64, F32, F16 and BF16 are read");
        long[] shape = numbers.get("shape");
        for (long axis : shape) {
            check(axis <= Integer.MAX_VALUE, "an axis of " + axis + " in " + Quoted.of(name));
        }
        long[] offsets = numbers.get("data_offsets");
        return new Tensor(
                name, type, Arrays.stream(shape).mapToInt(axis -> (int) axis).toArray(), offsets[0], offsets[1]);
    }

    private static long[] numbers(JsonReader in) throws IOException {
        List<Long> numbers = new ArrayList<>();
        in.beginArray();
        while (in.hasNext()) {
            String number = in.nextString();
            check(
                    number.matches("\\d{1,15}") && numbers.size() < MOST_AXES,
                    "no list of at most " + MOST_AXES + " numbers");
            numbers.add(Long.parseLong(number));
        }
        in.endArray();
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
