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
                    found[r] |= Duel.of(table, pair[0], pair[1], rules[r], 3, noise).decidedAt() > 0;
                }
                Duel duel = Duel.of(table, pair[0], pair[1], rules[2], 1, noise);
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
                first |= Duel.of(table, pair[0], pair[1], endless, 3, noise).decidedAt() > 0;
                second |= Duel.of(table, pair[0], pair[1], fifty, 3, noise).decidedAt() > 0;
                Duel duel = Duel.of(table, pair[0], pair[1], one, 1, noise);
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
                    Duel duel = Duel.of(RunTable.of(y, List.of("A", "B"), List.of("a")), 0, 1, stopping, 1, noise);
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
