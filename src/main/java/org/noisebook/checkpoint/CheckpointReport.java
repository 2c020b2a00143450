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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.noisebook.data.Frame;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.stats.Estimate;

/**
 * Whether the training between two checkpoints was lazy or rich, with what decides and what else was measured.
 *
 * <p>The verdict is that of {@link Linearisation}: how far the outputs depart from their linearisations along the change of the weights. It
 * needs outputs at both ends and their derivatives along that change, as the exporters write them, or Jacobians and weights at both ends. ΔΘ =
 * ‖Θ − Θ₀‖/‖Θ₀‖ off the diagonals and Δw = ‖w − w₀‖/‖w₀‖ are shown and decide nothing, nor do cosines and ranks.
 *
 * <p>Files on the same probes are stops of one training, in order; of the earlier ones it says {@code so far}. Files on other probes get verdicts of their own.
 *
 * <p><b>Special cases</b>: {@code not resolved} without a linearisation; {@code did not move} where the outputs changed by no more than rounding
 * of float32. Below {@value #FEW} distinct probes the first line says how few they are, and if the loss went up, it says so.
 */
public final class CheckpointReport implements Report {
    /** The verdict if nothing moved. */
    public static final String STILL = "did not move";

    /** The verdict if the files do not hold what decides. */
    public static final String OPEN = "not resolved";

    /** What writes the file that holds it. */
    public static final String EXPORT =
            "python environment/export/checkpoint_torch.py MODULE:NAME %s %s x.pt training.npz"
                    + " && environment/noisebook regime training.npz";

    private static final Linearisation NONE =
            new Linearisation(Double.NaN, Estimate.NONE, Estimate.NONE, Estimate.NONE);
    /** Norms of one start, rounded in float32. */
    private static final double SAME = 1e-4;
    /** Probes below which the intervals are on average wider than a factor √2 to each side (regime.md). */
    private static final int FEW = 30;
    /** A factor to the end of an interval whose digits would leave none of the number. */
    private static final double WIDE = 10;
    /** A factor to the end of an interval. */
    private static final double LOOSE = 1000;
    /** A change of the weights that was lazy in 91 of 95 networks (regime.md). */
    private static final double LITTLE = 0.01;

    private static final String RULE =
            "rule (set on networks whose tangent model was trained beside them): lazy if the outputs depart from both linearisations by"
                    + " less than 0.1 (δ₁, δ₁′); rich if the slopes at start and end differ by more than 2/3 (δ_s); otherwise between."
                    + " Rich means that the tangent model would have been trained to other outputs, no more";

    /**
     * A stop of a training on one set of probes.
     *
     * @param name of its file
     * @param linearisation what decides, if the files hold it
     * @param kernel ΔΘ; NaN if it is not known
     * @param weights Δw, exact; NaN if it is not known
     * @param loss from the start to here, or as much as is known
     * @param earlier whether a later stop on the same probes follows
     */
    public record Stop(
            String name,
            Optional<Linearisation> linearisation,
            Estimate kernel,
            Estimate weights,
            String loss,
            boolean earlier) {
        /** The verdict of this stop alone. */
        public String verdict() {
            return linearisation.map(Linearisation::verdict).orElse(OPEN);
        }
    }

    private final List<Checkpoint> moments;
    private final List<Stop> stops = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private double startSquares = Double.NaN;
    private double wholeKernel = Double.NaN;
    private final Map<String, Frame> frames = new LinkedHashMap<>();
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
        Checkpoint end = moments.get(moments.size() - 1);
        boolean whole = end.start().isPresent();
        Checkpoint start = end.start().orElse(moments.get(0));
        List<Checkpoint> ends = whole ? moments : moments.subList(1, moments.size());
        for (Checkpoint later : ends) {
            if (later.start().isPresent() != whole || moments.get(0).start().isPresent() != whole) {
                throw new IOException(later.name() + ": a whole training (with linear.start) beside checkpoints;"
                        + " expected files of one kind");
            }
            Checkpoint from = later.start().orElse(start);
            check(from, later);
            boolean earlier = false;
            for (Checkpoint next : ends.subList(ends.indexOf(later) + 1, ends.size())) {
                earlier |= !whole || probes(later).equals(probes(next));
            }
            stops.add(new Stop(
                    later.name(),
                    later.linearisation(from),
                    kernelChange(from, later),
                    weights(from, later, later == end),
                    loss(from, later),
                    earlier));
        }
        double[][] target = targets(start, targets);
        if (stops.size() > 1 || last().linearisation().isPresent()) {
            frames.put("stops", table());
        }
        if (last().linearisation().isEmpty()) {
            missing.add("the linearisation, which decides ("
                    + (lacking().isEmpty() ? "the columns of the Jacobians are not the weights" : lacking()) + ")");
        }
        kernels(start, end, target);
        layers(start, end);
        if (limit.isPresent()) {
            limit(start, end, target, limit.get());
        }
    }

    /** Which files lack which of the arrays that decide. */
    private String lacking() {
        return Stream.of(moments.get(0), moments.get(moments.size() - 1))
                .distinct()
                .filter(one -> !one.lacking().isEmpty())
                .map(one -> one.name() + " lacks " + String.join(", ", one.lacking()))
                .collect(Collectors.joining("; "));
    }

    private static Optional<NumberArray> probes(Checkpoint end) throws IOException {
        Optional<NumberArray> hash = end.one(ArrayRole.PROBES);
        return hash.isPresent() ? hash : end.start().orElseThrow().one(ArrayRole.OUTPUT);
    }

    private static String loss(Checkpoint from, Checkpoint later) throws IOException {
        Optional<NumberArray> before = from.one(ArrayRole.LOSS);
        Optional<NumberArray> after = later.one(ArrayRole.LOSS);
        if (after.isEmpty()) {
            return "";
        }
        NumberArray history = after.get();
        double last = history.at(history.length() - 1);
        double first = before.isEmpty() && history.length() == 1
                ? Double.NaN
                : before.orElse(history).at(0);
        return (Double.isNaN(first) ? "" : exact(first) + " → ")
                + exact(last)
                + (last > first ? " (training diverged or went up)" : "");
    }

    private Frame table() {
        Frame frame = new Frame("stop", "verdict", "δ₁", "δ₁′", "δ_s", "kernel, ΔΘ", "weights, Δw", "loss");
        for (Stop stop : stops) {
            Linearisation of = stop.linearisation().orElse(NONE);
            frame.add(
                    stop.name(),
                    stop.verdict() + (stop.earlier() ? " so far" : ""),
                    text(of.start()),
                    text(of.end()),
                    text(of.slope()),
                    text(stop.kernel()),
                    exact(stop.weights().mean()),
                    stop.loss());
        }
        return frame;
    }

    /**
     * The report of a training.
     *
     * @param moments before, after, and what lies between in order; at least two, on the same probes; or files of whole trainings
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
        if (moments.isEmpty() || moments.size() < 2 && moments.get(0).start().isEmpty()) {
            throw new IOException(
                    "a training needs a checkpoint before and one after, or a file of the whole training: "
                            + String.format(Locale.ROOT, EXPORT, "before.pt", "after.pt"));
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
                ? Estimate.NONE
                : KernelPair.of(start.probes(), start.kernel(), later.kernel()).relativeChange();
    }

    /** Δw over all arrays that both have; NaN if there are none. */
    private Estimate weights(Checkpoint start, Checkpoint later, boolean shown) throws IOException {
        Map<String, NumberArray> norms = later.arrays(ArrayRole.MOVED);
        if (!norms.isEmpty()) {
            return moved(later, norms, shown);
        }
        Map<String, NumberArray> before = start.arrays(ArrayRole.WEIGHTS);
        Map<String, NumberArray> after = later.arrays(ArrayRole.WEIGHTS);
        if (before.isEmpty() || after.isEmpty()) {
            return Estimate.NONE;
        }
        if (before.size() == 1 && after.size() == 1) {
            // Files of one array each are called by their own names.
            after = Collections.singletonMap(
                    before.keySet().iterator().next(), after.values().iterator().next());
        }
        Frame frame = new Frame("array", "shape", "change", "start");
        double changes = 0;
        double squares = 0;
        for (Map.Entry<String, NumberArray> entry : before.entrySet()) {
            NumberArray a = entry.getValue();
            NumberArray b = after.get(entry.getKey());
            if (b == null || !Arrays.equals(a.shape(), b.shape())) {
                throw new IOException(later.name() + ": weights " + Quoted.of(entry.getKey()) + ": expected shape "
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
            squares += norm;
            frame.add(
                    entry.getKey(),
                    Arrays.toString(a.shape()),
                    norm > 0 ? exact(StrictMath.sqrt(change / norm)) : "from zero",
                    exact(StrictMath.sqrt(norm)));
        }
        return relative(changes, squares, frame, shown);
    }

    private Estimate relative(double changes, double squares, Frame frame, boolean shown) {
        if (shown) {
            frames.put("weights", frame);
        }
        double change = StrictMath.sqrt(changes / squares);
        return new Estimate(change, 0, change, change, 1);
    }

    /** The same from norms of arrays, by two numbers each. */
    private Estimate moved(Checkpoint later, Map<String, NumberArray> norms, boolean shown) throws IOException {
        Frame frame = new Frame("array", "change", "start");
        double changes = 0;
        double squares = 0;
        for (Map.Entry<String, NumberArray> entry : norms.entrySet()) {
            NumberArray both = entry.getValue();
            if (both.length() != 2) {
                throw new IOException(later.name() + ": " + Quoted.of(entry.getKey())
                        + ": expected two numbers, the norms of the change and of the start, got " + both.length());
            }
            changes += both.at(0) * both.at(0);
            squares += both.at(1) * both.at(1);
            frame.add(
                    entry.getKey().replaceFirst("^moved\\.", ""),
                    both.at(1) > 0 ? exact(both.at(0) / both.at(1)) : "from zero",
                    exact(both.at(1)));
        }
        if (Math.abs(squares - startSquares) > SAME * startSquares) {
            throw new IOException(
                    later.name() + ": begins with other weights than the files before; one training a call");
        }
        startSquares = squares;
        return relative(changes, squares, frame, shown);
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

    private void kernels(Checkpoint start, Checkpoint end, double[][] target) {
        if (start.kernel().length == 0 || end.kernel().length == 0) {
            missing.add("the change of the tangent kernel (needs a Jacobian or kernel before and after)");
            return;
        }
        int n = start.probes();
        KernelPair pair = KernelPair.of(n, start.kernel(), end.kernel());
        wholeKernel = pair.distance();
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

    /** The number as a table shows it. */
    private static String exact(double value) {
        return Double.isNaN(value) ? "not known" : String.format(Locale.ROOT, "%.4g", value);
    }

    private static String text(Estimate estimate) {
        return Double.isNaN(estimate.mean())
                ? "not known"
                : estimate.mean() > 0 && Double.isFinite(estimate.high()) && estimate.high() > WIDE * estimate.mean()
                        ? exact(estimate.mean()) + " [" + exact(estimate.low()) + ", " + exact(estimate.high()) + "]"
                        : estimate.brief();
    }

    /** Whether an interval reaches so far that the number hangs on one probe. */
    private static boolean isLoose(Estimate estimate) {
        return estimate.mean() > 0 && Double.isFinite(estimate.high()) && estimate.high() > LOOSE * estimate.mean();
    }

    /** ΔΘ off the diagonals, or with them where the kernel at the start has nothing off its own. */
    private String kernelText() {
        Estimate off = kernelChange();
        return Double.isFinite(off.mean()) || Double.isNaN(wholeKernel)
                ? text(off)
                : exact(wholeKernel) + " with the diagonal, as the one at the start has nothing off it";
    }

    /**
     * {@code lazy}, {@code rich}, {@code between}, {@code did not move} or {@code not resolved}; where sets of probes differ, one of these each
     * with its file.
     */
    public String verdict() {
        List<Stop> last = stops.stream().filter(stop -> !stop.earlier()).toList();
        return last.stream().map(Stop::verdict).distinct().count() == 1
                ? last.get(0).verdict()
                : last.stream()
                        .map(stop -> stop.verdict() + " on " + stop.name())
                        .collect(Collectors.joining(", "));
    }

    /** One per file: of checkpoints every file after the first, of whole trainings every file. */
    public List<Stop> stops() {
        return List.copyOf(stops);
    }

    private Stop last() {
        return stops.get(stops.size() - 1);
    }

    /** ΔΘ between the first and the last file, with its interval over probes; NaN if it is not known. */
    public Estimate kernelChange() {
        return last().kernel();
    }

    /** Δw between the first and the last file, exact; NaN if it is not known. */
    public Estimate weightChange() {
        return last().weights();
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
        String loss = last().loss();
        lines.add("verdict: " + verdict() + caveats() + (loss.isEmpty() ? "" : ", at a training loss of " + loss));
        last().linearisation()
                .ifPresent(of -> lines.add("by the departure from the linearisation at the start, δ₁ "
                        + text(of.start()) + ", and at the end, δ₁′ " + text(of.end())
                        + ", and the change of the slopes, δ_s " + text(of.slope())));
        lines.add("beside it, not deciding: change of the kernel " + kernelText() + ", of the weights "
                + exact(weightChange().mean()));
        if (verdict().equals(OPEN)) {
            lines.add((weightChange().mean() < LITTLE ? "the weights moved little; " : "")
                    + "for a verdict from weights before and after, and about 100 probes, type: "
                    + String.format(Locale.ROOT, EXPORT, "before.pt", "after.pt"));
        } else if (loss.isEmpty() && last().linearisation().isPresent()) {
            lines.add(
                    "so far: the departures grow along a training, and the files do not say at what loss this one stopped");
        }
        missing.forEach(what -> lines.add("left out: " + what));
        for (Checkpoint moment : moments) {
            lines.add(moment.name() + ": " + moment.contents());
            moment.guesses().forEach(guess -> lines.add(moment.name() + ": " + guess));
        }
        lines.add(RULE);
        return lines;
    }

    /** What limits the verdict, for the first line. */
    private String caveats() {
        List<String> caveats =
                new ArrayList<>(verdict().equals(STILL) ? List.of("lazy only if it was trained") : List.of());
        stops.stream()
                .filter(stop -> !stop.earlier())
                .flatMap(stop -> stop.linearisation().stream())
                .mapToInt(of -> of.start().n())
                .filter(probes -> probes < FEW)
                .min()
                .ifPresent(few -> caveats.add("from only " + Wording.count(few, "distinct probe") + ", take 100"));
        last().linearisation()
                .filter(of -> of.start().n() >= Linearisation.LEAST)
                .ifPresent(of -> {
                    if (Double.isNaN(of.moved())) {
                        caveats.add("the outputs are as before although the weights moved");
                    } else if (last().verdict().equals(OPEN)) {
                        caveats.add("the slopes along the change of the weights are 0 at both ends");
                    } else if (isLoose(of.start()) || isLoose(of.end())) {
                        caveats.add("it hangs on one probe");
                    }
                });
        if (last().linearisation().isEmpty() && moments.get(0).start().isPresent()) {
            caveats.add(lacking());
        }
        Checkpoint last = moments.get(moments.size() - 1);
        if (moments.size() > 1 && last.isSame(moments.get(moments.size() - 2))) {
            caveats.add(moments.get(moments.size() - 2).name() + " and " + last.name() + " hold the same numbers");
        }
        return caveats.isEmpty() ? "" : " (" + String.join("; ", caveats) + ")";
    }

    @Override
    public String title() {
        return "regime: " + verdict();
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
        return "CheckpointReport[" + verdict() + "]";
    }
}
