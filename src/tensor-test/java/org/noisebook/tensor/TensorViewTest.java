package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.data.ArrayView;
import org.noisebook.notebook.Displays;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorViewTest {
    private static ArrayView view(INDArray array) {
        return ArrayView.of(array).orElseThrow();
    }

    @Test
    void entriesByPlace() {
        ArrayView view =
                view(Nd4j.create(new float[] {0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f}).reshape(2, 3));
        assertThat(view.kind()).isEqualTo("INDArray FLOAT");
        assertThat(view.shape()).containsExactly(2, 3);
        assertThat(view.hasNumbers()).isTrue();
        assertThat(view.at(0, 1)).isEqualTo(0.1);
        assertThat(view.at(1, 2)).isEqualTo(0.5);
        assertThat(ArrayView.of(new double[1])).isEmpty();
        assertThat(Displays.types()).contains(INDArray.class);
    }

    @Test
    void textHasNoNumbers() {
        ArrayView view = view(Nd4j.create("a", "b"));
        assertThat(view.hasNumbers()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> view.at(0))
                .withMessage("entries must be numbers, got UTF8");
    }

    @Test
    void shownAsTypeShapeAndEntries() {
        assertShown(Nd4j.scalar(2.5), "INDArray DOUBLE []: 2.5");
        assertShown(Nd4j.createFromArray(1, 2, 3), "INDArray INT [3]: 1, 2, 3");
        assertShown(Nd4j.createFromArray(1L << 50), "INDArray LONG [1]: 1125899906842624");
        assertShown(Nd4j.createFromArray(true, false), "INDArray BOOL [2]: true, false");
        assertShown(
                Nd4j.createFromArray(0.1, 0.2, 1.0 / 3, 4).reshape(2, 2).castTo(DataType.FLOAT),
                "INDArray FLOAT [2, 2]:\n  0.1, 0.2\n  0.333333, 4");
        assertShown(
                Nd4j.arange(60).reshape(3, 4, 5).castTo(DataType.DOUBLE),
                "INDArray DOUBLE [3, 4, 5]: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …, 57, 58, 59");
        assertShown(Nd4j.empty(DataType.FLOAT), "INDArray FLOAT [0]");
        assertShown(Nd4j.create("a", "b"), "INDArray UTF8 [2]");
    }

    private static void assertShown(INDArray array, String text) {
        assertThat(Displays.of(array)).isEqualTo(Map.of("text/plain", text));
    }
}
