package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNamesTest {
    private static final List<String> NAMES =
            List.of("figures", "exit-time", "exit-tide", "halfWidth", "a", "exit-time");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "figrues | unknown name 'figrues', did you mean figures? see",
                "exit-tme | unknown name 'exit-tme', did you mean exit-time or exit-tide? see",
                "halfwidth | unknown name 'halfwidth', did you mean halfWidth? see",
                "exit | unknown name 'exit', did you mean exit-time or exit-tide? see",
                "b | unknown name 'b'; see",
                "'' | unknown name ''; see",
                "frobnicate | unknown name 'frobnicate'; see"
            })
    void theNearestComesFirst(String name, String message) {
        assertThat(NearestNames.unknown("name", name, NAMES, "see")).hasMessage(message);
    }
}
