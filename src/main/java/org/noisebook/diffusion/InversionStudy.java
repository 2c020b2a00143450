package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/**
 * Takes pictures to latents and back, or latents to pictures and back, along a deterministic sampler, and measures the
 * error of the round trip, the growth of latents on the way, the distance of samples from those with many small steps,
 * and the result of using another class on the way back.
 *
 * <p>A trip is judged on the state and on the method's memory: the copy in EDICT, and the neighbouring state in BDIA,
 * which is compared with that of the first step. DDIM has no memory and makes the same trip without it.
 *
 * <p><b>Streams</b>: {@code pictures} and {@code start}; runs of one replica share them for all methods and numbers of
 * steps. <b>Cost</b>: an evaluation of the exact score for digits takes 5 µs per particle.
 */
@StudyInfo(
        id = "inversion",
        version = 2,
        title = "Pictures to latents of a diffusion and back, with invertible samplers and DDIM",
        streams = {"pictures", "start"},
        sources = {
            "Wallace, Gokul, Naik 2022, EDICT: Exact Diffusion Inversion via Coupled Transformations, arXiv 2211.12446",
            "Zhang, Lewis, Kleijn 2023, Exact Diffusion Inversion via Bi-directional Integration Approximation, arXiv"
                    + " 2307.10829",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502"
        })
public final class InversionStudy implements Study<InversionConfig, InversionResult> {
    /** The rms beyond which latents count as exploded; that of the prior is 1. */
    public static final double EXPLODED = 100;

    /** Number of parts of the way out after which sizes are recorded. */
    public static final int PARTS = 10;

    private static final int SHOWN = 5;
    private static final ValueCache<Reference, double[][]> REFERENCES = new ValueCache<>();

    /** Everything that the samples with many small steps depend on. */
    private record Reference(GuidedLaw law, Diffusion diffusion, Streams streams, int particles, int steps) {}

    @Override
    public InversionResult run(InversionConfig config, Streams streams) {
        boolean picture = config.trip() == InversionConfig.Trip.PICTURE;
        int[] labels = new int[config.particles()];
        double[][] x = picture ? config.law().draw(streams.at("pictures"), labels) : latents(config, streams);
        if (config.single()) {
            round(x);
        }
        double[][] before = copy(x);
        double[] down = TimeGrid.UNIFORM.times(1, 0, config.steps());
        double[] up = IntStream.rangeClosed(0, config.steps())
                .mapToDouble(i -> down[config.steps() - i])
                .toArray();
        double[] out = picture ? up : down;
        double[] home = picture ? down : up;
        Way way = new Way(config, sampler(config, labels), out, x, Optional.empty());
        double generationError = Double.NaN;
        if (config.referenceSteps() > 0) {
            double[][] exact = reference(config, streams);
            generationError = median(config.particles(), k -> rms(x, k, exact, k));
        }
        Optional<Sampler.Memory> kept = way.memory.filter(memory -> config.keepsMemory());
        boolean swapped = config.classShift() > 0;
        if (swapped) {
            int classes = config.law().data().components();
            Arrays.setAll(labels, k -> (labels[k] + config.classShift()) % classes);
        }
        Way back = new Way(config, sampler(config, labels), home, x, kept);
        double error = worst(x, before);
        if (back.memory.isPresent()) {
            Sampler.Memory last = back.memory.get();
            error = Math.max(error, worst(last.state(), last.place() == last.end() ? before : way.first));
        }
        double none = Double.NaN;
        int n = config.particles();
        double[] relative = IntStream.range(0, n)
                .mapToDouble(k -> rms(x, k, before, k) / rms(before, k))
                .toArray();
        return new InversionResult(
                outcome(way, x),
                way.evaluations,
                swapped ? none : error,
                swapped ? none : median(n, k -> relative[k]),
                swapped
                        ? none
                        : Math.sqrt(Arrays.stream(relative).map(r -> r * r).sum() / n),
                generationError,
                growth(way.sizes, config.steps()),
                swapped ? posterior(config, x, labels) : none,
                swapped ? median(n, k -> rms(x, k, before, k)) : none,
                swapped ? median(n, k -> rms(x, k, before, (k + 1) % n)) : none,
                Doubles.of(way.sizes),
                Doubles.of(way.drifts),
                swapped ? Doubles.of(shown(before, x)) : Doubles.of());
    }

    /** One direction of a trip, completed. */
    private static final class Way {
        private final double[] sizes = new double[PARTS + 1];
        private final double[] drifts = new double[PARTS + 1];
        private double[][] first;
        private final Optional<Sampler.Memory> memory;
        private final long evaluations;

        /** Moves x along the way. */
        Way(InversionConfig config, Sampler sampler, double[] times, double[][] x, Optional<Sampler.Memory> saved) {
            int count = x[0].length;
            Sampler.Stepper stepper = sampler.begin(count);
            saved.ifPresent(stepper::memory);
            first = x;
            int part = 0;
            for (int i = 0; i < times.length; i++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("inversion interrupted");
                }
                if (i > 0) {
                    stepper.step(times[i - 1], times[i], x, count, new double[0][][]);
                    if (config.single()) {
                        round(x);
                        stepper.memory().ifPresent(m -> {
                            round(m.state());
                            stepper.memory(m);
                        });
                    }
                }
                if (i == 1) {
                    first = copy(x);
                }
                while (part <= PARTS && part * config.steps() / PARTS <= i) {
                    sizes[part] = median(count, k -> rms(x, k));
                    drifts[part] = stepper.memory()
                            .filter(m -> m.place() == m.end())
                            .map(m -> median(count, k -> rms(x, k, m.state(), k)))
                            .orElse(i == 0 ? 0 : Double.NaN);
                    part++;
                }
            }
            memory = stepper.memory();
            evaluations = stepper.evaluations();
        }
    }

    private static double[][] latents(InversionConfig config, Streams streams) {
        return config.diffusion().prior(config.law().dimension()).sample(streams.at("start"), config.particles());
    }

    private static Sampler sampler(InversionConfig config, int[] labels) {
        GuidedLaw.Scores scores = config.law().pixelScores(config.diffusion());
        Score score = config.classShift() == 0 ? scores.unconditional() : new ClassScores(scores.classes(), labels);
        return config.method().sampler(config.diffusion(), score);
    }

    /** Result of many small steps from the same latents; cached for the other runs of a replica. */
    private static double[][] reference(InversionConfig config, Streams streams) {
        return REFERENCES.of(
                new Reference(config.law(), config.diffusion(), streams, config.particles(), config.referenceSteps()),
                key -> {
                    double[][] x = latents(config, streams);
                    Sampler sampler = new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN)
                            .sampler(
                                    config.diffusion(),
                                    config.law().pixelScores(config.diffusion()).unconditional());
                    double[] times = TimeGrid.UNIFORM.times(1, 0, config.referenceSteps());
                    Ensemble.run(sampler, times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
                    return x;
                });
    }

    private static double posterior(InversionConfig config, double[][] x, int[] labels) {
        double[][] shares = config.law().posterior(x).orElseThrow();
        return IntStream.range(0, labels.length)
                .mapToDouble(k -> shares[labels[k]][k])
                .average()
                .orElseThrow();
    }

    private static InversionResult.Outcome outcome(Way way, double[][] x) {
        boolean finite = Arrays.stream(x).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
        double largest = Arrays.stream(way.sizes).max().orElseThrow();
        return !finite || !Double.isFinite(largest)
                ? InversionResult.Outcome.LOST
                : largest > EXPLODED ? InversionResult.Outcome.EXPLODED : InversionResult.Outcome.KEPT;
    }

    private static double growth(double[] sizes, int steps) {
        int last = PARTS;
        while (last > 1 && !Double.isFinite(sizes[last])) {
            last--;
        }
        int taken = last * steps / PARTS - last / 2 * steps / PARTS;
        return StrictMath.pow(sizes[last] / sizes[last / 2], 1.0 / taken);
    }

    private static double[] shown(double[][] before, double[][] after) {
        return Stream.of(before, after)
                .flatMapToDouble(x -> IntStream.range(0, SHOWN * x.length)
                        .mapToDouble(i -> x[i % x.length][i / x.length % x[0].length]))
                .toArray();
    }

    private static void round(double[][] x) {
        for (double[] row : x) {
            Arrays.setAll(row, k -> (float) row[k]);
        }
    }

    private static double[][] copy(double[][] x) {
        return Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
    }

    private static double worst(double[][] x, double[][] y) {
        return IntStream.range(0, x.length * x[0].length)
                .mapToDouble(i -> Math.abs(x[i % x.length][i / x.length] - y[i % x.length][i / x.length]))
                .max()
                .orElseThrow();
    }

    private static double rms(double[][] x, int k) {
        return Math.sqrt(Arrays.stream(x).mapToDouble(row -> row[k] * row[k]).sum() / x.length);
    }

    private static double rms(double[][] x, int k, double[][] y, int other) {
        return Math.sqrt(IntStream.range(0, x.length)
                        .mapToDouble(j -> (x[j][k] - y[j][other]) * (x[j][k] - y[j][other]))
                        .sum()
                / x.length);
    }

    private static double median(int count, IntToDoubleFunction value) {
        double[] sorted = IntStream.range(0, count).mapToDouble(value).sorted().toArray();
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    @Override
    public double work(InversionConfig config) {
        double calls = 2.0 * config.steps() * config.method().card().evaluations();
        return calls * config.particles() * config.law().work();
    }

    @Override
    public long memory(InversionConfig config) {
        return 40L * config.particles() * config.law().dimension() * Double.BYTES + (1L << 26);
    }

    @Override
    public List<String> inputs(InversionConfig config) {
        return config.law().files();
    }
}
