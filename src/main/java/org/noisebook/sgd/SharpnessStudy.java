package org.noisebook.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.LossHessian;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * The largest eigenvalue of the Hessian of the training loss along a training of the study {@code network}.
 *
 * <p>The training is that of {@link NetworkStudy}, number for number; eigenvalues by {@link LossHessian}, of the loss of all training points.
 * Gradient descent on squares is expected to rise to 2/η and to hover there (Cohen et al. 2021).
 *
 * <p><b>Streams</b>: those of the study {@code network}. <b>Cost</b>: the training, and about 60 products with the Hessian a record, four
 * gradients of all points each.
 */
@Head(
        id = "sharpness",
        version = 1,
        title = "The largest eigenvalue of the Hessian along a training",
        streams = {"init", "data", "test", "order"},
        sources = {
            "Cohen, Kaur, Li, Kolter, Talwalkar 2021, Gradient descent on neural networks typically occurs at the edge of"
                    + " stability, arXiv 2103.00065",
            "Lewkowycz, Bahri, Dyer, Sohl-Dickstein, Gur-Ari 2020, The large learning rate phase of deep learning: the"
                    + " catapult mechanism, arXiv 2003.02218"
        })
public final class SharpnessStudy implements Study<SharpnessConfig, SharpnessResult> {
    private static final NetworkStudy TRAINING = new NetworkStudy();
    /** Forward passes that the eigenvalues of a record cost. */
    private static final double PASSES = 600;

    /** What is seen at a step. */
    private record Look(long step, double loss, double sharpness, double gaussNewton, double next) {}

    @Override
    public SharpnessResult run(SharpnessConfig config, Streams streams) {
        NetworkConfig of = config.training();
        NetworkTraining training = new NetworkTraining(of, streams);
        LossHessian hessian = new LossHessian(
                (FullyConnected) of.network(),
                training.train(),
                training.trainOutputsAtStart(),
                NetworkTraining.rule(of));
        long[] moments = config.moments();
        List<Look> looks = new ArrayList<>();
        long[] at = Arrays.stream(moments)
                .flatMap(step -> Arrays.stream(new long[] {step, step + 1}))
                .distinct()
                .toArray();
        NetworkResult result = training.run(at, step -> {
            double loss = training.trainLoss();
            if (!looks.isEmpty() && looks.get(looks.size() - 1).step == step - 1) {
                Look last = looks.remove(looks.size() - 1);
                looks.add(new Look(last.step, last.loss, last.sharpness, last.gaussNewton, loss));
            }
            if (Arrays.binarySearch(moments, step) >= 0) {
                looks.add(look(hessian, training.weights(), step, loss, of));
            }
        });
        if (result.stopReason() != StopReason.DIVERGED && looks.stream().allMatch(look -> look.step < result.steps())) {
            looks.add(look(hessian, training.weights(), result.steps(), result.trainLoss(), of));
        }
        long half = moments[moments.length - 1] / 2;
        List<Look> late = looks.stream().filter(look -> look.step >= half).toList();
        return new SharpnessResult(
                result,
                looks.get(0).sharpness,
                mean(late, Look::sharpness),
                mean(late, Look::gaussNewton),
                mean(
                        late.stream().filter(look -> !Double.isNaN(look.next)).toList(),
                        look -> look.next > look.loss ? 1 : 0),
                column(looks, look -> look.step * of.learningRate()),
                column(looks, Look::loss),
                column(looks, Look::sharpness),
                column(looks, Look::gaussNewton));
    }

    private static Look look(LossHessian hessian, double[] weights, long step, double loss, NetworkConfig of) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("training interrupted");
        }
        hessian.set(weights);
        double unit = of.learningRate() / 2;
        return new Look(step, loss, unit * hessian.largest(), unit * hessian.largestGaussNewton(), Double.NaN);
    }

    private static double mean(List<Look> looks, ToDoubleFunction<Look> value) {
        return looks.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static Doubles column(List<Look> looks, ToDoubleFunction<Look> value) {
        return Doubles.of(looks.stream().mapToDouble(value).toArray());
    }

    @Override
    public double work(SharpnessConfig config) {
        NetworkConfig of = config.training();
        return TRAINING.work(of)
                + PASSES * config.records() * of.trainSize() * of.network().multiplyAdds(of.inputDimension());
    }

    @Override
    public long memory(SharpnessConfig config) {
        NetworkConfig of = config.training();
        int[] blocks = of.network().blockSizes(of.inputDimension());
        long basis = 60L * Arrays.stream(blocks).sum();
        long layers = 9L * of.trainSize() * (of.network().hiddenLength(of.inputDimension()) + of.inputDimension());
        return TRAINING.memory(of) + (basis + layers) * Double.BYTES;
    }

    @Override
    public List<String> inputs(SharpnessConfig config) {
        return TRAINING.inputs(config.training());
    }
}
