package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MethodCardTest {
    private static final List<Method> METHODS = Stream.of(
                    Arrays.stream(OdeMethod.values()),
                    Arrays.stream(SdeMethod.values()),
                    Stream.of(new DormandPrince(1e-6, 1e-6)))
            .flatMap(part -> part.map(Method.class::cast))
            .toList();

    @Test
    void everyMethodHasItsOwnName() {
        assertThat(METHODS.stream().map(method -> method.card().id()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    }

    @Test
    void badCardsGiveOneClearLine() {
        assertThatThrownBy(() -> new MethodCard("x", MethodCard.Kind.ODE, " ", 1, 1, 1, 0, "e", "a", "s"))
                .hasMessage("a method card must have no blank text, got one in x");
        assertThatThrownBy(() -> new MethodCard("x", MethodCard.Kind.ODE, "f", Double.NaN, 1, 1, 0, "e", "a", "s"))
                .hasMessage("orders must be in [0, inf), got NaN and 1.0 in x");
        assertThatThrownBy(() -> new MethodCard("x", MethodCard.Kind.ODE, "f", 1, 1, -1, 0, "e", "a", "s"))
                .hasMessage("evaluations and noises must be at least 0, got -1 and 0 in x");
    }
}
