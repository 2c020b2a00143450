package org.noisebook.opencl;

import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.model.Drift;
import org.noisebook.model.ParticleReplicas;

/**
 * A drift in the form used by {@code particles.cl}.
 *
 * @param text description for messages
 * @param options compiler options of the program
 * @param memory number of doubles per particle
 * @param work multiply-adds per particle
 * @param record number of values that describe it at one time
 * @param numbers gives these values at a time
 * @param nets layers, activation and widths of each network
 * @param weights weights of all networks, in the layout of {@link OpenclRegression#rows}
 */
record OpenclDrift(
        String text,
        String options,
        int memory,
        long work,
        long record,
        DoubleFunction<double[]> numbers,
        int[] nets,
        double[] weights) {
    static OpenclDrift of(ParticleReplicas replicas) {
        double t = replicas.times()[0];
        long d = replicas.dimension();
        if (replicas.drift() instanceof Drift.Networks networks) {
            int widest = networks.nets().stream()
                    .flatMapToInt(net -> Arrays.stream(net.widths()))
                    .max()
                    .orElseThrow();
            double[] weights = networks.nets().stream()
                    .flatMapToDouble(net -> Arrays.stream(OpenclRegression.rows(net.widths(), net.weights())))
                    .toArray();
            return new OpenclDrift(
                    "networks of " + widest + " units",
                    " -D NETS=" + networks.nets().size(),
                    widest,
                    weights.length,
                    networks.numbers().apply(t).length,
                    networks.numbers(),
                    networks.nets().stream().flatMapToInt(OpenclDrift::shape).toArray(),
                    weights);
        }
        int components = replicas.mixture(t).components();
        return new OpenclDrift(
                components + " components",
                "",
                components,
                components * (2 * d * d + 16),
                components * (2 * d * (d + 1) + 1),
                time -> numbers(replicas.mixture(time)),
                new int[1],
                new double[1]);
    }

    private static IntStream shape(Drift.Net net) {
        IntStream head = IntStream.of(net.widths().length - 1, net.activation().ordinal());
        return IntStream.concat(head, Arrays.stream(net.widths()));
    }

    private static double[] numbers(AffineMixture mixture) {
        double[][] parts = {mixture.roots(), mixture.shifts(), mixture.costs(), mixture.offsets(), mixture.slopes()};
        int components = mixture.components();
        return IntStream.range(0, components)
                .mapToObj(k -> Arrays.stream(parts).flatMapToDouble(part -> {
                    int length = part.length / components;
                    return Arrays.stream(part, k * length, (k + 1) * length);
                }))
                .flatMapToDouble(numbers -> numbers)
                .toArray();
    }
}
