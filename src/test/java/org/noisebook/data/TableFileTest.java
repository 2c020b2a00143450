package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFileTest {
    @TempDir
    private Path folder;

    @Test
    void tablesOfOtherProgramsAreRead() throws IOException {
        TextTable table = TableFile.parse("\uFEFF# who\n\n a ; b\r\n1,5;x\r\n\r\n2;\"y;z\"\n\n");
        assertThat(table.names()).containsExactly("a", "b");
        assertThat(table.coded(0, cell -> cell).names()).containsExactly("1,5", "2");
        assertThat(table.coded(1, cell -> cell).names()).containsExactly("x", "y;z");
        Path old = Files.writeString(folder.resolve("old.csv"), "a,b\r1,2\r3,4\r");
        assertThat(TableFile.read(old, Optional.empty()).rows()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFile.parse("# who\na,b\n\n1\n"))
                .withMessageEndingWith(
                        "line 4: expected 2 cells, got 1: column 'b' and what follows it are missing; leave empty what is unknown");
    }

    @Test
    void textThatIsNotUtf8IsTold() throws IOException {
        Path file = Files.write(folder.resolve("latin.csv"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFile.read(file, Optional.empty()))
                .withMessageContaining("is not UTF-8 text");
        Files.writeString(file, "a\n\uFFFD\n");
        assertThat(TableFile.read(file, Optional.empty()).text(0, 0)).isEqualTo("\uFFFD");
    }

    @Test
    void plainDecimalsAreTheDoublesThatJavaReads() {
        for (String cell : new String[] {
            "0",
            "-0.125",
            "0.1",
            "78.54",
            "123456789012345",
            "-.5",
            "5.",
            "1e3",
            "",
            "-",
            "0.12345678901234567",
            "1,5",
            "+1"
        }) {
            double plain = TableFile.parse("a;b\n" + cell + ";x\n").plain(0, 0);
            boolean read = cell.matches("-?\\d+(\\.\\d+)?") && cell.length() < 16;
            double expected = read ? Double.parseDouble(cell) : Double.NaN;
            assertThat(Double.compare(plain, expected)).as(cell).isZero();
        }
    }

    @Test
    void separatorsAreFound() {
        assertThat(TableFile.separator("a,b;c,d\n;;;;;")).isEqualTo(',');
        assertThat(TableFile.separator("# a,b,c\na;b\n")).isEqualTo(';');
        assertThat(TableFile.separator("a\tb\n1,2,3\n")).isEqualTo('\t');
        assertThat(TableFile.separator("a")).isEqualTo(',');
        assertThat(TableFile.separator("")).isEqualTo(',');
    }
}
