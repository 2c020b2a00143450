package org.noisebook.compare;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Report;
import org.noisebook.runs.Wording;
import org.noisebook.seeds.SeedPower;

/**
 * How many seeds a comparison needs, before any run.
 *
 * <p>The mean over T tasks of the differences of a seed has effect d_z = d √(T/(2(1 − ρ))) for a difference d in standard deviations of a run and a
 * correlation ρ of the runs of one seed. A number fixed beforehand has the power of the noncentral t at level/pairs; the number when looking after
 * every seed is that of {@link MixtureT} over {@value #PATHS} simulated comparisons.
 *
 * <p><b>Error</b>: 1e-10 in a power; 0.1 in the mean number of seeds. <b>Not for</b> effects that differ between tasks: power is then lower, .74 in
 * place of .80 where they vary by half over six tasks.
 *
 * @param effect d
 * @param models compared
 * @param tasks that each runs
 * @param pairs compared together
 * @param correlation ρ
 * @param level of all pairs together
 * @param power wanted
 * @param most seeds when looking after each
 * @param looks simulates looks
 */
public record SeedPlan(
        double effect,
        int models,
        int tasks,
        int pairs,
        double correlation,
        double level,
        double power,
        int most,
        Streams looks)
        implements Report {
    private static final int PATHS = 20_000;
    private static final int MOST = 10_000;
    private static final int SIMULATED = 4_000_000;
    private static final List<Integer> SHOWN = List.of(5, 8, 10, 15, 20, 30, 50, 100);

    /** Rejects values outside their ranges by the names of their options. */
    public SeedPlan {
        Check.above("--effect", effect, 0, 100);
        Check.inRange("--models", models, 2, 256);
        Check.inRange("--tasks", tasks, 1, 100_000);
        Check.inRange("--correlation", correlation, 0, 0.99);
        Check.above("--power", power, level, 0.999);
        Check.inRange("--max", most, Stopping.FEWEST, MOST);
    }

    /** Mean number of seeds when looking after each, and the share of pairs that differ by d which are then decided. */
    double[] looked() {
        return looked(most, PATHS);
    }

    private double[] looked(int largest, int paths) {
        Stream stream = looks.at("plan");
        Stopping stopping = new Stopping(Stopping.Rule.ANYTIME, level / pairs, largest);
        double[] width = IntStream.rangeClosed(0, largest)
                .mapToDouble(stopping::halfWidth)
                .toArray();
        double seeds = 0;
        double decided = 0;
        for (int path = 0; path < paths; path++) {
            double mean = 0;
            double squares = 0;
            int n = 0;
            boolean done = false;
            while (n < largest && !done) {
                double more = perSeed() + stream.nextGaussian() - mean;
                mean += more / ++n;
                squares += more * more * (n - 1) / n;
                done = n >= Stopping.FEWEST && Math.abs(mean) * Math.sqrt(n * (n - 1.0) / squares) >= width[n];
            }
            seeds += n;
            decided += done && mean > 0 ? 1 : 0;
        }
        return new double[] {seeds / paths, decided / paths};
    }

    /** A largest number of seeds at which looking after each has the power, the least to a tenth; 0 for more than ten thousand. */
    int enough() {
        for (long n = seeds(); n <= MOST; n += n / 10 + 1) {
            if (looked((int) n, (int) Math.min(PATHS, SIMULATED / n))[1] >= power) {
                return (int) n;
            }
        }
        return 0;
    }

    /** d_z. */
    double perSeed() {
        return effect * StrictMath.sqrt(tasks / (2 * (1 - correlation)));
    }

    /** Seeds of each model that have the power, when fixed beforehand. */
    int seeds() {
        return Math.max(Stopping.FEWEST, SeedPower.seedsNeeded(perSeed(), power, level, pairs));
    }

    /** The power of a number of seeds fixed beforehand. */
    double power(int seeds) {
        return SeedPower.power(perSeed(), seeds, level / pairs);
    }

    /** The smallest difference that so many seeds find with the power. */
    double smallest(int seeds) {
        double low = 0;
        double high = 1000;
        while (high - low > 1e-6 * high) {
            double middle = (low + high) / 2;
            boolean enough = SeedPower.power(middle, seeds, level / pairs) >= power;
            low = enough ? low : middle;
            high = enough ? middle : high;
        }
        return high * effect / perSeed();
    }

    @Override
    public String title() {
        return "Plan for " + Wording.count(models, "model") + " on " + Wording.count(tasks, "task") + ", "
                + Wording.count(pairs, "pair");
    }

    @Override
    public List<String> answer() {
        int seeds = seeds();
        double[] looked = looked();
        return List.of(
                "With power " + Wording.percent(power(seeds)) + " " + seeds
                        + " seeds of each model find a difference of " + Numbers.brief(effect, 3)
                        + ": run them all, then compare with --planned " + seeds + ".",
                "If you look after every seed instead, up to " + most + ", such a pair is decided with power "
                        + Wording.percent(looked[1]) + ", and you stop after " + Math.round(looked[0])
                        + " seeds on average" + (looked[1] < power ? larger() : ": compare with --max " + most + "."),
                "Choose one of the two before the first run.");
    }

    private String larger() {
        int enough = enough();
        return enough == 0
                ? ", mostly undecided; no --max up to " + MOST + " has power " + Wording.percent(power) + "."
                : ", decided or not; --max " + enough + " has power " + Wording.percent(power) + ", and you stop after "
                        + Math.round(looked(enough, Math.min(PATHS, SIMULATED / enough))[0]) + ".";
    }

    @Override
    public List<String> preface() {
        return List.of(
                "The difference is in standard deviations of a model's runs on a task and equal on all tasks: "
                        + Numbers.brief(perSeed(), 3) + " standard deviations of a seed's mean difference, with "
                        + (correlation == 0 ? "no" : "a") + " correlation between runs of one seed"
                        + (correlation == 0 ? "" : " (" + Wording.correlation(correlation) + ")")
                        + ". Where it varies between tasks, power is lower.",
                (pairs == 1 ? "The pair is tested at " : "Each of " + pairs + " pairs is tested at ")
                        + Numbers.brief(level / pairs, 2) + " [" + (pairs == 1 ? "" : "Bonferroni; ")
                        + "noncentral t; for the looks " + PATHS / 1000 + " 000 simulated comparisons].");
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section("What do other numbers of seeds find?", "", List.of(), frames().get("plan")));
    }

    @Override
    public Map<String, Frame> frames() {
        Frame frame = new Frame("seeds", "power", "smallest difference with power " + Wording.percent(power));
        IntStream.concat(SHOWN.stream().mapToInt(n -> n), IntStream.of(seeds()))
                .sorted()
                .distinct()
                .forEach(n -> frame.add(n, Wording.percent(power(n)), Numbers.brief(smallest(n), 2)));
        return Map.of("plan", frame);
    }
}
