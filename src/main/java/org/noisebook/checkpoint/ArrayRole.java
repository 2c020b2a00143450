package org.noisebook.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.noisebook.data.NumberArray;

/** The role of an array of a checkpoint, which begins its name. */
public enum ArrayRole {
    /** Activations {@code [probes][units…]} of a layer. */
    HIDDEN,
    /** Gradients of the outputs {@code [probes][parameters]} or {@code [probes][outputs][parameters]}, of a block of weights or of all. */
    JACOBIAN,
    /** The tangent kernel itself {@code [probes][probes]}. */
    KERNEL,
    /** Weights, of any shape. */
    WEIGHTS,
    /** Outputs {@code [probes]} or {@code [probes][outputs]}. */
    OUTPUT,
    /** The training loss, one number or a history whose last counts. */
    LOSS,
    /** Targets {@code [probes]} or {@code [probes][outputs]}. */
    TARGETS,
    /** The derivative of the outputs along the change of the weights, at the start and at the end of a training. */
    LINEAR,
    /** Two norms of an array of weights: of its change and of its start. */
    MOVED,
    /** What tells probes apart: a hash of them. */
    PROBES,
    /** What the network is given {@code [probes][…]}: by it the kernels of infinite width are known. */
    INPUTS;

    private static final double ASYMMETRY = 1e-5;

    /** The word in names and options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that a name begins with: {@code hidden.layer1} is {@link #HIDDEN}. */
    static Optional<ArrayRole> of(String name) {
        return Arrays.stream(values())
                .filter(role -> name.toLowerCase(Locale.ROOT).startsWith(role.word()))
                .findFirst();
    }

    /**
     * The role that name and shape make likely: names with {@code weight} or {@code bias} and all of a dictionary are weights, a symmetric
     * matrix is a kernel.
     */
    static Optional<ArrayRole> guess(String name, NumberArray values, boolean dictionary) {
        return dictionary || name.contains("weight") || name.contains("bias")
                ? Optional.of(WEIGHTS)
                : isSymmetric(values) ? Optional.of(KERNEL) : Optional.empty();
    }

    /** Whether an array is a matrix that could be a kernel. */
    static boolean isSymmetric(NumberArray values) {
        int[] shape = values.shape();
        if (shape.length != 2 || shape[0] != shape[1] || shape[0] < 2) {
            return false;
        }
        int n = shape[0];
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < n; i++) {
            if (!(values.at(i * n + i) >= 0)) {
                return false;
            }
            for (int j = 0; j < i; j++) {
                largest = Math.max(largest, Math.abs(values.at(i * n + j)));
                difference = Math.max(difference, Math.abs(values.at(i * n + j) - values.at(j * n + i)));
            }
        }
        return difference <= ASYMMETRY * largest;
    }

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(ArrayRole::word).collect(Collectors.joining(", "));
    }
}
