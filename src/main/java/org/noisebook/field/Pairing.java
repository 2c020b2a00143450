package org.noisebook.field;

import java.util.Arrays;
import org.noisebook.data.Check;
import org.noisebook.interpolant.Coupling;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * How noise x_0 and data x_1 are paired while a field is trained.
 *
 * <p>Coupled noise is not independent of the data, so without a latent γ z a field trained on it has a velocity but no
 * score. <b>Source</b>: minibatch transport, Pooladian et al. 2023 (arXiv 2304.14772) and Tong et al. 2023 (arXiv
 * 2302.00482); reflow, Liu, Gong and Liu 2022 (arXiv 2209.03003).
 */
public sealed interface Pairing permits Pairing.Independent, Pairing.Transport, Pairing.Reflow {
    /** Independent draws: the plain flow matching of most libraries. */
    static Pairing independent() {
        return new Independent();
    }

    /** {@link Transport}. */
    static Pairing transport(int batch) {
        return new Transport(batch);
    }

    /**
     * {@link Reflow} with 2^15 pairs by 32 steps; by 8 steps and with fewer pairs, at least 2^10, where these would cost
     * more than training the field did, as with a U-Net.
     */
    static Pairing reflow(TrainedField field) {
        Reflow all = new Reflow(field, 1 << 15, TrainedField.STEPS);
        double share = Math.max(FieldPlan.BUDGET, field.trainingOperations()) / all.operations();
        if (share >= 1) {
            return all;
        }
        int faster = 4;
        return new Reflow(
                field,
                (int) Math.min(1 << 15, Math.max(1 << 10, faster * share * all.pairs())),
                TrainedField.STEPS / faster);
    }

    /**
     * Pairs from which to train.
     *
     * @param independent noise and data
     */
    Coupling of(Coupling independent, Streams streams);

    /** One word, for messages and files. */
    String word();

    /** Independent. */
    record Independent() implements Pairing {
        @Override
        public Coupling of(Coupling independent, Streams streams) {
            return independent;
        }

        @Override
        public String word() {
            return "independent";
        }
    }

    /**
     * The permutation of least squared distance within every {@code batch} pairs; biased, since a small batch does not
     * know the plan of the whole.
     *
     * @param batch in [2, 512], at most the points of a training step
     */
    record Transport(int batch) implements Pairing {
        public Transport {
            Check.inRange("batch", batch, 2, Coupling.LARGEST_BATCH);
        }

        @Override
        public Coupling of(Coupling independent, Streams streams) {
            return Coupling.transported(independent, batch);
        }

        @Override
        public String word() {
            return "transport " + batch;
        }
    }

    /**
     * Noise and where the ODE of a trained field takes it, drawn with replacement from a pool.
     *
     * @param field a field of the same points
     * @param pairs size of the pool
     * @param steps of RK4 from noise to its end
     */
    record Reflow(TrainedField field, int pairs, int steps) implements Pairing {
        public Reflow {
            Check.inRange("pairs", pairs, 2, 1 << 22);
            Check.inRange("steps", steps, 1, 10_000);
        }

        @Override
        public Coupling of(Coupling independent, Streams streams) {
            double[][] start = field.noise(pairs, streams.at("base"));
            double[][] end = Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
            field.flow(end, 0, 1, steps);
            return (stream, count) -> drawn(start, end, stream, count);
        }

        /** Operations that drawing the pool takes. */
        double operations() {
            return 8.0 * steps * pairs * field.multiplyAdds();
        }

        private static double[][][] drawn(double[][] start, double[][] end, Stream stream, int count) {
            double[][][] pairs = new double[2][start.length][count];
            for (int k = 0; k < count; k++) {
                int from = stream.nextIndex(start[0].length);
                for (int j = 0; j < start.length; j++) {
                    pairs[0][j][k] = start[j][from];
                    pairs[1][j][k] = end[j][from];
                }
            }
            return pairs;
        }

        @Override
        public String word() {
            return "reflow";
        }
    }
}
