package org.noisebook.papers.circuits;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * Two-qubit circuits for the ground state of H₂, enumerated, drawn at random, or chosen by a learner with a tightening target.
 *
 * <p>A circuit is a word of eight letters: CX in two directions, and rotations about X, Y, Z of two qubits. After a rotation its qubit is
 * depolarised by p₁, after CX both by a multiple of p₁: ρ → (1 − p)ρ + p I/2ⁿ. With λ the factors of noise, E = Σ h_P ⟨P⟩ λ_P.
 */
@Paper(
        key = "2402.03500",
        title = "Curriculum reinforcement learning for quantum architecture search under hardware errors",
        cite = "Patel, Kundu, Ostaszewski, Bonet-Monroig, Dunjko, Danaci 2024, arXiv 2402.03500",
        study = "circuit-search",
        version = 1,
        does = "Two-qubit circuits for the ground state of hydrogen under noise, enumerated and searched for",
        figure = "circuit-search",
        shows = "Search for quantum circuits under noise",
        streams = {"search", "angles"})
public final class CircuitSearch extends OnePaper<CircuitSearch.Config, CircuitSearch.Result> {
    /** How circuits are chosen. */
    public enum Method {
        /** All of them, with the best angles. */
        ENUMERATE,
        /** Each letter at random. */
        RANDOM,
        /** By values of letters after the last one, learnt from which circuits reached a target that halves when reached. */
        LEARNER
    }

    /** When a search ends. */
    public enum Ends {
        /** With the first circuit within 1.6 mHa. */
        FOUND,
        /** After all episodes. */
        EPISODES
    }

    /** Circuits, noise and search. */
    public record Config(
            @Parameter(standard = "enumerate", value = "how circuits are chosen: enumerate, random or learner")
            Method method,

            @Parameter(standard = "0", range = "[0, 0.05]", symbol = "p₁", value = "depolarising of a rotation")
            double rate,

            @Parameter(standard = "10", range = "[0, 20]", value = "depolarising of CX over that of a rotation")
            double factor,

            @Parameter(standard = "0", range = "[0, 0.5]", value = "amplitude damping of each qubit of a gate")
            double damping,

            @Parameter(standard = "3", range = "[1, 8]", symbol = "gates", value = "gates of a circuit")
            int depth,

            @Parameter(standard = "100", range = "[3, 100000]", value = "most circuits of a search")
            int episodes,

            @Parameter(standard = "found", value = "when a search ends: found or episodes")
            Ends ends,

            @Parameter(standard = "20", range = "[1, 100000]", value = "searches")
            int searches,

            @Parameter(standard = "60", range = "[1, 10000]", value = "steps of SPSA, two energies each")
            int iterations,

            @Parameter(standard = "0.5", range = "[0, 0.999]", value = "momentum of SPSA")
            double momentum) {}

    /** Energies in hartree above the ground state. */
    public record Result(
            @Parameter("smallest error, for searches its mean")
            double error,

            @Parameter("share of circuits within 1.6 mHa") double share,

            @Parameter("mean number of energies until a circuit within 1.6 mHa, 0 for enumeration")
            double calls,

            @Parameter("share of circuits within 1.6 mHa in the last third of the episodes, 0 for enumeration")
            double late)
            implements Outcome {}

    // The study.

    /** Coefficients of II, IZ, ZI, ZZ and XX at 0.735 Å, and the repulsion of the nuclei. */
    static final double[] H = {-1.052373, 0.397937, -0.397937, -0.011280, 0.180931};

    static final double NUCLEI = 0.719969;
    private static final int[] PAULI = {0, 3, 12, 15, 5};
    private static final double CHEMICAL = 1.6e-3;
    private static final int LETTERS = 8;
    private static final int DEEPEST = 5;
    private static final int STARTS = 8;
    private static final int SWEEPS = 200;
    private static final double FLAT = 1e-13;

    /** The energy of a word with angles; angles of CX are not used. */
    static double energy(Config c, PauliVector state, int[] word, double... angles) {
        state.reset();
        for (int k = 0; k < word.length; k++) {
            int letter = word[k];
            if (letter < 2) {
                state.controlledX(letter);
                state.depolarise(c.factor() * c.rate());
                state.damp(1 - letter, c.damping());
                state.damp(letter, c.damping());
            } else {
                int qubit = letter % 2;
                state.rotate(qubit, letter / 2, angles[k]);
                state.depolarise(qubit, c.rate());
                state.damp(qubit, c.damping());
            }
        }
        return Grammar.sum(H.length, k -> H[k] * state.at(PAULI[k]));
    }

    /** The energy with the best angles: each in turn, of which the energy is a sinusoid, from four starts. */
    static double lowest(Config c, PauliVector state, int... word) {
        double best = Double.POSITIVE_INFINITY;
        for (int start = 0; start < STARTS; start++) {
            double[] angles = new double[word.length];
            for (int k = 0; k < angles.length; k++) {
                angles[k] = 2 * Math.PI * ((0.1 + 0.618034 * (start + 1) * (k + 1)) % 1);
            }
            double before = energy(c, state, word, angles);
            double after = before;
            for (int sweep = 0; sweep < SWEEPS && (sweep == 0 || before - after > FLAT); sweep++) {
                before = after;
                for (int k = 0; k < word.length; k++) {
                    if (word[k] >= 2) {
                        double[] at = new double[3];
                        for (int j = 0; j < 3; j++) {
                            angles[k] = j * Math.PI / 2;
                            at[j] = energy(c, state, word, angles);
                        }
                        double cosine = (at[0] - at[2]) / 2;
                        double sine = at[1] - (at[0] + at[2]) / 2;
                        angles[k] = StrictMath.atan2(-sine, -cosine);
                        after = (at[0] + at[2]) / 2 - Math.hypot(cosine, sine);
                    }
                }
            }
            best = Math.min(best, after);
        }
        return best;
    }

    /** The ground energy, and the lowest one of three gates under noise: a flip, a rotation, CX. */
    static double three(double p, double factor) {
        double z = H[1] * (2 - p);
        return H[0] - (1 - factor * p) * (1 - p) * (H[3] + Math.hypot(z, H[4]));
    }

    /** The lowest energy of one gate, a flip. */
    static double one(double p) {
        return H[0] - H[1] * (2 - p) - H[3] * (1 - p);
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        PauliVector state = PauliVector.zeros();
        double ground = three(0, 0);
        if (c.method() == Method.ENUMERATE) {
            if (c.depth() > DEEPEST) {
                throw new IllegalArgumentException(
                        "depth must be in [1, " + DEEPEST + "] to enumerate all circuits, got " + c.depth());
            }
            double[] errors = IntStream.range(0, (int) Math.round(StrictMath.pow(LETTERS, c.depth())))
                    .mapToDouble(number -> {
                        Grammar.stopIfInterrupted();
                        int[] word = new int[c.depth()];
                        for (int k = 0, left = number; k < word.length; k++, left /= LETTERS) {
                            word[k] = left % LETTERS;
                        }
                        return lowest(c, state, word) - ground;
                    })
                    .toArray();
            return new Result(
                    Grammar.finite(Arrays.stream(errors).min().orElseThrow()),
                    Grammar.share(errors.length, k -> errors[k] <= CHEMICAL),
                    0,
                    0);
        }
        double[] total = new double[5];
        for (int s = 0; s < c.searches(); s++) {
            double[] one = search(
                    c,
                    state,
                    ground,
                    streams.at("search").part(s),
                    streams.at("angles").part(s));
            for (int k = 0; k < total.length; k++) {
                total[k] += one[k];
            }
        }
        return new Result(
                Grammar.finite(total[0] / c.searches()),
                total[1] / total[2],
                total[3] / c.searches(),
                total[4] / (c.searches() * (c.episodes() / 3)));
    }

    /** Smallest error, circuits found, circuits tried, energies until the first found, circuits found in the last third. */
    private static double[] search(Config c, PauliVector state, double ground, Stream search, Stream angles) {
        double[][][] value = new double[c.depth()][LETTERS + 1][LETTERS];
        double[] seen = {Double.POSITIVE_INFINITY, 0, 0, 0, 0};
        double target = 32 * CHEMICAL;
        int[] word = new int[c.depth()];
        for (int episode = 0; episode < c.episodes() && (seen[1] == 0 || c.ends() == Ends.EPISODES); episode++) {
            Grammar.stopIfInterrupted();
            double explore = c.method() == Method.RANDOM ? 1 : Math.max(0.1, 1 - episode / 50.0);
            for (int k = 0; k < word.length; k++) {
                double[] choice = value[k][k == 0 ? LETTERS : word[k - 1]];
                int drawn = search.nextIndex(LETTERS);
                word[k] = search.nextDouble() < explore ? drawn : best(choice, drawn);
            }
            boolean turns = Arrays.stream(word).anyMatch(letter -> letter >= 2);
            double error = (turns ? spsa(c, state, word, angles) : energy(c, state, word)) - ground;
            seen[0] = Math.min(seen[0], error);
            seen[2]++;
            if (seen[1] == 0) {
                seen[3] += turns ? 2 * c.iterations() + 1 : 1;
            }
            if (error <= CHEMICAL) {
                seen[1]++;
                seen[4] += episode >= c.episodes() - c.episodes() / 3 ? 1 : 0;
            }
            double reward = error <= target ? 1 : 0;
            target = reward > 0 ? Math.max(CHEMICAL, target / 2) : target;
            for (int k = 0; k < word.length; k++) {
                double[] choice = value[k][k == 0 ? LETTERS : word[k - 1]];
                choice[word[k]] += 0.2 * (reward - choice[word[k]]);
            }
        }
        return seen;
    }

    /** The letter of the largest value, from one on. */
    private static int best(double[] value, int from) {
        int best = from;
        for (int k = 1; k < value.length; k++) {
            int letter = (from + k) % value.length;
            best = value[letter] > value[best] ? letter : best;
        }
        return best;
    }

    /** The energy after simultaneous perturbation of all angles by signs, with Adam's steps (Spall 1992). */
    private static double spsa(Config c, PauliVector state, int[] word, Stream stream) {
        int n = word.length;
        double[] angles = new double[n];
        Arrays.setAll(angles, k -> 2 * Math.PI * stream.nextDouble());
        double[] moved = new double[n];
        double[] mean = new double[n];
        double[] square = new double[n];
        double[] sign = new double[n];
        for (int t = 1; t <= c.iterations(); t++) {
            double step = 0.2 * StrictMath.pow(t, -0.101);
            Arrays.setAll(sign, k -> stream.nextIndex(2) == 0 ? -step : step);
            Arrays.setAll(moved, k -> angles[k] + sign[k]);
            double slope = energy(c, state, word, moved);
            Arrays.setAll(moved, k -> angles[k] - sign[k]);
            slope = (slope - energy(c, state, word, moved)) / 2;
            double rate = 0.4 * (1 - (t - 1.0) / c.iterations());
            for (int k = 0; k < n; k++) {
                double g = slope / sign[k];
                mean[k] = c.momentum() * mean[k] + (1 - c.momentum()) * g;
                square[k] = 0.9 * square[k] + 0.1 * g * g;
                double unbiased = mean[k] / (1 - StrictMath.pow(c.momentum(), t));
                angles[k] -= rate * unbiased / (Math.sqrt(square[k] / (1 - StrictMath.pow(0.9, t))) + 1e-3);
            }
        }
        return energy(c, state, word, angles);
    }

    @Override
    public double work(Config c) {
        return c.method() == Method.ENUMERATE
                ? StrictMath.pow(LETTERS, c.depth()) * STARTS * 60 * c.depth() * c.depth() * 100
                : 200.0 * c.searches() * c.episodes() * c.iterations() * c.depth() * (c.ends() == Ends.FOUND ? 0.1 : 1);
    }

    @Override
    public long memory(Config c) {
        return 8L * (long) StrictMath.pow(LETTERS, Math.min(DEEPEST, c.depth())) + (1L << 24);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "With enough gate noise, one gate beats three, but both are inaccurate",
                "One gate does not beat three where theory predicts it",
                "With enough gate noise, one gate may beat three");
        board.subtitle(
                "H₂ on two qubits; CX entangles them. Learner: table of gate preferences. Dot: mean of 20 searches");
        int n = board.replicas(20, 64);
        var random =
                on(board, "4 gates, at random").with("method=random, depth=4").cell();
        var learner =
                on(board, "4 gates, learner").with("method=learner, depth=4").cell();
        var plain = on(board, "4 gates, at random, no momentum")
                .with("method=random, depth=4, momentum=0")
                .cell();
        board.replicas(8, 32);
        String all = "depth=4, ends=episodes, episodes=300, searches=3, method=";
        var chance = on(board, "300 circuits, at random").with(all + "random").cell();
        var taught = on(board, "300 circuits, learner").with(all + "learner").cell();
        board.replicas(1);
        double[] rates = {1e-4, 1.7e-4, 1.76e-4, 5e-4, 1e-3, 0.0022, 0.0024, 0.005, 0.012, 0.0135};
        var three = on(board, "all circuits of 3 gates").along("rate", rates);
        var one = on(board, "all circuits of 1 gate").with("depth=1").along("rate", rates);
        var equal = on(board, "all circuits of 3 gates, equal noise")
                .with("factor=1")
                .along("rate", 1e-4, 1e-3, 0.005, 0.012, 0.0135);
        var clean = on(board, "no noise").along("depth", 1, 3, 4);
        board.stamp(n + " seeds (search); enumerations 1 (exact)");
        Plot noisy = board.plot(
                "noise",
                "Best of all circuits",
                Axis.log10("depolarising probability p₁ of a rotation").range(7e-5, 0.03),
                Axis.log10("error of the energy in mHa").range(0.15, 250));
        double[] fine = Line.logarithmic(8e-5, 0.02, 60);
        String[] names = {"3 gates, CX noise 10 p₁", "1 gate", "3 gates, CX noise p₁"};
        noisy.points(names[0], three, milli())
                .law(names[0], fine, p -> 1e3 * (best(p, 10) - three(0, 0)))
                .points(names[1], one, milli())
                .law(names[1], fine, p -> 1e3 * (one(p) - three(0, 0)))
                .points(names[2], equal, milli())
                .law(names[2], fine, p -> 1e3 * (best(p, 1) - three(0, 0)))
                .level(LineKind.THEORY, "needed", 1e3 * CHEMICAL, 8e-5, 0.02)
                .text(0.02, 1.2, "chemical accuracy");
        Axis calls =
                Axis.log10("energy evaluations, random choice").range(600, 4500).ticks(1000, 2000, 4000);
        Plot search = board.plot(
                "search",
                "Noiseless search until 1.6 mHa",
                calls,
                Axis.log10("energy evaluations, learner").range(600, 4500).ticks(1000, 2000, 4000));
        search.colour(3)
                .named("")
                .points(
                        "one seed",
                        random.cells().get(0).values(Result::calls),
                        learner.cells().get(0).values(Result::calls))
                .colour(Plot.GREY)
                .named("")
                .law("equal", new double[] {650, 4200}, x -> x)
                .text(2100, 850, "learner sooner");

        for (int factor : new int[] {10, 1}) {
            double[] around = factor == 10 ? new double[] {0.0022, 0.0024} : new double[] {0.012, 0.0135};
            var line = factor == 10 ? three : equal;
            String words = "error of the best three gates minus that of one, in mHa";
            noisy.claim("after-" + factor, words, line, around[1])
                    .says("One gate is better at p₁ = 0.0024 (CX noise p₁: 0.0135) | error, three gates − one, mHa")
                    .above(0)
                    .control("claim: before-" + factor)
                    .of(1e3 * (error(line, around[1]) - error(one, around[1])))
                    .from(source(), "they cross at 0.00230 for noise 10 p₁ a CX, at 0.01277 for p₁");
            board.claim("before-" + factor, words, line, around[0])
                    .below(0)
                    .control("claim: after-" + factor)
                    .of(1e3 * (error(line, around[0]) - error(one, around[0])))
                    .from(source(), "they cross at 0.00230 for noise 10 p₁ a CX, at 0.01277 for p₁");
        }
        for (double p : new double[] {1.76e-4, 1.7e-4}) {
            var claim = p > 1.73e-4
                    ? noisy.claim("lost", "smallest error of three gates in mHa", three, p)
                            .says("Three gates miss chemical accuracy at p₁ = 0.000176 | error of three gates, mHa")
                            .above(1.6)
                            .control("claim: kept")
                    : board.claim("kept", "smallest error of three gates in mHa", three, p)
                            .below(1.6)
                            .control("claim: lost");
            claim.of(1e3 * error(three, p)).from(source(), "1.6 mHa is reached below 1.73e-4 only");
        }
        Estimate ratio = learner.cells().get(0).over(random.cells().get(0), Result::calls);
        search.claim("learner", "energies of the learner over those at random, until 1.6 mHa", learner, 1)
                .says("The learner needs fewer evaluations than random choice | evaluations, learner / random")
                .below(1)
                .control("claim: learns")
                .of(ratio)
                .from(
                        source(),
                        "equal energies, SPSA included; one circuit of 4 gates in ten succeeds, so that no difference is expected");
        board.claim("null", "energies of the learner over those at random, until 1.6 mHa", learner, 1)
                .between(0.8, 1.25)
                .control("claim: learns")
                .of(ratio)
                .from("one circuit of 4 gates in ten succeeds: found before it is learnt");
        search.claim("learns", "share of successes in the last 100 of 300 circuits, learner minus random", taught, 1)
                .says("Within 300 circuits the learner succeeds more often | share of successes, learner − random")
                .above(0.3)
                .control("claim: learner")
                .of(taught.cells().get(0).less(chance.cells().get(0), Result::late))
                .from("control: the learner is not broken; bound 0.3");
        board.claim("momentum", "energies with momentum 0.5 over those without, at random", random, 1)
                .below(1)
                .control("none: a useless momentum gives 1")
                .of(random.cells().get(0).over(plain.cells().get(0), Result::calls))
                .from(source(), "momentum saves energies");
        board.claim("sixteen", "circuits of 3 gates within 1.6 mHa", clean, 3)
                .theory(16, 0.5)
                .control("claim: none-1")
                .of(512 * clean.at(3).mean(Result::share))
                .from("enumerated independently: 16 of 512");
        board.claim("tenth", "share of circuits of 4 gates within 1.6 mHa", clean, 4)
                .theory(0.104)
                .control("claim: none-1")
                .of(clean.at(4).mean(Result::share))
                .from("enumerated independently: 10.4 %; window 10 %");
        board.claim("none-1", "circuits of 1 gate within 1.6 mHa", clean, 1)
                .theory(0, 0.5)
                .control("claim: sixteen")
                .of(8 * clean.at(1).mean(Result::share))
                .from("no entanglement, no chemical accuracy");
        board.claim("flip", "error of the best single gate in mHa", clean, 1)
                .theory(20.3, 0.1)
                .control("claim: sixteen")
                .of(1e3 * clean.at(1).mean(Result::error))
                .from("computed independently: 20.3");
        for (double p : new double[] {1e-3, 0.005}) {
            board.claim("law-" + p, "smallest error over the law, minus 1", three, p)
                    .identity(0, 1e-8)
                    .of(error(three, p) / (best(p, 10) - three(0, 0)) - 1)
                    .from("Σ h_P ⟨P⟩ λ_P");
        }
        board.caption("""
                H₂ at 0.735 Å on two qubits, ground state −1.857275 Ha (−1.137306 with the nuclei). A circuit is a word of CX (two directions) and rotations about X, Y, Z of either qubit. (a) Smallest energy over all words of one                 and of three letters with the best angles, above the ground state; a rotation depolarises its qubit by p₁, CX both by 10 p₁ (or p₁). Lines: closed forms of a flip, and of flip, rotation and CX (three flips where these                 are better). (b) Mean number of energies until 1.6 mHa over 20 searches for words of four letters without noise, angles by 60 steps of SPSA; the learner prefers letters that reached a target, which halves when                 reached. {} seeds; on the line both need the same.""", n);
    }

    private static Reduction<Result> milli() {
        return Reduction.exact(r -> 1e3 * r.error());
    }

    private static double error(Line<Config, Result> line, double p) {
        return line.at(p).mean(Result::error);
    }

    /** The lowest energy of three gates: entangling, or three rotations of one qubit. */
    static double best(double p, double factor) {
        return Math.min(three(p, factor), one(1 - (1 - p) * (1 - p) * (1 - p)));
    }

    @Override
    protected String says() {
        return """
                The paper searches for circuits by reinforcement learning with a target that tightens (a curriculum), under the noise of a device, simulated fast by Pauli transfer. It reports that this finds accurate
                circuits sooner.

                For two-qubit H₂ everything can be enumerated. Of 512 circuits of three gates 16 reach chemical accuracy (1.6 mHa), of those of four gates one in ten; one gate misses it by 20.3 mHa. Depolarising noise,
                p₁ a rotation and 10 p₁ a CX (ρ → (1 − p)ρ + p I/2ⁿ), costs the single gate 0.387 Ha times p₁ and the entangling circuit 9.24 Ha times p₁: chemical accuracy ends at p₁ = 1.73e-4, and above p₁ = 0.0023
                the single gate is better. With p₁ a CX as well, the crossover moves to 0.0128; counted as probabilities of Pauli errors 0.0023 becomes 0.0021.

                The search is a null result. Until the first accurate circuit the learner needs 1.09 [1.00, 1.18] times the energies of random choice, at equal cost of every circuit, SPSA included, over 20 paired seeds:
                circuits are found before the learner has seen enough of them. It is not broken: given 300 circuits, two thirds more of its last 100 succeed than at random. Momentum in SPSA saves 6 % of the energies.
                Larger molecules, where random choice fails, were not tried. In practice: compare a search with random choice at equal energies, not episodes, and ask first whether your noise lets more than one gate pay.
                In Java: `PauliVector.zeros()` runs your own two-qubit circuit with depolarising noise and damping.""";
    }
}
