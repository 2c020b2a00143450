package org.noisebook.tensor;

import java.util.function.Consumer;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Device;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.ReplicaEngine;

/**
 * Computes replicas in parallel on ND4J, where each product is one batched product over all replicas.
 *
 * <p>See {@link TensorNetworks}, {@link TensorPerceptrons}, {@link TensorParticles} and {@link TensorGram} for the
 * algorithms and for differences from the plain engine.
 *
 * <p><b>Cost</b>: an ND4J operation takes 1.5 to 12 μs at any size, so small networks pay only in large numbers.
 */
public final class TensorEngine implements ReplicaEngine {
    /** Number of parallel replicas on CPU cores. */
    private static final int SLOTS = 32;
    /** Number of parallel replicas on a card, which has more units to keep busy; not measured on a card. */
    private static final int CARD_SLOTS = 128;
    /**
     * Bytes of weights of the networks in parallel on a core, so that they stay in its cache from step to step. If
     * other work uses the caches, running two to four networks 784-128-128-128-1 in turn is a third faster than 32 at
     * once; on an idle machine it is 8 % slower.
     */
    private static final long CACHED_BYTES = 1L << 21;

    private final Device device;
    private final int openMpThreads;

    private TensorEngine(Device device, int openMpThreads) {
        this.device = device;
        this.openMpThreads = openMpThreads;
    }

    /**
     * Starts ND4J on a device.
     *
     * @param device where to compute
     * @param say receives one-line messages for the user, such as why there is no card
     */
    public static TensorEngine open(Device device, Consumer<String> say) {
        Device started = TensorBackends.start(device, say);
        Object threads = Nd4j.getExecutioner().getEnvironmentInformation().get(Nd4jEnvironment.OMP_THREADS_KEY);
        return new TensorEngine(started, threads instanceof Number number ? number.intValue() : 1);
    }

    /** Largest number of parallel replicas. */
    static int slots(Device device) {
        return device == Device.GPU ? CARD_SLOTS : SLOTS;
    }

    @Override
    public String engineClass() {
        return device == Device.GPU ? "nd4j-cuda" : "nd4j-cpu";
    }

    @Override
    public String describe() {
        return device == Device.GPU
                ? engineClass()
                : engineClass() + ", " + openMpThreads + (openMpThreads == 1 ? " OpenMP thread" : " OpenMP threads");
    }

    @Override
    public int slots() {
        return slots(device);
    }

    @Override
    public int threads() {
        return device == Device.GPU ? 1 : Math.max(1, Runtime.getRuntime().availableProcessors() / openMpThreads);
    }

    @Override
    public void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
        long weightBytes = device == Device.GPU ? Long.MAX_VALUE : CACHED_BYTES;
        new TensorNetworks(slots(), weightBytes, threads()).train(replicas, ended);
    }

    @Override
    public void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
        new TensorPerceptrons(slots(), threads()).train(replicas, ended);
    }

    @Override
    public void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
        new TensorParticles().move(replicas, ended);
    }

    @Override
    public double[] gram(int count, int length, double[] rows) {
        return new TensorGram().gram(count, length, rows);
    }

    @Override
    public void check(Network network, GradientNoise noise, Loss loss, Precision precision) {
        TensorNetworks.check(network, noise, loss);
    }
}
