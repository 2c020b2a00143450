package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Report.Section;

class RankReportTest {
    private static Section ranked(Comparison of) {
        return of.report().sections().stream()
                .filter(section -> section.question().startsWith("Which ranks first"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void twoEqualModelsOnTwoTasksAreNotSeparatedWhereBothTasksAgree() {
        double[][][] y = {{{.71, .73, .72}, {.81, .83, .82}}, {{.70, .73, .72}, {.80, .83, .82}}};
        Section section = ranked(Compared.compare(Compared.pair(y)));
        assertThat(section.answer())
                .startsWith("This is another question than that of the first line")
                .endsWith("Over 2 tasks, by means over seeds: no two models are separated by rank.");
        assertThat(section.remarks().get(0))
                .as("Friedman's χ² and F put p at 0.16 and 0")
                .isEqualTo(
                        "Whether the models differ at all on tasks like these: p = 0.5 [Friedman, exact law]. With so few tasks"
                                + " no pair can be separated, whatever the ranks [same law, 5 %]. Models that share a letter are not separated.");
    }

    @Test
    void pairsAreApartOnlyWhereTheModelsDifferAtAll() {
        double[][] p = {{1, .01}, {.01, 1}};
        double[] ranks = {1.2, 1.8};
        assertThat(new RankComparison(ranks, 9, 0, 1, .06, 0, .5, p).groups()).containsExactly(List.of(0, 1));
        assertThat(new RankComparison(ranks, 9, 0, 1, .04, 0, .5, p).groups()).isEmpty();
    }

    /** Three models apart by far more than the noise, the last one missing on every third task. */
    private static RunTable holes() {
        double[][][] y = new double[3][12][];
        for (int m = 0; m < 3; m++) {
            for (int k = 0; k < 12; k++) {
                y[m][k] = new double[m == 2 && k % 3 == 1 ? 0 : 3];
                for (int s = 0; s < y[m][k].length; s++) {
                    y[m][k][s] = k + 0.1 * m + 0.01 * ((7 * s + 5 * k + 3 * m) % 11);
                }
            }
        }
        return RunTable.of(y, List.of("A", "B", "C"), Compared.tasks(12));
    }

    @Test
    void tasksThatLackAModelCountWithTheModelsTheyHave() {
        Comparison comparison = Compared.compare(holes());
        RankComparison ranks = comparison.ranks().orElseThrow();
        assertThat(ranks.tasks()).isEqualTo(12);
        assertThat(ranks.holes()).isEqualTo(4);
        assertThat(ranks.error())
                .as("three models, two of them on the same tasks")
                .isZero();
        assertThat(comparison.report().preface())
                .contains(
                        "C ran 8 of 12 tasks: pairs are compared on the tasks that both ran, and ranks allow for the others.");
        Section section = ranked(comparison);
        assertThat(section.answer())
                .endsWith(
                        "4 of 12 tasks lack a model or more and count with the models they have. Over 12 tasks, by means"
                                + " over seeds: not separated by rank are C and B; every other pair is.");
        assertThat(section.remarks().get(0))
                .isEqualTo(
                        "Whether the models differ at all on tasks like these: p < 1e-6 [Skillings–Mack, exact law]. Pairs"
                                + " by the largest standardised difference of rank sums [same law, 5 %]. Models that share a letter are"
                                + " not separated.");
        assertThat(comparison.duel("A", "C").design())
                .as("a task that a model never ran leaves its seeds shared")
                .isEqualTo(PairComparison.Design.PAIRED);
    }

    @Test
    void modelsWithoutATaskInCommonAreNotRanked() {
        double[][][] y = {
            {{1, 2}, {3, 4}, {}, {}}, {{2, 2}, {3, 5}, {}, {}}, {{}, {}, {1, 2}, {3, 4}}, {{}, {}, {1, 3}, {3, 5}}
        };
        assertThat(Compared.compare(RunTable.of(y, List.of("A", "B", "C", "D"), Compared.tasks(4)))
                        .ranks())
                .isEmpty();
    }

    @Test
    void ranksOfEqualModelsAreSeparatedAsOftenAsStated() {
        int tables = 400;
        int any = 0;
        for (int r = 0; r < tables; r++) {
            Stream noise = Streams.of(4).withReplica(r).at("ranks");
            double[][] y = new double[5][4];
            for (int k = 0; k < 5; k++) {
                for (int m = 0; m < 4; m++) {
                    y[k][m] = m == 3 && k == 2 || m == 1 && k == 4 ? Double.NaN : noise.nextGaussian();
                }
            }
            RankComparison ranks = RankComparison.of(y, noise).orElseThrow();
            any += ranks.groups().equals(List.of(ranks.order())) ? 0 : 1;
        }
        assertThat(any)
                .as("of %d tables of no effect with holes some pair apart, level .05: P(more than 36) = 3e-4", tables)
                .isBetween(4, 36);
    }
}
