package org.noisebook.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an array of a checkpoint is; the first part of its name says so. */
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
    /** What the network is given {@code [probes][…]}: by it the kernels of infinite width are known. */
    INPUTS;

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

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(ArrayRole::word).collect(Collectors.joining(", "));
    }
}
