package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static Frame mixed() {
        Frame frame = new Frame("name", "count", "size");
        frame.add("a", 1, 0.5);
        frame.add("b", 2L, Double.NaN);
        return frame;
    }

    @Test
    void csvIsExact() {
        assertThat(mixed().csv()).isEqualTo("name,count,size\na,1,0.5\nb,2,NaN\n");
    }

    @Test
    void columnsAndTypes() {
        Frame frame = mixed();
        assertThat(frame.names()).containsExactly("name", "count", "size");
        assertThat(frame.rows()).isEqualTo(2);
        assertThat(frame.column("count")).containsExactly(1L, 2L);
        assertThat(frame.doubles("size")).containsExactly(0.5, Double.NaN);
        assertThat(frame.doubles("count")).containsExactly(1, 2);
        assertThat(frame.text(0, "size")).isEqualTo("0.5");
        assertThat(new Frame(List.of("x")).rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                "a,b",
                "say \"hi\"",
                "\"",
                "\"\"",
                "two\nlines",
                "cr\rlf\r\n",
                " blank ",
                "λ* = w₁",
                ",",
                "\n"
            })
    void anyTextComesBackFromCsv(String text) {
        Frame frame = new Frame("first", text + "!", "last");
        frame.add("x", text, "y");
        frame.add(text, text, text);
        assertThat(Frame.parseCsv(frame.csv())).isEqualTo(frame);
    }

    @Test
    void oneColumnOfEmptyCellsComesBack() {
        Frame frame = new Frame("x");
        frame.add("");
        frame.add("");
        assertThat(Frame.parseCsv(frame.csv())).isEqualTo(frame);
    }

    @Test
    void readsOtherLineEndsAndAMissingLastOne() {
        Frame frame = Frame.parseCsv("a,b\r\n1,2\r\n3,4");
        assertThat(frame.column("b")).containsExactly("2", "4");
    }

    @Test
    void aHeaderAloneHasNoRows() {
        assertThat(Frame.parseCsv("a,b\n").rows()).isZero();
    }

    @Test
    void wrongCsvNamesTheLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frame.parseCsv("a,b\n1,2\n3\n"))
                .withMessage("line 3: expected 2 cells, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frame.parseCsv("a\n\"open\n"))
                .withMessage("line 2: a quote is not closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frame.parseCsv(""))
                .withMessage("line 1: no header");
    }

    @Test
    void wrongUseNamesTheColumn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frame("a", "a"))
                .withMessage("column names must differ, got a twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mixed().add(1))
                .withMessage("a row must have 3 cells, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mixed().column("none"))
                .withMessage("unknown column 'none'; columns: [name, count, size]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mixed().doubles("name"))
                .withMessage("column 'name' must hold numbers, got 'a'");
    }

    @Test
    void aRefusedRowLeavesNothingBehind() {
        Frame frame = mixed();
        assertThatThrownBy(() -> frame.add("c", 3, null)).isInstanceOf(NullPointerException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> frame.add("c", 3, true))
                .withMessage("cells must be whole numbers, doubles or text, got Boolean");
        assertThat(frame).isEqualTo(mixed());
        assertThat(frame.csv()).isEqualTo(mixed().csv());
    }

    @Test
    void columnsCannotBeChangedFromOutside() {
        List<Object> column = mixed().column("name");
        assertThatThrownBy(() -> column.set(0, "z")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void printsAlignedColumns() {
        Frame frame = new Frame("id", "n", "value");
        frame.add("a", 1, 0.123456);
        frame.add("long", 100, 12.0);
        assertThat(frame.print(3)).isEqualTo("id      n  value\na       1  0.123\nlong  100     12\n");
    }

    @Test
    void equalityIsByContent() {
        Frame other = mixed();
        assertThat(other).isEqualTo(mixed()).hasSameHashCodeAs(mixed());
        other.add("c", 3, 1.0);
        assertThat(other).isNotEqualTo(mixed());
    }
}
