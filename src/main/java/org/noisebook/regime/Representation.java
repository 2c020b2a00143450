package org.noisebook.regime;

import java.util.Arrays;
import org.noisebook.model.ProbeKernel;

/**
 * Activities of hidden units on probes, H; its kernel is R = H Hᵀ.
 *
 * <p>Representation alignment is {@link KernelChange#alignment} of R before and after training, raw or of centred
 * activities; the latter is linear CKA (Kornblith, Norouzi, Lee and Hinton 2019, arXiv 1905.00414).
 *
 * <p><b>Shapes</b>: {@code [probes][units]}, row-major.
 *
 * <p><b>Special cases</b>: numbers that are not finite, no probes, or no units are errors; a representation that is zero,
 * or constant once centred, is an error of the alignment.
 *
 * <p><b>When it misleads</b>: raw alignment of ReLU units is near 1 for any network whose mean activity is large.
 */
public final class Representation {
    private final int probes;
    private final int units;
    private final double[] activity;

    private Representation(int probes, int units, double[] activity) {
        this.probes = probes;
        this.units = units;
        this.activity = activity;
    }

    /**
     * A representation with a copy of these numbers.
     *
     * @throws IllegalArgumentException for another length or numbers that are not finite
     */
    public static Representation of(int probes, int units, double[] activity) {
        if (probes < 1 || units < 1) {
            throw new IllegalArgumentException(
                    "a representation needs at least one probe and one unit, got " + probes + " and " + units);
        }
        if (activity.length != (long) probes * units) {
            throw new IllegalArgumentException("activity must have probes · units = " + (long) probes * units
                    + " numbers, got " + activity.length);
        }
        for (int k = 0; k < activity.length; k++) {
            if (!Double.isFinite(activity[k])) {
                throw new IllegalArgumentException("activity must be finite, got " + activity[k] + " at probe "
                        + k / units + ", unit " + k % units);
            }
        }
        return new Representation(probes, units, activity.clone());
    }

    /**
     * The input of a network's read-out: the last hidden layer, as stored in a tangent kernel.
     *
     * @param tangent of the whole network
     */
    public static Representation lastLayer(ProbeKernel tangent) {
        double[] rows = tangent.rows(tangent.blocks() - 1);
        return of(tangent.size(), tangent.size() == 0 ? 1 : rows.length / tangent.size(), rows);
    }

    /** R = H Hᵀ. */
    public ProbeKernel kernel() {
        return ProbeKernel.ofRows(probes, units, activity);
    }

    /** The same with the mean of each unit over the probes taken out. */
    public Representation centred() {
        double[] centred = activity.clone();
        for (int j = 0; j < units; j++) {
            double first = activity[j];
            double sum = 0;
            for (int i = 0; i < probes; i++) {
                sum += activity[i * units + j] - first;
            }
            // A unit that is constant becomes exactly 0.
            double mean = first + sum / probes;
            for (int i = 0; i < probes; i++) {
                centred[i * units + j] -= mean;
            }
        }
        return new Representation(probes, units, centred);
    }

    /**
     * The share of entries whose sign (positive or not: a ReLU on or off) is the same.
     *
     * @throws IllegalArgumentException for another shape
     */
    public double signSimilarity(Representation other) {
        if (probes != other.probes || units != other.units) {
            throw new IllegalArgumentException("representations must have one shape, got " + probes + " × " + units
                    + " and " + other.probes + " × " + other.units);
        }
        int same = 0;
        for (int k = 0; k < activity.length; k++) {
            same += activity[k] > 0 == other.activity[k] > 0 ? 1 : 0;
        }
        return (double) same / activity.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Representation that && probes == that.probes && Arrays.equals(activity, that.activity);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(activity);
    }
}
