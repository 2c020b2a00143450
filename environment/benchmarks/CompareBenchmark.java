package org.noisebook.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.noisebook.data.TableFile;
import org.noisebook.data.TextTable;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.runs.NaturalOrder;
import org.noisebook.seeds.RobustSeeds;
import org.noisebook.seeds.SeedTable;

/**
 * How often comparisons are wrong: 3 models × 6 tasks × 3, 5 and 20 seeds of no effect, root seed 1, so many tables a row.
 *
 * <p>The argument is the number of tables. Columns: verdicts of any of three pairs without a declared maximum and with one of 50, coverage of the
 * interval of a fixed number of seeds of the lead and of the share of wins, and of the seeds of one model under the six tasks: any seed named, an
 * effect seen, coverage of ICC(3,1). {@code fresh} before the number gives the same for models that share no seed, without the seeds' columns;
 * {@code lead} the coverage of the lead alone, on streams of its own. {@code table KIND} prints a large table, {@code time FILE} compares one and
 * prints what that took.
 */
final class CompareBenchmark {
    private static final int TASKS = 6;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

    private enum Law {
        NORMAL,
        T3,
        LOGNORMAL,
        MISSING,
        ONE_FIVEFOLD,
        QUARTER_FOURFOLD,
        DOUBLING,
        DOUBLING_SEEDS;

        private double draw(Stream noise, int seed, int task, double seedEffect) {
            double z = noise.nextGaussian();
            return switch (this) {
                case NORMAL, MISSING -> z;
                case T3 -> z / Math.sqrt((square(noise) + square(noise) + square(noise)) / 3);
                case LOGNORMAL -> Math.exp(z);
                case ONE_FIVEFOLD -> (seed == 0 ? 5 : 1) * z;
                case QUARTER_FOURFOLD -> (seed % 4 == 0 ? 4 : 1) * z;
                case DOUBLING -> (1 << task) * z;
                case DOUBLING_SEEDS -> (1 << task) * (z + Math.sqrt(0.5) * seedEffect);
            };
        }

        private static double square(Stream noise) {
            double z = noise.nextGaussian();
            return z * z;
        }
    }

    private CompareBenchmark() {}

    /** Prints the table. */
    public static void main(String[] arguments) throws IOException {
        String kind = arguments.length == 1 ? "shared" : arguments[0];
        if (kind.equals("time")) {
            time(Path.of(arguments[1]));
            return;
        }
        if (kind.equals("table")) {
            table(arguments[1]);
            return;
        }
        int tables = Integer.parseInt(arguments[arguments.length - 1]);
        System.out.println("Tables a row: " + tables + "; standard error of .05: "
                + String.format(Locale.ROOT, "%.3f", Math.sqrt(0.0475 / tables)));
        switch (kind) {
            case "boards" -> boards(tables);
            case "ranks" -> ranks(tables);
            case "folds" -> folds(tables);
            case "tasks" -> tasks(tables);
            default -> laws(kind, tables);
        }
    }

    private static void laws(String kind, int tables) {
        if (!kind.equals("shared")) {
            System.out.printf("%-17s %5s  %8s %8s  %8s %8s%n", "law", "seeds", "endless", "planned", "lead", "wins");
            for (Law law : Law.values()) {
                for (int seeds : new int[] {3, 5, 8, 20}) {
                    few(law, seeds, tables, kind.equals("fresh"));
                }
            }
            return;
        }
        System.out.printf("%-17s %5s  %8s %8s  %8s %8s  %8s %8s %8s%n", "law", "seeds", "endless", "max 50", "lead", "wins", "named", "effect", "ICC");
        for (Law law : Law.values()) {
            for (int seeds : new int[] {3, 5, 20}) {
                row(law, seeds, tables);
            }
        }
        pilot(3, tables);
        pilot(5, tables);
    }

    private static double[][][] scores(Law law, int seeds, Stream noise, boolean fresh) {
        double[][][] y = new double[3][TASKS][seeds];
        for (int s = 0; s < seeds; s++) {
            double effect = noise.nextGaussian();
            for (int m = 0; m < 3; m++) {
                effect = fresh ? noise.nextGaussian() : effect;
                for (int t = 0; t < TASKS; t++) {
                    y[m][t][s] = law.draw(noise, s, t, effect);
                    y[m][t][s] = law == Law.MISSING && noise.nextDouble() < 0.2 ? Double.NaN : y[m][t][s];
                }
            }
        }
        return y;
    }

    /** Models that share no seed, or the lead alone of those that do. */
    private static void few(Law law, int seeds, int tables, boolean fresh) {
        double[] counts = new double[4];
        int least = Math.max(seeds, Stopping.FEWEST);
        Stopping[] rules = {
            new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 0),
            new Stopping(Stopping.Rule.PLANNED, 0.05 / 3, least),
            new Stopping(Stopping.Rule.ANYTIME, 0.05, 0)
        };
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(1).withReplica(k).at((fresh ? "unshared-" : "lead-") + law + "-" + seeds);
            RunTable table = RunTable.of(scores(law, seeds, noise, fresh), List.of("A", "B", "C"), NAMES);
            for (int m = 0; m < 3 && fresh; m++) {
                for (int[] of : table.seed()[m]) {
                    int shift = m * seeds;
                    Arrays.setAll(of, i -> of[i] + shift);
                }
            }
            boolean[] found = new boolean[2];
            for (int[] pair : new int[][] {{0, 1}, {0, 2}, {1, 2}}) {
                for (int r = 0; r < 2 && fresh; r++) {
                    found[r] |= PairComparison.of(table, pair[0], pair[1], rules[r], 3, noise).decidedAt() > 0;
                }
                PairComparison duel = PairComparison.of(table, pair[0], pair[1], rules[2], 1, noise);
                counts[2] += duel.lead().fixed().low() <= 0 && duel.lead().fixed().high() >= 0 ? 1 / 3.0 : 0;
                counts[3] += duel.share().fixed().low() <= 0.5 && duel.share().fixed().high() >= 0.5 ? 1 / 3.0 : 0;
            }
            counts[0] += found[0] ? 1 : 0;
            counts[1] += found[1] ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "%-17s %5d", law.name().toLowerCase(Locale.ROOT).replace('_', ' '), seeds);
        for (int c = 0; c < 4; c++) {
            System.out.printf(Locale.ROOT, "%s%8s", c == 2 ? "  " : " ", c < 2 && !fresh ? "-" : String.format(Locale.ROOT, "%.3f", counts[c] / tables));
        }
        System.out.println();
    }

    /** 40 models on one task, looked at after each of 20 seeds, and at 8: what all pairs decide together. */
    private static void boards(int tables) {
        System.out.printf("%-11s %5s %-8s  %8s %8s %8s  %8s %8s%n", "means", "seeds", "rule", "false", "share", "decided", "best out", "may be");
        String[] means = {"equal", "half equal", "36 equal", "range 19"};
        for (int seeds : new int[] {20, 8}) {
            for (int shape = seeds == 20 ? 0 : 1; shape < means.length; shape++) {
                double[][] counts = new double[3][5];
                for (int k = 0; k < tables; k++) {
                    board(counts, shape, seeds, Streams.of(1).withReplica(k).at("board-" + shape + "-" + seeds));
                }
                for (int rule = 0; rule < 3; rule++) {
                    System.out.printf(Locale.ROOT, "%-11s %5d %-8s ", means[shape], seeds, List.of("closed", "e-BH", "declared").get(rule));
                    for (int c = 0; c < 5; c++) {
                        double of = counts[rule][c] / tables;
                        System.out.printf(Locale.ROOT, c == 3 ? "  %8.3f" : c == 4 ? " %8.1f" : " %8.3f", of);
                    }
                    System.out.println();
                }
            }
        }
    }

    private static void board(double[][] counts, int shape, int seeds, Stream noise) {
        int models = 40;
        double[] mean = new double[models];
        Arrays.setAll(mean, m -> shape == 0 ? 0 : shape == 1 ? Math.max(0, m - 19) : shape == 2 ? Math.max(0, m - 35) * 5 : m * 19 / 39.0);
        double[][][] y = new double[models][1][seeds];
        for (int s = 0; s < seeds; s++) {
            for (int m = 0; m < models; m++) {
                y[m][0][s] = mean[m] + noise.nextGaussian();
            }
        }
        RunTable table = RunTable.of(y, IntStream.range(0, models).mapToObj(m -> "m" + m).toList(), List.of("t"));
        int pairs = models * (models - 1) / 2;
        for (int rule = 0; rule < 3; rule++) {
            Stopping stopping = Stopping.of(Stopping.Rule.ANYTIME, 0.05, rule == 2 ? seeds : 0, pairs, false);
            Family.Control control = rule == 1 ? Family.Control.SHARE : Family.Control.ANY;
            List<PairComparison> duels = IntStream.range(0, models)
                    .boxed()
                    .flatMap(a -> IntStream.range(a + 1, models).mapToObj(b -> PairComparison.of(table, a, b, stopping, pairs, noise)))
                    .toList();
            List<PairComparison> judged = Family.judged(duels, stopping, 0.05, control);
            int found = 0;
            int wrong = 0;
            int able = 0;
            for (PairComparison duel : judged) {
                found += duel.decidedAt() > 0 ? 1 : 0;
                wrong += duel.decidedAt() > 0 && (duel.verdict() == PairComparison.Verdict.BETTER ? mean[duel.first()] <= mean[duel.second()] : mean[duel.second()] <= mean[duel.first()]) ? 1 : 0;
                able += duel.pFixed() <= 0.05 ? 1 : 0;
            }
            List<Integer> best = Family.best(judged, models, stopping, 0.05, control);
            counts[rule][0] += wrong > 0 ? 1 : 0;
            counts[rule][1] += found > 0 ? (double) wrong / found : 0;
            counts[rule][2] += (double) found / Math.max(1, able);
            counts[rule][3] += best.contains(models - 1) ? 0 : 1;
            counts[rule][4] += best.size();
        }
    }

    /** Models ranked on few tasks, the last one missing on some: any pair apart by the exact law. */
    private static void ranks(int tables) {
        System.out.printf("%6s %5s %5s  %8s %8s  %8s%n", "models", "tasks", "holes", "Q", "pairs", "one best");
        for (int[] size : new int[][] {{2, 2, 0}, {2, 4, 0}, {3, 4, 0}, {4, 6, 0}, {4, 6, 2}, {4, 8, 4}, {3, 12, 0}}) {
            double[] counts = new double[3];
            for (int k = 0; k < tables; k++) {
                Stream noise = Streams.of(1).withReplica(k).at("ranks-" + Arrays.toString(size));
                for (int lead = 0; lead < 2; lead++) {
                    double[][] y = new double[size[1]][size[0]];
                    for (int t = 0; t < size[1]; t++) {
                        for (int m = 0; m < size[0]; m++) {
                            y[t][m] = noise.nextGaussian() + (m == 0 ? 1.5 * lead : 0);
                        }
                        y[t][size[0] - 1] = t < size[2] ? Double.NaN : y[t][size[0] - 1];
                    }
                    RankComparison of = RankComparison.of(y, noise).orElseThrow();
                    boolean pairs = !of.groups().equals(List.of(of.order()));
                    counts[0] += lead == 0 && of.p() <= 0.05 ? 1 : 0;
                    counts[lead == 0 ? 1 : 2] += pairs ? 1 : 0;
                }
            }
            System.out.printf(Locale.ROOT, "%6d %5d %5d ", size[0], size[1], size[2]);
            for (int c = 0; c < 3; c++) {
                System.out.printf(Locale.ROOT, "%s%8.3f", c == 2 ? "  " : " ", counts[c] / tables);
            }
            System.out.println();
        }
    }

    /** Two learners of equal skill, each on half of eight features, by k folds, r times over: how often one is better. */
    private static void folds(int tables) {
        System.out.printf("%-8s %5s %5s  %8s %8s %8s%n", "learner", "folds", "times", "as seeds", "c=1, N-1", "here");
        for (boolean near : new boolean[] {false, true}) {
            for (int[] size : new int[][] {{5, 1}, {10, 1}, {5, 2}, {5, 10}, {10, 10}}) {
                int[] counts = new int[3];
                for (int k = 0; k < tables; k++) {
                    Stream noise = Streams.of(1).withReplica(k).at("folds-" + near + Arrays.toString(size));
                    double[][][] y = validated(near, size[0], size[1], 100, noise);
                    RunTable plain = RunTable.of(y, List.of("A", "B"), List.of("t"));
                    Folds folds = Folds.of(NaturalOrder.numbered(size[0]), NaturalOrder.numbered(size[1]), RunReader.Said.nothing());
                    RunTable table = new RunTable(
                            plain.models(), plain.tasks(), plain.seeds(), plain.seed(), y, "score", false, List.of(), Optional.of(folds));
                    Stopping once = new Stopping(Stopping.Rule.PLANNED, 0.05, size[0] * size[1]);
                    counts[0] += PairComparison.of(plain, 0, 1, once, 1, noise).decidedAt() > 0 ? 1 : 0;
                    counts[1] += new FoldRuns(new SharedRuns(table, 0, 1), folds).published().p() <= 0.05 ? 1 : 0;
                    counts[2] += PairComparison.of(table, 0, 1, once, 1, noise).decidedAt() > 0 ? 1 : 0;
                }
                System.out.printf(Locale.ROOT, "%-8s %5d %5d ", near ? "1-NN" : "ridge", size[0], size[1]);
                for (int count : counts) {
                    System.out.printf(Locale.ROOT, " %8.3f", (double) count / tables);
                }
                System.out.println();
            }
        }
    }

    /** Accuracies of two learners on each fold, {@code [learner][task][fold]}. */
    private static double[][][] validated(boolean near, int folds, int times, int n, Stream noise) {
        int half = 4;
        double[][] x = new double[n][2 * half];
        double[] label = new double[n];
        for (int i = 0; i < n; i++) {
            label[i] = i % 2 == 0 ? 1 : -1;
            for (int j = 0; j < 2 * half; j++) {
                x[i][j] = 0.5 * label[i] + noise.nextGaussian();
            }
        }
        double[][][] y = new double[2][1][folds * times];
        for (int r = 0; r < times; r++) {
            int[] order = IntStream.range(0, n).toArray();
            for (int i = n - 1; i > 0; i--) {
                int other = noise.nextIndex(i + 1);
                int kept = order[i];
                order[i] = order[other];
                order[other] = kept;
            }
            for (int f = 0; f < folds; f++) {
                int from = f * n / folds;
                int to = (f + 1) * n / folds;
                for (int m = 0; m < 2; m++) {
                    int first = m * half;
                    double[] weight = near ? new double[0] : ridge(x, label, order, from, to, first, half);
                    int right = 0;
                    for (int i = from; i < to; i++) {
                        double guess = near ? nearest(x, label, order, from, to, first, half, order[i]) : 0;
                        for (int j = 0; j < weight.length; j++) {
                            guess += weight[j] * x[order[i]][first + j];
                        }
                        right += guess * label[order[i]] > 0 ? 1 : 0;
                    }
                    y[m][0][r * folds + f] = (double) right / (to - from);
                }
            }
        }
        return y;
    }

    private static double[] ridge(double[][] x, double[] label, int[] order, int from, int to, int first, int half) {
        double[][] a = new double[half][half + 1];
        for (int i = 0; i < order.length; i++) {
            for (int j = 0; j < half && (i < from || i >= to); j++) {
                for (int l = 0; l < half; l++) {
                    a[j][l] += x[order[i]][first + j] * x[order[i]][first + l];
                }
                a[j][half] += x[order[i]][first + j] * label[order[i]];
            }
        }
        for (int j = 0; j < half; j++) {
            a[j][j] += 1;
        }
        for (int j = 0; j < half; j++) {
            for (int i = 0; i < half; i++) {
                double by = i == j ? 0 : a[i][j] / a[j][j];
                for (int l = j; l <= half; l++) {
                    a[i][l] -= by * a[j][l];
                }
            }
        }
        return IntStream.range(0, half).mapToDouble(j -> a[j][half] / a[j][j]).toArray();
    }

    private static double nearest(double[][] x, double[] label, int[] order, int from, int to, int first, int half, int at) {
        double least = Double.POSITIVE_INFINITY;
        double found = 0;
        for (int i = 0; i < order.length; i++) {
            double distance = 0;
            for (int j = first; j < first + half && (i < from || i >= to); j++) {
                distance += (x[order[i]][j] - x[at][j]) * (x[order[i]][j] - x[at][j]);
            }
            if ((i < from || i >= to) && distance < least) {
                least = distance;
                found = label[order[i]];
            }
        }
        return found;
    }

    /** Two models whose difference varies from task to task with standard deviation 1/2 about 0, or about .8 for power. */
    private static void tasks(int tables) {
        System.out.printf("%-12s %5s %5s  %8s %8s %8s %8s  %8s%n", "effects", "tasks", "seeds", "planned", "E", "seeds", "tasks", "coverage");
        for (String law : List.of("normal", "exponential", "mean .8")) {
            for (int[] size : new int[][] {{12, 3}, {12, 10}}) {
                double[] counts = new double[5];
                for (int k = 0; k < tables; k++) {
                    Stream noise = Streams.of(1).withReplica(k).at("tasks-" + law + size[0] + "-" + size[1]);
                    double[][][] y = new double[2][24][size[1]];
                    for (int t = 0; t < 24; t++) {
                        double z = noise.nextGaussian();
                        double effect = law.equals("normal") ? z / 2 : law.equals("exponential") ? (-Math.log(noise.nextPositive()) - 1) / 2 : 0.8 + z / 2;
                        for (int s = 0; s < size[1]; s++) {
                            y[0][t][s] = effect + noise.nextGaussian();
                            y[1][t][s] = noise.nextGaussian();
                        }
                    }
                    boolean[] found = new boolean[4];
                    PairComparison whole = over(y, size[0], size[1], Stopping.Rule.PLANNED, noise);
                    found[0] = whole.decidedAt() > 0;
                    found[1] = over(y, size[0], size[1], Stopping.Rule.ANYTIME, noise).decidedAt() > 0;
                    for (int s = 2; s <= size[1]; s++) {
                        found[2] |= over(y, size[0], s, Stopping.Rule.ANYTIME, noise).decidedAt() > 0;
                    }
                    for (int t = 5; t <= 24; t++) {
                        found[3] |= over(y, t, size[1], Stopping.Rule.ANYTIME, noise).decidedAt() > 0;
                    }
                    for (int c = 0; c < 4; c++) {
                        counts[c] += found[c] ? 1 : 0;
                    }
                    double truth = law.equals("mean .8") ? 0.8 : 0;
                    counts[4] += whole.lead().fixed().low() <= truth && whole.lead().fixed().high() >= truth ? 1 : 0;
                }
                System.out.printf(Locale.ROOT, "%-12s %5d %5d ", law, size[0], size[1]);
                for (int c = 0; c < 5; c++) {
                    System.out.printf(Locale.ROOT, "%s%8.3f", c == 4 ? "  " : " ", counts[c] / tables);
                }
                System.out.println();
            }
        }
    }

    private static PairComparison over(double[][][] y, int tasks, int seeds, Stopping.Rule rule, Stream noise) {
        double[][][] part = Arrays.stream(y)
                .map(of -> Arrays.stream(of).limit(tasks).map(row -> Arrays.copyOf(row, seeds)).toArray(double[][]::new))
                .toArray(double[][][]::new);
        List<String> names = IntStream.range(0, tasks).mapToObj(t -> "t" + t).toList();
        Stopping stopping = new Stopping(rule, 0.05, rule == Stopping.Rule.PLANNED ? tasks : 0);
        return TaskRuns.duel(RunTable.of(part, List.of("A", "B"), names), 0, 1, stopping, 1, noise);
    }

    /** A million rows, or 1024 seeds of 32 models. */
    private static void table(String kind) {
        Stream noise = Streams.of(1).at("speed-" + kind);
        StringBuilder out = new StringBuilder(kind.equals("fresh") ? "model,task,score\n" : "model,task,seed,score\n");
        boolean pairs = kind.equals("pairs");
        for (int s = 0; s < (pairs ? 1024 : 50_000); s++) {
            for (int m = 0; m < (pairs ? 32 : 4); m++) {
                for (int t = 0; t < (pairs ? 1 : 5); t++) {
                    out.append('m').append(m).append(",task").append(t).append(',');
                    if (!kind.equals("fresh")) {
                        out.append(kind.equals("unshared") ? 4 * s + m : s).append(',');
                    }
                    out.append(String.format(Locale.ROOT, "%.6f%n", 0.7 + 0.001 * (m % 4) + 0.1 * noise.nextGaussian()));
                }
            }
            System.out.print(out);
            out.setLength(0);
        }
    }

    /** CPU seconds of this process, the JVM's start, compiler and collector among them, and the most memory it had. */
    private static void time(Path file) throws IOException {
        TextTable text = TableFile.read(file, Optional.empty());
        int rows = text.rows();
        RunTable table = RunReader.read(text, RunReader.Said.nothing());
        text = null;
        Comparison.of(table, Comparison.Options.standard(), Streams.of(1).at("bootstrap")).report().text();
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        String most = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("0");
        System.out.printf(
                Locale.ROOT,
                "%-10s %8d rows  %5.1f CPU s  %4d MB%n",
                file.getFileName().toString().replace(".csv", ""),
                rows,
                system.getProcessCpuTime() / 1e9,
                Integer.parseInt(most) / 1024);
    }

    private static void row(Law law, int seeds, int tables) {
        double[] counts = new double[7];
        Stopping endless = new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 0);
        Stopping fifty = new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 50);
        Stopping one = new Stopping(Stopping.Rule.ANYTIME, 0.05, 0);
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(1).withReplica(k).at(law + "-" + seeds);
            double[][][] y = scores(law, seeds, noise, false);
            RunTable table = RunTable.of(y, List.of("A", "B", "C"), NAMES);
            boolean first = false;
            boolean second = false;
            for (int[] pair : new int[][] {{0, 1}, {0, 2}, {1, 2}}) {
                first |= PairComparison.of(table, pair[0], pair[1], endless, 3, noise).decidedAt() > 0;
                second |= PairComparison.of(table, pair[0], pair[1], fifty, 3, noise).decidedAt() > 0;
                PairComparison duel = PairComparison.of(table, pair[0], pair[1], one, 1, noise);
                counts[2] += duel.lead().fixed().low() <= 0 && duel.lead().fixed().high() >= 0 ? 1 / 3.0 : 0;
                counts[3] += duel.share().fixed().low() <= 0.5 && duel.share().fixed().high() >= 0.5 ? 1 / 3.0 : 0;
            }
            counts[0] += first ? 1 : 0;
            counts[1] += second ? 1 : 0;
            if (law != Law.MISSING) {
                double[][] cells = IntStream.range(0, seeds)
                        .mapToObj(s -> Arrays.stream(y[0]).mapToDouble(row -> row[s]).toArray())
                        .toArray(double[][]::new);
                RobustSeeds robust = RobustSeeds.of(SeedTable.of(cells), 999, noise);
                counts[4] += IntStream.range(0, seeds).anyMatch(s -> robust.named(s, 0.05) != 0) ? 1 : 0;
                counts[5] += robust.effectP() <= 0.05 ? 1 : 0;
                double truth = law == Law.DOUBLING_SEEDS ? 1 / 3.0 : 0;
                counts[6] += robust.icc().low() <= truth && robust.icc().high() >= truth ? 1 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-17s %5d  %8.3f %8.3f  %8.3f %8.3f",
                law.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                seeds,
                counts[0] / tables,
                counts[1] / tables,
                counts[2] / tables,
                counts[3] / tables);
        System.out.println(
                law == Law.MISSING
                        ? "         -        -        -"
                        : String.format(
                                Locale.ROOT,
                                "  %8.3f %8.3f %8.3f",
                                counts[4] / tables,
                                counts[5] / tables,
                                counts[6] / tables));
    }

    /** A pilot of one pair on one task that is retested after the fewest additional seeds advised, up to four times. */
    private static void pilot(int seeds, int tables) {
        int[] found = new int[2];
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(1).withReplica(k).at("pilot-" + seeds);
            double[] d = new double[100_000];
            Arrays.setAll(d, i -> i < 5000 ? noise.nextGaussian() : 0);
            for (int rule = 0; rule < 2; rule++) {
                Stopping stopping = new Stopping(Stopping.Rule.ANYTIME, 0.05, rule == 0 ? 0 : 50);
                int n = seeds;
                for (int look = 0; look <= 4; look++) {
                    double[][][] y = {{Arrays.copyOf(d, n)}, {new double[n]}};
                    PairComparison duel = PairComparison.of(RunTable.of(y, List.of("A", "B"), List.of("a")), 0, 1, stopping, 1, noise);
                    if (duel.decidedAt() > 0) {
                        found[rule]++;
                        break;
                    }
                    n = (int) Math.min(rule == 0 ? 5000L : 50, (long) n + Math.max(duel.moreLow(), 1));
                }
            }
        }
        System.out.printf(Locale.ROOT, "pilot, retested %7d  %8.3f %8.3f%n", seeds, (double) found[0] / tables, (double) found[1] / tables);
    }
}
