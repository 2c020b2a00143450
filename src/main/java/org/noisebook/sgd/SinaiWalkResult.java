package org.noisebook.sgd;

import java.util.List;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * How far a walk in a random potential goes.
 *
 * <p><b>Shapes</b>: one entry a time; arrays are copied in and out and compared by value.
 *
 * @param squareDisplacement ⟨x²⟩ at each time, exact for each potential and averaged over potentials
 */
public record SinaiWalkResult(
        @Parameter("root-mean-square displacement at the last time")
        double lastDisplacement,

        @Parameter("times, in mean times between jumps") Doubles time,

        @Parameter("mean squared displacement at each time, averaged over potentials")
        Doubles squareDisplacement) {
    /** √⟨x²⟩ at the k-th time, of the potentials of all these. */
    public static double rms(List<SinaiWalkResult> results, int k) {
        return Math.sqrt(results.stream()
                .mapToDouble(result -> result.squareDisplacement.get(k))
                .average()
                .orElse(Double.NaN));
    }
}
