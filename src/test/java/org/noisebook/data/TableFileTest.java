package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    void textThatIsNotUtf8IsReadAsWindowsOrTold() throws IOException {
        Path file = Files.write(folder.resolve("latin.csv"), new byte[] {'a', '\n', (byte) 0xe9, '\n'});
        TextTable windows = TableFile.read(file, Optional.empty());
        assertThat(windows.text(0, 0)).isEqualTo("é");
        assertThat(windows.notes().get(0)).contains("is read as Windows-1252");
        Files.write(file, new byte[] {'a', '\n', (byte) 0x81, '\n'});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFile.read(file, Optional.empty()))
                .withMessageContaining("is not UTF-8 text, nor Windows-1252");
        Files.write(file, "a\té\n1\t2\n".getBytes(StandardCharsets.UTF_16));
        assertThat(TableFile.read(file, Optional.empty()).names()).containsExactly("a", "é");
        Files.writeString(file, "a\n\uFFFD\n");
        assertThat(TableFile.read(file, Optional.empty()).text(0, 0)).isEqualTo("\uFFFD");
    }

    @Test
    void namesOnSeveralLevelsAreRead() {
        TextTable pivot = TableFile.parse("model,A,A,B,B\ntask,x,y,x,y\nseed,,,,\n0,1,2,3,4\n1,5,6,7,\n");
        assertThat(pivot.names()).containsExactly("seed", "model", "task", "score");
        assertThat(pivot.rows()).isEqualTo(8);
        assertThat(pivot.text(2, 1) + pivot.text(2, 2) + pivot.text(2, 3)).isEqualTo("Bx3");
        assertThat(pivot.notes().get(0)).contains("2 levels; 'model' and 'task' are read off the columns");
        TextTable values = TableFile.parse(",acc,acc,loss,loss\nmodel,A,B,A,B\nseed,,,,\n0,1,2,3,4\n");
        assertThat(values.names()).containsExactly("seed", "model", "acc", "loss");
        assertThat(values.text(1, 2) + values.text(1, 3)).isEqualTo("24");
        TextTable bare = TableFile.parse("model,A,A,B\ntask,x,y,x\n0,1,2,3\n");
        assertThat(bare.names()).containsExactly("index", "model", "task", "score");
        TextTable nameless = TableFile.parse(",,acc,acc\n,,mean,std\nmodel,task,,\nA,x,1,2\n");
        assertThat(nameless.names()).containsExactly("model", "task", "acc mean", "acc std");
        TextTable index = TableFile.parse("model,,A,B\ntask,seed,,\nx,0,1,2\n");
        assertThat(index.names()).containsExactly("task", "seed", "model", "score");
        assertThat(TableFile.parse("model,score,\nA,1,\nB,2,\n").names()).containsExactly("model", "score", "");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFile.parse("model,acc,acc\nA,1,2\nB,3,4\n"))
                .withMessageContaining("column names must differ, got acc twice");
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
