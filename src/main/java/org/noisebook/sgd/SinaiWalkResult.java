package org.noisebook.sgd;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;

/**
 * How far a walk in a random potential goes.
 *
 * <p><b>Shapes</b>: one entry a time; arrays are copied in and out and compared by value.
 *
 * @param lastDisplacement √⟨x²⟩ at the last time
 * @param time t, in mean times between jumps
 * @param squareDisplacement ⟨x²⟩ at each time, exact for each potential and averaged over potentials
 */
public record SinaiWalkResult(
        @Parameter("root-mean-square displacement at the last time")
        double lastDisplacement,

        @Parameter("times, in mean times between jumps") double[] time,

        @Parameter("mean squared displacement at each time, averaged over potentials")
        double[] squareDisplacement) {

    /** Copies the arrays. */
    public SinaiWalkResult {
        time = time.clone();
        squareDisplacement = squareDisplacement.clone();
    }

    @Override
    public double[] time() {
        return time.clone();
    }

    @Override
    public double[] squareDisplacement() {
        return squareDisplacement.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SinaiWalkResult that
                && Double.compare(lastDisplacement, that.lastDisplacement) == 0
                && Arrays.equals(time, that.time)
                && Arrays.equals(squareDisplacement, that.squareDisplacement);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Double.hashCode(lastDisplacement) + Arrays.hashCode(time))
                + Arrays.hashCode(squareDisplacement);
    }
}
