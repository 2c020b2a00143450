package org.noisebook.papers.richlazy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.noisebook.checkpoint.Linearisation;
import org.noisebook.data.Doubles;
import org.noisebook.data.Points;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.Network;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.PaperStudy;
import org.noisebook.regime.Departure;
import org.noisebook.regime.Diagnostic;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.Movement;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.regime.Representation;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.NetworkTraining;

/**
 * The regime of a training of the study {@code network}: how far weights, tangent kernel and representation moved, on the
 * way and at the end, and whether the tangent model tells the same.
 *
 * <p>The training itself is that of {@link NetworkStudy}, number for number. Diagnostics: {@link Diagnostic}; tangent
 * model: {@link LinearisedSgd} with the same batches until its training loss is that of the network at its end. Verdict of
 * a cell: {@link RegimeReport}. Of a convolutional network the representation is the map behind its last layer, averaged over
 * the pixels: what the read-out reads.
 *
 * <p><b>Streams</b>: those of the study {@code network}. <b>Cost</b>: the training, some milliseconds a record of 128
 * probes, and a row of the kernel for every training point that the tangent model sees unfitted. A convolutional network's
 * kernel is one of gradients: as many numbers a point as it has weights.
 */
@StudyInfo(
        id = "regime",
        version = 3,
        title = "How far a network moves in training: lazy or rich",
        streams = {"init", "data", "test", "order"},
        sources = {
            "Liu, Baratin, Cornford, Mihalas, Shea-Brown, Lajoie 2024, How connectivity structure shapes rich and lazy"
                    + " learning in neural circuits, arXiv 2310.08513",
            "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep Learning,"
                    + " arXiv 2301.13703",
            "Chizat, Oyallon, Bach 2019, On Lazy Training in Differentiable Programming, arXiv 1812.07956"
        })
public final class RegimeStudy extends PaperStudy<RegimeStudy.Config, RegimeResult> {
    /**
     * One training of a network whose regime is measured; by default that of the study {@code network} with 128 probes.
     *
     * @param training what is trained, fully connected or convolutional; its {@code probeSize} test points are the probes, at
     *     least two
     * @param linearised whether the tangent model is also trained, with the same batches; only for noise of minibatches
     */
    public record Config(
            @Parameter(
                    standard = "networkConfig(probeSize=128)",
                    value = "the training, as in the study network; its probeSize test points are the probes")
            NetworkConfig training,

            @Parameter(standard = "0", range = "[0, 100]", value = "records per decade of steps; 0 for none")
            int recordsPerDecade,

            @Parameter(standard = "true", value = "whether the tangent model is also trained, with the same batches")
            boolean linearised) {
        private static final int LEAST_PROBES = 2;

        /** Rejects a single probe, and tangent models under noise other than that of minibatches. */
        public Config {
            if (training.probeSize() < LEAST_PROBES) {
                throw new IllegalArgumentException(
                        "training.probeSize must be in [" + LEAST_PROBES + ", 4096], got " + training.probeSize());
            }
            if (linearised && training.noise() != GradientNoise.MINIBATCH) {
                throw new IllegalArgumentException("linearised must be false for training.noise="
                        + Schema.formatValue(training.noise()) + ", got true");
            }
        }

        /** Steps at which to look: 0 and about equal ratios, each once, up to the cap. */
        private long[] moments() {
            List<Long> moments = new ArrayList<>();
            if (recordsPerDecade > 0) {
                moments.add(0L);
                long most = training.sampleCap() / training.batchSize();
                for (int k = 0; ; k++) {
                    long step = Math.round(StrictMath.pow(10, (double) k / recordsPerDecade));
                    if (step > most) {
                        break;
                    }
                    if (step > moments.get(moments.size() - 1)) {
                        moments.add(step);
                    }
                }
            }
            return moments.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private static final NetworkStudy TRAINING = new NetworkStudy();
    /** How many times as long as the network the tangent model may take to come to its loss. */
    private static final int LONGER = 4;

    @Override
    protected RegimeResult measure(Config config, Streams streams) {
        NetworkTraining training = new NetworkTraining(config.training(), streams);
        Watch watch = new Watch(
                config.training().network(), training, config.training().probeSize());
        NetworkResult result = training.run(
                config.moments(), step -> watch.look(step * config.training().learningRate()));
        boolean finite = result.stopReason() != StopReason.DIVERGED;
        Movement movement = finite ? watch.movement() : Movement.NONE;
        if (finite && config.recordsPerDecade() > 0) {
            watch.end(result.time());
        }
        double distance = Double.NaN;
        double agreement = Double.NaN;
        long steps = 0;
        if (config.linearised()) {
            Points train = training.train();
            ProbeKernel kernel = ProbeKernel.tangent(
                    config.training().network(), training.initialWeights(), train.and(watch.probes));
            double loss = finite ? result.trainLoss() : 0;
            long cap = Math.min(config.training().sampleCap(), Long.MAX_VALUE / LONGER) * LONGER;
            HingeSgd rule = NetworkTraining.rule(config.training());
            LinearisedSgd.Outcome linear = LinearisedSgd.run(
                    new HingeSgd(rule.margin(), rule.learningRate(), rule.batchSize(), rule.noise(), cap, rule.loss()),
                    kernel,
                    train,
                    streams.at("order"),
                    loss);
            steps = linear.end().steps();
            StopReason end = linear.end().stopReason();
            if (finite && (end == StopReason.FITTED || end == StopReason.COMPLETED)) {
                double[] own = Arrays.copyOf(training.testPredictions(), watch.probes.count());
                double[] other =
                        Arrays.copyOfRange(linear.predictions(), train.count(), train.count() + watch.probes.count());
                agreement = Grammar.share(own.length, i -> own[i] > 0 == other[i] > 0);
                distance = LinearisedSgd.distance(own, other);
            }
        }
        return watch.result(result, movement, distance, agreement, steps, finite);
    }

    @Override
    public Optional<String> verdict(List<RegimeResult> replicas) {
        return Optional.of(replicas.isEmpty() ? "" : RegimeReport.of(replicas).regime());
    }

    /** The kernels of two untrained networks, that of a run and another of the same law: what a rule must not call lazy. */
    public KernelChange untrainedPair(Config config, Streams streams) {
        NetworkTraining training = new NetworkTraining(config.training(), streams);
        Network network = config.training().network();
        Watch watch = new Watch(network, training, config.training().probeSize());
        NetworkEngine other = network.engine(training.test().dimension(), 1, Precision.FLOAT64);
        other.initialise(streams.at("init").part(1));
        return KernelChange.of(watch.start.tangent(), ProbeKernel.tangent(network, other.weights(), watch.probes));
    }

    /** Looks at a network on the probes and keeps the records. */
    private static final class Watch {
        private final Network network;
        private final NetworkTraining training;
        private final Points probes;
        private final double[] labels;
        private final Movement.Snapshot start;
        private final List<double[]> records = new ArrayList<>();
        private Optional<Movement.Snapshot> last;

        Watch(Network network, NetworkTraining training, int probeSize) {
            this.network = network;
            this.training = training;
            this.probes = training.test().first(probeSize);
            this.labels = new double[probeSize];
            for (int i = 0; i < probeSize; i++) {
                labels[i] = probes.label(i);
            }
            this.start = snapshot(training.initialWeights()).orElseThrow();
            this.last = Optional.of(start);
        }

        /** Empty if numbers are not finite or their squares would not be. */
        private Optional<Movement.Snapshot> snapshot(double[] weights) {
            ProbeKernel tangent = ProbeKernel.tangent(network, weights, probes);
            return Movement.isFinite(tangent)
                    ? Optional.of(new Movement.Snapshot(weights, tangent, Representation.lastLayer(tangent)))
                    : Optional.empty();
        }

        Movement movement() {
            last = snapshot(training.weights());
            return last.map(now -> Movement.between(start, now, labels)).orElse(Movement.NONE);
        }

        /** The last record; those since the weights last moved go, for they are the same network. */
        void end(double time) {
            records.removeIf(record -> record[0] >= time && record[0] > 0);
            if (time > 0) {
                look(time);
            }
        }

        void look(double time) {
            Movement now = movement();
            records.add(new double[] {
                time,
                training.trainLoss(),
                training.testError(),
                now.relativeWeightChange(),
                now.kernelAlignment(),
                now.representationAlignment(),
                now.centredRepresentationAlignment(),
                now.endTargetAlignment()
            });
        }

        private double[] column(int index) {
            return records.stream().mapToDouble(record -> record[index]).toArray();
        }

        private double[] layers(boolean finite) {
            // The kernel of a convolutional network holds gradients and, of activities, what the read-out reads.
            int first = network instanceof FullyConnected ? 1 : network.depth();
            double[] alignments = new double[network.depth() + 1 - first];
            for (int l = 0; l < alignments.length; l++) {
                int block = first + l;
                alignments[l] = last.filter(end -> finite)
                        .map(end ->
                                Movement.centredAlignment(layer(start.tangent(), block), layer(end.tangent(), block)))
                        .orElse(Double.NaN);
            }
            return alignments;
        }

        private double debiased(
                boolean finite,
                Function<Movement.Snapshot, ProbeKernel> kernel,
                ToDoubleFunction<KernelChange> number) {
            return last.filter(end -> finite)
                    .map(end -> number.applyAsDouble(KernelChange.of(kernel.apply(start), kernel.apply(end))))
                    .orElse(Double.NaN);
        }

        private Departure departure() {
            NetworkEngine engine = network.engine(probes.dimension(), probes.count(), Precision.FLOAT64);
            UnaryOperator<double[]> outputs = weights -> {
                engine.set(weights);
                return engine.outputs(probes);
            };
            Linearisation of = Linearisation.of(outputs, probes.count(), training.initialWeights(), training.weights());
            return new Departure(of.start().mean(), of.end().mean(), of.slope().mean());
        }

        private Representation layer(ProbeKernel tangent, int block) {
            double[] rows = tangent.rows(block);
            return Representation.of(probes.count(), rows.length / probes.count(), rows);
        }

        RegimeResult result(
                NetworkResult result,
                Movement movement,
                double distance,
                double agreement,
                long steps,
                boolean finite) {
            return new RegimeResult(
                    result,
                    movement,
                    distance,
                    agreement,
                    steps,
                    finite ? departure() : Departure.NONE,
                    debiased(finite, Movement.Snapshot::tangent, KernelChange::offDiagonalAlignment),
                    debiased(finite, snapshot -> snapshot.representation().kernel(), KernelChange::debiasedAlignment),
                    Doubles.of(layers(finite)),
                    Doubles.of(column(0)),
                    Doubles.of(column(1)),
                    Doubles.of(column(2)),
                    Doubles.of(column(3)),
                    Doubles.of(column(4)),
                    Doubles.of(column(5)),
                    Doubles.of(column(6)),
                    Doubles.of(column(7)));
        }
    }

    @Override
    public double work(Config config) {
        NetworkConfig training = config.training();
        double forward = training.network().multiplyAdds(inputDimension(training));
        double looks = config.moments().length * forward * (training.trainSize() + (double) training.testSize());
        double tangent = config.linearised()
                ? (double) training.trainSize() * training.trainSize() * factorLength(training)
                        + (double) training.sampleCap() * training.trainSize()
                : 0;
        return TRAINING.work(training) + 2 * (looks + tangent);
    }

    @Override
    public long memory(Config config) {
        NetworkConfig training = config.training();
        long probes = 2L * training.probeSize() * factorLength(training) * Double.BYTES;
        return TRAINING.memory(training)
                + probes
                + (config.linearised()
                        ? LinearisedSgd.memory(
                                training.trainSize(),
                                training.trainSize() + (long) training.probeSize(),
                                factorLength(training))
                        : 0);
    }

    /** Numbers in a row of all factors of a tangent kernel. */
    private static long factorLength(NetworkConfig training) {
        return training.network().kernelLength(inputDimension(training));
    }

    private static int inputDimension(NetworkConfig training) {
        return training.dataset().inputDimension(training.dimension());
    }

    @Override
    public List<String> inputs(Config config) {
        return TRAINING.inputs(config.training());
    }
}
