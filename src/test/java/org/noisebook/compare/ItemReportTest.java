package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.TableFile;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ItemReportTest {
    /** Of 2^16 terms added in another order. */
    private static final double EXACT = 1e-12;

    private static final int[][] DIFFERENCES = {{1, 0, -1, 1}, {1, 1}, {0, 0, 0}, {1, -1}, {1, 1, 0, 1}, {-1}};

    private static ItemReport read(String text, List<String> cluster) {
        return ItemReport.of(
                        TableFile.parse(text),
                        RunReader.Said.nothing(),
                        List.of("item"),
                        cluster,
                        Optional.empty(),
                        0.05,
                        Streams.of(1).at("flips"))
                .orElseThrow();
    }

    /** A row for each model and item of the recorded example. */
    private static String example() {
        StringBuilder text = new StringBuilder("model,item,text,correct\n");
        int item = 0;
        for (int g = 0; g < DIFFERENCES.length; g++) {
            for (int d : DIFFERENCES[g]) {
                text.append("A,").append(item).append(',').append(g).append(d > 0 ? ",1\n" : ",0\n");
                text.append("B,").append(item++).append(',').append(g).append(d < 0 ? ",1\n" : ",0\n");
            }
        }
        return text.toString();
    }

    /** NumPy and SciPy. */
    @Test
    void theRecordedExampleIsReproduced() {
        ItemComparison clustered = read(example(), List.of("text")).duels().get(0);
        assertThat(clustered.difference()).isEqualTo(.3125);
        assertThat(clustered.clusters()).isEqualTo(6);
        assertThat(clustered.stdError()).isCloseTo(.19608121, within(1e-8));
        assertThat(clustered.degrees()).isCloseTo(4.12, within(EXACT));
        assertThat(clustered.p()).isCloseTo(24.0 / 64, within(EXACT));
        ItemReport single = read(example(), List.of());
        assertThat(single.duels().get(0).p()).as("McNemar, 8 against 3").isCloseTo(.2265625, within(EXACT));
        assertThat(single.answer())
                .containsExactly(
                        "A and B are not separated on 16 items.",
                        "A has 50.0 % right and B 18.8 %: +31.2 points (-11.0 to +73.5).",
                        "A and B would be separated by about 30 items like these if the difference is as it seems. This is about"
                                + " these runs, one of each model, and not about new seeds.");
    }

    @Test
    void theModelThatBeatsAllOthersIsNamedAsOfRuns() {
        StringBuilder text = new StringBuilder("model,item,correct\n");
        for (int item = 0; item < 60; item++) {
            text.append("A,").append(item).append(",1\n");
            text.append("B,").append(item).append(item % 2 == 0 ? ",1\n" : ",0\n");
            text.append("C,").append(item).append(",0\n");
        }
        assertThat(read(text.toString(), List.of()).answer().get(0))
                .isEqualTo("A is better than every other model on 60 items.");
    }

    @Test
    @Tag("statistical")
    void alikeModelsAreRarelySeparatedThoughClustersAgreeAndSeedsDiffer() {
        int wrong = 0;
        int wrongSeeds = 0;
        int tables = 300;
        for (int table = 0; table < tables; table++) {
            Stream noise = Streams.of(5).withReplica(table).at("items");
            for (int seeds : new int[] {1, 4}) {
                double[][][] score = new double[2][80][seeds];
                int[] cluster = new int[80];
                double[][] ofSeed = new double[2][seeds];
                for (double[] of : ofSeed) {
                    Arrays.setAll(of, s -> noise.nextGaussian() * 0.5);
                }
                double[] ofCluster = new double[20];
                Arrays.setAll(ofCluster, g -> noise.nextGaussian());
                for (int i = 0; i < 80; i++) {
                    cluster[i] = i / 4;
                    for (int m = 0; m < 2; m++) {
                        for (int s = 0; s < seeds; s++) {
                            score[m][i][s] = (m == 0 ? ofCluster[i / 4] : 0)
                                    + noise.nextGaussian()
                                    + (seeds > 1 ? ofSeed[m][s] : 0);
                        }
                    }
                }
                ItemRuns runs = new ItemRuns(List.of("A", "B"), seeds, cluster, true, score, false, false, List.of());
                boolean found = ItemComparison.of(runs, 0, 1, 0.05, 0, noise).verdict() != PairComparison.Verdict.OPEN;
                wrong += found && seeds == 1 ? 1 : 0;
                wrongSeeds += found && seeds > 1 ? 1 : 0;
            }
        }
        assertThat(wrong)
                .as("of 300, level .05: P(more than 29) = 4e-4; items taken one by one find a third")
                .isBetween(2, 29);
        assertThat(wrongSeeds).as("the same; items alone find a quarter").isBetween(2, 29);
    }

    @Test
    void scoresMayBeTruthsAndMissingOnesAreWrong() {
        ItemReport report = read("model,item,seed,correct\nA,q,0,True\nB,q,0,False\nA,r,0,True\nB,r,0,\n", List.of());
        assertThat(report.runs().binary()).isTrue();
        assertThat(report.duels().get(0).difference()).isEqualTo(1);
        assertThat(report.preface()).anyMatch(note -> note.equals("1 row without a score counts as wrong."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model,item,correct;A,q,1;A,q,0;B,q,1 | item 'q' has a second row in row 2 below the names: say what tells",
                "model,item,text,correct;A,q,x,1;B,q,y,0 | item 'q' is in a second cluster in row 2",
                "model,item,correct;A,q,1;A,r,0 | two or more models, got 'A' alone",
                "model,item,seed,correct;A,q,0,1;B,q,1,0;A,r,0,0;B,r,1,1 | no item with the same seed in common"
            })
    void whatCannotBeReadIsToldInOneLine(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text.replace(';', '\n'), text.contains("text") ? List.of("text") : List.of()))
                .withMessageContaining(message);
    }

    @Test
    void ratesAreThoseOfTheSharedItemsAndGiveTheDifference() {
        StringBuilder text = new StringBuilder("model,item,correct\n");
        for (int i = 0; i < 30; i++) {
            text.append("A,").append(i).append(i < 10 ? ",1\n" : ",0\n");
            text.append(i < 20 ? "B," + i + (i < 8 ? ",1\n" : ",0\n") : "");
        }
        ItemReport report = read(text.toString(), List.of());
        assertThat(report.answer().get(0)).contains(" on 20 items, 10 of one model only left out");
        assertThat(report.answer().get(1)).startsWith("A has 50.0 % right and B 40.0 %: +10.0 points");
    }

    @Test
    void aVerdictThatHangsOnMissingAnswersIsNone() {
        StringBuilder text = new StringBuilder("model,item,correct\n");
        for (int item = 0; item < 80; item++) {
            text.append("A," + item + (item < 20 ? ",\n" : item % 2 == 0 ? ",1\n" : ",0\n"));
            text.append("B," + item + (item % 5 < 3 ? ",1\n" : ",0\n"));
        }
        ItemReport report = read(text.toString(), List.of());
        assertThat(report.answer().get(0))
                .isEqualTo(
                        "Not decided: which of B and A is better on 80 items hangs on 20 missing answers, left out or counted"
                                + " as wrong.");
        assertThat(report.answer().get(2)).startsWith("Decide beforehand how missing answers count.");
        assertThat(read(text.toString().replaceAll("(B,.*),0", "$1,1"), List.of())
                        .answer()
                        .get(0))
                .isEqualTo("B is better than A on 80 items.");
    }

    @Test
    void fewClustersAreTheReasonWhyNothingIsSeparated() {
        StringBuilder text = new StringBuilder("model,item,text,correct\n");
        for (int item = 0; item < 40; item++) {
            text.append("A," + item + "," + item % 4 + ",1\nB," + item + "," + item % 4 + ",0\n");
        }
        assertThat(read(text.toString(), List.of("text")).answer().get(2))
                .startsWith("4 clusters cannot separate A and B: at least 6 are needed.");
    }
}
