package org.noisebook.figure.interpolant;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.InterpolantStudy;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.stats.Estimate;

/** What figures of exact interpolants share. */
final class InterpolantCells {
    static final InterpolantStudy STUDY = new InterpolantStudy();

    static final String ALBERGO = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";

    static final PathSchedule LINEAR = PathSchedule.linear(0);
    static final PathSchedule LINEAR_2 = PathSchedule.linear(2);
    static final PathSchedule VARIANCE_EXACT = new PathSchedule(PathSchedule.Path.VARIANCE_EXACT, new Latent.Root(2));
    static final PathSchedule ENCODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());

    private InterpolantCells() {}

    /** The standard config with changes. */
    static InterpolantConfig config(Object... namesAndValues) {
        return Schema.with(InterpolantConfig.standard(), namesAndValues);
    }

    /** count + 1 even places. */
    static double[] even(double from, double to, int count) {
        double[] x = new double[count + 1];
        Arrays.setAll(x, k -> SixDigits.of(from + (to - from) * k / count));
        return x;
    }

    static void line(Sheet sheet, String panel, String name, int colour, double[] x, DoubleUnaryOperator law) {
        double[] y = SixDigits.of(Arrays.stream(x).map(law).toArray());
        sheet.line(panel, name, name, colour, x, y, Sheet.Kind.THEORY);
    }

    static Estimate mean(
            Results<InterpolantConfig, InterpolantResult> results,
            InterpolantConfig config,
            ToDoubleFunction<InterpolantResult> value) {
        return Estimate.ofMean(results.values(config, value));
    }
}
