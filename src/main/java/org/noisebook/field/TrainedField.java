package org.noisebook.field;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.data.NearestNames;
import org.noisebook.data.PointSet;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.PathEnergy;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

/**
 * A field trained on a user's points: draws samples and computes log densities in the units of the file, and can be
 * saved and loaded.
 *
 * <p>{@link #velocity}, {@link #score} and {@link #drift} act on standardised coordinates z = (x − mean)/stdDev.
 *
 * <p><b>Shapes</b>: coordinate-major, {@code x[j][k]}. <b>Error</b>: that of learning, and of 32 steps of RK4.
 */
public final class TrainedField {
    static final int STEPS = 32;
    static final String BETWEEN = "\u001F";

    /** Up to here the divergence is exact; beyond, it is estimated with one probe per point. */
    private static final int EXACT_DIMENSION = 16;
    /** Time near the data at which a sampler with noise continues without. */
    private static final double MARGIN = 0.03;

    private final LearnedField field;
    private final Header header;
    private final PointSet points;
    private final int label;

    /** Everything about a field but its numbers, as text in its file. */
    record Header(
            PathSchedule schedule,
            String objectives,
            FieldConfig.Network network,
            FieldConfig.Training training,
            String pairing,
            String names,
            String classes,
            Doubles counts,
            Doubles mean,
            Doubles stdDev,
            int height,
            int rows) {}

    TrainedField(LearnedField field, Header header, PointSet points, int label) {
        this.field = field;
        this.header = header;
        this.points = points;
        this.label = label;
    }

    /** The points it was trained on; of a loaded field without their rows. */
    public PointSet points() {
        return points;
    }

    /** The dimension d. */
    public int dimension() {
        return points.dimension();
    }

    /** Names of the coordinates. */
    public List<String> names() {
        return points.names();
    }

    /** Updates made, and rows trained on. */
    public String trained() {
        return header.training.steps() + " updates on " + header.rows + " rows, pairing " + header.pairing;
    }

    /** The plan's training. */
    public FieldConfig.Training training() {
        return header.training;
    }

    /** Whether its loss stayed finite. */
    public boolean completed() {
        return field.stopReason() == StopReason.COMPLETED;
    }

    /** The loss history in at most 100 equal parts. */
    public double[] loss() {
        return field.loss();
    }

    LearnedField learned() {
        return field;
    }

    /** The field of one class. */
    public TrainedField forClass(String name) {
        int found = points.classNames().indexOf(name);
        if (found < 0) {
            throw NearestNames.unknown(
                    "class", name, points.classNames(), "the field has " + NearestNames.listed(points.classNames()));
        }
        return forClass(found);
    }

    private TrainedField forClass(int index) {
        return new TrainedField(field.forClass(index), header, points, index);
    }

    /** The velocity b in standardised coordinates. */
    public VelocityField velocity() {
        return field.velocity();
    }

    /** Whether there is a score: not where noise was coupled to data. */
    public boolean hasScore() {
        return header.pairing.equals("independent") && field.gives(Objective.SCORE);
    }

    /** The score s in standardised coordinates. */
    public Score score() {
        checkScore();
        return field.score();
    }

    /** The drift b + ε s of dX = (b + ε s) dt + √(2ε) dW, in standardised coordinates; b alone where ε = 0. */
    public VelocityField drift(DoubleUnaryOperator diffusion) {
        checkScore();
        return field.forwardDrift(diffusion);
    }

    private void checkScore() {
        if (!hasScore()) {
            throw new IllegalArgumentException("ε must be 0: a field trained with pairing " + header.pairing
                    + " has no score, since its noise depends on the data");
        }
    }

    /** Samples by the ODE. */
    public double[][] sample(int count, Streams streams) {
        return sample(count, STEPS, 0, streams);
    }

    /**
     * Samples; of all classes in proportion to the data's, where the network knows them.
     *
     * @param steps of RK4 where ε = 0, else of Euler and Maruyama
     * @param diffusion ε
     */
    public double[][] sample(int count, int steps, double diffusion, Streams streams) {
        return points.restored(standardisedSample(count, steps, diffusion, streams));
    }

    double[][] standardisedSample(int count, int steps, double diffusion, Streams streams) {
        if (label >= 0 || header.counts.size() == 1) {
            return moved(noise(count, streams.at("base")), steps, diffusion, streams);
        }
        double[][] all = new double[dimension()][count];
        double[] counts = header.counts.toArray();
        int from = 0;
        for (int c = 0; c < counts.length; c++) {
            int to = upTo(c, count);
            if (to > from) {
                double[][] own = forClass(c)
                        .standardisedSample(
                                to - from,
                                steps,
                                diffusion,
                                streams.withReplica(streams.replica() * counts.length + c));
                for (int j = 0; j < own.length; j++) {
                    System.arraycopy(own[j], 0, all[j], from, to - from);
                }
                from = to;
            }
        }
        return all;
    }

    /** The number of samples, of so many, that are of this class or one before. */
    private int upTo(int last, int count) {
        double[] counts = header.counts.toArray();
        double before = Arrays.stream(counts, 0, last + 1).sum();
        return last == counts.length - 1
                ? count
                : (int) Math.rint(count * before / Arrays.stream(counts).sum());
    }

    /** The classes of so many samples in their order; empty without classes. */
    public List<String> classes(int count) {
        List<String> names = header.classes.isEmpty() ? List.of() : points.classNames();
        return IntStream.range(0, names.size())
                .boxed()
                .flatMap(c -> Collections.nCopies(
                        label >= 0 ? c == label ? count : 0 : upTo(c, count) - (c == 0 ? 0 : upTo(c - 1, count)),
                        names.get(c))
                        .stream())
                .toList();
    }

    private double[][] moved(double[][] z, int steps, double diffusion, Streams streams) {
        if (diffusion == 0) {
            flow(z, 0, 1, steps);
            return z;
        }
        boolean oneSided = field.config().oneSided();
        double from = oneSided ? 0 : MARGIN;
        int few = Math.max(2, (int) Math.ceil(steps * MARGIN));
        if (!oneSided) {
            flow(z, 0, MARGIN, few);
        }
        double[] times = times(from, 1 - MARGIN, steps);
        Ensemble.run(
                SdeMethod.EULER_MARUYAMA.sampler(drift(t -> diffusion), t -> 2 * diffusion),
                times,
                z,
                Noise.independent(streams.at("path")),
                threads(),
                Ensemble.Observer.NONE);
        flow(z, 1 - MARGIN, 1, few);
        return z;
    }

    private double[] times(double from, double to, int steps) {
        double[] breaks = header.schedule.breaks();
        return TimeGrid.UNIFORM.times(from, to, Math.max(steps, breaks.length + 1), breaks);
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    double[][] noise(int count, Stream stream) {
        return FieldPlan.normal(dimension(), stream, count);
    }

    /** Moves points by the ODE, in place. */
    void flow(double[][] z, double from, double to, int steps) {
        Ensemble.run(
                OdeMethod.RK4.sampler(velocity()),
                times(from, to, steps),
                z,
                Noise.NONE,
                threads(),
                Ensemble.Observer.NONE);
    }

    /**
     * The energy of the paths of the ODE from noise, E ∫ |b|² dt in standardised coordinates: at least the squared
     * transport distance W_2² from noise to samples, and equal to it where paths are straight and optimal.
     */
    public double pathEnergy(int count, Streams streams) {
        double[][] z = noise(count, streams.at("base"));
        PathEnergy energy = new PathEnergy(dimension(), 0);
        Ensemble.run(OdeMethod.RK4.sampler(velocity()), times(0, 1, 4 * STEPS), z, Noise.NONE, 1, energy);
        return energy.sum() / count;
    }

    /** Log densities of points in the units of the file; of the mixture of all classes unless one was chosen. */
    public double[] logDensity(double[]... x) {
        double volume = logVolume();
        return Arrays.stream(standardisedLogDensity(points.standardised(x), STEPS))
                .map(value -> value - volume)
                .toArray();
    }

    /** Σ log stdDev_j, by which log p in the units of the file is less than that of standardised coordinates. */
    double logVolume() {
        return points.stdDev().stream().map(StrictMath::log).sum();
    }

    /** Multiply-adds of an evaluation of the field. */
    double multiplyAdds() {
        return field.nets().stream()
                .mapToDouble(net -> FieldNet.multiplyAdds(net.config()))
                .sum();
    }

    /** Operations that training took. */
    double trainingOperations() {
        return FieldPlan.operations(multiplyAdds(), header.training);
    }

    double[] standardisedLogDensity(double[][] z, int steps) {
        int d = dimension();
        if (header.network.channels() > 0) {
            throw new IllegalArgumentException("a U-Net gives no log density: train without --channels");
        }
        return d <= EXACT_DIMENSION
                ? Likelihood.logDensity(
                        OdeMethod.RK4::sampler, velocity(), times(1, 0, steps), z, Likelihood.normal(d, 1), threads())
                : Likelihood.logDensity(
                        OdeMethod.RK4::sampler,
                        velocity(),
                        times(1, 0, steps),
                        z,
                        Likelihood.normal(d, 1),
                        Likelihood.Probe.RADEMACHER,
                        1,
                        Streams.of(1).at("probe"),
                        threads());
    }

    /** Writes the field to a file, whole or not at all: its header, then each network as {@link FieldFile} packs it. */
    public void save(Path file) throws IOException {
        String text = Schema.of(header).format(header);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        write(out, text.getBytes(StandardCharsets.UTF_8));
        for (FieldNet net : field.nets()) {
            write(out, FieldFile.pack(text, net));
        }
        WholeFile.write(file, target -> Files.write(target, bytes.toByteArray()));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] next(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(in.getInt(), in.remaining())];
        in.get(bytes);
        return bytes;
    }

    /**
     * Reads a field that {@link #save} wrote.
     *
     * @throws IOException with a one-line message that names the file, if it is missing or holds no such field
     */
    public static TrainedField load(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(WholeFile.read(file));
        try {
            String text = new String(next(in), StandardCharsets.UTF_8);
            Header header = Schema.of(Header.class).parse(text);
            List<String> classes = header.classes.isEmpty() ? List.of() : List.of(header.classes.split(BETWEEN, -1));
            PointSet points = new PointSet(
                    List.of(header.names.split(BETWEEN, -1)),
                    classes,
                    header.mean,
                    header.stdDev,
                    PointSet.none(header.mean.size(), classes.size()),
                    header.height,
                    List.of());
            Target target = Target.of(points);
            LearnedField field = null;
            for (String objective : header.objectives.split(" ")) {
                FieldConfig config = new FieldConfig(
                        target,
                        new BaseDensity.Noise(),
                        header.schedule,
                        Objective.valueOf(objective),
                        header.network,
                        header.training);
                LearnedField next = LearnedField.of(FieldFile.unpack("it", next(in), config, text));
                field = field == null ? next : field.with(next);
            }
            return new TrainedField(field, header, points, -1);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    file + ": expected a field that 'noisebook field train' saved; this is another file, or damaged",
                    e);
        }
    }
}
