package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.compare.RunReader.Said;
import org.noisebook.data.TableFile;

/** Tables as other programs and people write them. */
class RunInputsTest {
    private static final Said NOTHING = Said.nothing();

    @TempDir
    private Path folder;

    private static RunTable read(String text) {
        return RunReader.read(TableFile.parse(text.replace(';', '\n')), NOTHING);
    }

    @Test
    void aPivotIsTheTableItWasMadeOf() {
        RunTable pivot = read("model,A,A,B,B;task,x,y,x,y;seed,,,,;0,1,2,3,4;1,5,6,7,8");
        assertThat(pivot.models()).containsExactly("A", "B");
        assertThat(pivot.tasks()).containsExactly("x", "y");
        assertThat(pivot.score()[1][0]).containsExactly(3, 7);
        assertThat(pivot.seeds()).containsExactly("0", "1");
    }

    @Test
    void aFolderOfTheTrainerIsReadByItsFolders() throws IOException {
        for (String model : List.of("bert", "roberta-large")) {
            for (int seed = 0; seed < 2; seed++) {
                Path run = Files.createDirectories(folder.resolve(model + "/sst2/seed" + seed));
                Files.writeString(
                        run.resolve("all_results.json"),
                        "{\"epoch\": 3.0, \"eval_accuracy\": 0." + (5 + seed)
                                + ", \"eval_runtime\": 2.5, \"eval_samples\": 872, \"eval_loss\": 0.3}");
                Files.writeString(run.resolve("trainer_state.json"), "{\"log_history\": []}");
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunReader.read(TableFile.read(folder, Optional.empty()), NOTHING))
                .withMessageContaining("It may be 'eval_accuracy', 'eval_loss': say it with --score NAME");
        RunTable table = RunReader.read(TableFile.read(folder, Optional.empty()), NOTHING.ofScore("eval_accuracy"));
        assertThat(table.models()).containsExactly("bert", "roberta-large");
        assertThat(table.score()[1][0]).containsExactly(.5, .6);
        assertThat(table.seeds()).containsExactly("0", "1");
        assertThat(table.notes()).anyMatch(note -> note.startsWith("4 files 'all_results.json'"));
    }

    @Test
    void germanTablesAreRead() throws IOException {
        Path file = Files.write(
                folder.resolve("läufe.csv"),
                "Modell;Datensatz;Startwert;Fehlerrate\r\nGröße;x;0;0,25\r\nklein;x;0;1.234,5\r\n"
                        .getBytes(Charset.forName("windows-1252")));
        RunTable table = RunReader.read(TableFile.read(file, Optional.empty()), NOTHING);
        assertThat(table.models()).containsExactly("Größe", "klein");
        assertThat(table.tasks()).containsExactly("x");
        assertThat(table.lowerIsBetter()).isTrue();
        assertThat(table.score()[1][0]).containsExactly(-1234.5);
        Path shares =
                Files.writeString(folder.resolve("shares.csv"), "Modell;Seed;Genauigkeit\nA;0;79,752\nB;0;83,606\n");
        assertThat(RunReader.read(TableFile.read(shares, Optional.empty()), NOTHING)
                        .score()[0][0])
                .as("columns between semicolons")
                .containsExactly(79.752);
    }

    @Test
    void rolesAreKnownByWhatVariesWithinWhat() {
        String path = "config/optimizer/name,config/data/name,run,val_acc";
        RunTable table = read(path + ";adam,x,0,1;adam,x,1,2;sgd,x,0,3;sgd,x,1,4");
        assertThat(table.models()).containsExactly("adam", "sgd");
        assertThat(table.seeds()).containsExactly("0", "1");
        assertThat(table.notes().get(0)).contains("task 'config/data/name'; seed 'run'");
        assertThat(read("run,optimizer.name,acc;0,adam,1;1,adam,2;0,sgd,3;1,sgd,4")
                        .seeds())
                .containsExactly("0", "1");
        // A model that never changes is none.
        assertThat(read("model,optimizer,seed,acc;net,adam,0,1;net,sgd,0,2").models())
                .containsExactly("adam", "sgd");
    }

    @Test
    void playersWithoutSeedsAreTheUnits() {
        String text = "algo,game,seed,score;human,a,,20;random,a,,10;human,b,,3;random,b,,1"
                + ";dqn,a,2,15;dqn,a,10,25;ppo,a,2,40;ppo,a,10,10;dqn,b,2,2;dqn,b,10,3;ppo,b,2,1;ppo,b,10,5";
        RunTable given = read(text);
        assertThat(given.seeds()).containsExactly("", "2", "10");
        Comparison comparison = Compared.compare(given);
        assertThat(comparison.table().models()).containsExactly("dqn", "ppo");
        assertThat(comparison.table().scale()).isEqualTo("human-normalised score");
        assertThat(comparison.table().score()[1][1]).containsExactly(new double[] {0, 2}, within(1e-12));
        assertThat(comparison.report().text()).contains("Scores are human-normalised: 0 is 'random' and 1 is 'human'");
        Comparison against = Compared.compare(given, Optional.of("human"));
        assertThat(against.table().models()).containsExactly("dqn", "human", "ppo");
        assertThat(against.duel("human", "ppo").effect())
                .as("1 less the mean of 3, 0 and 0, 2 in units of each task's spread over two")
                .isCloseTo((-0.5 / 1.5 + 0) / 2, within(1e-12));
        RunTable lacking = read(text.replace("human,b,,3;", ""));
        assertThat(Compared.compare(lacking).table().notes())
                .anyMatch(note -> note.startsWith("Scores are not human-normalised, as on 'b'"))
                .anyMatch(note ->
                        note.startsWith("No seeds, and so a fixed number") && note.endsWith(": 'human', 'random'."));
        Comparison numbers = Compared.compare(lacking);
        assertThat(numbers.duels()).as("all but human against random").hasSize(5);
        assertThatIllegalArgumentException().isThrownBy(() -> numbers.duel("human", "random"));
        assertThat(numbers.report().title()).contains(", 11 runs,");
        assertThat(numbers.models().get(1).iqm().low())
                .as("no interval of a number")
                .isNaN();
    }
}
