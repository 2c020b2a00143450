package org.noisebook.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.ArrayFile;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Wording;

/**
 * A network at one moment as another program wrote it: what {@link ArrayFile} reads, each array with its role.
 *
 * <p>A name begins with its role ({@link ArrayRole}), else {@code --role} gives it, else shape and name are a guess that the report repeats: a
 * symmetric square matrix is a kernel, names with {@code weight} or {@code bias} and all of a {@code .safetensors} file are weights. Of
 * Jacobians make the tangent kernel, Θ = Σ J Jᵀ over blocks of weights and outputs.
 *
 * <p>A file with an array {@code linear.start} or {@code output.start} is a whole training, as the exporters write it: it is read as the network at the end, with
 * {@link #start} the one at the start. There, {@code output.start} is the {@code output} of the start, {@code kernel.end} the {@code kernel} of
 * the end, and so on; inputs and targets are the start's, the rest is the end's.
 *
 * <p><b>Special cases</b>: numbers that are not finite, probes that differ in number and names whose role is open are errors in one line.
 */
public final class Checkpoint {
    private static final int MOST_PROBES = 16_384;
    private static final Set<ArrayRole> NOT_BY_PROBE =
            EnumSet.of(ArrayRole.WEIGHTS, ArrayRole.LOSS, ArrayRole.MOVED, ArrayRole.PROBES);

    private static final List<String> DECIDE = List.of("output.start", "output.end", "linear.start", "linear.end");

    private final String name;
    private final Map<ArrayRole, Map<String, NumberArray>> arrays = new LinkedHashMap<>();
    private final List<String> guesses = new ArrayList<>();
    private double[] kernel = new double[0];
    private int probes;
    private Optional<Checkpoint> start = Optional.empty();
    private List<String> lacking = List.of();

    private Checkpoint(String name) {
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @param roles of arrays by name; these take precedence over the roles that the names imply
     * @throws IOException in one line that names the file
     */
    public static Checkpoint read(Path file, Map<String, ArrayRole> roles) throws IOException {
        boolean dictionary = file.toString().endsWith(".safetensors");
        return of(file.getFileName().toString(), ArrayFile.read(file), roles, dictionary);
    }

    /** A training that comes with the kit: {@code a} or {@code b}. */
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
        boolean whole = arrays.keySet().stream().anyMatch(array -> array.matches("linear\\..*|output\\.(start|end)"));
        if (whole) {
            checkpoint.start = Optional.of(new Checkpoint(name));
        }
        for (Map.Entry<String, NumberArray> entry : arrays.entrySet()) {
            String array = entry.getKey();
            Optional<ArrayRole> said = Optional.ofNullable(roles.get(array)).or(() -> ArrayRole.of(array));
            ArrayRole role = said.isPresent() ? said.get() : checkpoint.guess(array, entry.getValue(), dictionary);
            if (whole && role != ArrayRole.LINEAR && role != ArrayRole.MOVED) {
                boolean first =
                        array.matches("[^.]*\\.start(\\..*)?") || role == ArrayRole.TARGETS || role == ArrayRole.INPUTS;
                String plain = array.replaceFirst("\\.(start|end)(?=\\.|$)", "");
                (first ? checkpoint.start.get() : checkpoint).add(role, plain, entry.getValue());
            } else {
                checkpoint.add(role, array, entry.getValue());
            }
        }
        checkpoint.lacking = whole
                ? DECIDE.stream().filter(array -> !arrays.containsKey(array)).toList()
                : Stream.of(ArrayRole.OUTPUT, ArrayRole.JACOBIAN, ArrayRole.WEIGHTS)
                        .filter(role -> checkpoint.arrays(role).isEmpty())
                        .map(ArrayRole::word)
                        .toList();
        return checkpoint;
    }

    private ArrayRole guess(String array, NumberArray values, boolean dictionary) throws IOException {
        ArrayRole guess = ArrayRole.guess(array, values, dictionary)
                .orElseThrow(() -> trouble(
                        array,
                        "its name does not begin with one of " + ArrayRole.words() + " and its shape " + shape(values)
                                + " is ambiguous; name its role by --role '" + Quoted.of(array) + "=hidden'"));
        guesses.add(Quoted.of(array) + " " + shape(values) + " read as " + guess.word());
        return guess;
    }

    private static String shape(NumberArray values) {
        return Arrays.toString(values.shape());
    }

    private void add(ArrayRole role, String array, NumberArray values) throws IOException {
        for (int k = 0; k < values.length(); k++) {
            if (!Double.isFinite(values.at(k))) {
                throw trouble(array, "number " + (k + 1) + " is " + values.at(k) + ", expected finite ones");
            }
        }
        boolean byProbe = !NOT_BY_PROBE.contains(role);
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
        if (role != ArrayRole.KERNEL) {
            arrays.computeIfAbsent(role, none -> new LinkedHashMap<>()).put(array, values);
        }
        if (role != ArrayRole.KERNEL && role != ArrayRole.JACOBIAN) {
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
        return new IOException(name + ": " + Quoted.of(array) + ": " + what);
    }

    /** The file's name. */
    public String name() {
        return name;
    }

    /** Where the training of this network began, if the file holds it. */
    public Optional<Checkpoint> start() {
        return start;
    }

    /** The arrays of those that decide that the file does not have. */
    List<String> lacking() {
        return lacking;
    }

    /** Whether another file has the same numbers. */
    boolean isSame(Checkpoint other) {
        return arrays.equals(other.arrays)
                && Arrays.equals(kernel, other.kernel)
                && start.map(of -> of.arrays).equals(other.start.map(of -> of.arrays));
    }

    /**
     * The linearisation of a training that ends here: from the file's own derivatives along the change of the weights, or else from Jacobians
     * at both ends, whose columns are the weights in the order of the file, or those of the same name.
     *
     * @param from where it began, on the same probes
     * @return empty if the files do not hold it
     * @throws IOException where arrays do not fit
     */
    Optional<Linearisation> linearisation(Checkpoint from) throws IOException {
        Optional<NumberArray> before = from.one(ArrayRole.OUTPUT);
        Optional<NumberArray> after = one(ArrayRole.OUTPUT);
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        Map<String, NumberArray> linear = arrays(ArrayRole.LINEAR);
        Optional<NumberArray> first = Optional.ofNullable(linear.get("linear.start"));
        Optional<NumberArray> last = Optional.ofNullable(linear.get("linear.end"));
        if (linear.isEmpty()) {
            first = from.along(from, this, before.get());
            last = along(from, this, before.get());
        }
        if (first.isEmpty() || last.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Linearisation.of(before.get(), after.get(), first.get(), last.get()));
        } catch (IllegalArgumentException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    /** This Jacobian times the change of the weights; empty if its columns are not these weights. */
    private Optional<NumberArray> along(Checkpoint from, Checkpoint to, NumberArray output) {
        Map<String, NumberArray> blocks = arrays(ArrayRole.JACOBIAN);
        Map<String, NumberArray> first = from.arrays(ArrayRole.WEIGHTS);
        Map<String, NumberArray> last = to.arrays(ArrayRole.WEIGHTS);
        double[] product = new double[output.length()];
        for (Map.Entry<String, NumberArray> block : blocks.entrySet()) {
            String same = block.getKey().replaceFirst("^" + ArrayRole.JACOBIAN.word(), ArrayRole.WEIGHTS.word());
            double[] change = first.entrySet().stream()
                    .filter(one -> blocks.size() == 1 || one.getKey().equals(same))
                    .filter(one -> last.containsKey(one.getKey())
                            && last.get(one.getKey()).length() == one.getValue().length())
                    .flatMapToDouble(one -> IntStream.range(0, one.getValue().length())
                            .mapToDouble(k -> last.get(one.getKey()).at(k)
                                    - one.getValue().at(k)))
                    .toArray();
            NumberArray rows = block.getValue();
            if (change.length == 0 || rows.length() != (long) change.length * product.length) {
                return Optional.empty();
            }
            for (int k = 0; k < rows.length(); k++) {
                product[k / change.length] += rows.at(k) * change[k % change.length];
            }
        }
        return blocks.isEmpty() ? Optional.empty() : Optional.of(NumberArray.of(output.shape(), product));
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
        arrays.forEach((role, some) -> {
            if (role != ArrayRole.JACOBIAN && role != ArrayRole.PROBES) {
                parts.add(some.size() + " × " + role.word());
            }
        });
        return (probes > 0 ? Wording.count(probes, "probe") + ", " : "")
                + parts.stream().collect(Collectors.joining(", "));
    }
}
