package org.noisebook.papers.hypad;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.BivariateNormal;
import org.noisebook.stats.RankCorrelation;

/**
 * Anomalies of a noisy sine, found by the error of a reconstruction, with and without a weight for its certainty.
 *
 * <p>A point at radius 1/(1 + σ/σ₀) of the Poincaré ball is certain where σ is small; σ is known or estimated from earlier errors only.
 *
 * <p><b>Streams</b>: {@code noise} for the series, {@code anomalies} for their places and signs, {@code points} of the ball.
 */
@Paper(
        key = "2211.09224",
        title = "Are we certain it's anomalous?",
        cite = {
            "Flaborea, Prenkaj, Munjal, Sterpa, Aragona, Podo, Galasso 2023, arXiv 2211.09224",
            "Ganea, Bécigneul, Hofmann 2018, arXiv 1805.09112"
        },
        study = "hypad",
        version = 1,
        does = "Anomalies of a noisy sine by errors with and without a weight for certainty",
        figure = "hypad",
        shows = "Errors weighted by certainty, for anomalies in quiet and in noisy parts",
        streams = {"noise", "anomalies", "points"})
public final class CertainAnomalies extends OnePaper<CertainAnomalies.Config, CertainAnomalies.Result> {
    /** Where anomalies are. */
    public enum Place {
        /** In the quiet part. */
        QUIET,
        /** In the noisy part. */
        NOISY
    }

    /** A series and its anomalies. */
    public record Config(
            @Parameter(standard = "2000", range = "[200, 1000000]", value = "values of the series")
            int length,

            @Parameter(standard = "50", range = "[4, 1000]", value = "period of the sine")
            double period,

            @Parameter(standard = "0.4", range = "[0.1, 0.9]", symbol = "f", value = "share of the noisy part")
            double noisyShare,

            @Parameter(standard = "0.05", range = "[0.001, 10]", value = "noise of the quiet part")
            double quiet,

            @Parameter(standard = "8", range = "[1, 100]", symbol = "q", value = "noise of the noisy part over it")
            double ratio,

            @Parameter(standard = "0.6", range = "[0, 10]", value = "offset of an anomaly")
            double offset,

            @Parameter(standard = "20", range = "[1, 1000]", value = "anomalies")
            int anomalies,

            @Parameter(standard = "quiet", value = "where they are: quiet or noisy")
            Place place,

            @Parameter(standard = "0.05", range = "(0, 10]", symbol = "σ₀", value = "noise at radius 1/2 of the ball")
            double scale,

            @Parameter(standard = "20", range = "[3, 1000]", value = "earlier errors behind an estimate of σ")
            int memory,

            @Parameter(standard = "false", value = "whether σ is known instead")
            boolean known) {

        double sigma(int k) {
            return isNoisy(k) ? ratio * quiet : quiet;
        }

        /** The noisy part is in the middle. */
        boolean isNoisy(int k) {
            double from = length * (1 - noisyShare) / 2;
            return k >= from && k < from + noisyShare * length;
        }
    }

    /** Areas under the ROC curve of scores of anomalies against the other values, and errors of the ball's formulas. */
    public record Result(
            @Parameter("area of the error") double errorArea,

            @Parameter("area of the error times the radius") double certainArea,

            @Parameter("area of the distance in the ball") double distanceArea,

            @Parameter("area of the error over σ") double standardArea,

            @Parameter("area of the error by theory") double errorTheory,

            @Parameter("area of the error times the radius by theory")
            double certainTheory,

            @Parameter("area of the error over σ by theory") double standardTheory,

            @Parameter("error of the logarithm of the exponential, up to radius 0.99")
            double roundTrip,

            @Parameter("difference of the distance from its Möbius form, up to radius 0.99")
            double mobiusGap,

            @Parameter("largest excess of a side over the other two of random triangles")
            double triangle)
            implements Outcome {}

    // The study.

    private static final int TRIANGLES = 200;
    private static final double OUTERMOST = 0.99;
    /** The median of |z|. */
    private static final double MEDIAN = 0.6744897501960817;

    @Override
    protected Result measure(Config c, Streams streams) {
        int n = c.length();
        Stream noise = streams.at("noise");
        double[] x = new double[n];
        Arrays.setAll(x, k -> StrictMath.sin(2 * Math.PI * k / c.period()) + c.sigma(k) * noise.nextGaussian());
        boolean[] odd = odd(c, streams.at("anomalies"), x);
        double[] error = errors(c, x);
        double[] sigma = new double[n];
        Arrays.setAll(sigma, k -> c.known() ? c.sigma(k) : roughness(c, error, k));
        ToDoubleFunction<Integer> radius = k -> 1 / (1 + sigma[k] / c.scale());
        double[] geometry = geometry(streams.at("points"));
        return new Result(
                Grammar.finite(area(odd, c.memory(), k -> error[k])),
                area(odd, c.memory(), k -> error[k] * radius.applyAsDouble(k)),
                area(odd, c.memory(), k -> apart(radius.applyAsDouble(k), error[k])),
                area(odd, c.memory(), k -> error[k] / sigma[k]),
                theory(c, s -> 1),
                theory(c, s -> 1 / (1 + s / c.scale())),
                theory(c, s -> 1 / s),
                geometry[0],
                geometry[1],
                geometry[2]);
    }

    /** Adds the anomalies at distinct places after the first values, and says where they are. */
    private static boolean[] odd(Config c, Stream stream, double... x) {
        int[] places = IntStream.range(c.memory(), c.length())
                .filter(k -> c.isNoisy(k) == (c.place() == Place.NOISY))
                .toArray();
        if (places.length < 2 * c.anomalies()) {
            throw new IllegalArgumentException(
                    "anomalies must be at most half of the " + places.length + " places, got " + c.anomalies());
        }
        stream.shuffle(places);
        boolean[] odd = new boolean[x.length];
        for (int k = 0; k < c.anomalies(); k++) {
            odd[places[k]] = true;
            x[places[k]] += stream.nextIndex(2) == 0 ? c.offset() : -c.offset();
        }
        return odd;
    }

    /** |x − reconstruction|, the least-squares sine of the known period. */
    private static double[] errors(Config c, double... x) {
        double[][] basis = new double[2][x.length];
        for (int k = 0; k < x.length; k++) {
            basis[0][k] = StrictMath.sin(2 * Math.PI * k / c.period());
            basis[1][k] = StrictMath.cos(2 * Math.PI * k / c.period());
        }
        double ss = PoincareBall.dot(basis[0], basis[0]);
        double sc = PoincareBall.dot(basis[0], basis[1]);
        double cc = PoincareBall.dot(basis[1], basis[1]);
        double sx = PoincareBall.dot(basis[0], x);
        double cx = PoincareBall.dot(basis[1], x);
        double determinant = ss * cc - sc * sc;
        double a = (cc * sx - sc * cx) / determinant;
        double b = (ss * cx - sc * sx) / determinant;
        double[] error = new double[x.length];
        Arrays.setAll(error, k -> Math.abs(x[k] - a * basis[0][k] - b * basis[1][k]));
        return error;
    }

    /** The median of the errors before, over that of |z|; from the first errors where there are too few. */
    static double roughness(Config c, double[] error, int k) {
        int from = Math.max(0, k - c.memory());
        double[] past = Arrays.copyOfRange(error, from, from + c.memory());
        Arrays.sort(past);
        int m = past.length;
        return Math.max(1e-12, (past[(m - 1) / 2] + past[m / 2]) / 2 / MEDIAN);
    }

    /** The distance between two points at the same radius, the error being their angle. */
    private static double apart(double radius, double error) {
        double angle = Math.min(Math.PI, error);
        return PoincareBall.distance(
                new double[] {radius, 0},
                new double[] {radius * StrictMath.cos(angle), radius * StrictMath.sin(angle)});
    }

    private static double area(boolean[] odd, int first, ToDoubleFunction<Integer> score) {
        return RankCorrelation.auc(
                IntStream.range(first, odd.length)
                        .filter(k -> odd[k])
                        .mapToDouble(k -> score.applyAsDouble(k))
                        .toArray(),
                IntStream.range(first, odd.length)
                        .filter(k -> !odd[k])
                        .mapToDouble(k -> score.applyAsDouble(k))
                        .toArray());
    }

    /** The area of errors with a weight, if σ and the sine are known: an average over quiet and noisy values. */
    static double theory(Config c, DoubleUnaryOperator weight) {
        double own = c.place() == Place.NOISY ? c.ratio() * c.quiet() : c.quiet();
        double area = 0;
        int quiet = 0;
        for (int k = c.memory(); k < c.length(); k++) {
            quiet += c.isNoisy(k) ? 0 : 1;
        }
        int noisy = c.length() - c.memory() - quiet;
        quiet -= c.place() == Place.QUIET ? c.anomalies() : 0;
        noisy -= c.place() == Place.NOISY ? c.anomalies() : 0;
        for (boolean isNoisy : new boolean[] {false, true}) {
            double other = isNoisy ? c.ratio() * c.quiet() : c.quiet();
            double q = weight.applyAsDouble(other) * other / (weight.applyAsDouble(own) * own);
            area += (isNoisy ? noisy : quiet) * BivariateNormal.offsetArea(c.offset() / own, q);
        }
        return area / (quiet + noisy);
    }

    /** Errors of the round trip and of the Möbius form, and of the triangle inequality, over random points of the ball. */
    private static double[] geometry(Stream stream) {
        double[] worst = {0, 0, Double.NEGATIVE_INFINITY};
        for (int k = 0; k < TRIANGLES; k++) {
            Grammar.stopIfInterrupted();
            double[] x = point(stream);
            double[] y = point(stream);
            double[] z = point(stream);
            double[] back = PoincareBall.exp(x, PoincareBall.log(x, y));
            double off = 0;
            for (int j = 0; j < back.length; j++) {
                off = Math.max(off, Math.abs(back[j] - y[j]));
            }
            worst[0] = Math.max(worst[0], off);
            double xy = PoincareBall.distance(x, y);
            worst[1] = Math.max(worst[1], Math.abs(xy - PoincareBall.mobiusDistance(x, y)));
            worst[2] = Math.max(worst[2], PoincareBall.distance(x, z) - xy - PoincareBall.distance(y, z));
        }
        return worst;
    }

    static double[] point(Stream stream) {
        double[] x = new double[3];
        Arrays.setAll(x, k -> stream.nextGaussian());
        return PoincareBall.times(OUTERMOST * stream.nextDouble() / Math.sqrt(PoincareBall.dot(x, x)), x);
    }

    @Override
    public double work(Config c) {
        return c.length() * (2000 + 20.0 * c.memory()) + 1e6;
    }

    @Override
    public long memory(Config c) {
        return 400L * c.length() + (1L << 24);
    }

    // The figure.

    private static final double[] RATIOS = {1, 2, 4, 8, 16};
    private static final double[] FINE = Line.logarithmic(1, 16, 33);

    @Override
    protected void tell(Board board) {
        board.title(
                "Weighting by certainty misses anomalies in the noisy part",
                "Weighting by certainty finds anomalies in the noisy part, too",
                "Weighting by certainty may miss anomalies in the noisy part");
        board.subtitle("Lines: noise level σ known (theory). Dots: σ estimated from the 20 errors before");
        int n = board.replicas(16, 64);
        var quiet = on(board, "anomalies in the quiet part").along("ratio", RATIOS);
        var noisy = on(board, "anomalies in the noisy part").with("place=noisy").along("ratio", RATIOS);
        // At the offset of the figure the areas are 1 here, which any formula gives.
        var knownQuiet = on(board, "anomalies of offset 0.15 in the quiet part, σ known")
                .with("known=true, anomalies=100, offset=0.15")
                .along("ratio", 8);
        var knownNoisy = on(board, "anomalies in the noisy part, σ known")
                .with("known=true, place=noisy, anomalies=100")
                .along("ratio", 8);
        var same = on(board, "the same noise of 0.25 everywhere")
                .with("quiet=0.25, scale=0.25")
                .along("ratio", 1);
        Plot left = plot(board, "quiet", "Anomalies in the quiet part", quiet);
        Plot right = plot(board, "noisy", "Anomalies in the noisy part", noisy);
        String fixed = "bound set before the run";
        String gain = "area of error × certainty minus that of the error";
        right.claim("loses", gain, noisy, 8)
                .says("Certainty weighting loses in the noisy part | area − area of error, q = 8")
                .below(-0.02)
                .of(noisy.at(8), r -> r.certainArea() - r.errorArea())
                .control("claim: wins")
                .from("an anomaly in noise is weighted like noise; " + fixed);
        left.claim("wins", gain, quiet, 8)
                .says("Certainty weighting gains in the quiet part | area − area of error, q = 8")
                .above(0.02)
                .of(quiet.at(8), r -> r.certainArea() - r.errorArea())
                .control("claim: same")
                .from(source(), fixed);
        left.claim("standard", "area of error over σ minus that of the error", quiet, 8)
                .says("Error / σ gains in the quiet part, too | area − area of error, q = 8")
                .above(0.02)
                .of(quiet.at(8), r -> r.standardArea() - r.errorArea())
                .control("claim: standard-noisy")
                .from("scores on one scale; " + fixed);
        right.claim("standard-noisy", "area of error over σ minus that of error × certainty", noisy, 8)
                .says("Error / σ loses more in the noisy part | area − area of error × certainty")
                .below(0)
                .of(noisy.at(8), r -> r.standardArea() - r.certainArea())
                .control("claim: standard")
                .from("nothing is left of the width of the noise; " + fixed);
        board.claim("best", "area of error over σ minus that of error × certainty", quiet, 8)
                .above(0)
                .of(quiet.at(8), r -> r.standardArea() - r.certainArea())
                .control("claim: standard-noisy")
                .from("the Euclidean score is the stronger one; " + fixed);
        board.claim("same", gain, same, 1)
                .theory(0, 0.02)
                .of(same.at(1), r -> r.certainArea() - r.errorArea())
                .control("claim: wins")
                .from("with equal noise, certainty is equal: window 0.02");
        left.claim("distance", "area of the Poincaré distance minus that of the error", quiet, 8)
                .above(0)
                .of(quiet.at(8), r -> r.distanceArea() - r.errorArea())
                .control("claim: distance-noisy")
                .from(source(), fixed);
        right.claim("distance-noisy", "area of the Poincaré distance minus that of the error", noisy, 8)
                .below(0)
                .of(noisy.at(8), r -> r.distanceArea() - r.errorArea())
                .control("claim: distance")
                .from(fixed);
        for (Line<Config, Result> known : List.of(knownQuiet, knownNoisy)) {
            String where = known == knownQuiet ? "-quiet" : "-noisy";
            String window = "closed form; window 0.03 set before the run";
            board.claim("theory-error" + where, "area of the error minus theory", known, 8)
                    .theory(0, 0.03)
                    .of(known.at(8), r -> r.errorArea() - r.errorTheory())
                    .control("run: q = 1 in the theory is off by more than 0.05")
                    .from(window);
            board.claim("theory-certain" + where, "area of error × certainty minus theory", known, 8)
                    .theory(0, 0.03)
                    .of(known.at(8), r -> r.certainArea() - r.certainTheory())
                    .control("run: the theory of the error is off by more than 0.03")
                    .from(window);
            board.claim("theory-standard" + where, "area of error over σ minus theory", known, 8)
                    .theory(0, 0.03)
                    .of(known.at(8), r -> r.standardArea() - r.standardTheory())
                    .control("run: the theory of the error is off by more than 0.03")
                    .from(window);
        }
        String ball = "random points up to radius 0.99";
        board.claim("round-trip", "largest error of the logarithm of the exponential, " + ball, quiet, 8)
                .identity(0, 1e-12)
                .of(quiet.at(8).mean(Result::roundTrip))
                .from("log and exp are inverse maps");
        board.claim("mobius", "largest difference of the distance from its Möbius form, " + ball, quiet, 8)
                .identity(0, 1e-12)
                .of(quiet.at(8).mean(Result::mobiusGap))
                .from("arcosh form and 2 artanh|−x ⊕ y|");
        board.claim("triangle", "largest excess of a side of a triangle over the other two, " + ball, quiet, 8)
                .below(1e-12)
                .of(quiet.at(8).mean(Result::triangle))
                .control("run: the square of the distance breaks the inequality")
                .from("the distance is a metric");
        board.caption("""
                Area under the ROC curve of 20 anomalies, offsets of ±0.6 in a sine of 2000 values, against all other values. Noise is 0.05 in the quiet part and q times as wide in the noisy part, 40 % of the \
                series. Error: distance from a least-squares sine. Certainty: radius 1/(1 + σ/0.05) in the Poincaré ball. Lines: (1 − f) A(d, q₁) + f A(d, q₂), with \
                A(d, q) = Φ₂(h, h; ρ) + Φ₂(−h, −h; ρ), h = d/√(1 + q²), ρ = (1 − q²)/(1 + q²). Dots: σ is the median of the 20 errors before, over 0.674; {} replicas, 95 % t intervals. \
                In the table: the distance in the ball, known σ, equal noise, and the formulas of the ball.""", n);
    }

    private Plot plot(Board board, String name, String title, Line<Config, Result> cells) {
        Config base = cells.at(8).config();
        return board.plot(
                        name,
                        title,
                        Axis.log2("noise of the noisy part over the quiet part, q")
                                .range(0.9, 18),
                        Axis.linear("area under the ROC curve (0.5: chance)").range(0.48, 1.02))
                .means("error", cells, Result::errorArea)
                .law("error", FINE, q -> theory(Schema.with(base, "ratio", q), s -> 1))
                .means("error × certainty", cells, Result::certainArea)
                .law(
                        "error × certainty",
                        FINE,
                        q -> theory(Schema.with(base, "ratio", q), s -> 1 / (1 + s / base.scale())))
                .means("error / σ", cells, Result::standardArea)
                .law("error / σ", FINE, q -> theory(Schema.with(base, "ratio", q), s -> 1 / s));
    }

    @Override
    protected String says() {
        return """
                The paper looks for anomalies where a model is certain and wrong: it embeds series in a hyperbolic ball, where the distance from the origin is the model's certainty, and lets
                certainty scale the error. Here only this idea and the ball's formulas are tested, on a sine whose noise is 0.05 in one part and up to 16 times as wide in another. All values of the
                curves have a closed form if the noise level is known.

                At eight times the noise, anomalies in the quiet part are found with area 0.943 by the error, 0.999 by error × certainty, and 0.999 by the plain Euclidean error / σ: noisy values no
                longer pass for anomalies. The same offsets in the noisy part are found with 0.879, 0.804 and 0.728. A weight cannot know where anomalies are: it moves them from one part to the
                other, and the more it divides the noise out, the more. The distance in the ball between value and reconstruction does the same (+0.056, −0.109). With equal noise everywhere
                the weight changes little (−0.008, the price of estimating σ from 20 errors). σ is estimated from earlier errors only; a window that holds the anomaly hides it. The
                formulas of the ball hold to 1e-12 up to radius 0.99 and lose four digits at 0.9999. In practice: say first where an anomaly would matter. If it is an offset in
                units of the local noise, use error / σ (as `noisebook warn --anomalies` does); if offsets of one size matter everywhere, use the error itself.""";
    }
}
