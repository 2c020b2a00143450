package org.noisebook.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.noisebook.data.Echo;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.regime.RegimeReport;
import org.noisebook.runs.Report;
import org.noisebook.stats.Estimate;

/**
 * Whether the training between two checkpoints was lazy or rich, with what decides and what else was measured.
 *
 * <p>The rule is that of {@link RegimeReport#verdict}, by 95 % intervals over probes of ΔΘ = ‖Θ − Θ₀‖/‖Θ₀‖ off the diagonals, by Δw =
 * ‖w − w₀‖/‖w₀‖, which is exact, and by the distance δ of the tangent model at equal training loss ({@link TaskSpectrum#tangentDistance});
 * what is missing, or could not have failed, is left out and said. Cosines and ranks are shown and never decide.
 *
 * <p><b>Special cases</b>: {@code not resolved} without a tangent kernel or with fewer than five probes; {@code did not move} where kernel
 * and weights changed by less than rounding of float32 and neither outputs nor a loss show that there was a training.
 */
public final class CheckpointReport implements Report {
    /** The verdict if nothing moved. */
    public static final String STILL = "did not move";

    private static final double ROUNDING = 1e-6;
    private static final String RULE =
            "rule (a convention, calibrated on small networks: figure regime-verdict): lazy if all"
                    + " measures are below 0.1; rich if the kernel changed by more than 1, or by more than 0.5 while the weights changed by"
                    + " more than 0.5 or the tangent model is off by more than 0.2; measures disagree if the kernel changed by less"
                    + " than 0.1 but the tangent model is off by more than 0.2, or by more than 1 but it is off by less than 0.1;"
                    + " otherwise between";

    private final List<Checkpoint> moments;
    private final List<String> missing = new ArrayList<>();
    private final Map<String, Frame> frames = new LinkedHashMap<>();
    private final List<Estimate> kernelChanges = new ArrayList<>();
    private final List<Estimate> weightChanges = new ArrayList<>();
    private Estimate tangent = Estimate.ofMean();
    private String training = "";
    private final String verdict;
    private double[] startValues = {};
    private double[] endValues = {};
    private double[] startPower = {};
    private double[] endPower = {};
    private double[] limitValues = {};
    private double[] limitPower = {};

    private CheckpointReport(
            List<Checkpoint> moments, Optional<NumberArray> targets, Optional<InfiniteWidth.Network> limit)
            throws IOException {
        this.moments = List.copyOf(moments);
        Checkpoint start = moments.get(0);
        Checkpoint end = moments.get(moments.size() - 1);
        for (Checkpoint later : moments.subList(1, moments.size())) {
            check(start, later);
            kernelChanges.add(kernelChange(start, later));
            weightChanges.add(weights(start, later, later == end));
        }
        double[][] target = targets(start, targets);
        training(start, end, target);
        kernels(start, end, target);
        layers(start, end);
        if (limit.isPresent()) {
            limit(start, end, target, limit.get());
        }
        if (moments.size() > 2) {
            Frame path = new Frame("file", "change of the kernel", "change of the weights");
            for (int k = 1; k < moments.size(); k++) {
                path.add(
                        moments.get(k).name(),
                        text(kernelChanges.get(k - 1)),
                        exact(weightChanges.get(k - 1).mean()));
            }
            frames.put("trajectory", path);
        }
        this.verdict = judge();
    }

    /**
     * The report of a training.
     *
     * @param moments before, after, and what lies between in order; at least two, on the same probes
     * @param targets {@code [probes]} or {@code [probes][outputs]}, if the files do not hold them
     * @throws IOException in one line, where files do not fit each other
     */
    public static CheckpointReport of(List<Checkpoint> moments, Optional<NumberArray> targets) throws IOException {
        return of(moments, targets, Optional.empty());
    }

    /**
     * The same beside the kernels of a network of infinite width, which never decide.
     *
     * @param limit what the network would be, on the inputs that the first file holds
     */
    public static CheckpointReport of(
            List<Checkpoint> moments, Optional<NumberArray> targets, Optional<InfiniteWidth.Network> limit)
            throws IOException {
        if (moments.size() < 2) {
            throw new IllegalArgumentException(
                    "a training needs a checkpoint before and one after, got " + moments.size());
        }
        return new CheckpointReport(moments, targets, limit);
    }

    /** The report without further targets. */
    public static CheckpointReport of(Checkpoint... moments) throws IOException {
        return of(List.of(moments), Optional.empty());
    }

    private static void check(Checkpoint start, Checkpoint later) throws IOException {
        if (start.probes() != 0 && later.probes() != 0 && start.probes() != later.probes()) {
            throw new IOException(later.name() + ": has " + later.probes() + " probes, " + start.name() + " has "
                    + start.probes() + "; both need the same, in the same order");
        }
    }

    private static Estimate kernelChange(Checkpoint start, Checkpoint later) {
        return start.kernel().length == 0 || later.kernel().length == 0
                ? Estimate.ofMean()
                : KernelPair.of(start.probes(), start.kernel(), later.kernel()).relativeChange();
    }

    /** Δw over all arrays that both have; NaN if there are none. */
    private Estimate weights(Checkpoint start, Checkpoint later, boolean shown) throws IOException {
        Map<String, NumberArray> before = start.arrays(ArrayRole.WEIGHTS);
        Map<String, NumberArray> after = later.arrays(ArrayRole.WEIGHTS);
        if (before.isEmpty() || after.isEmpty()) {
            return Estimate.ofMean();
        }
        if (before.size() == 1 && after.size() == 1) {
            // Files of one array each are called by their own names.
            after = Collections.singletonMap(
                    before.keySet().iterator().next(), after.values().iterator().next());
        }
        Frame frame = new Frame("array", "shape", "change", "start");
        double changes = 0;
        double norms = 0;
        for (Map.Entry<String, NumberArray> entry : before.entrySet()) {
            NumberArray a = entry.getValue();
            NumberArray b = after.get(entry.getKey());
            if (b == null || !Arrays.equals(a.shape(), b.shape())) {
                throw new IOException(later.name() + ": weights " + Echo.of(entry.getKey()) + ": expected shape "
                        + Arrays.toString(a.shape()) + " as in " + start.name() + ", found "
                        + (b == null ? "no such array" : Arrays.toString(b.shape())));
            }
            double change = 0;
            double norm = 0;
            for (int k = 0; k < a.length(); k++) {
                double by = b.at(k) - a.at(k);
                change += by * by;
                norm += a.at(k) * a.at(k);
            }
            changes += change;
            norms += norm;
            frame.add(
                    entry.getKey(),
                    Arrays.toString(a.shape()),
                    norm > 0 ? exact(StrictMath.sqrt(change / norm)) : "from zero",
                    exact(StrictMath.sqrt(norm)));
        }
        if (shown) {
            frames.put("weights", frame);
        }
        double relative = StrictMath.sqrt(changes / norms);
        return new Estimate(relative, 0, relative, relative, 1);
    }

    private static double[][] targets(Checkpoint start, Optional<NumberArray> given) throws IOException {
        Optional<NumberArray> targets = given.isPresent() ? given : start.one(ArrayRole.TARGETS);
        if (targets.isEmpty()) {
            return new double[0][];
        }
        if (start.probes() != 0 && targets.get().rows() != start.probes()) {
            throw new IOException("targets: " + targets.get().rows() + " rows for " + start.probes() + " probes");
        }
        return columns(targets.get());
    }

    private static double[][] columns(NumberArray rows) {
        double[][] columns = new double[rows.columns()][rows.rows()];
        for (int k = 0; k < rows.length(); k++) {
            columns[k % columns.length][k / columns.length] = rows.at(k);
        }
        return columns;
    }

    /** Whether something shows that there was a training, and how far the tangent model is from it. */
    private void training(Checkpoint start, Checkpoint end, double[][] target) throws IOException {
        Optional<NumberArray> lossBefore = start.one(ArrayRole.LOSS);
        Optional<NumberArray> lossAfter = end.one(ArrayRole.LOSS);
        Optional<NumberArray> before = start.one(ArrayRole.OUTPUT);
        Optional<NumberArray> after = end.one(ArrayRole.OUTPUT);
        if (lossAfter.isPresent()) {
            NumberArray history = lossAfter.get();
            double first = lossBefore.orElse(history).at(0);
            double last = history.at(history.length() - 1);
            training = last < first ? "the loss fell from " + exact(first) + " to " + exact(last) : "";
        }
        if (before.isEmpty() || after.isEmpty()) {
            missing.add("the distance to the tangent model (needs output, targets, and a Jacobian or kernel)");
            return;
        }
        double[][] f0 = columns(before.get());
        double[][] f = columns(after.get());
        if (f0.length != f.length || target.length > 0 && target.length != f.length) {
            throw new IOException(end.name() + ": " + f.length + " outputs per probe, " + f0.length + " before"
                    + (target.length > 0 ? ", " + target.length + " targets" : ""));
        }
        double moved = distance(f, f0);
        if (moved > ROUNDING && training.isEmpty()) {
            training = "the outputs changed by " + exact(moved) + " (root mean square)";
        }
        if (target.length != 1 || start.kernel().length == 0) {
            missing.add("the distance to the tangent model ("
                    + (target.length > 1
                            ? "more than one output"
                            : target.length == 0 ? "needs targets" : "needs a Jacobian or kernel before")
                    + ")");
            return;
        }
        double most = TaskSpectrum.mostDistance(f0[0], f[0], target[0]);
        if (!(most > RegimeReport.FAR)) {
            missing.add("the distance to the tangent model (the probes are fitted so well that it is at most "
                    + exact(most) + " for any model; use an earlier checkpoint)");
            return;
        }
        tangent = TaskSpectrum.tangentDistance(start.probes(), start.kernel(), f0[0], f[0], target[0]);
        if (Double.isNaN(tangent.mean())) {
            missing.add("the distance to the tangent model (the squared loss on the probes did not fall, or the"
                    + " kernel cannot reduce it as far)");
        }
    }

    private static double distance(double[][] a, double[][] b) {
        double squares = 0;
        for (int c = 0; c < a.length; c++) {
            for (int i = 0; i < a[c].length; i++) {
                squares += (a[c][i] - b[c][i]) * (a[c][i] - b[c][i]);
            }
        }
        return StrictMath.sqrt(squares / (a.length * (double) a[0].length));
    }

    private void kernels(Checkpoint start, Checkpoint end, double[][] target) {
        if (start.kernel().length == 0 || end.kernel().length == 0) {
            missing.add("the change of the tangent kernel (needs a Jacobian or kernel before and after)");
            return;
        }
        int n = start.probes();
        KernelPair pair = KernelPair.of(n, start.kernel(), end.kernel());
        TaskSpectrum before = TaskSpectrum.of(n, start.kernel(), target);
        TaskSpectrum after = TaskSpectrum.of(n, end.kernel(), target);
        startValues = before.values();
        endValues = after.values();
        Frame frame = new Frame("tangent kernel", "before", "after", "between");
        frame.add("relative change, off the diagonal", "", "", text(pair.relativeChange()));
        frame.add("relative change, with the diagonal", "", "", exact(pair.distance()));
        frame.add("alignment, off the diagonal", "", "", text(pair.offDiagonalAlignment()));
        frame.add("dCKA", "", "", text(pair.debiasedAlignment()));
        frame.add("alignment KA (biased upwards)", "", "", exact(pair.alignment()));
        frame.add("centred KA (biased upwards)", "", "", exact(pair.centredAlignment()));
        frame.add("participation ratio", exact(before.participation()), exact(after.participation()), "");
        frame.add("entropy rank", exact(before.entropyRank()), exact(after.entropyRank()), "");
        frame.add("trace over largest eigenvalue", exact(before.traceRank()), exact(after.traceRank()), "");
        if (target.length > 0) {
            frame.add("alignment with the targets", exact(before.alignment(false)), exact(after.alignment(false)), "");
            frame.add("the same, centred", exact(before.alignment(true)), exact(after.alignment(true)), "");
            frame.add(
                    "share of the trace along the targets", exact(before.traceShare()), exact(after.traceShare()), "");
            startPower = before.cumulativePower();
            endPower = after.cumulativePower();
        }
        frames.put("kernel", frame);
    }

    private void layers(Checkpoint start, Checkpoint end) {
        Map<String, NumberArray> before = start.arrays(ArrayRole.HIDDEN);
        Map<String, NumberArray> after = end.arrays(ArrayRole.HIDDEN);
        if (before.isEmpty() || after.isEmpty()) {
            return;
        }
        boolean lone = before.size() == 1 && after.size() == 1;
        Frame frame = new Frame("layer", "dCKA", "CKA (biased upwards)", "RSA", "participation before", "after");
        before.forEach((name, a) -> {
            NumberArray b = lone ? after.values().iterator().next() : after.get(name);
            if (b == null) {
                missing.add("layer " + name + " (not in " + end.name() + ")");
                return;
            }
            double[] k = KernelPair.gram(a);
            double[] l = KernelPair.gram(b);
            KernelPair pair = KernelPair.of(a.rows(), k, l);
            int left = a.rows() - Similarity.varied(a, b).length;
            if (left > 0) {
                missing.add(left + " rows of layer " + name + " in RSA (they do not vary)");
            }
            frame.add(
                    name,
                    text(pair.debiasedAlignment()),
                    exact(pair.centredAlignment()),
                    exact(Similarity.rsa(a, b)),
                    exact(TaskSpectrum.of(a.rows(), k).participation()),
                    exact(TaskSpectrum.of(a.rows(), l).participation()));
        });
        frames.put("layers", frame);
    }

    /** Cosines to the kernels of infinite width, which have no scale. */
    private void limit(Checkpoint start, Checkpoint end, double[][] target, InfiniteWidth.Network network)
            throws IOException {
        NumberArray x = start.one(ArrayRole.INPUTS)
                .orElseThrow(() -> new IOException(
                        start.name() + ": no array of role inputs, on which the infinite-width kernels are computed"));
        InfiniteWidth limit = InfiniteWidth.of(network.activation(), network.depth(), x.columns(), x.values());
        int n = x.rows();
        String name = "infinite width, " + network.activation().name().toLowerCase(Locale.ROOT) + ", " + network.depth()
                + " hidden";
        Frame frame = new Frame(name, "before", "after");
        if (start.kernel().length > 0 && end.kernel().length > 0) {
            KernelPair before = KernelPair.of(n, limit.tangent(), start.kernel());
            KernelPair after = KernelPair.of(n, limit.tangent(), end.kernel());
            frame.add(
                    "tangent kernel, off the diagonal",
                    text(before.offDiagonalAlignment()),
                    text(after.offDiagonalAlignment()));
            frame.add("the same, dCKA", text(before.debiasedAlignment()), text(after.debiasedAlignment()));
            TaskSpectrum spectrum = TaskSpectrum.of(n, limit.tangent(), target);
            double scale = Arrays.stream(startValues).sum()
                    / Arrays.stream(spectrum.values()).sum();
            limitValues =
                    Arrays.stream(spectrum.values()).map(value -> scale * value).toArray();
            limitPower = target.length > 0 ? spectrum.cumulativePower() : limitPower;
        }
        Map<String, NumberArray> after = end.arrays(ArrayRole.HIDDEN);
        start.arrays(ArrayRole.HIDDEN).forEach((layer, a) -> {
            if (after.containsKey(layer)) {
                KernelPair first = KernelPair.of(n, limit.covariance(), KernelPair.gram(a));
                KernelPair last = KernelPair.of(n, limit.covariance(), KernelPair.gram(after.get(layer)));
                frame.add(
                        layer + " with the NNGP, dCKA",
                        text(first.debiasedAlignment()),
                        text(last.debiasedAlignment()));
            }
        });
        frames.put("infinite-width", frame);
    }

    private String judge() {
        Estimate kernel = kernelChange();
        Estimate weights = weightChange();
        if (Double.isNaN(weights.mean())) {
            missing.add("the change of the weights (needs weights before and after)");
        }
        boolean still = !(kernel.mean() > ROUNDING) && !(weights.mean() > ROUNDING);
        boolean known = !Double.isNaN(kernel.mean()) || !Double.isNaN(weights.mean());
        if (known && still && training.isEmpty()) {
            return STILL;
        }
        return RegimeReport.verdict(kernel, weights, tangent);
    }

    /** The number as a table shows it. */
    private static String exact(double value) {
        return Double.isNaN(value) ? "not known" : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String text(Estimate estimate) {
        return Double.isNaN(estimate.mean()) ? "not known" : estimate.brief();
    }

    /** {@code lazy}, {@code rich}, {@code between}, {@code measures disagree}, {@code did not move} or {@code not resolved}. */
    public String verdict() {
        return verdict;
    }

    /** ΔΘ between the first and the last file, with its interval over probes; NaN if it is not known. */
    public Estimate kernelChange() {
        return kernelChanges.get(kernelChanges.size() - 1);
    }

    /** Δw between the first and the last file, exact; NaN if it is not known. */
    public Estimate weightChange() {
        return weightChanges.get(weightChanges.size() - 1);
    }

    /** δ of the last file; NaN if it is not known. */
    public Estimate tangentDistance() {
        return tangent;
    }

    /** ΔΘ of every file after the first. */
    public List<Estimate> kernelChanges() {
        return List.copyOf(kernelChanges);
    }

    /** Δw of every file after the first. */
    public List<Estimate> weightChanges() {
        return List.copyOf(weightChanges);
    }

    /** Eigenvalues of the tangent kernel before, after and at infinite width with the trace before; empty where not known. */
    public List<double[]> spectra() {
        return List.of(startValues.clone(), endValues.clone(), limitValues.clone());
    }

    /** Cumulative power of the task in the eigenvectors before, after and at infinite width; empty where not known. */
    public List<double[]> powers() {
        return List.of(startPower.clone(), endPower.clone(), limitPower.clone());
    }

    /** The files. */
    public List<Checkpoint> moments() {
        return moments;
    }

    @Override
    public Map<String, Frame> frames() {
        return frames;
    }

    /** The lines above the tables: the verdict, its basis, what is missing and what was guessed. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("verdict: " + verdict + (verdict.equals(STILL) ? " (lazy only if it was trained)" : ""));
        lines.add("by the change of the kernel " + text(kernelChange()) + ", of the weights "
                + exact(weightChange().mean()) + ", the distance to the tangent model " + text(tangent));
        if (!training.isEmpty()) {
            lines.add("trained: " + training);
        }
        missing.forEach(what -> lines.add("left out: " + what));
        for (Checkpoint moment : moments) {
            lines.add(moment.name() + ": " + moment.contents());
            moment.guesses().forEach(guess -> lines.add(moment.name() + ": " + guess));
        }
        lines.add(RULE);
        return lines;
    }

    @Override
    public String title() {
        return "regime: " + verdict;
    }

    @Override
    public List<String> answer() {
        return lines().subList(0, 1);
    }

    @Override
    public String heading() {
        return "";
    }

    @Override
    public List<String> preface() {
        return lines().subList(1, lines().size());
    }

    @Override
    public List<Section> sections() {
        return frames.values().stream()
                .map(frame -> new Section("", "", List.of(), frame))
                .toList();
    }

    @Override
    public String toString() {
        return "CheckpointReport[" + verdict + "]";
    }
}
