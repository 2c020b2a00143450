package org.noisebook.tensor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.noisebook.data.Points;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Device;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;

/**
 * The Java peers of the speed test of engines: the kit's engine on ND4J, its primitive engine, and networks one after
 * the other as one writes them with ND4J, without and with a workspace.
 */
final class EnginesBenchmark {
    private static final int INPUTS = 784;
    private static final int WIDTH = 128;
    private static final int DEPTH = 3;
    private static final FullyConnected NETWORK = new FullyConnected(DEPTH, WIDTH, Activation.RELU);
    private static final int POINTS = 512;
    private static final double RATE = 1e-3;
    private static final double MARGIN = 1e30;
    private static final int CHECK_REPLICAS = 4;
    private static final int CHECK_POINTS = 16;
    private static final double CHECK_RATE = 1;
    private static final int PARTICLE_STEPS = 50;
    private static final int MODES = 8;
    private static final int GRAMS = 16;

    private final Work work;
    private final boolean wall;
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

    private EnginesBenchmark(Work work, boolean wall) {
        this.work = work;
        this.wall = wall;
    }

    /** Networks to train: all from their own weights, on points that are equal numbers in memory of their own. */
    private record Problem(int replicas, int points, int batch, double rate, float[] x, byte[] label) {
        static Problem drawn(int replicas, int points, int batch, double rate) {
            Stream data = Streams.of(1).at("data");
            float[] x = new float[points * INPUTS];
            byte[] label = new byte[points];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) data.nextGaussian();
            }
            for (int i = 0; i < points; i++) {
                label[i] = (byte) (data.nextGaussian() < 0 ? -1 : 1);
            }
            return new Problem(replicas, points, batch, rate, x, label);
        }

        static Problem ofCheck() {
            return drawn(CHECK_REPLICAS, CHECK_POINTS, CHECK_POINTS, CHECK_RATE);
        }

        Points train() {
            return Points.of(points, INPUTS, x, label);
        }

        Streams streams(int replica) {
            return Streams.of(1).withReplica(replica);
        }

        double[] weights(int replica) {
            NetworkEngine engine = NETWORK.engine(INPUTS, 1, Precision.FLOAT32);
            engine.initialise(streams(replica).at("init"));
            return engine.weights();
        }
    }

    /** What a peer can do. */
    private interface Work {
        /** Trains for so many steps; y F of every replica and point. */
        double[] train(Problem problem, int steps);
    }

    /** The kit's engines, that on ND4J also with all replicas in one batch however large their weights are. */
    private record Engine(ReplicaEngine engine, boolean oneBatch) implements Work {
        @Override
        public double[] train(Problem problem, int steps) {
            HingeSgd rule =
                    new HingeSgd(MARGIN, problem.rate, problem.batch, (long) steps * problem.batch);
            List<Supplier<HingeReplicas.Job>> jobs = new ArrayList<>();
            for (int r = 0; r < problem.replicas; r++) {
                int replica = r;
                Points test = Points.of(0, INPUTS, new float[0], new byte[0]);
                jobs.add(() -> new HingeReplicas.Job(
                        problem.train(),
                        test,
                        0,
                        problem.weights(replica),
                        rule,
                        problem.streams(replica).at("order")));
            }
            double[] signed = new double[problem.replicas * problem.points];
            HingeReplicas all =
                    new HingeReplicas(NETWORK, INPUTS, problem.points, problem.batch, Precision.FLOAT32, jobs);
            ResultListener<HingeReplicas.TrainingEnd> ended = (job, end) -> {
                for (int i = 0; i < problem.points; i++) {
                    signed[job * problem.points + i] = problem.label[i] * (end.trainEnd()[i] - end.trainStart()[i]);
                }
            };
            if (oneBatch) {
                new TensorNetworks(problem.replicas).train(all, ended);
            } else {
                engine.train(all, ended);
            }
            return signed;
        }
    }

    /** One network after the other, each with arrays of its own. */
    private record Loop(boolean workspace) implements Work {
        @Override
        public double[] train(Problem problem, int steps) {
            List<Plain> networks = IntStream.range(0, problem.replicas)
                    .mapToObj(r -> new Plain(problem, r))
                    .toList();
            double[][] before = networks.stream().map(Plain::signedOutputs).toArray(double[][]::new);
            WorkspaceConfiguration settings = WorkspaceConfiguration.builder()
                    .policyAllocation(AllocationPolicy.OVERALLOCATE)
                    .policyLearning(LearningPolicy.FIRST_LOOP)
                    .build();
            for (int step = 0; step < steps; step++) {
                for (Plain network : networks) {
                    if (workspace) {
                        try (MemoryWorkspace ignored =
                                Nd4j.getWorkspaceManager().getAndActivateWorkspace(settings, "STEP")) {
                            network.step();
                        }
                    } else {
                        network.step();
                    }
                }
            }
            double[] signed = new double[problem.replicas * problem.points];
            for (int r = 0; r < problem.replicas; r++) {
                double[] after = networks.get(r).signedOutputs();
                for (int i = 0; i < problem.points; i++) {
                    signed[r * problem.points + i] = after[i] - before[r][i];
                }
            }
            return signed;
        }
    }

    /**
     * A network as one writes it with ND4J. All factors are put into one, as ReLU allows: f = scale · relu(… relu(x W_1) … W_D) v.
     */
    private static final class Plain {
        private final INDArray x;
        /** label · scale. */
        private final INDArray signed;
        /** The factor of a point's gradient. */
        private final INDArray push;
        /** A point is unfitted below it: margin + label · f(w_0). */
        private final INDArray limit;

        private final INDArray[] w = new INDArray[DEPTH + 1];
        private final int[] batch;
        private final SubsetSampler batches;

        Plain(Problem problem, int replica) {
            double scale = Math.pow(2, DEPTH / 2.0) / (Math.pow(WIDTH, (DEPTH - 1) / 2.0) * WIDTH);
            float[] labels = new float[problem.points];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = problem.label[i];
            }
            x = Nd4j.create(problem.x, new long[] {problem.points, INPUTS}, DataType.FLOAT)
                    .divi(Math.sqrt(INPUTS));
            signed = Nd4j.create(labels, new long[] {problem.points, 1}, DataType.FLOAT)
                    .muli(scale);
            push = signed.mul(problem.rate / problem.batch);
            float[] flat = floats(problem.weights(replica));
            int start = 0;
            for (int l = 0; l <= DEPTH; l++) {
                int rows = l == 0 ? INPUTS : WIDTH;
                int columns = l == DEPTH ? 1 : WIDTH;
                w[l] = Nd4j.create(
                        Arrays.copyOfRange(flat, start, start + rows * columns),
                        new long[] {rows, columns},
                        DataType.FLOAT);
                start += rows * columns;
            }
            limit = signed.mul(forward(x)[DEPTH + 1]).addi(MARGIN);
            batch = new int[problem.batch];
            batches = new SubsetSampler(problem.points, problem.streams(replica).at("order"));
        }

        private static float[] floats(double[] values) {
            float[] rounded = new float[values.length];
            for (int i = 0; i < rounded.length; i++) {
                rounded[i] = (float) values[i];
            }
            return rounded;
        }

        /** The input, the hidden layers and f / scale. */
        private INDArray[] forward(INDArray rows) {
            INDArray[] a = new INDArray[DEPTH + 2];
            a[0] = rows;
            for (int l = 0; l < DEPTH; l++) {
                a[l + 1] = Transforms.relu(a[l].mmul(w[l]), false);
            }
            a[DEPTH + 1] = a[DEPTH].mmul(w[DEPTH]);
            return a;
        }

        double[] signedOutputs() {
            return signed.mul(forward(x)[DEPTH + 1]).toDoubleVector();
        }

        void step() {
            batches.draw(batch, batch.length);
            INDArray[] a = forward(x.getRows(batch));
            INDArray value = signed.getRows(batch).muli(a[DEPTH + 1]);
            INDArray unfitted = value.lt(limit.getRows(batch)).castTo(DataType.FLOAT);
            INDArray delta = push.getRows(batch).muli(unfitted);
            for (int l = DEPTH; l >= 0; l--) {
                INDArray update = a[l].transpose().mmul(delta);
                if (l > 0) {
                    delta = delta.mmul(w[l].transpose()).muli(a[l].gt(0).castTo(DataType.FLOAT));
                }
                w[l].addi(update);
            }
        }
    }

    /** CPU time of this thread; wall time where another device computes. */
    private double seconds() {
        if (wall) {
            Nd4j.getExecutioner().commit();
            return 1e-9 * System.nanoTime();
        }
        return 1e-9 * thread.getCurrentThreadCpuTime();
    }

    private double time(Problem problem, int steps) {
        double start = seconds();
        work.train(problem, steps);
        return seconds() - start;
    }

    /** What surrounds the steps is in both trainings and falls out of the difference. */
    private double speed(int replicas, int batch, int steps) {
        Problem problem = Problem.drawn(replicas, POINTS, batch, RATE);
        double around = time(problem, 1);
        return (double) replicas * steps / (time(problem, 1 + steps) - around);
    }

    private double check(int steps) {
        return Arrays.stream(work.train(Problem.ofCheck(), steps)).average().orElseThrow();
    }

    /** Millions of particles moved by a step, a second; eight modes on a circle, which all points are drawn to. */
    private double particles(int replicas, int each) {
        ReplicaEngine engine = ((Engine) work).engine;
        double[] times = IntStream.rangeClosed(0, PARTICLE_STEPS)
                .mapToDouble(i -> (double) i / PARTICLE_STEPS)
                .toArray();
        List<Supplier<ParticleReplicas.Job>> jobs = new ArrayList<>();
        for (int r = 0; r < replicas; r++) {
            Stream noise = Streams.of(1).withReplica(r).at("noise");
            double[][] start = new double[2][each];
            for (double[] row : start) {
                Arrays.setAll(row, i -> noise.nextGaussian());
            }
            jobs.add(() -> new ParticleReplicas.Job(start, Noise.NONE));
        }
        double start = seconds();
        engine.move(new ParticleReplicas(2, drift(), OdeMethod.RK4, 0, times, jobs), (job, end) -> {});
        return 1e-6 * replicas * each * PARTICLE_STEPS / (seconds() - start);
    }

    /** f(t, x) = Σ w_k(x) (m_k − x), w_k that of a Gaussian at m_k which narrows from 2 to 1. */
    private static DoubleFunction<AffineMixture> drift() {
        double[] means = new double[2 * MODES];
        double[] slopes = new double[4 * MODES];
        for (int k = 0; k < MODES; k++) {
            means[2 * k] = 4 * StrictMath.cos(2 * Math.PI * k / MODES);
            means[2 * k + 1] = 4 * StrictMath.sin(2 * Math.PI * k / MODES);
            slopes[4 * k] = -1;
            slopes[4 * k + 3] = -1;
        }
        return t -> {
            double[] roots = new double[4 * MODES];
            for (int k = 0; k < MODES; k++) {
                roots[4 * k] = 1 / (2 - t);
                roots[4 * k + 3] = 1 / (2 - t);
            }
            return new AffineMixture(2, means, roots, new double[MODES], new double[2 * MODES], slopes);
        };
    }

    private double grams(int count, int length) {
        ReplicaEngine engine = ((Engine) work).engine;
        Stream data = Streams.of(1).at("data");
        double[] rows = new double[count * length];
        Arrays.setAll(rows, i -> data.nextGaussian());
        double start = seconds();
        for (int k = 0; k < GRAMS; k++) {
            engine.gram(count, length, rows);
        }
        return GRAMS / (seconds() - start);
    }

    private static void write(Path folder) throws IOException {
        Problem problem = Problem.ofCheck();
        double[] weights = IntStream.range(0, CHECK_REPLICAS)
                .mapToObj(problem::weights)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        writeFloats(folder.resolve("points"), problem.x.length, i -> problem.x[i]);
        writeFloats(folder.resolve("labels"), problem.label.length, i -> problem.label[i]);
        writeFloats(folder.resolve("weights"), weights.length, i -> weights[i]);
    }

    private static void writeFloats(Path file, int count, IntToDoubleFunction value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((float) value.applyAsDouble(i));
        }
        Files.write(file, bytes.array());
    }

    private double answer(String what, int[] numbers) {
        return switch (what) {
            case "step" -> speed(numbers[0], numbers[1], numbers[2]);
            case "check" -> check(numbers[0]);
            case "particles" -> particles(numbers[0], numbers[1]);
            case "gram" -> grams(numbers[0], numbers[1]);
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Work work(String peer, Device device) {
        if (peer.equals("primitive")) {
            return new Engine(ReplicaEngine.plain(), false);
        }
        TensorEngine engine = TensorEngine.open(device, System.err::println);
        if (device == Device.GPU && !engine.engineClass().equals("nd4j-cuda")) {
            throw new IllegalArgumentException("no card to measure");
        }
        return switch (peer) {
            case "nd4j" -> new Engine(engine, false);
            case "batch" -> new Engine(engine, true);
            case "naive" -> new Loop(false);
            case "workspace" -> new Loop(true);
            default -> throw new IllegalArgumentException(peer);
        };
    }

    /** Arguments: the peer, the device, and, for the first peer, the folder for what the others read. */
    public static void main(String[] arguments) throws IOException {
        boolean gpu = arguments[1].equals("gpu");
        EnginesBenchmark run = new EnginesBenchmark(work(arguments[0], gpu ? Device.GPU : Device.CPU), gpu);
        if (arguments.length > 2) {
            write(Path.of(arguments[2]));
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            int[] numbers =
                    Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray();
            System.out.println(String.format(Locale.ROOT, "%.6g", run.answer(words[0], numbers)));
            System.out.flush();
        }
    }
}
