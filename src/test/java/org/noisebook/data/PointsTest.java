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

    /** A third of 5 is rounded in each precision: 5/3 in float and in double differ. */
    @Test
    void chosenRowsAreScaledIntoPaddedRowsAndLeaveTheRestAlone() {
        float third = 1 / 3f;
        float[] floats = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
        TWO.gather(new int[] {1, 0, 1, 7}, 3, third, floats, 2, 4);
        assertThat(floats)
                .containsExactly(
                        9, 9, third * 4, third * 5, third * 6, 9, third, third * 2, third * 3, 9, third * 4, third * 5,
                        third * 6, 9);
        double[] doubles = {9, 9, 9, 9, 9, 9, 9, 9};
        TWO.gather(new int[] {1, 0, 7}, 2, 1 / 3.0, doubles, 0, 4);
        assertThat(doubles)
                .containsExactly(1 / 3.0 * 4, 1 / 3.0 * 5, 1 / 3.0 * 6, 9, 1 / 3.0, 1 / 3.0 * 2, 1 / 3.0 * 3, 9);
        assertThat(TWO.x()).as("the points themselves").containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void noRowsAreGatheredFromNothing() {
        double[] doubles = {9};
        TWO.gather(new int[0], 0, 2.0, doubles, 0, 3);
        TWO.first(0).gather(new int[0], 0, 2.0, doubles, 0, 3);
        assertThat(doubles).containsExactly(9);
        float[] floats = {9};
        TWO.first(0).gather(new int[0], 0, 2f, floats, 0, 3);
        assertThat(floats).containsExactly(9);
    }

    @Test
    void gatheringRefusesBadStridesAndRowsThatAreNotThere() {
        int[] one = {1};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.gather(one, 1, 1f, new float[8], 0, 2))
                .withMessage("stride must be at least dimension=3, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TWO.gather(one, 1, 1.0, new double[8], 0, -1))
                .withMessage("stride must be at least dimension=3, got -1");
        for (int row : new int[] {2, -1}) {
            int[] missing = {row};
            assertThatThrownBy(() -> TWO.gather(missing, 1, 1f, new float[3], 0, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> TWO.gather(missing, 1, 1.0, new double[3], 0, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
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
