package org.noisebook.papers.lowlight;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.TukeyLambda;
import org.noisebook.timeseries.SensorNoise;

/**
 * A sensor calibrated from its own frames, and linear denoisers of digits that know its row noise or white noise of equal variance alone.
 *
 * <p>Values are K·Poisson(I) + read + row, rounded to multiples of q; read noise is Tukey's λ law or normal. A denoiser is
 * W = C(C + N)⁻¹ about the mean; on digits of moments S with noise of covariance M its error is tr(S − 2WS + W(S + M)Wᵀ).
 */
@Paper(
        key = "2108.02158",
        title = "Physics-based Noise Modeling for Extreme Low-light Photography",
        cite = {
            "Wei, Fu, Zheng, Yang 2021, arXiv 2108.02158",
            "Filliben 1975, The probability plot correlation coefficient test for normality, doi:10.1080/00401706.1975.10489279"
        },
        study = "low-light",
        version = 1,
        does = "A sensor's noise from dark and flat frames, and denoisers that know its rows or not",
        figure = "low-light",
        shows = "Shape of read noise under rounding, and what a denoiser gains by knowing row noise",
        streams = {"dark", "flat", "pictures", "noise"})
public final class LowLight extends OnePaper<LowLight.Config, LowLight.Result> {
    /** Law of the read noise. */
    public enum Read {
        /** Tukey's lambda law. */
        TUKEY,
        /** Normal. */
        GAUSSIAN
    }

    /** Sensor, frames and pictures. */
    public record Config(
            @Parameter(standard = "2", range = "[0.01, 100]", symbol = "K", value = "gain, values per photon")
            double gain,

            @Parameter(standard = "0.8", range = "[0, 100]", value = "standard deviation of row noise")
            double rowNoise,

            @Parameter(standard = "2", range = "[0.01, 100]", symbol = "σ", value = "standard deviation of read noise")
            double readNoise,

            @Parameter(standard = "tukey", value = "law of read noise: tukey or gaussian")
            Read law,

            @Parameter(standard = "-0.12", range = "[-0.4, 1]", symbol = "λ", value = "shape of Tukey's law")
            double shape,

            @Parameter(standard = "1", range = "[0, 100]", symbol = "q", value = "step of rounding, 0 for none")
            double step,

            @Parameter(standard = "96", range = "[4, 2000]", value = "rows and columns of a frame")
            int side,

            @Parameter(
                    standard = "2",
                    range = "[1, 1000]",
                    value = "pairs of dark frames, and of flat frames for each of five exposures of 50 to 800 photons")
            int pairs,

            @Parameter(standard = "4", range = "[0.01, 10000]", value = "photons of the brightest pixel of a digit")
            double light,

            @Parameter(
                    standard = "400",
                    range = "[2, 100000]",
                    value = "digits to denoise, and to learn their covariance from")
            int pictures) {}

    /** Estimates and the denoisers' errors. */
    public record Result(
            @Parameter("estimated gain over K") double gainRatio,

            @Parameter("estimated row noise; 0 if its variance comes out negative")
            double row,

            @Parameter("estimated variance of read noise without rounding")
            double readVariance,

            @Parameter("shape of largest correlation of the probability plot")
            double lambda,

            @Parameter("that correlation minus that with normal quantiles")
            double gap,

            @Parameter("squared error of the denoiser for white noise over that of the one that knows rows, minus 1")
            double excess,

            @Parameter("the same by the formula, with the moments of those digits")
            double excessLaw)
            implements Outcome {}

    // The study.

    private static final double[] EXPOSURES = {50, 100, 200, 400, 800};
    private static final int DIGIT = 8;
    private static final int PIXELS = DIGIT * DIGIT;

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream stream = streams.at("flat");
        double[][][] dark = IntStream.range(0, 2 * c.pairs())
                .mapToObj(k ->
                        frame(c, c.side(), new double[] {0}, streams.at("dark").part(k)))
                .toArray(double[][][]::new);
        double[][][] flat = IntStream.range(0, 2 * c.pairs() * EXPOSURES.length)
                .mapToObj(k -> frame(c, c.side(), new double[] {EXPOSURES[k / 2 % EXPOSURES.length]}, stream.part(k)))
                .toArray(double[][][]::new);
        Grammar.stopIfInterrupted();
        SensorNoise found = SensorNoise.of(dark, flat, c.step());
        double[] excess = excess(c, streams.at("pictures"), streams.at("noise"));
        return new Result(
                Grammar.finite(found.gain() / c.gain()),
                found.row(),
                found.read() * found.read(),
                found.plot().shape(),
                found.plot().correlation() - found.plot().normal(),
                excess[0],
                excess[1]);
    }

    /** A frame of so many rows under an exposure, one for all pixels or one each. */
    private static double[][] frame(Config c, int side, double[] photons, Stream stream) {
        TukeyLambda tukey = new TukeyLambda(c.shape());
        double scale = c.readNoise() / Math.sqrt(tukey.variance());
        double[][] frame = new double[side][side];
        for (int r = 0; r < side; r++) {
            double row = c.rowNoise() * stream.nextGaussian();
            for (int j = 0; j < side; j++) {
                double light = photons[photons.length == 1 ? 0 : r * side + j];
                double read =
                        c.law() == Read.TUKEY ? scale * tukey.sample(stream) : c.readNoise() * stream.nextGaussian();
                double value = c.gain() * stream.nextPoisson(light) + read + row;
                frame[r][j] = c.step() == 0 ? value : c.step() * Math.rint(value / c.step());
            }
        }
        return frame;
    }

    /** Excess of the denoiser for white noise, on fresh noisy digits and by the formula. */
    private static double[] excess(Config c, Stream pictures, Stream noise) {
        double[][] photons = GuidedLaw.DigitsMixture.standard().data().sample(pictures, 2 * c.pictures());
        for (double[] pixel : photons) {
            Arrays.setAll(pixel, n -> c.light() * Math.max(0, Math.min(1, (pixel[n] + 1) / 2)));
        }
        double[] mean = new double[PIXELS];
        Arrays.setAll(mean, i -> Grammar.mean(c.pictures(), n -> photons[i][n]));
        RealMatrix clean = moments(c, mean, 0, photons);
        RealMatrix[] filters = {filter(clean, noise(c, mean, 0)), filter(clean, noise(c, mean, c.rowNoise()))};
        RealMatrix fresh = moments(c, mean, c.pictures(), photons);
        RealMatrix full = noise(
                c,
                IntStream.range(0, PIXELS)
                        .mapToDouble(i -> Grammar.mean(c.pictures(), n -> photons[i][n + c.pictures()]))
                        .toArray(),
                c.rowNoise());
        double[] law = new double[2];
        double[] error = new double[2];
        for (int f = 0; f < 2; f++) {
            RealMatrix w = filters[f];
            law[f] = fresh.subtract(w.multiply(fresh).scalarMultiply(2))
                    .add(w.multiply(fresh.add(full)).multiply(w.transpose()))
                    .getTrace();
        }
        for (int n = c.pictures(); n < 2 * c.pictures(); n++) {
            int picture = n;
            double[] light = IntStream.range(0, PIXELS)
                    .mapToDouble(i -> photons[i][picture])
                    .toArray();
            double[] noisy = Grammar.numbers(frame(c, DIGIT, light, noise)).toArray();
            for (int i = 0; i < PIXELS; i++) {
                noisy[i] -= c.gain() * mean[i];
            }
            for (int f = 0; f < 2; f++) {
                double[] restored = filters[f].operate(noisy);
                error[f] += Grammar.sum(PIXELS, i -> StrictMath.pow(restored[i] - c.gain() * (light[i] - mean[i]), 2));
            }
        }
        return new double[] {error[0] / error[1] - 1, law[0] / law[1] - 1};
    }

    /** Second moments of signals about K times a mean, over digits from one on. */
    private static RealMatrix moments(Config c, double[] mean, int from, double[]... photons) {
        double[][] sums = new double[PIXELS][PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            double[] one = photons[i];
            double first = mean[i];
            for (int j = 0; j < PIXELS; j++) {
                double[] two = photons[j];
                double second = mean[j];
                sums[i][j] = c.gain()
                        * c.gain()
                        * Grammar.mean(c.pictures(), n -> (one[from + n] - first) * (two[from + n] - second));
            }
        }
        return new Array2DRowRealMatrix(sums, false);
    }

    /** Covariance of the noise, its variances those with rows, its covariances within a row those of row noise of a deviation. */
    private static RealMatrix noise(Config c, double[] mean, double rowNoise) {
        double flat = c.readNoise() * c.readNoise() + c.step() * c.step() / 12 + c.rowNoise() * c.rowNoise();
        double[][] noise = new double[PIXELS][PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            for (int j = 0; j < PIXELS; j++) {
                noise[i][j] = i == j
                        ? c.gain() * c.gain() * mean[i] + flat
                        : i / DIGIT == j / DIGIT ? rowNoise * rowNoise : 0;
            }
        }
        return new Array2DRowRealMatrix(noise, false);
    }

    /** C(C + N)⁻¹. */
    private static RealMatrix filter(RealMatrix clean, RealMatrix noise) {
        return new CholeskyDecomposition(clean.add(noise), 1e-8, 0)
                .getSolver()
                .solve(clean)
                .transpose();
    }

    @Override
    public double work(Config c) {
        return 2.0 * c.pairs() * c.side() * c.side() * 3000 + 2e4 * c.pictures() + 2e7;
    }

    @Override
    public long memory(Config c) {
        return 200L * c.pairs() * c.side() * c.side() + 1100L * c.pictures() + (1L << 25);
    }

    // The figure.

    private static final double[] RATIOS = {0.5, 1, 2, 4};
    private static final double[] ROWS = {0, 0.8, 2, 4};

    @Override
    protected void tell(Board board) {
        board.title(
                "Rounding hides the heavy tails of a sensor's read noise",
                "Rounding does not hide the heavy tails of a sensor's read noise",
                "Rounding may hide the heavy tails of a sensor's read noise");
        board.subtitle("Shape λ of read noise from dark frames; extra error of a denoiser blind to rows");
        board.show("shape", "denoise");
        int n = board.replicas(10, 64);
        var tukey = on(board, "λ = −0.12, q = 1").with("pictures=2").along("readNoise", RATIOS);
        var normal = on(board, "normal read noise, q = 1")
                .with("law=gaussian, pictures=2")
                .along("readNoise", RATIOS);
        Line<Config, Result> rows =
                on(board, "digits, read noise 2").with("side=4, pairs=1").along("rowNoise", ROWS);
        board.stamp(Integer.toString(n));
        Axis ratio = Axis.log10("read noise σ / rounding step q").range(0.45, 4.5);
        Plot shape = board.plot(
                "shape",
                "Estimated shape",
                ratio,
                Axis.linear("λ (negative: heavy tails)").range(-0.16, 0.2));
        shape.colour(0)
                .points("normal noise", normal, Reduction.mean(Result::lambda))
                .level("normal: 0.14", 0.14, 0.45, 4.5)
                .colour(1)
                .points("heavy tails", tukey, Reduction.mean(Result::lambda))
                .level("true: −0.12", -0.12, 0.45, 4.5);
        double[] excess = rows.means(Reduction.mean(Result::excessLaw));
        Plot denoise = board.plot(
                        "denoise",
                        "White-noise denoiser of digits",
                        Axis.linear("row noise (read noise: 2)").range(-0.15, 4.3),
                        Axis.linear("extra squared error").range(-0.04, 0.6))
                .points("simulated", rows, Reduction.mean(Result::excess))
                .law("simulated", ROWS, r -> excess[Arrays.binarySearch(ROWS, r)]);

        String set = "set before the run";
        shape.claim("hidden", "estimated λ minus −0.12, σ/q = 0.5", tukey)
                .says("σ = q/2: rounding hides the tails | λ too large by")
                .above(0.03)
                .control("claim: shape-2")
                .of(tukey.at(0.5).the(Reduction.mean(r -> r.lambda() + 0.12)))
                .from("rounded values have ties; bound 0.03 " + set);
        for (double s : new double[] {2, 4}) {
            shape.claim("shape-" + (int) s, "estimated λ", tukey, s)
                    .says("σ ≥ 2q: the shape is found | λ, true −0.12")
                    .theory(-0.12, 0.03)
                    .control("claim: hidden")
                    .of(tukey.at(s), Result::lambda)
                    .from(source(), "window 0.03 " + set);
            shape.claim("normal-" + (int) s, "estimated λ of normal noise", normal, s)
                    .says("Normal read noise has λ = 0.14 | estimated λ")
                    .theory(0.14, 0.02)
                    .control("claim: shape-" + (int) s)
                    .of(normal.at(s), Result::lambda)
                    .from("Tukey's law is nearly normal at 0.14; window " + set);
            board.claim("gap-" + (int) s, "correlation of the plot above that with normal quantiles", tukey, s)
                    .above(0.01)
                    .control("claim: null-" + (int) s)
                    .of(tukey.at(s), Result::gap)
                    .from(source(), "bound " + set);
            board.claim("null-" + (int) s, "the same for normal noise", normal, s)
                    .theory(0, 0.001)
                    .control("claim: gap-" + (int) s)
                    .of(normal.at(s), Result::gap)
                    .from("null; window " + set);
        }
        for (double r : new double[] {2, 4}) {
            denoise.claim("rows-" + (int) r, "extra error of the denoiser for white noise", rows, r)
                    .says("A denoiser that knows rows errs less | extra error of the other")
                    .above(0.05)
                    .control("claim: rows-0")
                    .of(rows.at(r), Result::excess)
                    .from("equal variances; bound " + set);
            board.claim("law-" + (int) r, "extra error, simulated minus by the formula", rows, r)
                    .theory(0, 0.05)
                    .control("run: the formula with half of the row noise")
                    .of(rows.at(r).the(Reduction.mean(one -> one.excess() - one.excessLaw())))
                    .from("tr(S − 2WS + W(S + M)Wᵀ) for both filters; window " + set);
        }
        board.claim("rows-0", "extra error without row noise", rows, 0)
                .identity(0, 1e-9)
                .of(rows.at(0), Result::excess)
                .from("control: tails alone change no linear filter");
        List<ToDoubleFunction<Result>> numbers = List.of(Result::gainRatio, Result::row, Result::readVariance);
        List<String> names = List.of("gain", "row", "read");
        double[] exact = {1, 0.8, 4};
        double[] windows = {0.01, 0.02, 0.08};
        List<String> words = List.of("estimated gain over K", "estimated row noise", "estimated read variance");
        for (int k = 0; k < 3; k++) {
            board.claim(names.get(k), words.get(k) + (k == 2 ? " without q²/12" : ""), tukey, 2)
                    .theory(exact[k], windows[k] * exact[k])
                    .control("run: another " + names.get(k) + " of the sensor")
                    .of(tukey.at(2), numbers.get(k))
                    .from(source(), "window " + set);
        }
        board.caption("""
                Values are 2·Poisson(photons) + read + row, rounded to multiples of 1; row noise 0.8. (a) λ of largest correlation between ordered dark values (less their row's mean) and \
                quantiles of Tukey's law, four frames of 96 × 96. Lines: λ of the read noise, −0.12, and 0.14, where Tukey's law is nearly normal. (b) Noisy digits of 8 × 8 pixels, four photons \
                at most, restored by the best linear filter for the noise with its rows and by that for white noise of equal variance in every pixel; extra squared error of the second on \
                fresh digits. Line: by covariances. In the table: gain, row and read noise from pairs of frames, and the correlation above that with normal quantiles. Means of {} replicas, 95 % \
                intervals.""", n);
    }

    @Override
    protected String says() {
        return """
                In near darkness a sensor's noise is neither white nor normal: photons come at random, read noise has heavy tails, rows shift together, values are rounded. The paper calibrates all
                this from flat and dark frames and trains denoisers on noise made so.

                The calibration works where the step q of rounding is small: gain within 1 %, read variance within 8 % once q²/12 is taken off, and the shape λ = −0.12 of the read noise within
                0.03 if its deviation is 2q or more. Below that, rounding hides the tails: at q/2 the estimate is −0.05. Normal noise gives λ = 0.14 and the same correlation as normal quantiles, so a λ
                near 0.14 means no tails at all. Row noise within 2 % needs some 10,000 rows; here it is undecided. What a denoiser gains depends on the rows: against white noise of equal variance in
                every pixel, knowing the rows saves a linear denoiser 1 % of its error at a row deviation of 0.8, a tenth at 2 and a third at 4, as covariances say, and nothing without rows.
                Tails alone change no linear denoiser. The paper's networks are not linear and see real pictures. In practice: measure first whether rows and tails are large
                enough to matter. The command `noisebook sensor dark.npy flat.npy` does so for frames of your own, with intervals.""";
    }
}
