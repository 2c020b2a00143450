package org.noisebook.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.nd4j.linalg.api.blas.Level1;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.model.ParticleBlocks;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/**
 * Moves a batch of particle blocks over all times on the device; noise and coefficients are copied for several steps.
 *
 * <p>Every method is treated as an {@link OdeMethod}; an SDE method adds its noise to x once the first slope is known.
 */
final class ParticleBatch {
    /** Number of noise values, or of coefficients, that are copied at once, unless a single step needs more. */
    private static final int AHEAD = 1 << 17;

    private final Level1 vectors = Nd4j.getBlasWrapper().level1();
    private final ParticleReplicas replicas;
    private final double[] times;
    private final OdeMethod stages;
    private final boolean noisy;
    private final int dimension;
    private final int columns;
    /** Number of steps prepared at once. */
    private final int ahead;

    private final TensorMixture mixture;
    /** Coefficient slots of the stages, by step. */
    private final int[][] slots;

    /** Positions [d + 1][columns], with ones in the last row. */
    private final INDArray x;

    private final INDArray transposedX;
    private final INDArray flatX;
    /** Positions at which a stage is evaluated, in the same layout. */
    private final INDArray place;

    private final INDArray transposedPlace;
    private final INDArray flatPlace;
    private final INDArray sum;
    private final INDArray squares;
    private final INDArray energy;
    /** Noise [ahead][d × columns]. */
    private final INDArray noise;

    private final INDArray[] noises;
    private final double[] hostNoise;
    private final double[][][] draws;

    /**
     * A batch for the given number of blocks.
     *
     * @param memory owns the arrays
     */
    ParticleBatch(TensorProgram memory, ParticleReplicas replicas, int components, int blocks) {
        this.replicas = replicas;
        times = replicas.times();
        stages = replicas.stages();
        noisy = replicas.method() instanceof SdeMethod;
        dimension = replicas.dimension();
        columns = blocks * Ensemble.BLOCK;
        int length = dimension * columns;
        int coefficients = stages.stages() * TensorMixture.rows(dimension, components) * (dimension + 1);
        int most = Math.min(AHEAD / coefficients, noisy ? AHEAD / length : AHEAD);
        ahead = Math.max(1, Math.min(most, times.length - 1));
        mixture = new TensorMixture(memory, dimension, components, columns, ahead * stages.stages());
        slots = new int[ahead][stages.stages()];
        x = memory.array(DataType.DOUBLE, dimension + 1, columns);
        transposedX = x.transpose();
        flatX = TensorMixture.flat(x, 0, dimension);
        place = memory.array(DataType.DOUBLE, dimension + 1, columns);
        place.assign(1);
        transposedPlace = place.transpose();
        flatPlace = TensorMixture.flat(place, 0, dimension);
        sum = memory.array(DataType.DOUBLE, length);
        squares = memory.array(DataType.DOUBLE, length);
        energy = memory.array(DataType.DOUBLE, length);
        noise = memory.array(DataType.DOUBLE, noisy ? ahead : 1, noisy ? length : 1);
        noises = new INDArray[noisy ? ahead : 0];
        Arrays.setAll(noises, noise::getRow);
        hostNoise = new double[noises.length * length];
        draws = new double[1][dimension][Ensemble.BLOCK];
    }

    /** Moves the particles of the blocks, from one block up to the capacity, and sums their energy. */
    void run(List<ParticleBlocks.Block> batch) {
        double[] host = new double[(dimension + 1) * columns];
        Arrays.fill(host, dimension * columns, host.length, 1);
        for (int b = 0; b < batch.size(); b++) {
            for (int j = 0; j < dimension; j++) {
                batch.get(b).read(j, host, j * columns + b * Ensemble.BLOCK);
            }
        }
        copy(host, x);
        energy.assign(0);
        Noise.Block[] sources = batch.stream().map(ParticleBlocks.Block::noise).toArray(Noise.Block[]::new);
        for (int first = 0; first < times.length - 1; first += ahead) {
            int count = Math.min(ahead, times.length - 1 - first);
            setCoefficients(first, count);
            if (noisy) {
                setNoise(first, count, batch, sources);
            }
            for (int step = 0; step < count; step++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("sampling interrupted");
                }
                step(step, times[first + step], times[first + step + 1]);
            }
        }
        double[] ends = flatX.toDoubleVector();
        double[] energies = energy.toDoubleVector();
        for (int b = 0; b < batch.size(); b++) {
            double part = 0;
            for (int j = 0; j < dimension; j++) {
                int at = j * columns + b * Ensemble.BLOCK;
                batch.get(b).write(j, ends, at);
                for (int k = 0; k < batch.get(b).count(); k++) {
                    part += energies[at + k];
                }
            }
            batch.get(b).addEnergy(part);
        }
    }

    private void setCoefficients(int first, int count) {
        int slot = -1;
        double last = Double.NaN;
        for (int step = 0; step < count; step++) {
            for (int stage = 0; stage < stages.stages(); stage++) {
                double t = stages.time(stage, times[first + step], times[first + step + 1]);
                if (t != last) {
                    slot++;
                    mixture.set(slot, replicas.mixture(t));
                    last = t;
                }
                slots[step][stage] = slot;
            }
        }
        mixture.send();
    }

    private void setNoise(int first, int count, List<ParticleBlocks.Block> batch, Noise.Block[] sources) {
        for (int b = 0; b < batch.size(); b++) {
            int particles = batch.get(b).count();
            for (int step = 0; step < count; step++) {
                sources[b].fill(first + step, times[first + step], times[first + step + 1], particles, draws);
                for (int j = 0; j < dimension; j++) {
                    int at = (step * dimension + j) * columns + b * Ensemble.BLOCK;
                    System.arraycopy(draws[0][j], 0, hostNoise, at, particles);
                }
            }
        }
        copy(hostNoise, noise);
    }

    private void step(int step, double from, double to) {
        double h = to - from;
        INDArray slope = x;
        INDArray mean = sum;
        double weight = 0;
        for (int stage = 0; stage < stages.stages(); stage++) {
            if (stage > 0) {
                flatPlace.assign(flatX);
                add(stages.node(stage) * h, slope, flatPlace);
            }
            slope = mixture.at(slots[step][stage], stage == 0 ? transposedX : transposedPlace);
            if (stage == 0 && noisy) {
                add(Math.sqrt(2 * replicas.diffusion() * Math.abs(h)), noises[step], flatX);
            }
            boolean last = stage == stages.stages() - 1;
            if (weight > 0) {
                add(stages.weight(stage), slope, sum);
            } else if (last) {
                mean = slope;
            } else if (stages.weight(stage) > 0) {
                sum.assign(slope);
            }
            weight += stages.weight(stage);
        }
        double factor = h / weight;
        add(factor, mean, flatX);
        Nd4j.exec(new Square(mean, squares));
        add(factor * factor / Math.abs(h), squares, energy);
    }

    /** b += factor a. */
    private void add(double factor, INDArray a, INDArray b) {
        vectors.axpy(a.length(), factor, a, b);
    }

    /** Copies numbers to an array that is not a view. */
    static void copy(double[] host, INDArray target) {
        try (INDArray numbers = Nd4j.createFromArray(host)) {
            target.assign(numbers.reshape(target.shape()));
        }
    }
}
