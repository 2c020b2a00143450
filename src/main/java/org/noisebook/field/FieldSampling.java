package org.noisebook.field;

import java.util.function.DoubleUnaryOperator;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

/**
 * Samples of a target: particles of the base moved by dX = (b + ε s) dt + √(2ε) dW between the margins and by dX = b dt within them, where s
 * = −ζ̄/γ magnifies what was not learned.
 *
 * <p>Euler–Maruyama with noise, the midpoint rule without. All ε share their start and their noise.
 */
final class FieldSampling {
    private final InterpolantFieldConfig config;
    private final Streams streams;

    FieldSampling(InterpolantFieldConfig config, Streams streams) {
        this.config = config;
        this.streams = streams;
    }

    /** Fields to sample with. */
    interface Fields {
        VelocityField velocity();

        VelocityField forwardDrift(DoubleUnaryOperator diffusion);
    }

    /** Evaluations for a sample; x becomes the samples. */
    long run(Fields fields, double diffusion, double[][] x) {
        FieldConfig field = config.field();
        field.base().open(field.dimension(), streams, "start").draw(config.particles(), x, new int[config.particles()]);
        Sampler flow = OdeMethod.MIDPOINT.sampler(fields.velocity());
        if (diffusion == 0) {
            return move(flow, 0, 1, config.steps(), Noise.NONE, x);
        }
        Sampler noisy = SdeMethod.EULER_MARUYAMA.sampler(fields.forwardDrift(t -> diffusion), t -> 2 * diffusion);
        double margin = config.noiseMargin();
        double from = field.oneSided() ? 0 : margin;
        int few = Math.max(1, (int) Math.rint(config.steps() * margin));
        long evaluations = from == 0 ? 0 : move(flow, 0, from, few, Noise.NONE, x);
        evaluations += move(noisy, from, 1 - margin, config.steps(), Noise.independent(streams.at("path")), x);
        return evaluations + move(flow, 1 - margin, 1, few, Noise.NONE, x);
    }

    private long move(Sampler sampler, double from, double to, int steps, Noise noise, double[][] x) {
        double[] breaks = config.field().schedule().breaks();
        double[] times = TimeGrid.UNIFORM.times(from, to, Math.max(steps, breaks.length + 1), breaks);
        return Ensemble.run(sampler, times, x, noise, 1, Ensemble.Observer.NONE);
    }
}
