package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PointsTest {
    private static final Points TWO = Points.of(2, 3, new float[] {1, 2, 3, 4, 5, 6}, new byte[] {1, -1});

    @Test
    void arraysAreCopiedInAndOut() {
        float[] x = {1, 2, 3, 4, 5, 6};
        byte[] label = {1, -1};
        Points points = Points.of(2, 3, x, label);
        x[0] = 9;
        label[0] = -1;
        points.x()[1] = 9;
        points.label()[1] = 1;
        assertThat(points).isEqualTo(TWO).hasSameHashCodeAs(TWO).hasToString("Points[count=2, dimension=3]");
        assertThat(points).isNotEqualTo(Points.of(3, 2, TWO.x(), new byte[] {1, -1, 1}));
        assertThat(points).isNotEqualTo(Points.of(2, 3, TWO.x(), new byte[] {1, 1}));
        assertThat(points).isNotEqualTo(Points.of(2, 3, new float[6], TWO.label()));
    }

    @Test
    void valuesAreRowMajor() {
        assertThat(TWO.x(1, 0)).isEqualTo(4);
        assertThat(TWO.label(1)).isEqualTo(-1);
        assertThatThrownBy(() -> TWO.x(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TWO.x(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rowsGoToPaddedRowsAndLeaveTheRestAlone() {
        float[] floats = {9, 9, 9, 9, 9, 9, 9, 9, 9};
        TWO.copyInto(floats, 1, 4);
        assertThat(floats).containsExactly(9, 1, 2, 3, 9, 4, 5, 6, 9);
        double[] doubles = {9, 9, 9, 9, 9, 9, 9, 9, 9};
        TWO.copyInto(doubles, 1, 4);
        assertThat(doubles).containsExactly(9, 1, 2, 3, 9, 4, 5, 6, 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.copyInto(floats, 0, 2))
                .withMessage("stride must be at least dimension=3, got 2");
    }

    @Test
    void theFirstPointsArePoints() {
        assertThat(TWO.first(1)).isEqualTo(Points.of(1, 3, new float[] {1, 2, 3}, new byte[] {1}));
        assertThat(TWO.first(0).count()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.first(3))
                .withMessageContaining("[0, count=2], got 3");
    }

    @Test
    void badShapesAndLabelsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Points.of(2, 3, new float[5], new byte[2]))
                .withMessage("x must have count · dimension = 6 values, got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Points.of(2, 3, new float[6], new byte[1]))
                .withMessage("label must have count = 2 values, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Points.of(1, 1, new float[1], new byte[] {0}))
                .withMessage("labels must be 1 or -1, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Points.of(-1, 1, new float[0], new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> Points.of(0, 0, new float[0], new byte[0]));
    }
}
