package org.noisebook.field;

import java.util.List;
import java.util.function.DoubleFunction;
import org.noisebook.model.Drift;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;

/**
 * Draws samples of a target: particles of the base move by dX = (b + ε s) dt + √(2ε) dW between the margins and by dX =
 * b dt within them, where s = −ζ̄/γ amplifies learning errors.
 *
 * <p>The method is Euler–Maruyama with noise and the midpoint rule without. All ε share initial points and noise.
 */
final class FieldSampling {
    private final InterpolantFieldConfig config;
    private final Streams streams;
    private final ReplicaEngine engine;

    FieldSampling(InterpolantFieldConfig config, Streams streams, ReplicaEngine engine) {
        this.config = config;
        this.streams = streams;
        this.engine = engine;
    }

    /**
     * The samples and the number of evaluations per sample.
     *
     * @param drifts drift by ε; for ε = 0 it does not contain the score
     */
    ParticleReplicas.End run(DoubleFunction<Drift> drifts, double diffusion) {
        FieldConfig field = config.field();
        double[][] x = new double[field.dimension()][config.particles()];
        field.base().open(field.dimension(), streams, "start").draw(config.particles(), x, new int[config.particles()]);
        ParticleReplicas.End start = new ParticleReplicas.End(x, 0, 0);
        Drift flow = drifts.apply(0);
        if (diffusion == 0) {
            return move(flow, OdeMethod.MIDPOINT, 0, 0, 1, config.steps(), start);
        }
        double margin = config.noiseMargin();
        double from = field.oneSided() ? 0 : margin;
        int few = Math.max(1, (int) Math.rint(config.steps() * margin));
        ParticleReplicas.End end = from == 0 ? start : move(flow, OdeMethod.MIDPOINT, 0, 0, from, few, start);
        end = move(drifts.apply(diffusion), SdeMethod.EULER_MARUYAMA, diffusion, from, 1 - margin, config.steps(), end);
        return move(flow, OdeMethod.MIDPOINT, 0, 1 - margin, 1, few, end);
    }

    private ParticleReplicas.End move(
            Drift drift,
            Method method,
            double diffusion,
            double from,
            double to,
            int steps,
            ParticleReplicas.End before) {
        double[] breaks = config.field().schedule().breaks();
        double[] times = TimeGrid.UNIFORM.times(from, to, Math.max(steps, breaks.length + 1), breaks);
        Noise noise = Noise.independent(streams.at("path"));
        ParticleReplicas replicas = new ParticleReplicas(
                before.x().length,
                drift,
                method,
                diffusion,
                times,
                List.of(() -> new ParticleReplicas.Job(before.x(), noise)));
        ParticleReplicas.End[] ends = new ParticleReplicas.End[1];
        engine.move(replicas, (job, end) -> ends[job] = end);
        return new ParticleReplicas.End(ends[0].x(), 0, before.evaluations() + ends[0].evaluations());
    }
}
