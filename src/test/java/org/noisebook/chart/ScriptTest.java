package org.noisebook.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "plain; plain",
                "T_c ~ x; T [c] ~ x",
                "T_max(α); T [max](α)",
                "P^(−γ/δ) law; P {−γ/δ} law",
                "α^k, k = 2; α {k}, k = 2",
                "P^(1/(1+χ)); P {1/(1+χ)}",
                "10^−12; 10 {−12}",
                "w*_⊥; w* [⊥]",
                "test_error; test_error",
                "a_long_name; a_long_name",
                "x_1234; x_1234",
                "slope -1.5; slope −1.5",
                "2026-11-28 nd4j-cpu; 2026-11-28 nd4j-cpu",
            })
    void onlyScriptsAreSet(String text, String pieces) {
        String shown = Script.of(text).stream()
                .map(piece -> piece.level() == 0
                        ? piece.text()
                        : piece.level() < 0 ? " [" + piece.text() + "]" : " {" + piece.text() + "}")
                .collect(Collectors.joining())
                .replace("} {", "");
        assertThat(shown).isEqualTo(pieces);
    }

    /** Quantities in angles; words, names of panels, units, hashes and capital Greek stay upright. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "temperature T = η/B; temperature <T> = <η>/<B>",
                "T_max(α) ∝ P^(−γ/δ); <T>max(<α>) ∝ <P>−<γ>/<δ>",
                "|Δw|/|w₀|, T = hκ; |Δ<w>|/|<w>₀|, <T> = <hκ>",
                "ΔΘ of a net, CNN; ΔΘ of a net, CNN",
                "linear, a = 2; linear, <a> = 2",
                "a + b ln t; <a> + <b> ln <t>",
                "n = 3 (a–d), 12 (e, f) · d4a4; <n> = 3 (a–d), 12 (e, f) · d4a4",
                "KA(r) − KA(N); KA(<r>) − KA(<N>)",
                "γ² = 2t(1 − t); <γ>² = 2<t>(1 − <t>)",
                "U-Net, ReLU, a cell; U-Net, ReLU, a cell",
            })
    void quantitiesAreItalic(String text, String shown) {
        String set = Script.of(text).stream()
                .map(piece -> piece.italic() ? "<" + piece.text() + ">" : piece.text())
                .collect(Collectors.joining());
        assertThat(set).isEqualTo(shown);
    }

    @Test
    void aScriptTakesItsOwnWidth() {
        assertThat(Pen.width("T_c", 10)).isCloseTo(Pen.width("T", 10) + Script.SIZE * Pen.width("c", 10), within(1e-9));
    }

    /** What follows a script stands on the line again. */
    @Test
    void svgReturnsToTheLine() {
        SvgPen pen = new SvgPen(100, 100);
        pen.text("T_c = 1", 10, 20, Pen.Anchor.START, Pen.Style.of(10));
        assertThat(pen.document(""))
                .contains("><tspan font-style=\"italic\">T</tspan><tspan dy=\"2\" font-size=\"7.2\">c</tspan>"
                        + "<tspan dy=\"-2\"> = 1</tspan></text>");
    }
}
