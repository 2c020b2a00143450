package org.noisebook.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.data.PointSet;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.solver.Ensemble;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.GaussianFit;
import org.noisebook.stats.Wasserstein;

/**
 * How good a trained field is: its samples beside held-out data and the two-sample floor, copies of training points, log
 * densities, and what to change next.
 *
 * <p>Distances are sliced W_1 in standardised coordinates; the floor is the distance of as many training points from the
 * same held-out ones, which no field can beat by more than chance. Log densities are in the units of the file.
 *
 * @param field the field
 * @param heldOut number of held-out points
 * @param distance of samples from held-out points, by how they were drawn
 * @param floor distances of training points from held-out points
 * @param copies copies among the samples
 * @param logDensity mean over held-out points; empty for pictures
 * @param trainLogDensity mean over as many training points
 * @param normal the same of a normal distribution fitted to the training points
 * @param check what the training itself costs
 * @param notes on the points
 */
public record FieldReport(
        TrainedField field,
        int heldOut,
        Map<String, Estimate> distance,
        Estimate floor,
        Copies copies,
        Optional<Estimate> logDensity,
        Estimate trainLogDensity,
        Estimate normal,
        Optional<MixtureCheck> check,
        List<String> notes)
        implements Report {
    static final int DIRECTIONS = 50;

    private static final int MOST_POINTS = 5000;
    private static final int FEW_POINTS = 300;
    private static final int MOST_LOGS = 2000;
    private static final int LEAST_LOGS = 100;
    private static final int LEAST_ROWS = 1000;
    private static final int FLOORS = 8;
    /** Samples drawn in all to average over their chance. */
    private static final int MOST_DRAWN = 4000;

    private static final double LOG_BUDGET = 6e10;
    private static final double DRAW_BUDGET = 1.5e11;
    /** Of the field, by all samplers together. */
    private static final double EVALUATIONS = 922;

    private static final double NEAREST_BUDGET = 8e9;
    private static final int OPERATIONS = 12;
    private static final int MOST_NORMAL = 64;
    private static final double NEAR = 1.25;
    private static final double FAR = 2;
    private static final double FALLING = 0.01;
    /** The largest share of samples farther from every training row than any held-out row is; of one law it is about 1/(n + 1). */
    private static final double STRANGE = 0.5;

    private static final int DIGITS = 3;

    /** The samplers compared: by name, steps and ε. */
    private enum Drawn {
        STANDARD("ε = 0, 32 steps", TrainedField.STEPS, 0),
        FEWER("ε = 0, 8 steps", TrainedField.STEPS / 4, 0),
        MORE("ε = 0, 128 steps", 4 * TrainedField.STEPS, 0),
        NOISY("ε = 1, 250 steps", 250, 1);

        private final String words;
        private final int steps;
        private final double diffusion;

        Drawn(String words, int steps, double diffusion) {
            this.words = words;
            this.steps = steps;
            this.diffusion = diffusion;
        }
    }

    /** Measures a field on held-out points that its training has not seen. */
    public static FieldReport of(
            TrainedField field, PointSet train, PointSet heldOut, Optional<MixtureCheck> check, Streams streams) {
        double[][] fresh = heldOut.standardised(most(train));
        int n = Math.min(fresh[0].length, train.rows());
        Map<String, Estimate> distance = new LinkedHashMap<>();
        double[][] samples = field.standardisedSample(n, TrainedField.STEPS, 0, streams);
        if (Ensemble.diverged(samples) > 0) {
            throw new IllegalArgumentException("the field's samples are not finite: lower the learning rate");
        }
        boolean pictures = train.height() > 0;
        int draws = pictures ? 1 : draws(n, field.multiplyAdds());
        for (Drawn drawn : Drawn.values()) {
            if (drawn == Drawn.STANDARD || !pictures && (drawn.diffusion == 0 || field.hasScore())) {
                double[] apart = new double[draws];
                for (int k = 0; k < draws; k++) {
                    Streams own = k == 0 ? streams : streams.withReplica(FLOORS + k);
                    apart[k] = apart(
                            k == 0 && drawn == Drawn.STANDARD
                                    ? samples
                                    : field.standardisedSample(n, drawn.steps, drawn.diffusion, own),
                            fresh);
                }
                distance.put(drawn.words, Estimate.ofMean(apart).cut(0, Double.POSITIVE_INFINITY));
            }
        }
        double[] floors = new double[FLOORS];
        for (int k = 0; k < FLOORS; k++) {
            floors[k] = apart(some(train, n, streams.withReplica(k)), fresh);
        }
        int logs = logs(field.multiplyAdds());
        Estimate none = Estimate.NONE;
        double[][] known = some(train, logs, streams.withReplica(FLOORS));
        return new FieldReport(
                field,
                heldOut.rows(),
                distance,
                Estimate.ofMean(floors),
                Copies.of(train.points(), fresh, samples),
                pictures ? Optional.empty() : Optional.of(mean(field, heldOut.standardised(logs))),
                pictures ? none : mean(field, known),
                pictures || train.dimension() > MOST_NORMAL ? none : normal(field, train, heldOut.standardised(logs)),
                check,
                notes(train, heldOut));
    }

    /** Number of held-out points compared. */
    private static int most(PointSet train) {
        double work = Math.max(1, (double) train.rows() * train.dimension());
        return (int) Math.min(MOST_POINTS, Math.max(FEW_POINTS, NEAREST_BUDGET / work));
    }

    private static int draws(int count, double multiplyAdds) {
        double cheap = Math.max(MOST_DRAWN / count, DRAW_BUDGET / (EVALUATIONS * count * multiplyAdds));
        return (int) Math.min(FLOORS, Math.max(1, cheap));
    }

    private static int logs(double multiplyAdds) {
        return (int) Math.min(
                MOST_LOGS, Math.max(LEAST_LOGS, LOG_BUDGET / (OPERATIONS * TrainedField.STEPS * multiplyAdds)));
    }

    static double apart(double[][] x, double[][] y) {
        return Wasserstein.slicedW1(x, y, DIRECTIONS, Streams.of(1).at("directions"))
                .mean();
    }

    /** Training points drawn without replacement where there are enough. */
    private static double[][] some(PointSet points, int count, Streams streams) {
        int[] order = new int[points.rows()];
        Arrays.setAll(order, i -> i);
        streams.at("floor").shuffle(order);
        return points.points().columns(Arrays.copyOf(order, Math.min(count, order.length)));
    }

    private static Estimate mean(TrainedField field, double[][] z) {
        return Estimate.ofMean(field.logDensity(field.points().restored(z)));
    }

    private static Estimate normal(TrainedField field, PointSet train, double[][] z) {
        double[][] known = train.standardised(MOST_POINTS);
        int d = z.length;
        if (known[0].length <= 2 * d) {
            return Estimate.NONE;
        }
        GaussianFit fit = GaussianFit.of(known);
        GaussianMixture normal = GaussianMixture.of(fit.mean(), fit.covariance());
        return Estimate.ofMean(MixtureFit.logDensities(normal, z)).plus(-field.logVolume());
    }

    private static List<String> notes(PointSet train, PointSet heldOut) {
        List<String> notes = new ArrayList<>(train.notes());
        int rows = train.rows() + heldOut.rows();
        int duplicates = train.duplicates() + heldOut.duplicates();
        if (duplicates > 0) {
            notes.add(Wording.count(duplicates, "row") + " of " + rows
                    + " repeat another; equal rows are either all held out or none of them.");
        }
        if (train.rows() < LEAST_ROWS) {
            notes.add("Only " + train.rows() + " rows to train on: a network learns them by heart. See the copies.");
        }
        return notes;
    }

    private double standard() {
        return distance.get(Drawn.STANDARD.words).mean();
    }

    private double by(Drawn drawn) {
        return distance.containsKey(drawn.words) ? distance.get(drawn.words).mean() : standard();
    }

    /** Difference of distance and floor that chance explains: half the 95 % interval, or a quarter of the floor. */
    private double chance() {
        Estimate own = distance.get(Drawn.STANDARD.words);
        double ofFloor = floor.high() - floor.mean();
        double ofOwn = own.n() < FLOORS ? ofFloor * Math.sqrt((double) floor.n() / own.n()) : own.high() - own.mean();
        return Math.max(Math.hypot(ofFloor, ofOwn), (NEAR - 1) * floor.mean());
    }

    /** The ratio of distance to floor. */
    public double overFloor() {
        return standard() / floor.mean();
    }

    @Override
    public String title() {
        return "A field trained by " + field.trained() + ".";
    }

    @Override
    public List<String> answer() {
        String verdict = "Samples are "
                + (near()
                        ? "as near to held-out data as training rows are"
                        : "farther from held-out data than training rows are")
                + ": sliced W₁ " + number(standard()) + " against a two-sample floor of "
                + number(floor.mean()) + " (ratio " + Numbers.brief(overFloor(), 3) + "; up to "
                + Numbers.brief(1 + chance() / floor.mean(), 3) + " can be chance)."
                + (copies.strange() <= STRANGE
                        ? ""
                        : " " + Numbers.brief(100 * copies.strange(), 2)
                                + " % of them are farther from every training row than any held-out row is.");
        List<String> lines = new ArrayList<>(List.of(verdict, copies.sentence()));
        logDensity.ifPresent(log -> lines.add("Log p of held-out rows: " + log.brief() + " nats a row (95 %, n = "
                + log.n()
                + (Double.isNaN(normal.mean()) ? ")." : "); a normal distribution gives " + normal.brief() + ".")));
        if (logDensity.isEmpty()) {
            lines.add(
                    field.learned().config().network().channels() > 0
                            ? "Log p: a U-Net gives none; train without --channels."
                            : "Log p of pictures takes long: 'noisebook field likelihood points.field FILE' computes it.");
        }
        lines.add("Next: " + next());
        return lines;
    }

    /** Projections alone miss noise that is spread over many coordinates, as over the pixels of a picture. */
    private boolean near() {
        return standard() <= floor.mean() + chance() && copies.strange() <= STRANGE;
    }

    private static String number(double value) {
        return Numbers.brief(value, DIGITS);
    }

    /** What to change next: what is most wrong first. */
    private String next() {
        int rows = field.points().rows();
        if (rows < LEAST_ROWS) {
            return "train on more rows first, 1000 or better 10,000: a network learns " + rows
                    + " by heart, and few held-out rows show little.";
        }
        if (copies.shown()) {
            return "train on more rows, with fewer updates (--updates) or a narrower network (--width); it copies.";
        }
        if (logDensity.isPresent() && trainLogDensity.low() > logDensity.get().high()) {
            return "train on more rows, or with fewer updates (--updates): training rows are likelier than held-out ones by "
                    + number(trainLogDensity.mean() - logDensity.get().mean()) + " nats.";
        }
        double more = by(Drawn.MORE);
        if (more < standard() - chance()) {
            return "sample with more steps (--steps 128): the distance falls to " + number(more) + ".";
        }
        double noisy = by(Drawn.NOISY);
        if (noisy < standard() - chance()) {
            return "sample with noise (--epsilon 1 --steps 250): the distance falls to " + number(noisy) + ".";
        }
        if (near()) {
            if (normal.low() > logDensity.orElse(normal).high()) {
                return "train longer (--updates " + 2 * field.training().steps()
                        + "): samples are near, but a normal distribution gives held-out rows a higher log p.";
            }
            return "nothing that held-out rows of this number could show"
                    + (check.isPresent()
                            ? "; see below what training costs."
                            : logDensity.isPresent() && normal.n() > 0 && field.hasScore()
                                    ? "; --check mixture says what training costs."
                                    : ".");
        }
        double[] loss = field.loss();
        int part = loss.length / 5;
        double late =
                Arrays.stream(loss, loss.length - part, loss.length).average().orElse(Double.NaN);
        double before = Arrays.stream(loss, loss.length - 2 * part, loss.length - part)
                .average()
                .orElse(Double.NaN);
        return before - late > FALLING * Math.abs(late) || overFloor() < FAR
                ? "train longer (--updates " + 2 * field.training().steps() + ")."
                : "widen the network (--width) and train longer (--updates "
                        + 2 * field.training().steps() + ").";
    }

    @Override
    public List<String> preface() {
        return notes;
    }

    @Override
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(
                "Which sampler?",
                "Sliced W₁ of samples to held-out rows; differences below " + number(chance()) + " can be chance.",
                List.of(),
                samplers()));
        logDensity.ifPresent(
                log -> sections.add(
                        new Section(
                                "Does it know its own rows better?",
                                "Log p of training rows: " + trainLogDensity.brief() + "; of held-out rows: "
                                        + log.brief() + " nats.",
                                List.of(
                                        "A density is in the units of the file: log p changes by the log of a unit's change. Where a"
                                                + " column takes few values, log p measures how sharply they are learned, and means little."))));
        check.ifPresent(cost -> sections.add(cost.section()));
        return sections;
    }

    private Frame samplers() {
        Frame frame = new Frame("drawn by", "sliced W1", "over floor");
        distance.forEach((name, value) -> frame.add(name, number(value.mean()), number(value.mean() / floor.mean())));
        frame.add("training rows (the floor)", number(floor.mean()), "1");
        return frame;
    }

    @Override
    public Map<String, Frame> frames() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        Frame all = new Frame("quantity", "value", "low", "high", "n");
        add(all, "sliced W1 of samples", distance.get(Drawn.STANDARD.words));
        add(all, "sliced W1 of training rows", floor);
        add(all, "share of copies", copies.share());
        logDensity.ifPresent(log -> add(all, "log p of held-out rows", log));
        add(all, "log p of training rows", trainLogDensity);
        add(all, "log p of a normal distribution", normal);
        frames.put("measures", all);
        frames.put("samplers", samplers());
        check.ifPresent(cost -> frames.put("check", cost.section().table()));
        return frames;
    }

    private static void add(Frame frame, String name, Estimate value) {
        if (!Double.isNaN(value.mean())) {
            frame.add(name, value.mean(), value.low(), value.high(), value.n());
        }
    }
}
