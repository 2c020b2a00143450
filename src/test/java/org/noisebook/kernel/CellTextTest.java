package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellTextTest {
    private static final String QUOTES = "\"\"\"";

    /** A part as {@code magic: text} or {@code java: text}, without the blanks around. */
    private static List<String> parts(String code) {
        return CellText.parts(code).stream()
                .map(part -> (part.magic() ? "magic: " : "java: ")
                        + code.substring(part.start(), part.end()).strip())
                .toList();
    }

    static Stream<Arguments> split() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of(" \n\t\n", List.of()),
                Arguments.of("int x = 1;\nx", List.of("java: int x = 1;\nx")),
                Arguments.of("%time 1 + 1", List.of("magic: %time 1 + 1")),
                Arguments.of("  %time 1\n  2", List.of("magic: %time 1", "java: 2")),
                Arguments.of(
                        "int a = 1;\n%jars x.jar\n%classpath y\na",
                        List.of("java: int a = 1;", "magic: %jars x.jar", "magic: %classpath y", "java: a")),
                Arguments.of("void f() {}\n%nope", List.of("java: void f() {}", "magic: %nope")),
                Arguments.of("%%time\nint x = 1;\n%jars y", List.of("magic: %%time\nint x = 1;\n%jars y")),
                Arguments.of("\n  %%nope\n1", List.of("magic: %%nope\n1")));
    }

    @ParameterizedTest
    @MethodSource
    void split(String code, List<String> parts) {
        assertThat(parts(code)).isEqualTo(parts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int x = 17\n% 5;",
                "int x = 17\n%time;",
                "int x = 17\n%nope;",
                "f(10\n%time, 0)",
                "int[] a = {10\n%time 1};",
                "int x = a[10\n%jars];",
                "/*\n%time 1\n*/",
                "/* { */ int y = 1 //;\n%nope;",
                "String s = " + QUOTES + "\n%time flies\n%nope" + QUOTES + ";",
                "String s = " + QUOTES + "\n\\" + QUOTES + "\n%time\n" + QUOTES + ";",
                "%5",
                "%"
            })
    void isNoMagic(String code) {
        assertThat(CellText.parts(code)).noneMatch(CellText.Part::magic);
    }

    /** What looks like a bracket or a quote in a string, a character or a comment opens nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "String s = \"(\";\n%nope",
                "String s = \"\\\"(\";\n%nope",
                "String s = \"/*\";\n%nope",
                "char c = '(';\n%nope",
                "char c = '\"';\n%nope",
                "char c = '\\'';\n%nope",
                "// ( it's\n%nope",
                "/* ( \" */\n%nope",
                "String s = " + QUOTES + "\n (\" " + QUOTES + ";\n%nope",
                "int x = 1; // the end\n%nope",
                "{ f(); }\n%nope",
                "String s = \"open;\n;\n%nope"
            })
    void isMagic(String code) {
        assertThat(parts(code)).last().isEqualTo("magic: %nope");
    }

    /** Every character belongs to one part or is blank, and the parts come in order. */
    @ParameterizedTest
    @ValueSource(strings = {"a\n%jars x\nb", "%time 1\n%time 2\n", "x;\n\n%nope\n\n%%time\ny", "/* open\n%time", "%%a"})
    void partsCoverTheCell(String code) {
        int at = 0;
        for (CellText.Part part : CellText.parts(code)) {
            assertThat(code.substring(at, part.start())).isBlank();
            assertThat(part.start()).isGreaterThanOrEqualTo(at).isLessThan(part.end());
            at = part.end();
        }
        assertThat(code.substring(at)).isBlank();
    }

    @Test
    void semicolonAtTheEnd() {
        assertThat(List.of("x;", "x; ", "x;\n// said\n", "x; /* a */ /* b */", "\"//\";", "x;;"))
                .allMatch(CellText::endsWithSemicolon);
        assertThat(List.of("", "x", "x; y", "x // ;", "x /* ; */", "\";\"", "';'", "// x;"))
                .noneMatch(CellText::endsWithSemicolon);
    }

    @Test
    void startOfTheCode() {
        assertThat(CellText.codeStart("x")).isZero();
        assertThat(CellText.codeStart(" // a\n /* b */ x")).isEqualTo(15);
        assertThat(CellText.codeStart("/**/\"s\"")).isEqualTo(4);
        assertThat(CellText.codeStart("// a")).isEqualTo(4);
        assertThat(CellText.codeStart("  ")).isEqualTo(2);
        assertThat(List.of("", " \n", "// x", "/* x */\n//", "/* x")).allMatch(CellText::isBlank);
        assertThat(List.of("x", ";", "/* */ \"\"", "'")).noneMatch(CellText::isBlank);
    }

    @Test
    void openCommentsAndTextBlocks() {
        assertThat(List.of("/* a", "/*/", QUOTES + "\na", QUOTES + "\n\\" + QUOTES))
                .allMatch(CellText::isOpen);
        assertThat(List.of("", "/* a */", "// /* a", "\"/*\"", QUOTES + "\na" + QUOTES, "\"open", "f("))
                .noneMatch(CellText::isOpen);
    }
}
