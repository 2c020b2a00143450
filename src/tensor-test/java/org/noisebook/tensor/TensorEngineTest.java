package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Device;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.Loss;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorEngineTest {
    @Test
    void itSaysWhatItRunsOn() {
        List<String> said = new ArrayList<>();
        TensorEngine engine = TensorEngine.open(Device.CPU, said::add);
        assertThat(said).isEmpty();
        assertThat(engine.engineClass()).isEqualTo("nd4j-cpu");
        assertThat(engine.describe()).matches("nd4j-cpu, (1 OpenMP thread|\\d+ OpenMP threads)");
        assertThat(engine.threads()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    @Test
    void itRefusesWhatItCannotTrain() {
        TensorEngine engine = TensorEngine.open(Device.CPU, line -> {});
        FullyConnected network = new FullyConnected(1, 4, Activation.GELU);
        engine.check(network, GradientNoise.MINIBATCH, Loss.HINGE, Precision.FLOAT64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.check(network, GradientNoise.UNFITTED, Loss.HINGE, Precision.FLOAT64))
                .withMessage("noise must be minibatch to run on ND4J, got unfitted");
    }

    @Test
    void aCardTakesMoreSideBySide() {
        assertThat(TensorEngine.slots(Device.CPU)).isEqualTo(32);
        assertThat(TensorEngine.slots(Device.GPU)).isEqualTo(128);
    }

    @Test
    void gramsComeFromNd4j() {
        assertThat(TensorEngine.open(Device.CPU, line -> {}).gram(2, 3, new double[] {1, 2, 3, 4, 5, 6}))
                .containsExactly(14, 32, 32, 77);
    }
}
