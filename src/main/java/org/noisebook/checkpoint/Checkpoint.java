package org.noisebook.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.noisebook.data.ArrayFile;
import org.noisebook.data.Echo;
import org.noisebook.data.NumberArray;

/**
 * A network at one moment as another program wrote it: what {@link ArrayFile} reads, each array with its role.
 *
 * <p>A name begins with its role ({@link ArrayRole}), else {@code --role} gives it, else shape and name are a guess that the report repeats: a
 * symmetric square matrix is a kernel, names with {@code weight} or {@code bias} and all of a {@code .safetensors} file are weights. Of
 * Jacobians only the tangent kernel is kept, Θ = Σ J Jᵀ over blocks of weights and outputs.
 *
 * <p><b>Special cases</b>: numbers that are not finite, probes that differ in number and names whose role is open are errors in one line.
 */
public final class Checkpoint {
    private static final int MOST_PROBES = 16_384;

    private final String name;
    private final Map<ArrayRole, Map<String, NumberArray>> arrays = new LinkedHashMap<>();
    private final List<String> guesses = new ArrayList<>();
    private double[] kernel = new double[0];
    private int probes;

    private Checkpoint(String name) {
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @param roles of arrays by their names, before what the names say
     * @throws IOException in one line that names the file
     */
    public static Checkpoint read(Path file, Map<String, ArrayRole> roles) throws IOException {
        boolean dictionary = file.toString().endsWith(".safetensors");
        return of(file.getFileName().toString(), ArrayFile.read(file), roles, dictionary);
    }

    /** A checkpoint that comes with the kit: {@code a-before}, {@code a-after}, {@code b-before} or {@code b-after}. */
    public static Checkpoint shipped(String name) throws IOException {
        return of(name + ".npz", ArrayFile.shipped("checkpoints/" + name + ".npz"), Map.of(), false);
    }

    /**
     * The same from arrays in memory.
     *
     * @throws IOException in one line that begins with {@code name}
     */
    public static Checkpoint of(String name, Map<String, NumberArray> arrays, Map<String, ArrayRole> roles)
            throws IOException {
        return of(name, arrays, roles, false);
    }

    private static Checkpoint of(
            String name, Map<String, NumberArray> arrays, Map<String, ArrayRole> roles, boolean dictionary)
            throws IOException {
        Checkpoint checkpoint = new Checkpoint(name);
        for (Map.Entry<String, NumberArray> entry : arrays.entrySet()) {
            Optional<ArrayRole> said =
                    Optional.ofNullable(roles.get(entry.getKey())).or(() -> ArrayRole.of(entry.getKey()));
            ArrayRole role =
                    said.isPresent() ? said.get() : checkpoint.guess(entry.getKey(), entry.getValue(), dictionary);
            checkpoint.add(role, entry.getKey(), entry.getValue());
        }
        return checkpoint;
    }

    private ArrayRole guess(String array, NumberArray values, boolean dictionary) throws IOException {
        ArrayRole guess = ArrayRole.guess(array, values, dictionary)
                .orElseThrow(() -> trouble(
                        array,
                        "its name does not begin with one of " + ArrayRole.words() + " and its shape " + shape(values)
                                + " is ambiguous; name its role by --role '" + Echo.of(array) + "=hidden'"));
        guesses.add(Echo.of(array) + " " + shape(values) + " read as " + guess.word());
        return guess;
    }

    private static String shape(NumberArray values) {
        return java.util.Arrays.toString(values.shape());
    }

    private void add(ArrayRole role, String array, NumberArray values) throws IOException {
        for (int k = 0; k < values.length(); k++) {
            if (!Double.isFinite(values.at(k))) {
                throw trouble(array, "number " + (k + 1) + " is " + values.at(k) + ", expected finite ones");
            }
        }
        boolean byProbe = role != ArrayRole.WEIGHTS && role != ArrayRole.LOSS;
        if (values.length() == 0 || byProbe && values.shape().length == 0) {
            throw trouble(array, "shape " + shape(values) + " has no " + (byProbe ? "probes" : "numbers"));
        }
        if (byProbe) {
            if (probes != 0 && probes != values.rows()) {
                throw trouble(
                        array, "has " + values.rows() + " probes, but earlier arrays have " + probes + " (first axis)");
            }
            probes = values.rows();
        }
        if (role == ArrayRole.KERNEL && !ArrayRole.isSymmetric(values)) {
            throw trouble(
                    array,
                    "a kernel is a symmetric matrix over probes, got shape " + shape(values)
                            + (values.shape().length == 2 ? " that is not symmetric" : ""));
        }
        if (role != ArrayRole.KERNEL && role != ArrayRole.JACOBIAN) {
            arrays.computeIfAbsent(role, none -> new LinkedHashMap<>()).put(array, values);
            return;
        }
        if (probes > MOST_PROBES) {
            throw trouble(array, "has " + probes + " probes, but a kernel can have at most " + MOST_PROBES);
        }
        if (kernel.length > 0 && role == ArrayRole.KERNEL) {
            throw trouble(array, "a second kernel; there is only one tangent kernel");
        }
        double[] more = role == ArrayRole.KERNEL ? values.values() : KernelPair.gram(values);
        for (int k = 0; k < kernel.length; k++) {
            more[k] += kernel[k];
        }
        kernel = more;
    }

    private IOException trouble(String array, String what) {
        return new IOException(name + ": " + Echo.of(array) + ": " + what);
    }

    /** The file's name. */
    public String name() {
        return name;
    }

    /** What was guessed, one item per line. */
    public List<String> guesses() {
        return Collections.unmodifiableList(guesses);
    }

    /** Number of probes; 0 if nothing is by probe. */
    public int probes() {
        return probes;
    }

    /** The tangent kernel {@code [probes][probes]}; empty if there is none. Not a copy. */
    double[] kernel() {
        return kernel;
    }

    /** The arrays of a role by name. */
    Map<String, NumberArray> arrays(ArrayRole role) {
        return arrays.getOrDefault(role, Map.of());
    }

    /** The only array of a role, or none. */
    Optional<NumberArray> one(ArrayRole role) throws IOException {
        Map<String, NumberArray> all = arrays(role);
        if (all.size() > 1) {
            throw new IOException(name + ": expected one array of role " + role.word() + ", found "
                    + String.join(", ", all.keySet()));
        }
        return all.values().stream().findFirst();
    }

    /** What is in it, in a few words. */
    String contents() {
        List<String> parts = new ArrayList<>();
        if (kernel.length > 0) {
            parts.add("a tangent kernel");
        }
        arrays.forEach((role, some) -> parts.add(some.size() + " × " + role.word()));
        return (probes > 0 ? probes + " probes, " : "") + parts.stream().collect(Collectors.joining(", "));
    }
}
