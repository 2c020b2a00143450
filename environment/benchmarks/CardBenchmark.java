package org.noisebook.opencl;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.OdeMethod;

/**
 * Measures replica-steps a second on a device with OpenCL beside the exact engine on all cores, and writes a table in
 * Markdown row by row: what is there counts although the rest was stopped.
 */
final class CardBenchmark {
    private static final int POINTS = 1024;
    private static final int PERCEPTRON_POINTS = 10_000;
    private static final int PERCEPTRON_DIMENSION = 128;
    private static final int[] BATCHES = {16, 64, 512};
    private static final int SAME_REPLICAS = 3;
    private static final int SAME_STEPS = 40;
    private static final int WIDTH = 128;
    private static final int CNN_WIDTH = 16;
    private static final double NANOS = 1e9;
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final String SKIPPED = "*skipped*";
    private static final String LATE = "*skipped, no time left*";

    /** Peaks of float32 in TFLOP/s and of memory in TB/s that makers state. */
    private record Peak(String name, double flops, double bytes) {
        static final List<Peak> KNOWN = List.of(
                new Peak("H100 PCIe", 51, 2.0), new Peak("H100", 67, 3.35), new Peak("H200", 67, 4.8));

        static Optional<Peak> of(String device) {
            return KNOWN.stream().filter(peak -> device.contains(peak.name)).findFirst();
        }
    }

    /** What is trained. */
    private interface Work {
        String name();

        int batch();

        /** Operations of a step of a replica, of which every point is unfitted; a fused one counts as two. */
        double flops();

        /** Bytes of weights and points that a step moves, if each pass takes each once and no cache keeps any. */
        double bytes();

        /** Trains; weights at the ends. */
        double[][] train(ReplicaEngine engine, int replicas, long steps);
    }

    /** By layers, the read-out among them. */
    private record Networks(Network network, int batch) implements Work {
        static Networks connected(int depth, int batch) {
            return new Networks(new FullyConnected(depth, WIDTH, Activation.RELU), batch);
        }

        @Override
        public String name() {
            return network instanceof FullyConnected
                    ? "network 784-" + WIDTH + "^" + network.depth() + "-1"
                    : "convolutional, 28 × 28, h = " + network.width();
        }

        private List<InvertedResidual.Layer> layers() {
            return OpenclLayers.of(network, OpenclBenchmark.INPUTS, BATCHES[0]).blocks();
        }

        private static double weights(InvertedResidual.Layer layer) {
            return (double) layer.weightRows() * layer.outputs();
        }

        /** Forward, update, and back through all but the first. */
        @Override
        public double flops() {
            double all = layers().stream().mapToDouble(layer -> layer.pixels() * weights(layer)).sum();
            InvertedResidual.Layer first = layers().get(0);
            return 2.0 * batch * (3 * all - first.pixels() * weights(first));
        }

        /** Maps of more than a pixel too, values and derivatives, written and read. */
        @Override
        public double bytes() {
            double all = layers().stream().mapToDouble(Networks::weights).sum();
            double maps = layers().stream()
                    .filter(layer -> layer.pixels() > 1)
                    .mapToDouble(layer -> (double) layer.pixels() * layer.outputs())
                    .sum();
            double back = all - weights(layers().get(0));
            return Float.BYTES * (3 * all + back + batch * (2.0 * OpenclBenchmark.INPUTS + 4 * maps));
        }

        @Override
        public double[][] train(ReplicaEngine engine, int replicas, long steps) {
            double[][] weights = new double[replicas][];
            engine.train(
                    OpenclBenchmark.replicas(network, POINTS, batch, replicas, steps),
                    (job, end) -> weights[job] = end.weights());
            return weights;
        }
    }

    /** In the plane; a step of a replica moves all of its particles. */
    private record Particles() implements Work {
        /** Of a mode at a stage: differences, products and 2^w, each of a double as two. */
        private static final double FLOPS = 2 * 50;

        @Override
        public String name() {
            return "particles by RK4, " + OpenclBenchmark.PARTICLES;
        }

        @Override
        public int batch() {
            return 0;
        }

        @Override
        public double flops() {
            return (double) OpenclBenchmark.PARTICLES * OpenclBenchmark.MODES * OdeMethod.RK4.stages() * FLOPS;
        }

        @Override
        public double bytes() {
            return 2.0 * 2 * Double.BYTES * OpenclBenchmark.PARTICLES;
        }

        @Override
        public double[][] train(ReplicaEngine engine, int replicas, long steps) {
            double[][] places = new double[replicas][];
            engine.move(
                    OpenclBenchmark.particles(OdeMethod.RK4, replicas, (int) steps),
                    (job, end) -> places[job] = Arrays.stream(end.x()).flatMapToDouble(Arrays::stream).toArray());
            return places;
        }
    }

    private record Perceptrons(int batch) implements Work {
        private static final double[] ROWS = new double[PERCEPTRON_POINTS * PERCEPTRON_DIMENSION];

        static {
            Stream data = Streams.of(1).at("data");
            Arrays.setAll(ROWS, k -> (float) data.nextGaussian());
        }

        @Override
        public String name() {
            return "perceptron, d = " + PERCEPTRON_DIMENSION;
        }

        @Override
        public double flops() {
            return 4.0 * batch * PERCEPTRON_DIMENSION;
        }

        @Override
        public double bytes() {
            return (double) Float.BYTES * batch * PERCEPTRON_DIMENSION;
        }

        @Override
        public double[][] train(ReplicaEngine engine, int replicas, long steps) {
            List<Supplier<PerceptronReplicas.Job>> jobs = new ArrayList<>();
            for (int r = 0; r < replicas; r++) {
                Streams streams = Streams.of(1).withReplica(r);
                jobs.add(() -> new PerceptronReplicas.Job(
                        ROWS, 0x1p100, 0x1p-20, steps * batch, streams.at("order"), new long[0]));
            }
            double[][] weights = new double[replicas][];
            engine.train(
                    new PerceptronReplicas(
                            PERCEPTRON_DIMENSION, PERCEPTRON_POINTS, batch, Precision.FLOAT32, jobs),
                    (job, end) -> weights[job] = end.weights());
            return weights;
        }
    }

    /** Trains for so many steps. */
    private interface Run {
        void make(long steps) throws Exception;
    }

    private final double seconds;
    private final long deadline;

    private CardBenchmark(double seconds, double limit) {
        this.seconds = seconds;
        this.deadline = System.nanoTime() + (long) (limit * NANOS);
    }

    private boolean isLate() {
        return System.nanoTime() > deadline;
    }

    private static double time(Run run, long steps) throws Exception {
        long start = System.nanoTime();
        run.make(steps);
        return (System.nanoTime() - start) / NANOS;
    }

    /** Steps a second: those of a run of so many seconds without those of a run of one step, which starts and ends alike. */
    private double rate(Run run) throws Exception {
        long steps = 32;
        // Compiles.
        double took = time(run, steps);
        while (took < seconds / 4) {
            steps *= 4;
            took = time(run, steps);
        }
        double few = Math.min(time(run, 1), time(run, 1));
        took -= few;
        while (true) {
            steps *= (long) Math.max(2, Math.min(16, 1.2 * seconds / Math.max(took, seconds / 16)));
            took = time(run, steps) - few;
            if (took >= seconds || took >= seconds / 4 && isLate()) {
                return (steps - 1) / took;
            }
            if (isLate()) {
                throw new IllegalStateException(LATE);
            }
        }
    }

    /** A replica for each core. */
    private static void onAllCores(Work work, ExecutorService pool, int cores, long steps) throws Exception {
        List<Callable<double[][]>> tasks = new ArrayList<>();
        for (int core = 0; core < cores; core++) {
            tasks.add(() -> work.train(ReplicaEngine.plain(), 1, steps));
        }
        for (Future<double[][]> done : pool.invokeAll(tasks)) {
            done.get();
        }
    }

    private static String three(double value) {
        return value >= 1000
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3g", value);
    }

    private static Optional<ReplicaEngine> nd4j() {
        try {
            return ReplicaEngine.Source.named("nd4j").map(source -> source.open("cpu", line -> {}));
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** Lines {@code depth,batch,replicas,rate} of the peer; its rate, or why there is none. */
    private static String torch(List<String> lines, Work work, double rate) {
        String start = (work instanceof Networks networks ? networks.network().depth() : 0) + "," + work.batch() + ",";
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.split(","))
                .map(cells -> three(Double.parseDouble(cells[3])) + " (" + cells[2] + " replicas) | "
                        + three(rate / Double.parseDouble(cells[3])))
                .findFirst()
                .orElse(SKIPPED + " | ");
    }

    private static String size(Work work) {
        return work.batch() == 0 ? "" : Integer.toString(work.batch());
    }

    private void row(PrintStream out, Work work, ReplicaEngine device, Optional<ReplicaEngine> nd4j, List<String> lines)
            throws Exception {
        int replicas = device.slots();
        int cores = Runtime.getRuntime().availableProcessors();
        double rate = replicas * rate(steps -> work.train(device, replicas, steps));
        double exact;
        ExecutorService pool = Executors.newFixedThreadPool(cores);
        try {
            exact = cores * rate(steps -> onAllCores(work, pool, cores, steps));
        } finally {
            pool.shutdown();
        }
        boolean isSame = Arrays.deepEquals(
                work.train(device, SAME_REPLICAS, SAME_STEPS),
                work.train(ReplicaEngine.plain(), SAME_REPLICAS, SAME_STEPS));
        String other = SKIPPED;
        if (nd4j.isPresent() && !isLate()) {
            ReplicaEngine engine = nd4j.orElseThrow();
            int most = Math.min(engine.slots(), replicas);
            other = three(most * rate(steps -> work.train(engine, most, steps)));
        }
        String share = Peak.of(device.describe())
                .map(peak -> Math.min(peak.flops * TERA / work.flops(), peak.bytes * TERA / work.bytes()))
                .map(ceiling -> String.format(Locale.ROOT, "%.1f %%", 100 * rate / ceiling))
                .orElse("peak unknown");
        out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                work.name(),
                size(work),
                replicas,
                three(rate),
                three(exact),
                three(rate / exact),
                isSame ? "yes" : "NO",
                three(work.flops() / 1e6),
                three(work.bytes() / 1e6),
                three(rate * work.flops() / GIGA),
                three(rate * work.bytes() / GIGA),
                share,
                other,
                torch(lines, work, rate));
        out.flush();
    }

    /** Device, table, seconds of a measurement, seconds in all, lines of the peer. */
    public static void main(String[] arguments) throws Exception {
        CardBenchmark benchmark =
                new CardBenchmark(Double.parseDouble(arguments[2]), Double.parseDouble(arguments[3]));
        List<String> lines = Files.readAllLines(Path.of(arguments[4]));
        List<String> said = new ArrayList<>();
        ReplicaEngine device;
        try {
            device = ReplicaEngine.Source.named("opencl")
                    .orElseThrow(() -> new IllegalStateException("no OpenCL in this build"))
                    .open(arguments[0], said::add);
        } catch (RuntimeException e) {
            // Errors of the system come wrapped.
            System.err.println("card benchmark: " + (e.getCause() == null ? e : e.getCause()).getMessage());
            System.exit(1);
            return;
        }
        try (PrintStream out = new PrintStream(Files.newOutputStream(Path.of(arguments[1])), true, "UTF-8")) {
            benchmark.table(out, device, said, lines);
        } catch (IOException e) {
            System.err.println("card benchmark: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private void table(PrintStream out, ReplicaEngine device, List<String> said, List<String> lines) throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        OpenclQueue.devices().forEach(one -> out.println("- " + one.describe()));
        String test = said.isEmpty() ? "passed" : said.get(0);
        out.printf("- measured: %s; self-test of bits: %s%n", device.describe(), test);
        out.printf("- beside it: %d cores, Java %s; rates are replica-steps a second%n", cores, Runtime.version());
        Optional<ReplicaEngine> nd4j = nd4j();
        out.println("- ND4J on CPU: " + nd4j.map(ReplicaEngine::describe).orElse("skipped, not there"));
        lines.stream().filter(line -> line.startsWith("#")).forEach(line -> out.println("- " + line.substring(2)));
        out.println();
        out.println("| work | B | replicas | device | exact, all cores | ratio | same bits | MFLOP a step "
                + "| MB a step | GFLOP/s | GB/s | of roofline | ND4J, CPU | PyTorch, CUDA graphs | device : PyTorch |");
        out.println("| --- ".repeat(15) + "|");
        List<Work> works = new ArrayList<>();
        works.add(new Perceptrons(BATCHES[0]));
        for (int depth : new int[] {3, 5}) {
            for (int batch : BATCHES) {
                works.add(Networks.connected(depth, batch));
            }
        }
        works.add(new Networks(new InvertedResidual(1, CNN_WIDTH, Activation.RELU), BATCHES[0]));
        works.add(new Particles());
        for (Work work : works) {
            if (isLate()) {
                out.println("| " + work.name() + " | " + size(work) + " | " + "| ".repeat(12) + LATE + " |");
                continue;
            }
            try {
                row(out, work, device, nd4j, lines);
            } catch (RuntimeException | OutOfMemoryError e) {
                out.println("| " + work.name() + " | " + size(work) + " | " + "| ".repeat(12)
                        + String.valueOf(e.getMessage()).replace('|', '/') + " |");
            }
        }
    }
}
