package org.noisebook.figure.masked;

import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.masked.GumbelTruncation;
import org.noisebook.masked.Language;
import org.noisebook.masked.MarkovSentences;
import org.noisebook.masked.MaskedConfig;
import org.noisebook.masked.MaskedResult;
import org.noisebook.masked.MaskedStudy;
import org.noisebook.masked.Unmasking;

/** Masked diffusion without time: as good with a call a token, and what uniform numbers of few bits take from a grid of many steps. */
public final class MaskedDiffusion extends Story {
    private static final MaskedStudy STUDY = new MaskedStudy();
    private static final Unmasking HITTING = new Unmasking.FirstHitting();
    private static final int TOKENS = 16;
    private static final int FINE = 512;
    /** Of the grid whose bits are few: its law hangs on steps over numbers alone. */
    private static final int STEPS = 256;

    private static final int FLOAT = 24;
    private static final int DOUBLE = 53;
    private static final double[] TOKEN = new MarkovSentences(Language.Toy.standard(), 1).token();
    private static final double ENTROPY = GumbelTruncation.entropy(TOKEN);
    private static final String SOURCE = "arXiv 2409.02908";
    private static final String TOY = "; Markov chain of 64 symbols, 16 tokens";
    private static final String LETTERS = "; letters of Moby-Dick, 16 tokens";
    private static final String ONE = "; one token of 64 symbols";

    /** The figure. */
    public MaskedDiffusion() {
        super("masked-diffusion", "Masked diffusion needs no time, and float32 cools it", STUDY.sources());
    }

    private static Cell<MaskedConfig, MaskedResult> sentences(Board board, Language language, Unmasking unmasking) {
        return board.cell(STUDY, new MaskedConfig(language, TOKENS, unmasking, board.choose(2000, 16_000)));
    }

    private static Cell<MaskedConfig, MaskedResult> token(Board board, int steps, int bits) {
        int count = bits == 14 ? 200_000 : bits == 12 ? 50_000 : 20_000;
        return board.cell(STUDY, new MaskedConfig(Language.Toy.standard(), 1, new Unmasking.Grid(steps, bits), count));
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(8, 16);
        board.where("token: a symbol or letter; an even step reveals several; lattice: the values of a number");
        tellCalls(board);
        tellBits(board);
        board.caption(
                "Sentences of 16 tokens unmasked by exact conditionals. (a) Mean −log p of sentences less the language's own, a token: 0 for"
                        + " exact samples; against evaluations of the conditionals. Grid: every masked token is drawn apart from the others in"
                        + " each step of time, in float64; first hitting: one token at each of the times drawn beforehand. Toy: Markov chain of 64"
                        + " symbols; letters: that of five chapters of Moby-Dick. (b) Entropy that one token of the toy's law loses on a grid,"
                        + " against steps over the number of different uniform numbers, 2^24 in float32; blue: numbers on a lattice; the other line: the paper's"
                        + " integral over cut-off noise. Means over {} replicas of {} sentences, (b) 20 000 to 200 000 tokens; 95 % t intervals.",
                n, board.choose(2000, 16_000));
    }

    private static Reduction<MaskedResult> excess() {
        return mean(MaskedResult::excess);
    }

    private static void tellCalls(Board board) {
        double[] steps = board.choose(new double[] {4, 16, 64, 512}, new double[] {4, 16, 64, 512, 4096});
        Axis calls = Axis.log10("calls of the model a sentence").range(3, 1.4 * steps[steps.length - 1]);
        Axis surprise = Axis.linear("surprise above the language's (nat a token)");
        Plot plot = board.plot("calls", "One at a time: exact (0); many at a time: not", calls, surprise);
        Language toy = Language.Toy.standard();
        Language letters = new Language.Letters();
        var grid = board.lineOf(steps, k -> sentences(board, toy, new Unmasking.Grid((int) k, DOUBLE)));
        var spelt = board.lineOf(
                Arrays.copyOf(steps, 3), k -> sentences(board, letters, new Unmasking.Grid((int) k, DOUBLE)));
        double[] one = {TOKENS};
        var hitting = board.lineOf(one, k -> sentences(board, toy, HITTING));
        var hittingLetters = board.lineOf(one, k -> sentences(board, letters, HITTING));
        var exact = sentences(board, toy, new Unmasking.LeftToRight());
        plot.named("even steps of time, symbols")
                .points("grid, toy", grid, excess())
                .named("even steps of time, letters")
                .points("grid, letters", spelt, excess())
                .named("one a call, symbols")
                .points("first hitting, toy", hitting, excess())
                .named("one a call, letters")
                .points("first hitting, letters", hittingLetters, excess())
                .legend(Corner.TOP_RIGHT)
                .level(LineKind.THEORY, "exact", 0, 3, 1.4 * steps[steps.length - 1]);
        var first = hitting.last();
        judgeExcess(plot, "hitting", "first hitting" + TOY, first, true);
        judgeExcess(plot, "grid-16", "a grid of 16 steps, as many calls" + TOY, grid.at(16), false);
        judgeExcess(plot, "hitting-letters", "first hitting" + LETTERS, hittingLetters.last(), true);
        judgeExcess(plot, "grid-letters", "a grid of 16 steps" + LETTERS, spelt.at(16), false);
        String divergence = "divergence of neighbours' law, ";
        board.claim("equal-law", divergence + "first hitting less a grid of 512 steps" + TOY)
                .theory(0, 0.004)
                .of(first.less(grid.at(FINE), MaskedResult::divergence))
                .from(SOURCE + ": equal laws with a 32nd of the calls; window set before the run");
        board.claim("exact-law", divergence + "first hitting less exact samples" + TOY)
                .theory(0, 0.004)
                .judge(first.less(exact, MaskedResult::divergence), "the floor that so many sentences leave");
        board.claim("coarse-law", divergence + "a grid of 16 steps less exact samples" + TOY)
                .above(0.004)
                .judge(grid.at(16).less(exact, MaskedResult::divergence), "control: a law that differs must be seen");
        board.claim("first-time", "mean time of the first unmasking, first hitting" + TOY)
                .theory(TOKENS / (TOKENS + 1.0), 0.003)
                .of(first.the(mean(run -> run.times().get(0))))
                .from("largest of 16 uniform numbers, 16/17; window set before the run");
        board.claim("times", "least p-value of 16 times in each replica against order statistics, first hitting" + TOY)
                .above(1e-4)
                .judge(leastTest(first), SOURCE + "; a false alarm in one of 80 figures");
        board.claim("times-grid", "the same, a grid of 64 steps" + TOY)
                .below(1e-4)
                .judge(leastTest(grid.at(64)), "control: times on a grid are no order statistics");
    }

    private static void judgeExcess(Plot plot, String name, String where, Cell<?, MaskedResult> cell, boolean exact) {
        String told = "Symbols: 16 calls that reveal one token each sample exactly, 16 even steps of time do not";
        var claim = plot.claim(name, "excess of −log p a token, " + where).says(where.endsWith(TOY) ? told : "");
        (exact ? claim.theory(0, 0.02) : claim.above(0.02))
                .of(cell.the(excess()))
                .from(
                        exact
                                ? SOURCE
                                        + ": first hitting has the law of the continuous process; window set before the run"
                                : "control: tokens drawn apart in one step do not fit each other");
    }

    private static double leastTest(Cell<?, MaskedResult> cell) {
        return Arrays.stream(cell.values(run -> run.timeTests().stream().min().orElseThrow()))
                .min()
                .orElseThrow();
    }

    private static void tellBits(Board board) {
        int[] bits = {10, 12, 14, 16};
        double[] x = Arrays.stream(bits)
                .mapToDouble(b -> STEPS / StrictMath.pow(2, b))
                .toArray();
        var line = Line.of(
                x, Arrays.stream(bits).mapToObj(b -> token(board, STEPS, b)).toList());
        Axis numbers = Axis.log2("steps over values of a random number, N/2^b").range(1.0 / 512, 0.5);
        Plot plot = board.plot("bits", "Few bits: less entropy", numbers, Axis.log10("entropy lost (nat a token)"));
        plot.named("measured, N = 256 steps").points("256 steps", line, mean(run -> ENTROPY - run.entropy()));
        double[] fine = Line.logarithmic(1.0 / 400, 0.35, 41);
        plot.named("predicted by their lattice")
                .line(LineKind.THEORY, "256 steps", fine, lost(fine, true))
                .named("predicted by the paper's integral")
                .colour(3)
                .line(LineKind.THEORY, "integral of the paper", fine, lost(fine, false));
        if (board.choose(false, true)) {
            int many = 65_536;
            var full = token(board, many, FLOAT);
            plot.points(
                    "65 536 steps, float32",
                    Line.of(new double[] {many / StrictMath.pow(2, FLOAT)}, List.of(full)),
                    mean(run -> ENTROPY - run.entropy()));
            judgeEntropy(board, many, FLOAT);
            judgeEntropy(board, many, DOUBLE);
        }
        plot.legend(Corner.BOTTOM_RIGHT);
        for (int steps : new int[] {64, 1024}) {
            judgeEntropy(board, steps, FLOAT);
            judgeEntropy(board, steps, DOUBLE);
        }
        for (int b : new int[] {12, 14}) {
            String where = "entropy lost over that foretold, 256 steps, " + b + " bits" + ONE;
            var cell = token(board, STEPS, b);
            double lattice = ENTROPY - GumbelTruncation.entropy(GumbelTruncation.lattice(TOKEN, STEPS, b));
            double integral = ENTROPY - GumbelTruncation.entropy(GumbelTruncation.integral(TOKEN, STEPS, b));
            plot.claim("lattice-" + b, where + ", by the lattice")
                    .tag("loss over that predicted by the lattice")
                    .says("With random numbers of 12 and 14 bits tokens lose the entropy that their lattice predicts")
                    .theory(1)
                    .of(cell.the(mean(run -> (ENTROPY - run.entropy()) / lattice)))
                    .from("P_k = δ/(exp(δ/w_k) − 1), no free number");
            plot.claim("integral-" + b, where + ", by the paper's integral")
                    .says("The paper's integral predicts that loss", "loss over the paper's, " + b + " bits")
                    .or("The integral predicts more, with " + b + " bits {} of it is found", "It may predict too much")
                    .theory(1)
                    .of(cell.the(mean(run -> (ENTROPY - run.entropy()) / integral)))
                    .from(SOURCE + ", section 4: noise cut off at −log(−log(1 − 2⁻ᵇ))");
        }
        plot.claim("cooled", "entropy lost, 256 steps, 14 bits, as many steps a number as 262 144 in float32" + ONE)
                .above(0.01)
                .of(token(board, STEPS, 14).the(mean(run -> ENTROPY - run.entropy())))
                .from(SOURCE + ": few bits lower the temperature; bound set before the run");
        board.claim("cut-off", "end of Gumbel noise from 24 bits")
                .identity(16.6355, 5e-5)
                .judge(GumbelTruncation.cutOff(FLOAT), SOURCE);
    }

    private static double[] lost(double[] x, boolean lattice) {
        return Arrays.stream(x)
                .map(ratio -> {
                    // A fine grid's law hangs on steps over numbers alone: any pair of that ratio shows it.
                    double bits = StrictMath.log(STEPS / ratio) / StrictMath.log(2);
                    return ENTROPY - GumbelTruncation.entropy(GumbelTruncation.along(TOKEN, STEPS, bits, lattice));
                })
                .toArray();
    }

    private static void judgeEntropy(Board board, int steps, int bits) {
        String type = bits == FLOAT ? "float32" : "float64";
        var cell = token(board, steps, bits);
        double expected =
                bits == DOUBLE ? ENTROPY : GumbelTruncation.entropy(GumbelTruncation.lattice(TOKEN, steps, bits));
        board.claim("entropy-" + steps + "-" + bits, "entropy of a token, " + steps + " steps, " + type + ONE)
                .theory(expected, 0.01)
                .of(cell.the(mean(MaskedResult::entropy)))
                .from(bits == DOUBLE ? "no loss in float64" : "the lattice's law; window of the atlas, 0.01 nat");
    }
}
