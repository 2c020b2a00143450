package org.noisebook.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.RobustSeeds;
import org.noisebook.seeds.SeedTable;

/**
 * How often comparisons are wrong: 3 models × 6 tasks × 3, 5 and 20 seeds of no effect, root seed 1, so many tables a row.
 *
 * <p>The argument is the number of tables. Columns: verdicts of any of three pairs without a declared maximum and with one of 50, coverage of the
 * interval of a fixed number of seeds of the lead and of the share of wins, and of the seeds of one model under the six tasks: any seed named, an
 * effect seen, coverage of ICC(3,1).
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
    public static void main(String[] arguments) {
        int tables = Integer.parseInt(arguments[0]);
        System.out.println("Tables a row: " + tables + "; standard error of .05: "
                + String.format(Locale.ROOT, "%.3f", Math.sqrt(0.0475 / tables)));
        System.out.printf("%-17s %5s  %8s %8s  %8s %8s  %8s %8s %8s%n", "law", "seeds", "endless", "max 50", "lead", "wins", "named", "effect", "ICC");
        for (Law law : Law.values()) {
            for (int seeds : new int[] {3, 5, 20}) {
                row(law, seeds, tables);
            }
        }
        pilot(3, tables);
        pilot(5, tables);
    }

    private static void row(Law law, int seeds, int tables) {
        double[] counts = new double[7];
        Stopping endless = new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 0);
        Stopping fifty = new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 50);
        Stopping one = new Stopping(Stopping.Rule.ANYTIME, 0.05, 0);
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(1).withReplica(k).at(law + "-" + seeds);
            double[][][] y = new double[3][TASKS][seeds];
            for (int s = 0; s < seeds; s++) {
                double effect = noise.nextGaussian();
                for (int m = 0; m < 3; m++) {
                    for (int t = 0; t < TASKS; t++) {
                        y[m][t][s] = law.draw(noise, s, t, effect);
                        y[m][t][s] = law == Law.MISSING && noise.nextDouble() < 0.2 ? Double.NaN : y[m][t][s];
                    }
                }
            }
            RunTable table = RunTable.of(y, List.of("A", "B", "C"), NAMES);
            boolean first = false;
            boolean second = false;
            for (int[] pair : new int[][] {{0, 1}, {0, 2}, {1, 2}}) {
                first |= Duel.of(table, pair[0], pair[1], endless, 3, noise).decidedAt() > 0;
                second |= Duel.of(table, pair[0], pair[1], fifty, 3, noise).decidedAt() > 0;
                Duel duel = Duel.of(table, pair[0], pair[1], one, 1, noise);
                counts[2] += duel.fixedLow() <= 0 && duel.fixedHigh() >= 0 ? 1 / 3.0 : 0;
                counts[3] += duel.winsFixedLow() <= 0.5 && duel.winsFixedHigh() >= 0.5 ? 1 / 3.0 : 0;
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
