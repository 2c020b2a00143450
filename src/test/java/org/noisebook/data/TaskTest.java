package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;

class TaskTest {
    private record Config(Task task) {}

    private static Task parse(String text) {
        return Schema.of(Config.class)
                .parse("task=" + text, new Config(new Task.Parity()))
                .task();
    }

    private static int[] signs(Task task) {
        return IntStream.range(0, 10).map(task::sign).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parity", "animals", "labelSets(plus=0+2+4, minus=1+3)", "labelSets(plus=7, minus=0+9)"})
    void textComesBack(String text) {
        assertThat(Schema.formatValue(parse(text))).isEqualTo(text);
    }

    @Test
    void everyTaskHasItsClasses() {
        assertThat(signs(parse("parity"))).containsExactly(1, -1, 1, -1, 1, -1, 1, -1, 1, -1);
        assertThat(signs(parse("animals"))).containsExactly(-1, -1, 1, 1, 1, 1, 1, 1, -1, -1);
        assertThat(signs(parse("labelSets(plus=0+2+4, minus=1+3)"))).containsExactly(1, -1, 1, -1, 1, 0, 0, 0, 0, 0);
        assertThat(new Task.LabelSets("10", "1").sign(0)).isZero();
    }

    @Test
    void equalSetsAreEqualTasks() {
        assertThat(new Task.LabelSets("4+ 02+0", "3+1")).isEqualTo(new Task.LabelSets("0+2+4", "1+3"));
        assertThat(new Task.LabelSets("1", "0")).isNotEqualTo(new Task.LabelSets("0", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 1 | plus must be classes in [0, 255] such as 0+2+4, got ''",
                "0 | x | minus must be classes in [0, 255] such as 0+2+4, got 'x'",
                "0+ | 1 | plus must be classes in [0, 255] such as 0+2+4, got '0+'",
                "-1 | 1 | plus must be classes in [0, 255] such as 0+2+4, got '-1'",
                "256 | 1 | plus must be classes in [0, 255] such as 0+2+4, got '256'",
                "0+2+0 | 1 | plus must not name a class twice, got '0+2+0'",
                "0+1 | 1+2 | plus and minus must have no class in common, got 0+1 and 1+2",
            })
    void badSetsAreRefused(String plus, String minus, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Task.LabelSets(plus, minus))
                .withMessage(message);
    }

    @Test
    void aTaskMustSuitItsSource() {
        new Task.Animals().check(DataSource.CIFAR10);
        new Task.LabelSets("9", "0").check(DataSource.MNIST);
        new Task.LabelSets("1", "0").check(DataSource.SIGN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Task.Animals().check(DataSource.DIGITS))
                .withMessage("task=animals needs dataset=cifar10, got dataset=digits");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Task.LabelSets("0", "10").check(DataSource.MNIST))
                .withMessage("task must name classes in [0, 9] for dataset=mnist, got 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Task.LabelSets("2", "0").check(DataSource.STRIPE))
                .withMessage("task must name classes in [0, 1] for dataset=stripe, got 2");
    }
}
