package org.noisebook.compare;

import java.util.List;
import org.noisebook.data.Frame;
import org.noisebook.stats.Estimate;

/**
 * Histories as curves: of each model on each task the mean over its runs at each step, as people write the score, with 95 % t intervals that
 * hold step by step; folds share their training data and have none.
 */
public record Curves(String step, List<Curve> curves) {
    /**
     * The curve of a model on a task.
     *
     * @param mean over those of the runs that have a finite score there; its n counts them
     */
    public record Curve(String model, String task, int runs, double[] step, Estimate[] mean) {}

    /** One row per model, task and step. */
    public Frame frame() {
        Frame frame = new Frame("model", "task", "step", "mean", "low", "high", "runs", "ofRuns");
        for (Curve curve : curves) {
            for (int k = 0; k < curve.step.length; k++) {
                Estimate at = curve.mean[k];
                frame.addAll(List.of(curve.model, curve.task, curve.step[k]), at.numbers(), at.n(), curve.runs);
            }
        }
        return frame;
    }
}
