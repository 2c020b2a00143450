package org.noisebook.opencl;

import java.util.Arrays;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.Kernels;
import org.noisebook.model.Drift;
import org.noisebook.model.ParticleReplicas;

/** A drift as {@code particles.cl} takes it. */
abstract class OpenclDrift {
    /** For messages. */
    final String text;
    /** Of the program. */
    final String options;
    /** Doubles that a particle needs. */
    final int memory;
    /** Doubles that describe it at a time. */
    final long record;
    /** Multiply-adds of a particle. */
    final long work;
    /** Layers, activation and widths of each network. */
    final int[] nets;
    /** Of all networks, rows padded. */
    final double[] weights;

    private OpenclDrift(
            String text, String options, int memory, long record, long work, int[] nets, double[] weights) {
        this.text = text;
        this.options = options;
        this.memory = memory;
        this.record = record;
        this.work = work;
        this.nets = nets;
        this.weights = weights;
    }

    /** What describes it at a time to {@code to[at …]}. */
    abstract void describe(double t, double[] to, int at);

    static OpenclDrift of(ParticleReplicas replicas) {
        return replicas.drift() instanceof Drift.Networks networks
                ? new Trained(replicas.dimension(), networks)
                : new Exact(replicas);
    }

    private static int append(double[] part, double[] to, int at) {
        System.arraycopy(part, 0, to, at, part.length);
        return at + part.length;
    }

    private static final class Exact extends OpenclDrift {
        private final ParticleReplicas replicas;

        Exact(ParticleReplicas replicas) {
            this(replicas, replicas.dimension(), replicas.mixture(replicas.times()[0]).components());
        }

        private Exact(ParticleReplicas replicas, long d, int components) {
            super(
                    components + " components",
                    "",
                    components,
                    components * (2 * d * (d + 1) + 1),
                    components * (2 * d * d + 16),
                    new int[1],
                    new double[1]);
            this.replicas = replicas;
        }

        @Override
        void describe(double t, double[] to, int start) {
            AffineMixture mixture = replicas.mixture(t);
            int at = start;
            double[][] parts = {mixture.roots(), mixture.shifts(), mixture.costs(), mixture.offsets(), mixture.slopes()
            };
            for (int k = 0; k < memory; k++) {
                for (double[] part : parts) {
                    int length = part.length / memory;
                    System.arraycopy(part, k * length, to, at, length);
                    at += length;
                }
            }
        }
    }

    private static final class Trained extends OpenclDrift {
        private final Drift.Networks networks;

        Trained(int dimension, Drift.Networks networks) {
            super(
                    "networks of " + widest(networks) + " units",
                    " -D NETS=" + networks.nets().size(),
                    widest(networks),
                    1
                            + dimension
                            + networks.nets().stream()
                                    .mapToLong(net -> 4 + dimension + net.widths()[0])
                                    .sum(),
                    networks.nets().stream()
                            .mapToLong(net -> net.weights().length)
                            .sum(),
                    networks.nets().stream()
                            .map(Trained::shape)
                            .flatMapToInt(Arrays::stream)
                            .toArray(),
                    networks.nets().stream()
                            .map(Trained::padded)
                            .flatMapToDouble(Arrays::stream)
                            .toArray());
            this.networks = networks;
        }

        private static int widest(Drift.Networks networks) {
            return networks.nets().stream()
                    .flatMapToInt(net -> Arrays.stream(net.widths()))
                    .max()
                    .orElseThrow();
        }

        private static int[] shape(Drift.Net net) {
            int[] shape = new int[2 + net.widths().length];
            shape[0] = net.widths().length - 1;
            shape[1] = net.activation().ordinal();
            System.arraycopy(net.widths(), 0, shape, 2, net.widths().length);
            return shape;
        }

        private static double[] padded(Drift.Net net) {
            int[] widths = net.widths();
            int length = 0;
            for (int l = 1; l < widths.length; l++) {
                length += (widths[l - 1] + 1) * Kernels.padded(widths[l]);
            }
            double[] rows = new double[length];
            int from = 0;
            int to = 0;
            for (int l = 1; l < widths.length; l++) {
                for (int i = 0; i <= widths[l - 1]; i++) {
                    System.arraycopy(net.weights(), from, rows, to, widths[l]);
                    from += widths[l];
                    to += Kernels.padded(widths[l]);
                }
            }
            return rows;
        }

        @Override
        void describe(double t, double[] to, int start) {
            Drift.Sum sum = networks.at().apply(t);
            to[start] = sum.own();
            int at = append(sum.shift(), to, start + 1);
            for (Drift.Term term : sum.terms()) {
                at = append(new double[] {term.factor(), term.in(), term.skip(), term.out()}, to, at);
                at = append(term.centre(), to, at);
                at = append(term.constant(), to, at);
                at = append(term.rest(), to, at);
            }
        }
    }
}
