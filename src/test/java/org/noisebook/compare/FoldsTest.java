package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.noisebook.compare.RunReader.Said;
import org.noisebook.data.TableFile;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FoldsTest {
    private static final double[] D = {.021, .004, .013, -.006, .018, .009, .015, -.002, .011, .007};

    private static RunTable read(String text) {
        return RunReader.read(TableFile.parse(text), Said.nothing());
    }

    /** Ten differences as so many folds. */
    private static PairComparison duel(int folds) {
        StringBuilder text = new StringBuilder("model,repeat,fold,accuracy\n");
        for (int i = 0; i < D.length; i++) {
            text.append("A,")
                    .append(i / folds)
                    .append(',')
                    .append(i % folds)
                    .append(',')
                    .append(0.5 + D[i]);
            text.append("\nB,").append(i / folds).append(',').append(i % folds).append(",0.5\n");
        }
        return Compared.compare(read(text.toString())).duel("A", "B");
    }

    @Test
    void theCorrectedTIsTheRecordedOne() {
        PairComparison once = duel(10);
        assertThat(once.t()).isCloseTo(2.294332, within(1e-6));
        assertThat(once.p()).isCloseTo(.04743726, within(1e-8));
        assertThat(once.verdict()).isEqualTo(PairComparison.Verdict.BETTER);
        assertThat(once.lead().fixed().low()).isCloseTo(.009 - 2.262157 * .003922711, within(1e-8));
        PairComparison twice = duel(5);
        assertThat(twice.t()).isCloseTo(1.641345, within(1e-6));
        assertThat(twice.p()).isCloseTo(.1616492, within(1e-7));
        assertThat(twice.verdict()).isEqualTo(PairComparison.Verdict.OPEN);
        Folds five = Folds.of(List.of("0", "1", "2", "3", "4"), List.of("a", "b"), Said.nothing());
        double spread = Moments.variance(D);
        assertThat(Math.sqrt(spread * (1 / 10.0 + five.ratio()))).isCloseTo(.005050853, within(1e-9));
        assertThat(Math.sqrt(spread * five.factor(10))).isCloseTo(.005483308, within(1e-9));
        assertThat(five.degrees(10)).isEqualTo(5);
    }

    /** Scores of two models on ten tasks' worth of folds that a seed shuffles, or not. */
    private static String crossValidated(int folds, int repeats, boolean onePartition, double lead) {
        StringBuilder text = new StringBuilder("model,seed,fold,accuracy\n");
        Stream noise = Streams.of(5).at("folds");
        double[] part = new double[folds];
        for (int r = 0; r < repeats; r++) {
            for (int f = 0; f < folds; f++) {
                part[f] = r == 0 || !onePartition ? 0.05 * noise.nextGaussian() : part[f];
                for (int m = 0; m < 2; m++) {
                    double y = 0.7 + part[f] + (m == 0 ? lead : 0) + 0.02 * noise.nextGaussian();
                    text.append(m == 0 ? "A," : "B,").append(r).append(',').append(f);
                    text.append(String.format(Locale.ROOT, ",%.4f%n", y));
                }
            }
        }
        return text.toString();
    }

    @Test
    void repeatedFoldsAreComparedByTheCorrectedT() {
        Comparison of = Compared.compare(read(crossValidated(10, 10, false, 0.005)));
        assertThat(of.duel("A", "B").seeds()).isEqualTo(100);
        assertThat(of.report().answer())
                .containsExactly(
                        "A and B are not separated after 10 × 10 folds (folds are not seeds: corrected t, one look).",
                        "B wins against A in 51 % of the runs with shared folds (interval 19 % to 82 %), but is behind in the mean; its lead is -0.001"
                                + " (interval -0.023 to +0.021). Both intervals are for one look.",
                        "Undecided: one pair. Report A and B as not separated: more repeats on the same data add little. What"
                                + " helps is more data, or more tasks.");
        assertThat(of.report().text().replaceAll("\\s+", " "))
                .contains(
                        ", a partition for each repeat [F of folds, p = ",
                        "as published, which finds too much under repeats, t =")
                .doesNotContain("How many more seeds?", "stratified bootstrap", "NaN");
    }

    @Test
    void onePartitionForAllSeedsLeavesTheSeeds() {
        RunTable table = read(crossValidated(5, 8, true, 0.03));
        assertThat(table.folds().orElseThrow().averaged()).isTrue();
        assertThat(table.seeds()).hasSize(8);
        Comparison of = Compared.compare(table);
        assertThat(of.report().answer().get(0)).isEqualTo("A is better than B after 8 seeds on these 5 folds.");
        assertThat(of.report().preface())
                .anyMatch(line ->
                        line.startsWith("Folds are not seeds: 5 × 8 folds are one partition for all seeds [F of"));
    }

    @Test
    void rowsOfOneFoldWithoutSeedsAreItsRepeats() {
        String text = crossValidated(5, 4, false, 0)
                .replaceAll("(?m)^([AB]),\\d+", "$1")
                .replace("model,seed", "model");
        RunTable table = read(text);
        assertThat(table.folds().orElseThrow().repeats()).hasSize(4);
        assertThat(table.seeds()).hasSize(20);
    }

    @Test
    void moreThanTwentyNumbersNeedTheShareThatIsTested() {
        String text = crossValidated(30, 1, false, 0.001).replace("seed,fold", "seed,split");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(text))
                .withMessageContaining("folds have 30 numbers: which share of the data does each test?");
        Said said = Compared.said(List.of(), new RunReader.Keep.Last(), List.of(), Optional.of(.2));
        Folds splits = RunReader.read(TableFile.parse(text), said).folds().orElseThrow();
        assertThat(splits.ratio()).isCloseTo(.25, within(1e-12));
        assertThat(splits.inWords()).isEqualTo("5 × 6 folds");
    }

    @Test
    void trainAndTestAreNoFolds() {
        RunTable table = read("model,seed,split,accuracy\nA,0,test,1\nA,1,test,2\nB,0,test,2\nB,1,test,1\n");
        assertThat(table.folds()).isEmpty();
    }

    @Test
    void foldsThatDoNotDifferDecideNothing() {
        Comparison folds = Compared.compare(read("model,fold,accuracy\n" + "A,0,1\nA,1,1\nA,2,1\nA,3,1\nA,4,1\nA,5,1\n"
                + "B,0,0\nB,1,0\nB,2,0\nB,3,0\nB,4,0\nB,5,0\n"));
        PairComparison same = folds.duel("A", "B");
        assertThat(same.verdict()).isEqualTo(PairComparison.Verdict.OPEN);
        assertThat(same.p()).isEqualTo(1);
        assertThat(folds.report().answer().get(1))
                .endsWith("The difference is the same on every fold, and so nothing shows how far it would vary.");
    }
}
