package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.compare.RunReader.Said;
import org.noisebook.data.TableFile;
import org.noisebook.stats.Estimate;

class RunReaderTest {
    private static final Said NOTHING = Said.nothing();

    @TempDir
    private Path folder;

    private RunTable read(String text) throws IOException {
        return read(text, NOTHING);
    }

    private RunTable read(String text, Said said) throws IOException {
        Path file = Files.writeString(folder.resolve("runs.csv"), text);
        return RunReader.read(TableFile.read(file, Optional.empty()), said);
    }

    private static Said ignoring(String column) {
        return Compared.said(List.of(), new RunReader.Keep.Last(), List.of(column), Optional.empty());
    }

    private static Said keep(RunReader.Keep keep) {
        return Compared.said(List.of("acc"), keep, List.of(), Optional.empty());
    }

    @Test
    void longTablesOfAnySeparatorAreTheSame() throws IOException {
        String text =
                "model,dataset,seed,accuracy\nA,x,0,0.5\nB,x,0,0.25\nA,x,1,0.75\nB,x,1,0.5\nA,y,0,0.5\nB,y,0,0.25\n";
        RunTable comma = read(text);
        RunTable tab = read(text.replace(',', '\t'));
        RunTable semicolon = read(text.replace(',', ';').replace('.', ','));
        assertThat(comma.models()).containsExactly("A", "B");
        assertThat(comma.tasks()).containsExactly("x", "y");
        assertThat(comma.score()[0][0]).containsExactly(.5, .75);
        assertThat(tab.score()).isDeepEqualTo(comma.score());
        assertThat(semicolon.score()).isDeepEqualTo(comma.score());
        assertThat(semicolon.notes()).anyMatch(note -> note.startsWith("6 scores with a decimal comma, such as 0,5"));
    }

    @Test
    void percentagesFailedRunsAndSpellingsOfZeroAreRead() throws IOException {
        RunTable table = read("model,seed,acc\nA,0,78.78%\nA,0.0,78.78%\nA,1,nan\nB,0,50%\nB,1,inf\nB,2,\n");
        assertThat(table.score()[0][0]).containsExactly(new double[] {.7878, Double.NaN}, within(1e-12));
        assertThat(table.failed(1)).isEqualTo(2);
        assertThat(table.seeds()).containsExactly("0", "1", "2");
        assertThat(table.notes())
                .anyMatch(note -> note.startsWith("3 percentages"))
                .anyMatch(note -> note.startsWith("1 spelling in 'seed' is read as the same number"))
                .anyMatch(note -> note.startsWith("1 row that repeats a run"));
    }

    @Test
    void theBestOfAScoreIsTakenOnCommonSteps() throws IOException {
        StringBuilder text = new StringBuilder("model,seed,epoch,acc,val\n");
        for (int epoch = 0; epoch < 9; epoch++) {
            for (int seed = 0; seed < 2; seed++) {
                text.append("B,")
                        .append(seed)
                        .append(',')
                        .append(epoch)
                        .append(",0.")
                        .append(epoch + 1)
                        .append(",0\n");
                if (epoch < 3) {
                    text.append("A,").append(seed).append(',').append(epoch).append(",0.5,0\n");
                }
            }
        }
        RunTable best = read(text.toString(), keep(new RunReader.Keep.Best("acc")));
        assertThat(best.score()[0][0]).containsExactly(.5, .5);
        assertThat(best.score()[1][0]).as("0.9 at the last step").containsExactly(.3, .3);
        assertThat(best.notes())
                .anyMatch(
                        note -> note.contains(
                                "where 'acc' is best among the 3 steps that every run of the task has, as a maximum favours runs with more"));
        assertThat(read(text.toString(), keep(new RunReader.Keep.Mean(5))).notes())
                .anyMatch(note ->
                        note.contains("as the mean of the last 5 steps, of all where there are fewer, as in 2 runs"));
    }

    @Test
    void stepsThatOneRunLacksDoNotCount() throws IOException {
        StringBuilder text = new StringBuilder("model,seed,epoch,acc\n");
        for (int seed = 0; seed < 3; seed++) {
            for (int epoch = 0; epoch < 9; epoch++) {
                text.append("dense," + seed + "," + epoch + ",0." + (epoch == 5 ? 9 : 5) + "\n");
                text.append(epoch % 4 == 0 ? "sparse," + seed + "," + epoch + ",0.6\n" : "");
            }
        }
        RunTable best = read(text.toString(), keep(new RunReader.Keep.Best("acc")));
        assertThat(best.score()[0][0]).as("0.9 at step 5 alone").containsExactly(.5, .5, .5);
        assertThat(best.notes()).noneMatch(note -> note.startsWith(Doubts.BEWARE));
        String early = text.toString().replaceAll("sparse,1,[48],0.6\n", "");
        for (RunReader.Keep keep : List.of(new RunReader.Keep.Best("acc"), new RunReader.Keep.Area())) {
            assertThat(read(early, keep(keep)).notes())
                    .contains(
                            "Beware: the run of sparse with seed 1 ends at step 0, where most end at 8, and all are judged"
                                    + " up to there: leave it out to judge them later.");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> read(text.toString().replaceAll("(dense,.,[0-4]|sparse,.,8),.*\n", ""), keep(keep)))
                    .withMessageStartingWith(
                            "the runs have no step in common, at which --keep would compare them: try --keep last");
        }
    }

    @Test
    void anEmptyColumnNamesNoSeeds() throws IOException {
        RunTable table = read("model,task,seed,acc\nA,x,,1\nB,x,,2\nA,y,,3\nB,y,,4\n");
        assertThat(table.seeds()).hasSize(2);
        assertThat(table.notes()).contains("Column 'seed' is empty, so that every row is a run of its own seed.");
        assertThat(Compared.compare(table).report().answer().get(1))
                .endsWith("or take tasks as the sample with --over tasks.");
    }

    @Test
    void namesThatDifferInCaseAloneAndRepeatsAreTold() throws IOException {
        assertThat(read("model,seed,acc\nm0,0,1\nm0,0,3\nM0,0,2\n").notes())
                .contains("'M0' and 'm0' count as two models: write them alike if they are one.")
                .contains(
                        "1 run has several rows of the same model, task and seed, 2 in all; the mean of a run's rows counts.");
    }

    @Test
    void wideTablesSayWhatTheirColumnsAre() throws IOException {
        RunTable seeds = read("model,task,seed 0,seed 1\nA,x,1,2\nB,x,3,4\nA,y,5,6\nB,y,7,8\n");
        assertThat(seeds.score()[1][1]).containsExactly(7, 8);
        assertThat(seeds.seeds()).containsExactly("0", "1");
        RunTable models = read("seed,resnet,vit\n0,1,2\n1,3,4\n");
        assertThat(models.models()).containsExactly("resnet", "vit");
        assertThat(models.score()[0][0]).containsExactly(1, 3);
        RunTable tasks = read("model,seed,mnist,cifar\nA,0,1,2\nA,1,3,4\nB,0,5,6\nB,1,7,8\n");
        assertThat(tasks.tasks()).containsExactly("cifar", "mnist");
        assertThat(tasks.score()[1][1]).containsExactly(5, 7);
    }

    @Test
    void jsonLinesAndTrackersAreRead() throws IOException {
        RunTable json = read("{\"config\": {\"model\": \"A\", \"seed\": 0}, \"score\": 1.5, \"tags\": [1, 2]}\n"
                + "{\"config\": {\"model\": \"B\", \"seed\": 0}, \"score\": NaN, \"tags\": []}\n");
        assertThat(json.score()[0][0]).containsExactly(1.5);
        assertThat(json.failed(1)).isEqualTo(1);
        RunTable wandb = read(
                "\"Name\",\"State\",\"Created\",\"model\",\"seed\",\"val_acc\"\n"
                        + "\"glad-sun-1\",\"finished\",\"2026\",\"A\",\"0\",\"0.5\"\n\"odd-moon-2\",\"crashed\",\"2026\",\"B\",\"0\",\"0.25\"\n");
        assertThat(wandb.failed(1)).isEqualTo(1);
        RunTable curves = read(
                "\"Step\",\"A-seed0 - val_acc\",\"A-seed0 - val_acc__MIN\",\"A-seed0 - val_acc__MAX\",\"B-seed0 - val_acc\"\n"
                        + "1,0.1,0.1,0.1,0.2\n2,0.3,0.3,0.3,0.4\n");
        assertThat(curves.models()).containsExactly("A", "B");
        assertThat(curves.score()[1][0]).containsExactly(.4);
        RunTable mlflow = read("run_id,experiment_id,status,start_time,metrics.accuracy,params.model,params.seed\n"
                + "a1,0,FINISHED,2026,0.5,A,0\na2,0,FAILED,2026,,B,0\n");
        assertThat(mlflow.failed(1)).isEqualTo(1);
        assertThat(mlflow.score()[0][0]).containsExactly(.5);
    }

    @Test
    void aFolderOfScalarsIsReadByTheNamesOfItsFiles() throws IOException {
        for (String model : List.of("dqn", "ppo")) {
            for (int seed = 0; seed < 2; seed++) {
                Files.writeString(
                        folder.resolve("run-" + model + "_seed" + seed + "-tag-reward.csv"),
                        "Wall time,Step,Value\n1.5,1," + seed + "\n2.5,2," + (10 + seed) + "\n");
            }
        }
        RunTable table = RunReader.read(TableFile.read(folder, Optional.empty()), NOTHING);
        assertThat(table.models()).containsExactly("dqn", "ppo");
        assertThat(table.score()[0][0]).containsExactly(10, 11);
        assertThat(table.notes()).anyMatch(note -> note.contains("model 'dqn', seed '0'"));
    }

    @Test
    void historiesKeepTheLastTheBestOrTheMean() throws IOException {
        String text = "model,seed,epoch,val_loss,acc\nA,0,1,3,0.1\nA,0,2,1,0.2\nA,0,10,2,0.6\nB,0,1,1,0.3\n";
        assertThat(read(text, keep(new RunReader.Keep.Last())).score()[0][0]).containsExactly(.6);
        assertThat(read(text, keep(new RunReader.Keep.Best("val_loss"))).score()[0][0])
                .containsExactly(.2);
        assertThat(read(text, keep(new RunReader.Keep.Mean(2))).score()[0][0])
                .containsExactly(new double[] {.4}, within(1e-12));
    }

    /** The curves 0.1, 0.2, 0.6 at steps 1, 2, 10 and 0.3, 0.5 at 0 and 4: both have steps from 1 to 4. */
    @Test
    void theAreaOfAHistoryIsThatOfTheStepsThatEveryRunReached() throws IOException {
        String text = "model,seed,epoch,acc\nA,0,10,0.6\nA,0,1,0.1\nA,0,2,0.2\nB,0,0,0.3\nB,0,4,0.5\n";
        RunTable table = read(text, keep(new RunReader.Keep.Area()));
        assertThat(table.score()[0][0])
                .as("(0.15 + 2 times 0.25 at step 3)/3")
                .containsExactly(new double[] {.65 / 3}, within(1e-12));
        assertThat(table.score()[1][0])
                .as("0.425 at step 2.5, half way")
                .containsExactly(new double[] {.425}, within(1e-12));
        assertThat(table.notes())
                .contains(
                        "5 rows are histories of steps; the score of a run is taken as the area under its curve over its"
                                + " length, from step 1 to 4, where every run of the task has steps (--keep). Runs end between step 4 and"
                                + " 10.");
        assertThat(read(text + "B,1,0,1\nB,1,1,3\n", keep(new RunReader.Keep.Area()))
                        .score()[1][0])
                .as("the one step that all have")
                .containsExactly(new double[] {.35, 3}, within(1e-12));
        assertThat(read(text, keep(new RunReader.Keep.Last())).notes())
                .anyMatch(note -> note.endsWith("at the last step (--keep). Runs end between step 4 and 10."));
    }

    /** Of A's two runs one ends early and one breaks: the means of 0.1 and 0.3, of 0.3 and 0.5, and of the one left. */
    @Test
    void historiesAreCurvesWithTheRunsUnderThem() throws IOException {
        String text =
                "model,seed,epoch,loss\nA,0,0,0.1\nA,1,1,0.5\nA,0,1,0.3\nA,1,0,0.3\nA,1,2,0.9\nA,0,2,nan\nB,0,0,0.2\n";
        Curves curves = curves(text).orElseThrow();
        Curves.Curve a = curves.curves().get(0);
        assertThat(a.step()).containsExactly(0, 1, 2);
        assertThat(a.mean()[1].mean())
                .as("as it is written, though lower is better")
                .isCloseTo(0.4, within(1e-12));
        assertThat(a.mean()[1].high()).as("t at 1 degree, error 0.1").isCloseTo(0.4 + 12.7062 * 0.1, within(1e-4));
        assertThat(a.mean()[2].mean()).isEqualTo(0.9);
        assertThat(a.mean()).extracting(Estimate::n).as("of %d runs", a.runs()).containsExactly(2, 2, 1);
        assertThat(curves.frame().csv())
                .startsWith("model,task,step,mean,low,high,runs,ofRuns\nA,all,0,")
                .contains("A,all,2,0.9,NaN,NaN,1,2\nB,all,0,0.2,NaN,NaN,1,1\n");
        assertThat(curves("model,seed,loss\nA,0,1\nB,0,2\n")).isEmpty();
    }

    private Optional<Curves> curves(String text) throws IOException {
        return RunReader.curves(
                TableFile.read(Files.writeString(folder.resolve("curves.csv"), text), Optional.empty()), NOTHING);
    }

    @Test
    void aColumnThatVariesWithinARunIsNamed() throws IOException {
        String text = "model,seed,depth,accuracy\nA,0,1,0.5\nA,0,2,0.6\nB,0,1,0.5\nB,0,2,0.7\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text))
                .withMessageContaining(
                        "column 'depth' varies among runs of one model, task and seed: '1' in row 1 and '2' in row 2")
                .withMessageContaining("--ignore 'depth'");
        assertThat(read(text, ignoring("depth")).notes()).anyMatch(note -> note.startsWith("2 runs have several rows"));
    }

    @Test
    void objectsWithinObjectsWithoutEndAreToldInOneLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)))
                .withMessageEndingWith("too many within each other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model,seed,accuracy;A,0,high;B,0,1 | column 'accuracy' must hold numbers",
                "model,seed,score;A,0,1;A,1,2 | two or more models, got 'A' alone",
                "model,seed,score;A,,1;A,1,1;B,0,2 | column 'seed' is empty in row 1",
                "model,seed,acc,loss;A,0,1,2;B,0,2,3 | which column is the score? It may be 'acc', 'loss'",
                "a,b;x,y;z,w | which column is the score? None of a, b holds numbers",
                "model,seed,score;A,0,1;B,0 | line 3: expected 3 cells, got 2",
                "model,seed,score;A,0,\"1,5\";B,0,1.5 | must have one decimal sign",
                "model,seed,score;A,0,50%;B,0,0.5 | percentages throughout or not at all",
                "model,seed,score;A,0,1e99;B,0,0.5 | got '1e99' in row 1",
                "model,seed,score;A,0,0x1p3;B,0,0.5 | got '0x1p3' in row 1",
                "model,seed,score;A,0,1;model,seed,score | row 2 below the names: remove the row, which repeats the names",
                "model seed score;A 0 1 | what stands between columns with --column-separator",
                "model,seed,score;A,0,1,2 | quote cells that hold a separator",
                "model,seed,score;A,0,\"1 | a quote is not closed",
                "{\"model\": } | expected a JSON value",
                "{};{} | got no names",
                "{\"a\": 1};[2] | Not a JSON Object",
                "PAR1xyz | pandas.read_parquet('runs.csv').to_csv('runs.csv', index=False)",
                "model,seed,score;A,0,1;A,,1;B,0,2 | column 'seed' is empty in row 2 below the names",
                ",acc,acc;,mean,std;model,,;A,1,2;B,2,1 | columns 'acc mean' and 'acc std' sum runs up: write the table",
                "model,acc_mean,acc_std;A,1,2;B,2,1 | columns 'acc_mean' and 'acc_std' sum runs up: write the table",
                "model,seed,score;A,0,\"13,455\";B,0,\"2,001\" | may hold decimals or thousands, got '13,455' in row 1: write 13.455 or 13455",
                "model,seed,accuracy;A,0,0.8 ± 0.01;B,0,0.9 ± 0.01 | column 'accuracy' sums runs up, as in '0.8 ± 0.01': write the table",
                "model,seed,chunk,acc;A,0,0,1;A,0,1,2;B,0,0,1;B,0,1,3 | with --model, --task, --seed, --fold, --step or --item",
                "model,seed,acc;A,0,0,5;B,0,0,6 | if scores have decimal commas, separate the columns with semicolons"
            })
    void badTablesAreToldInOneLine(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text.replace(';', '\n')))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void runsThatEndWhereTheModelSaysAreNamedBesideTheVerdict() throws IOException {
        String text =
                "model,seed,step,acc\nA,0,1,.5\nA,0,2,.6\nB,0,1,.5\nB,0,4,.7\nA,1,1,.5\nA,1,2,.6\nB,1,1,.5\nB,1,4,.7\n";
        assertThat(Doubts.of(read(text, keep(new RunReader.Keep.Last()))))
                .isEqualTo(
                        " Beware: A's runs end at step 2, B's at 4; --keep auc compares curves where all have steps.");
        assertThat(Doubts.of(read(text, keep(new RunReader.Keep.Area())))).isEmpty();
    }
}
