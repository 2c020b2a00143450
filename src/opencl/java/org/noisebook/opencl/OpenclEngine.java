package org.noisebook.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Device;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.RegressionReplicas;
import org.noisebook.model.ReplicaEngine;

/**
 * Computes replicas on one device with OpenCL, with one work group per replica.
 *
 * <p>Its class is {@code exact} if {@link OpenclBits} finds no difference from Java's arithmetic, else {@code opencl}.
 * For the algorithms see {@link OpenclNetworks}, {@link OpenclRegression}, {@link OpenclPerceptrons} and {@link
 * OpenclParticles}. The exact engine computes Gram matrices that do not fit on the device.
 *
 * <p><b>Special cases</b>: after a device error, the next batch restarts the device.
 */
public final class OpenclEngine implements ReplicaEngine {
    private static final String CLASS = "opencl";
    private static final String EXACT = "exact";
    /** Items per work group on a card. */
    private static final int ITEMS = 256;

    private final OpenclDevice device;
    private final boolean isExact;
    private OpenclQueue queue;

    OpenclEngine(OpenclQueue queue, boolean isExact) {
        this.device = queue.device();
        this.queue = queue;
        this.isExact = isExact;
    }

    /**
     * Starts the device and tests its arithmetic.
     *
     * @param device {@code cpu}, {@code gpu}, {@code auto}, a number or a part of a name
     * @param say receives a line if the arithmetic differs from Java's
     * @throws UncheckedIOException with a one-line message, if there is no such device or it does not start
     */
    static OpenclEngine open(String device, Consumer<String> say) {
        OpenclQueue queue = OpenclQueue.open(choose(device, OpenclQueue.devices()));
        Optional<String> difference = OpenclBits.difference(queue);
        difference.ifPresent(what -> say.accept(queue.device().name() + " does not compute the exact bits (" + what
                + "): its results are kept apart as " + CLASS));
        return new OpenclEngine(queue, difference.isEmpty());
    }

    /** The device for a word: the first card, the first CPU, either, a number, or the first whose name contains it. */
    static OpenclDevice choose(String word, List<OpenclDevice> all) {
        String text = word.toLowerCase(Locale.ROOT);
        Optional<OpenclDevice> card = all.stream().filter(OpenclDevice::isCard).findFirst();
        Optional<OpenclDevice> chosen;
        if (text.equals(Device.AUTO.text())) {
            chosen = card.or(() -> all.stream().findFirst());
        } else if (text.equals(Device.GPU.text())) {
            chosen = card;
        } else if (text.equals(Device.CPU.text())) {
            chosen = all.stream().filter(device -> !device.isCard()).findFirst();
        } else {
            chosen = all.stream()
                    .filter(device -> text.equals(Integer.toString(device.number()))
                            || !text.matches("\\d+")
                                    && device.name().toLowerCase(Locale.ROOT).contains(text))
                    .findFirst();
        }
        return chosen.orElseThrow(() -> new UncheckedIOException(new IOException("--device " + word + ": OpenCL has "
                + (all.isEmpty() ? "no device here" : "no such device here") + "; noisebook info lists what it has")));
    }

    @Override
    public String engineClass() {
        return isExact ? EXACT : CLASS;
    }

    @Override
    public String where() {
        return "OpenCL on " + device.name();
    }

    @Override
    public String describe() {
        return engineClass() + ", " + where();
    }

    @Override
    public int threads() {
        return 1;
    }

    /** One group per compute unit on a card, twice as many on a CPU, so that a short replica leaves no core idle. */
    @Override
    public int slots() {
        return device.isCard() ? device.units() : 2 * device.units();
    }

    @Override
    public void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
        tried(() -> new OpenclNetworks(running(), slots(), items(), device.lanes()).train(replicas, ended));
    }

    @Override
    public void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
        tried(() -> new OpenclPerceptrons(running(), slots(), items(), device.lanes()).train(replicas, ended));
    }

    @Override
    public void train(RegressionReplicas replicas, ResultListener<RegressionReplicas.TrainingEnd> ended) {
        tried(() -> new OpenclRegression(running(), slots(), items(), device.lanes()).train(replicas, ended));
    }

    @Override
    public boolean fastForwards() {
        return device.hasDouble();
    }

    /** Runs one task at a time; after an error the device is restarted. */
    private synchronized void tried(Runnable work) {
        try {
            work.run();
        } catch (UncheckedIOException e) {
            queue.close();
            throw e;
        }
    }

    private int items() {
        return device.isCard() ? Math.min(ITEMS, device.largestGroup()) : 1;
    }

    /** The queue, reopened after an error. */
    private OpenclQueue running() {
        if (!queue.isOpen()) {
            queue = OpenclQueue.open(device);
        }
        return queue;
    }

    @Override
    public void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
        tried(() -> new OpenclParticles(running(), items(), device.lanes()).move(replicas, ended));
    }

    @Override
    public int mostDimensions() {
        return OpenclParticles.MOST_DIMENSIONS;
    }

    @Override
    public double[] gram(int count, int length, double[] rows) {
        if (!OpenclGram.fits(device, count, length)) {
            return ReplicaEngine.plain().gram(count, length, rows);
        }
        double[][] gram = new double[1][];
        tried(() -> gram[0] = new OpenclGram(running()).gram(count, length, rows));
        return gram[0];
    }

    @Override
    public void check(Network network, GradientNoise noise, Loss loss, Precision precision) {
        OpenclNetworks.check(noise, loss, precision, device.hasDouble());
    }
}
