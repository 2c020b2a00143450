package org.noisebook.papers.echoes;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.paper.Setting;
import org.noisebook.rng.Streams;
import org.noisebook.timeseries.EchoLine;

/**
 * Search for a comb of lines at spacing, 2·spacing, …, in spectra of noise, with one unknown phase per line or per bin.
 *
 * <p>A spectrum scores its largest evidence over the spacings tried; the threshold is the 95 % quantile of as many spectra of noise.
 */
@Paper(
        key = "2308.01017",
        title = "Model-agnostic search for the quasinormal modes of gravitational wave echoes",
        cite = "Wu, Gao, Ren, Afshordi 2023, arXiv 2308.01017",
        study = "echo-comb",
        version = 1,
        does = "Search for a comb of spectral lines with one unknown phase per line or per bin",
        figure = "echo-comb",
        shows = "Combs of echoes in a noisy spectrum",
        streams = {"noise", "phase"})
public final class EchoComb extends OnePaper<EchoComb.Config, EchoComb.Result> {
    /** The phases of a line in the data. */
    public enum Phases {
        /** Those of a Lorentz line, and a random one for the line. */
        KNOWN,
        /** With the opposite sign. */
        MIRRORED,
        /** A random one for every bin. */
        RANDOM,
        /** There is no line. */
        NOISE
    }

    /** A comb, its data and the search. */
    public record Config(
            @Parameter(standard = "2.5", range = "(0, 100]", symbol = "ρ", value = "signal-to-noise ratio of a line")
            double snr,

            @Parameter(standard = "known", value = "phases inside a line: known, mirrored, random; noise for no lines")
            Phases phases,

            @Parameter(standard = "3", range = "(0, 1000]", symbol = "w", value = "half width of a line, in bins")
            double width,

            @Parameter(standard = "20", range = "[0, 3000]", value = "bins on each side of a line's centre")
            int reach,

            @Parameter(standard = "180", range = "[3 reach, 10000]", value = "spacing of the lines, in bins")
            int spacing,

            @Parameter(standard = "15", range = "[1, 1000]", symbol = "M", value = "lines")
            int modes,

            @Parameter(standard = "20", range = "[0, 1000]", value = "spacings tried on each side")
            int search,

            @Parameter(standard = "100", range = "[20, 100000]", value = "spectra, and as many of noise")
            int spectra) {
        EchoLine line() {
            return EchoLine.of(width, snr, reach);
        }
    }

    /** Means over spectra, with one phase per line (mode) or per bin. */
    public record Result(
            @Parameter("mean evidence of the true comb, a phase per line")
            double mode,

            @Parameter("mean evidence of the true comb, a phase per bin")
            double bin,

            @Parameter("share of spectra above the threshold, a phase per line")
            double modePower,

            @Parameter("share of spectra above the threshold, a phase per bin")
            double binPower,

            @Parameter("share of spectra whose best spacing is within 1.5 bins, a phase per line")
            double modeFound,

            @Parameter("share of spectra whose best spacing is within 1.5 bins, a phase per bin")
            double binFound)
            implements Outcome {}

    // The study.

    private static final double FALSE_ALARMS = 0.05;
    private static final double NEAR = 1.5;

    /** What a spectrum shows: evidence of the true comb, largest evidence, spacing of the largest; per line, then per bin. */
    private record Seen(double[] mode, double[] bin) {}

    @Override
    protected Result measure(Config c, Streams streams) {
        EchoLine line = c.line();
        var noise = streams.at("noise");
        var phase = streams.at("phase");
        double[] tried = IntStream.rangeClosed(c.spacing() - c.search(), c.spacing() + c.search())
                .filter(d -> d > 0)
                .asDoubleStream()
                .toArray();
        Seen[] blank = new Seen[c.spectra()];
        Seen[] seen = new Seen[c.spectra()];
        double[][] h = line.shape();
        for (int s = 0; s < 2 * c.spectra(); s++) {
            Grammar.stopIfInterrupted();
            double[][] d = new double[2][c.modes() * (c.spacing() + c.search()) + c.reach() + 1];
            for (double[] part : d) {
                Arrays.setAll(part, k -> Math.sqrt(0.5) * noise.nextGaussian());
            }
            for (int n = 1; s % 2 == 1 && n <= c.modes(); n++) {
                double angle = 2 * Math.PI * phase.nextDouble();
                for (int k = 0; k < h[0].length && c.phases() != Phases.NOISE; k++) {
                    angle = c.phases() == Phases.RANDOM ? 2 * Math.PI * phase.nextDouble() : angle;
                    double sign = c.phases() == Phases.MIRRORED ? -1 : 1;
                    int at = n * c.spacing() - c.reach() + k;
                    double cos = StrictMath.cos(angle);
                    double sin = StrictMath.sin(angle);
                    d[0][at] += h[0][k] * cos - sign * h[1][k] * sin;
                    d[1][at] += h[0][k] * sin + sign * h[1][k] * cos;
                }
            }
            (s % 2 == 0 ? blank : seen)[s / 2] = look(c, line, d, tried);
        }
        return new Result(
                Grammar.finite(Grammar.mean(seen.length, s -> seen[s].mode()[0])),
                Grammar.finite(Grammar.mean(seen.length, s -> seen[s].bin()[0])),
                power(s -> blank[s].mode()[1], s -> seen[s].mode()[1], seen.length),
                power(s -> blank[s].bin()[1], s -> seen[s].bin()[1], seen.length),
                Grammar.share(seen.length, s -> Math.abs(seen[s].mode()[2] - c.spacing()) <= NEAR),
                Grammar.share(seen.length, s -> Math.abs(seen[s].bin()[2] - c.spacing()) <= NEAR));
    }

    private static Seen look(Config c, EchoLine line, double[][] d, double[] tried) {
        double[] absolute = new double[d[0].length];
        Arrays.setAll(absolute, k -> Math.sqrt(d[0][k] * d[0][k] + d[1][k] * d[1][k]));
        return new Seen(
                largest(c, tried, centre -> line.perMode(d[0], d[1], centre)),
                largest(c, tried, centre -> line.perBin(absolute, centre)));
    }

    private static double[] largest(Config c, double[] tried, IntToDoubleFunction evidence) {
        double[] best = {0, Double.NEGATIVE_INFINITY, 0};
        for (double spacing : tried) {
            double sum = Grammar.sum(c.modes(), n -> evidence.applyAsDouble((n + 1) * (int) spacing));
            if (spacing == c.spacing()) {
                best[0] = sum;
            }
            if (sum > best[1]) {
                best[1] = sum;
                best[2] = spacing;
            }
        }
        return best;
    }

    /** The share above the threshold that one in twenty spectra of noise passes, the (n + 1)·0.95-th of n. */
    private static double power(IntToDoubleFunction noise, IntToDoubleFunction data, int n) {
        double[] sorted = IntStream.range(0, n).mapToDouble(noise).sorted().toArray();
        double at = (n + 1) * (1 - FALSE_ALARMS) - 1;
        int k = Math.min(n - 2, (int) at);
        double threshold = sorted[k] + Math.min(1, at - k) * (sorted[k + 1] - sorted[k]);
        return Grammar.share(n, s -> data.applyAsDouble(s) > threshold);
    }

    @Override
    public double work(Config c) {
        return 2.0 * c.spectra() * c.modes() * (2 * c.search() + 1) * (2 * c.reach() + 1) * 12
                + 40.0 * c.spectra() * c.modes() * (c.spacing() + c.search());
    }

    @Override
    public long memory(Config c) {
        return 24L * c.modes() * (c.spacing() + c.search() + 1L) + 200L * c.spectra() + (1L << 24);
    }

    // The figure.

    @Override
    protected void tell(Board board) {
        board.title(
                "One phase per line finds weak combs; one per bin misses them",
                "One phase per line finds no more combs than one per bin",
                "One phase per line may find more combs than one per bin");
        board.subtitle("15 lines of half width 3 bins, each with an unknown phase, in a noisy spectrum");
        int n = board.replicas(6, 32);
        var known = on(board, "41 spacings tried").along("snr", 1, 1.2, 1.5, 2, 2.5);
        var random = on(board, "41 spacings tried, random phases inside lines")
                .with("phases=random")
                .along("snr", 1.5, 2, 2.5);
        int size = board.replicas(64, 128);
        var noise = on(board, "noise, 11 spacings tried")
                .with("phases=noise, search=5")
                .cell();
        int laws = board.replicas(12, 64);
        Setting<Config, Result> one = on(board, "true spacing").with("search=0");
        var law = one.along("snr", 1.5, 2.5, 3.7);
        var scrambled = one.called("true spacing, random phases inside lines")
                .with("phases=random")
                .along("snr", 1.5, 2.5, 3.7);
        var mirrored = one.called("true spacing, mirrored phases inside lines")
                .with("phases=mirrored")
                .along("snr", 2.5);
        var narrow =
                one.called("true spacing, half width 0.3").with("width=0.3").along("snr", 2.5);
        board.stamp(n + " (power), " + laws + " (evidence), " + size + " (false alarms) of 100 spectra each");
        Axis snr = Axis.linear("signal-to-noise ratio ρ of one line");
        String mode = "one phase per line";
        String bin = "one phase per bin";
        String wrong = "per line, its phases random";
        Plot power = board.plot(
                "power",
                "Detection",
                snr.range(0.9, 2.6),
                Axis.linear("combs found at 5 % false alarms").range(0, 1.05));
        int spectra = known.at(1).config().spectra();
        power.points(mode, known, Reduction.share(Result::modePower, spectra))
                .joined(mode)
                .points(bin, known, Reduction.share(Result::binPower, spectra))
                .joined(bin)
                .points(wrong, random, Reduction.share(Result::modePower, spectra))
                .joined(wrong);
        Plot evidence = board.plot(
                "evidence",
                "Evidence of the true comb",
                snr.range(0.9, 3.9),
                Axis.linear("mean log likelihood ratio").range(-110, 190));
        double[] fine = Line.even(0.92, 3.88, 60);
        evidence.points(mode, law, Reduction.mean(Result::mode))
                .law(mode, fine, EchoComb::perMode)
                .points(bin, law, Reduction.mean(Result::bin))
                .law(bin, fine, EchoComb::perBin)
                .points(wrong, scrambled, Reduction.mean(Result::mode))
                .joined(wrong);

        for (double x : new double[] {1.2, 1.5}) {
            power.claim("power-" + x, "power with a phase per line minus with a phase per bin", known, x)
                    .says("At ρ = 1.2 and 1.5 per line finds far more | difference of the shares found")
                    .above(0.5)
                    .control("claim: random-1.5")
                    .of(known.at(x), r -> r.modePower() - r.binPower())
                    .from(source(), "0.72 and 0.84 in an independent trial; bound 0.5");
        }
        for (double x : random.x()) {
            String id = x == 2 ? "2" : "" + x;
            var claim = x < 2
                    ? board.claim("random-" + id, "power with a phase per line minus with a phase per bin", random, x)
                    : power.claim("random-" + id, "power with a phase per line minus with a phase per bin", random, x)
                            .says("If phases inside lines are random, per bin wins | difference of the shares found");
            claim.below(0)
                    .control("claim: power-1.5")
                    .of(random.at(x), r -> r.modePower() - r.binPower())
                    .from("control: without known phases inside a line their sum is no better than noise");
        }
        for (double x : new double[] {2.5, 3.7}) {
            evidence.claim("mode-" + x, "mean evidence over quadrature, a phase per line", law, x)
                    .says("Evidence is as theory predicts | simulated over theory")
                    .theory(1, 0.05)
                    .control("claim: mirrored")
                    .of(law.at(x).the(Reduction.mean(Result::mode)).times(1 / perMode(x)))
                    .from(source(), "15 (E log I₀(2|ρ² + ρν|) − ρ²) = 68.86 and 174.39; window 5 %");
            evidence.claim("bin-" + x, "mean evidence over quadrature, a phase per bin", law, x)
                    .says("Evidence is as theory predicts | simulated over theory")
                    .theory(1, 0.05)
                    .control("claim: narrow")
                    .of(law.at(x).the(Reduction.mean(Result::bin)).times(1 / perBin(x)))
                    .from(source(), "the same with |h|² for ρ², summed over bins; window 5 %");
            board.claim("scrambled-" + x, "evidence with a phase per line minus with a phase per bin", scrambled, x)
                    .below(0)
                    .control("claim: mode-" + x)
                    .of(scrambled.at(x), r -> r.mode() - r.bin())
                    .from("control: random phases inside a line");
        }
        for (boolean lines : new boolean[] {true, false}) {
            String id = lines ? "size-mode" : "size-bin";
            power.claim(id, "share of noise above the threshold, a phase per " + (lines ? "line" : "bin"), noise, 1)
                    .says("Noise alone is called a comb in 5 ± 2 % | share of spectra")
                    .between(0.03, 0.07)
                    .control("claim: power-1.2")
                    .of(noise.cells().get(0), r -> lines ? r.modePower() : r.binPower())
                    .from("the threshold is a quantile of other noise; window 5 ± 2 %");
        }
        board.claim("gain", "evidence with a phase per line over that with a phase per bin", law, 2.5)
                .above(3)
                .control("claim: narrow")
                .of(law.at(2.5).the(gain()))
                .from(source(), "bound 3; 2πw for weak lines");
        board.claim("narrow", "evidence with a phase per line over that with a phase per bin", narrow, 2.5)
                .between(1, 1.5)
                .control("claim: gain")
                .of(narrow.at(2.5).the(gain()))
                .from("control: lines narrower than a bin have no phases inside");
        board.claim("mirrored", "mean evidence over quadrature for the product Σh² of line and template", mirrored, 2.5)
                .theory(1, 0.05)
                .control("claim: scrambled-2.5")
                .of(mirrored.at(2.5)
                        .the(Reduction.mean(Result::mode))
                        .times(1 / mirroredLaw(mirrored.at(2.5).config())))
                .from("Σ d h* = e^{iφ} Σh² + noise, and Σh² nearly vanishes; window 5 %");
        board.claim("found-mode", "share of best spacings within 1.5 bins, a phase per line", known, 2.5)
                .above(0.95)
                .control("claim: found-bin")
                .of(known.at(2.5).the(Reduction.share(Result::modeFound, spectra)))
                .from(source(), "bound 0.95");
        board.claim("found-bin", "share of best spacings within 1.5 bins, a phase per bin", known, 1.5)
                .below(0.95)
                .of(known.at(1.5).the(Reduction.share(Result::binFound, spectra)))
                .from("control: at ρ = 1.5 a phase per bin misses the bound");
        board.caption("""
                Spectra of complex noise, E|n|² = 1 in a bin, hold 15 Lorentz lines c/(w + ik), w = 3 bins, cut at 20 bins, at multiples of 180 bins, each with one random phase and Σ|h|² = ρ². (a) A spectrum scores its largest evidence                 over spacings from 160 to 200; found: above the 95 % quantile of as many spectra of noise. Per line: Σ log I₀(2|Σ d h*|) − ρ². Per bin: a phase for every bin, whose evidence does not depend on the phases inside a line.                 Yellow: data whose phases inside a line are random, template unchanged. (b) Mean evidence at the true spacing; lines: quadrature over Rice's law. {} replicas in (a), {} in (b), of 100 spectra; 95 % intervals.""", n, laws);
    }

    private static Reduction<Result> gain() {
        return Reduction.jackknife(
                runs -> Grammar.sum(runs.size(), r -> runs.get(r).mode())
                        / Grammar.sum(runs.size(), r -> runs.get(r).bin()));
    }

    /** The mean evidence of 15 standard lines, a phase per line. */
    static double perMode(double snr) {
        return LINES * EchoLine.of(WIDTH, snr, REACH).meanPerMode(snr * snr);
    }

    /** The mean evidence of 15 standard lines, a phase per bin. */
    static double perBin(double snr) {
        return LINES * EchoLine.of(WIDTH, snr, REACH).meanPerBin();
    }

    /** The mean evidence, a phase per line, for mirrored lines: |Σh²| instead of Σ|h|². */
    static double mirroredLaw(Config c) {
        double[][] h = c.line().shape();
        double product = Grammar.sum(h[0].length, k -> h[0][k] * h[0][k] - h[1][k] * h[1][k]);
        return c.modes() * c.line().meanPerMode(Math.abs(product));
    }

    private static final int LINES = 15;
    private static final int WIDTH = 3;
    private static final int REACH = 20;

    @Override
    protected String says() {
        return """
                Echoes behind a black hole's horizon would leave a comb of narrow lines in the spectrum. Their phases are unknown, but within a line the phase turns in a known way. The paper marginalises one phase per line
                instead of one per frequency bin.

                The gain has a closed form: the mean log likelihood ratio of 15 lines of signal-to-noise ratio ρ = 2.5 is 68.86 with one phase per line and 14.4 with one per bin (174.39 and 55.4 at ρ = 3.7), and the
                simulation agrees within 1 %. The numbers per bin hold for lines cut at 20 bins (at 90 bins 12.6). Weak lines of half width w gain 2πw. At a calibrated 5 % false-alarm rate one phase per line finds 87 % of combs with ρ = 1.2, one per bin 14 %; from ρ = 2.5 on both find all.
                How many are found depends on how many spacings are tried.

                The control is a wrong template. If the phases inside a line are random, or mirrored, the sum over a line is no better than noise, and one phase per bin wins at every ρ (at 2.5 it finds 99 %, the other 16 %).
                Lines narrower than a bin have no phases inside, and the gain falls to 1.3. In practice: use one phase per line if you trust the line's shape, run both, and suspect the shape if per bin finds more.
                `noisebook comb spectrum.csv` searches your own spectrum (rows of power, or of real and imaginary parts), with spacing, width and a p from shuffled blocks.
                In Java: `EchoLine.of(width, snr, reach).perMode(real, imaginary, centre)` is the evidence in your own spectrum.""";
    }
}
