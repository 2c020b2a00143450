package org.noisebook.papers.scoresde;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** The VE, VP and sub-VP diffusions of a mixture run backward: samples of the reverse SDE and of the flow, and log densities. */
public final class DiffusionSdesSamples extends Story {
    private static final GaussianMixture DATA = DiffusionSdes.DATA;
    /** Standard error of a variance in the reference. */
    private static final double[] POINTS = {-2.5, -2, -0.5, 0.3, 1, 1.8};

    private static final double[] LIKELIHOOD_STEPS = Line.powers(25, 2, 6);
    private static final double[] DIVERGENCES = {2.2e-6, 2.2e-7, 2.2e-7};
    private static final double[] PRIOR_ERRORS = {3.5e-3, 1.2e-3, 1.2e-3};
    private static final double[] ERRORS = {7.7e-4, 9e-6, 3.4e-6};
    private static final String NOTES = "test vectors of the kit for this mixture";

    /** The standard error of a variance of the notes, of 20 000 samples: √((9.08 − 2.19²)/20 000). */
    private static final double NOTED_ERROR = 0.0146;

    private static final DiffusionMethod RANDOM = DiffusionMethod.ReverseEquation.standard();
    private static final DiffusionMethod CORRECTED = DiffusionMethod.PredictorCorrector.standard();
    private static final DiffusionMethod EULER = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    /** A measurement recorded in the notes. */
    private record Noted(
            String name, String words, NamedDiffusion named, DiffusionMethod method, int steps, double variance) {
        DiffusionConfig config() {
            DiffusionConfig uniform =
                    DiffusionConfig.ofSamples().by(named.diffusion(), method, TimeGrid.UNIFORM, steps);
            return Schema.with(uniform, "particles=20000, end=" + (named == NamedDiffusion.VE ? "0" : "1e-5"));
        }
    }

    private static final List<Noted> NOTED = List.of(
            new Noted("vp-reverse-100", "Euler–Maruyama, VP", NamedDiffusion.VP, RANDOM, 100, 2.230),
            new Noted("vp-flow-50", "flow by Euler in τ, VP", NamedDiffusion.VP, EULER, 50, 2.180),
            new Noted("ve-flow-50", "flow by Euler in τ, VE", NamedDiffusion.VE, EULER, 50, 1.42),
            new Noted("ve-flow-100", "flow by Euler in τ, VE", NamedDiffusion.VE, EULER, 100, 1.78),
            new Noted("ve-flow-500", "flow by Euler in τ, VE", NamedDiffusion.VE, EULER, 500, 2.08),
            new Noted("ve-corrected-50", "predictor–corrector, VE", NamedDiffusion.VE, CORRECTED, 50, 2.194));

    /** The figure. */
    public DiffusionSdesSamples() {
        super(
                "diffusion-sdes-samples",
                "Three diffusions of one mixture run backward: samples and log densities",
                DiffusionSdes.STUDY.sources());
    }

    private static DiffusionConfig flow(Board board, NamedDiffusion named) {
        DiffusionMethod heun = new DiffusionMethod.TimeFlow(OdeMethod.HEUN);
        return Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(4096, 32_768))
                .by(named.diffusion(), heun, TimeGrid.UNIFORM, board.choose(200, 400));
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other two equations, whose values lie outside the window");
        board.title(
                "All three diffusions, run backward, recover the variance of the data",
                "Some diffusions, run backward, miss the variance of the data",
                "Run backward, the diffusions roughly recover the variance of the data");
        board.subtitle("Variance of samples, and error of log densities against solver steps, for three diffusions");
        board.sixDigits();
        int n = board.replicas(8, 32);
        var reverse = DiffusionSdes.each(board, named -> DiffusionSdes.reverse(board, named));
        var flow = DiffusionSdes.each(board, named -> flow(board, named));
        board.replicas(4, 8);
        var notes = each(NOTED, noted -> board.cell(DiffusionSdes.STUDY, noted.config()));
        List<String> names = each(List.of(NamedDiffusion.values()), NamedDiffusion::text);
        Axis y = Axis.linear("variance").range(2.1, 2.3);
        Plot variance = board.plot("variance", "Variance of samples run backward", Axis.named("", names), y)
                .colour(3)
                .named("reverse equation, with noise")
                .points("reverse equation", reverse, DiffusionSdes.VARIANCE)
                .named("flow, without")
                .points("flow", flow, DiffusionSdes.VARIANCE)
                .level("data", DATA.covariance()[0][0], 0.5, 3.5);
        Axis steps = Axis.log10("steps of the solver");
        Axis error = Axis.log10("largest error of log density");
        Plot likelihood = board.plot("likelihood", "Error of log densities", steps, error);
        for (NamedDiffusion named : NamedDiffusion.values()) {
            judge(variance, named, "reverse", "the reverse SDE", reverse);
            judge(variance, named, "flow", "the probability flow", flow);
            tellLikelihood(likelihood, named);
        }
        for (int i = 0; i < NOTED.size(); i++) {
            Noted noted = NOTED.get(i);
            board.claim(noted.name, "variance of samples, " + noted.words + ", " + noted.steps + " steps uniform in τ")
                    .regression(noted.variance, NOTED_ERROR)
                    .judge(notes.get(i).the(DiffusionSdes.VARIANCE), NOTES + ", 20 000 samples");
        }
        DiffusionConfig config = reverse.at(2).config();
        board.caption(
                "The diffusions of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) run backward to τ = 0.001: by Euler–Maruyama for the reverse"
                        + " equation ({} steps uniform in τ), and by Heun's method for the probability flow ({}). (a) Means over {} replicas"
                        + " of {} samples with 95 % t intervals. (b) Along the flow from τ = 10⁻⁵ at x = −2.5, −2, −0.5, 0.3, 1 and 1.8,"
                        + " ended by the exact density p₁ or by the normal prior; deterministic, no interval; the remaining"
                        + " error of VE with p₁ comes from its noise σ = 0.01 at τ = 0.",
                config.steps(), flow.at(2).config().steps(), n, config.particles());
    }

    private static void judge(
            Plot plot, NamedDiffusion named, String id, String method, Line<DiffusionConfig, DiffusionResult> cells) {
        String statement = "variance of samples from " + method + " of " + named.text();
        ClaimDraft claim = plot.claim(named.key() + "-" + id, statement)
                .says("Run backward, each recovers the variance of the data");
        DiffusionSdes.judgeVariance(claim, cells.at(named.ordinal() + 1));
    }

    /** The largest error of log p_0 over the points. */
    private static double error(Diffusion diffusion, int steps, boolean prior) {
        MixtureInterpolant marginals = diffusion.marginals(DATA);
        Field end = prior ? Likelihood.normal(1, diffusion.priorVariance()) : marginals.logDensity();
        double[] along = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                diffusion.probabilityFlow(marginals.score()),
                TimeGrid.UNIFORM.times(1e-5, 1, steps),
                new double[][] {POINTS},
                end,
                1);
        return IntStream.range(0, POINTS.length)
                .mapToDouble(k -> Math.abs(along[k] - DATA.logDensity(new double[] {POINTS[k]})))
                .max()
                .orElseThrow();
    }

    private static void tellLikelihood(Plot plot, NamedDiffusion named) {
        int i = named.ordinal();
        Diffusion diffusion = named.diffusion();
        plot.claim(named.key() + "-prior", "KL(p₁ ‖ prior) for " + named.text())
                .theory(DIVERGENCES[i])
                .judge(SixDigits.exact(diffusion.priorDivergence(DATA)), NOTES);
        for (boolean prior : new boolean[] {true, false}) {
            Estimate[] errors = Arrays.stream(LIKELIHOOD_STEPS)
                    .mapToObj(steps -> SixDigits.point(error(diffusion, (int) steps, prior)))
                    .toArray(Estimate[]::new);
            String series = named.text() + (prior ? ", from prior" : ", from exact p₁");
            plot.colour(prior ? DiffusionSdes.COLOURS[i] : 2 + i)
                    .named(named.text() + (prior ? ", prior at the end" : ", exact at the end"))
                    .points(series, LIKELIHOOD_STEPS, errors, 1);
            String statement = "largest error of log p₀ along the flow of " + named.text() + " with the "
                    + (prior ? "prior" : "exact p₁") + " at τ = 1, 100 steps of RK4";
            plot.claim(named.key() + (prior ? "-likelihood-prior" : "-likelihood"), statement)
                    .says("From 100 steps on, the prior limits the log densities")
                    .control("claim: " + named.key() + (prior ? "-likelihood" : "-likelihood-prior"))
                    .theory((prior ? PRIOR_ERRORS : ERRORS)[i])
                    .judge(SixDigits.exact(error(diffusion, 100, prior)), NOTES);
        }
    }
}
