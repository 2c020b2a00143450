package org.noisebook.seeds.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.Frame;
import org.noisebook.data.TableFile;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.runs.Observations;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SourceTable;
import org.noisebook.seeds.report.SeedReport.Options;
import org.noisebook.seeds.report.SeedReport.Transform;

class SeedReportTest {
    private static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};
    private static final double EXACT = 1e-12;
    private static final Options MODELS = Options.of("random_state", "model", "accuracy");

    private static Stream stream() {
        return Streams.of(1).at("bootstrap");
    }

    private static String resource(String name) {
        try (InputStream in = SeedReportTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A table behind its line of comment. */
    private static Frame table(String name) {
        return Frame.parseCsv(resource(name).replaceFirst("#.*\n", ""));
    }

    static Frame models() {
        return table("digits-models.csv");
    }

    private static Observations rows(Frame frame, String... by) {
        return Observations.of(TableFile.parse(frame.csv()), List.of(by), "accuracy");
    }

    private static SeedTable modelTable() {
        return SeedTable.of(rows(models(), "random_state", "model"));
    }

    private static SeedReport example() {
        return SeedReport.of(SeedTable.of(EXAMPLE), Options.of("seed", "condition", "score"), stream());
    }

    @Test
    void printedItIsALine() {
        assertThat(example().toString())
                .isEqualTo("SeedReport[" + example().title() + ": "
                        + example().sections().get(0).answer() + "]");
        assertThat(SeedReport.of(modelTable(), MODELS, stream()).toString())
                .startsWith("SeedReport[")
                .doesNotContain("options=", "\n");
    }

    /** The report as people read it; a changed word or number shows here first. */
    @ParameterizedTest
    @ValueSource(strings = {"example", "models", "models-one", "sources"})
    void theTextIsPinned(String name) {
        Frame sources = table("digits-sources.csv");
        SeedReport report = switch (name) {
            case "example" -> example();
            case "models" -> SeedReport.of(modelTable(), MODELS, stream());
            case "models-one" ->
                SeedReport.of(modelTable().of(IntStream.range(0, 24).toArray(), new int[] {5}), MODELS, stream());
            default ->
                SeedReport.of(
                        SourceTable.of(rows(sources, "split_seed", "init_seed")),
                        Options.of("split_seed", "", "accuracy"),
                        stream());
        };
        assertThat(report.text()).isEqualTo(resource("report-" + name + ".txt"));
    }

    private static Options options(Transform transform, double level, int top, int draws) {
        return new Options("s", "c", "y", false, transform, level, Correction.BENJAMINI_HOCHBERG, top, draws);
    }

    @Test
    void linesFitATerminalAndPercentagesStayWhole() {
        for (SeedReport report : List.of(example(), SeedReport.of(modelTable(), MODELS, stream()))) {
            assertThat(report.text().lines()).allMatch(line -> line.length() <= 100 && !line.startsWith("%"));
        }
    }

    @Test
    void theOrderOfRowsDoesNotMatter() {
        Frame frame = models();
        List<Integer> order = new ArrayList<>();
        for (int row = 0; row < frame.rows(); row++) {
            order.add(row * 77 % frame.rows());
        }
        Frame shuffled = new Frame(frame.names());
        order.forEach(row -> shuffled.add(
                frame.names().stream().map(name -> frame.text(row, name)).toArray()));
        assertThat(shuffled.text(1, "random_state")).isNotEqualTo(frame.text(1, "random_state"));
        SeedTable other = SeedTable.of(rows(shuffled, "random_state", "model"));
        SeedReport one = SeedReport.of(modelTable(), MODELS, stream());
        SeedReport two = SeedReport.of(other, MODELS, stream());
        assertThat(two.text()).isEqualTo(one.text());
        assertThat(two.frames()).isEqualTo(one.frames());
    }

    @Test
    void lowerIsBetterMirrorsTheTable() {
        Options lower = new Options(
                "random_state", "model", "accuracy", true, Transform.NONE, 0.05, Correction.BENJAMINI_HOCHBERG, 6, 200);
        Options higher = new Options(
                "random_state",
                "model",
                "accuracy",
                false,
                Transform.NONE,
                0.05,
                Correction.BENJAMINI_HOCHBERG,
                6,
                200);
        ConditionsReport mirrored =
                (ConditionsReport) SeedReport.of(modelTable().map(y -> -y), lower, stream());
        ConditionsReport plain = (ConditionsReport) SeedReport.of(modelTable(), higher, stream());
        assertThat(mirrored.golden()).isEqualTo(plain.golden());
        assertThat(mirrored.frames().get("seeds")).isEqualTo(plain.frames().get("seeds"));
        assertThat(mirrored.text()).contains("lower is better", "Report the average over all 24 seeds, -0.9669");
    }

    /** Mean squares by NumPy. */
    @Test
    void theIntraclassCorrelationIsThatOfTheMeanSquares() {
        String text = SeedReport.of(modelTable(), MODELS, stream()).text().replace('\n', ' ');
        assertThat(text)
                .contains("39 % are due to the seed [ICC(3,1); each condition's scores divided by their spread, ");
        double[][] near = {
            {1.1, 1.3, -0.2},
            {-0.9, -1.9, -0.4},
            {-2.1, -1.3, -0.8},
            {0.9, -0.4, -1.0},
            {3.8, 1.9, 1.3},
            {-0.7, -1.0, 0.1},
            {-1.0, -1.0, -1.7},
            {0.9, -0.6, 1.1}
        };
        String perhaps = SeedReport.of(SeedTable.of(near), Options.of("s", "c", "y"), stream())
                .text()
                .replace('\n', ' ');
        assertThat(perhaps)
                .contains("may be due to the seed [ICC(3,1)", "Perhaps: if seeds had no effect", " %) fewer runs");
    }

    /** Under no seed effect and a strong condition effect. */
    @Test
    void aTableWithoutSeedEffectIsCalledOne() {
        int tables = 40;
        int alarms = 0;
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(3).withReplica(k).at("noise");
            double[][] y = new double[20][8];
            for (double[] row : y) {
                for (int c = 0; c < row.length; c++) {
                    row[c] = 10 * c + noise.nextGaussian();
                }
            }
            SeedReport report = SeedReport.of(SeedTable.of(y), options(Transform.NONE, 0.05, 3, 200), stream());
            alarms += report.text().contains("are due to the seed [ICC(3,1)], which helps") ? 1 : 0;
        }
        assertThat(alarms)
                .as(
                        "false alarms in %d tables at level .05: P(more than 8) = 1e-4; ignoring the conditions' spread or a level of .5 "
                                + "would show",
                        tables)
                .isBetween(0, 8);
    }

    /** Noise on strong conditions, so that no sentence may tell of a seed. */
    @Test
    void nothingIsClaimedOfSeedsThatDoNothing() {
        Stream noise = Streams.of(4).at("noise");
        double[][] y = new double[20][5];
        double[] lone = new double[60];
        for (double[] row : y) {
            for (int c = 0; c < row.length; c++) {
                row[c] = 3 * c + noise.nextGaussian();
            }
        }
        for (int i = 0; i < lone.length; i++) {
            lone[i] = noise.nextGaussian();
        }
        SeedTable table = SeedTable.of(y);
        ConditionsReport report = (ConditionsReport) SeedReport.of(table, MODELS, stream());
        assertThat(report.components().pValue()).isGreaterThan(0.05);
        assertThat(report.text()).contains("No effect of the seed").doesNotContain("Rely only on", "--compare");
        assertThat(report.sections().get(3).remarks())
                .anyMatch(remark -> remark.endsWith("So there may be nothing to gain."));
        assertThat(report.text().contains("Spearman–Brown"))
                .isEqualTo(report.halves().spearman() > 0);
        List<List<String>> names =
                List.of(List.of("0", "1", "2", "3", "4"), List.of("0", "1", "2", "3"), List.of("0", "1", "2"));
        SourceTable sources = new SourceTable(List.of("init", "order", "data"), names, 1, lone);
        SeedReport ofSources = SeedReport.of(sources, Options.of("init", "", "y"), stream());
        assertThat(ofSources.sections().get(0).answer()).startsWith("None of them visibly: ");
        assertThat(ofSources.text()).contains("Redraw every source in every run, and average.");
    }

    @Test
    @Tag("statistical")
    void sourcesThatDoNothingAreRarelySeen() {
        Stream noise = Streams.of(5).at("noise");
        List<String> names = List.of("0", "1", "2", "3", "4");
        int seen = 0;
        for (int t = 0; t < 200; t++) {
            double[] y = new double[125];
            Arrays.setAll(y, i -> noise.nextGaussian());
            SourceTable sources = new SourceTable(List.of("init", "order", "data"), List.of(names, names, names), 1, y);
            String answer = SeedReport.of(sources, Options.of("init", "", "y"), stream())
                    .sections()
                    .get(1)
                    .answer();
            seen += answer.startsWith("No: ") ? 0 : 1;
        }
        assertThat(seen)
                .as(
                        "of 200 null tables those with any source found at 5 %, six tests each: at most 22 (false alarm 2e-4 at 5 %); "
                                + "catches p-values that are not adjusted for six tests, which find one in 28")
                .isLessThanOrEqualTo(22);
    }

    @Test
    void theConditionsNeededHaveTheIntervalOfTheShare() {
        // 4 (1 − r)/r at r = .3912 and the ends of its F interval, .2237 and .5981: 6.22, 13.88 and 2.69.
        String remark = SeedReport.of(modelTable(), MODELS, stream())
                .sections()
                .get(1)
                .remarks()
                .get(1);
        assertThat(remark).contains("needs about 7 conditions (95 % interval 3 to 13)");
    }

    @Test
    void theSeedEffectOfTheExampleIsReported() {
        ConditionsReport report = (ConditionsReport) example();
        assertThat(report.rest()).isCloseTo(5.2 / 12, within(EXACT));
        assertThat(report.reliability(4)).isCloseTo(0.947791, within(1e-6));
        assertThat(report.conditionsNeeded()).isEqualTo(1);
        assertThat(report.sections().get(0).answer()).contains("82 % (95 % interval 47 % to 98 %) are due to the seed");
        assertThat(report.frames().keySet()).containsExactly("components", "seeds", "tests");
    }

    @Test
    void unequalRepeatsAreAveragedAndMissingCellsTold() {
        Frame frame = models();
        frame.add("0", "svm", "0.9");
        SeedReport repeated = SeedReport.of(SeedTable.of(rows(frame, "random_state", "model")), MODELS, stream());
        assertThat(repeated.preface().get(0))
                .startsWith("Some combinations of seed and condition ran more often than others");
        double[][] cells = modelTable().sorted().cells();
        cells[3][2] = Double.NaN;
        SeedReport missing = SeedReport.of(
                SeedTable.of(
                        cells,
                        modelTable().sorted().seeds(),
                        modelTable().sorted().conditions()),
                MODELS,
                stream());
        assertThat(missing.preface().get(0)).startsWith("1 of 144 combinations of seed and condition have no value.");
        assertThat(missing.text()).doesNotContain("Friedman", "NaN");

        SeedTable table = new SeedTable(
                List.of("1", "2"), List.of("a"), new int[] {0, 0, 1, 1}, new int[4], new double[] {1, 2, 5, 6});
        assertThat(SeedReport.of(table, Options.of("s", "", "y"), stream()).text())
                .contains("Does the seed determine the score?", "in about 1 of 33 cases [F test, p = 0.030]");
    }

    @Test
    void repeatsThatAgreeExactlyAreTold() {
        SeedTable table = new SeedTable(
                List.of("1", "2"), List.of("a"), new int[] {0, 0, 1, 1}, new int[4], new double[] {1, 1, 5, 5});
        assertThat(SeedReport.of(table, Options.of("s", "", "y"), stream()).text())
                .contains("Yes: runs of the same seed agree exactly");
    }

    /** 24 values, one planted far out: Grubbs' critical distance at level .05 is 2.80 standard deviations for n = 24. */
    @Test
    void aLoneSeedFarOutIsAnOutlier() {
        double[][] y = new double[24][1];
        for (int s = 0; s < y.length; s++) {
            y[s][0] = s % 6;
        }
        Options options = Options.of("s", "", "y");
        LoneReport calm = (LoneReport) SeedReport.of(SeedTable.of(y), options, stream());
        assertThat(calm.outlierDistance() / calm.spread().mean()).isCloseTo(2.802, within(1e-3));
        assertThat(calm.text()).contains("Neither the best nor the worst is far enough out");
        y[7][0] = 20;
        assertThat(SeedReport.of(SeedTable.of(y), options, stream()).text())
                .contains("The best (7) is further out than the other seeds explain");
    }

    @Test
    void transformsChangeTheScale() {
        Options log = new Options("s", "c", "y", true, Transform.LOG, 0.05, Correction.BENJAMINI_YEKUTIELI, 6, 100);
        assertThat(SeedReport.of(SeedTable.of(EXAMPLE), log, stream()).text())
                .contains("log y of 5 seeds", "natural logarithm of y");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(SeedTable.of(new double[][] {{0, 1}, {1, 2}}), log, stream()))
                .withMessage("value under --transform log must be above 0, got 0.0");
        Options probit = options(Transform.PROBIT, 0.05, 6, 100);
        assertThat(probit.oriented(0.975)).isCloseTo(1.959964, within(1e-6));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(SeedTable.of(new double[][] {{1, 0.5}, {0.2, 0.3}}), probit, stream()))
                .withMessageStartingWith(
                        "value under --transform probit must be in (0, 1), got 1.0; for a share of n cases");
    }

    @Test
    void tablesThatSayNothingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(SeedTable.of(new double[][] {{1, 2}}), MODELS, stream()))
                .withMessage("column 'random_state' must hold two or more different seeds, got '0' alone");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(SeedTable.of(new double[][] {{1, 1}, {1, 1}}), MODELS, stream()))
                .withMessage("column 'accuracy' must hold different values, got 1.0 in every row");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(SeedTable.of(new double[][] {{1, 2}, {1, 2}}), MODELS, stream()))
                .withMessageEndingWith("the seed changes nothing");
        SeedTable apart = new SeedTable(
                List.of("1", "2"), List.of("a", "b"), new int[] {0, 1}, new int[] {0, 1}, new double[] {1, 2});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(apart, MODELS, stream()))
                .withMessageContaining("the same seeds under several conditions, got each seed under only one");
        SourceTable one = new SourceTable(
                List.of("init", "order"), List.of(List.of("7"), List.of("1", "2")), 1, new double[] {1, 2});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedReport.of(one, MODELS, stream()))
                .withMessage("column 'init' must hold two or more different seeds, got '7' alone");
    }

    /** Seeds and conditions that add exactly leave nothing to luck. */
    @Test
    void tablesWithoutAnyRestAreReported() {
        SeedTable table = SeedTable.of(new double[][] {{1, 2, 3, 4}, {2, 3, 4, 5}, {5, 6, 7, 8}});
        assertThat(SeedReport.of(table, MODELS, stream()).text()).doesNotContain("NaN", "Infinity", "unknown");
    }

    @Test
    void optionsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(Transform.NONE, 0, 6, 1000))
                .withMessage("level must be in (0, 0.5], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(Transform.NONE, 0.05, 0, 1000))
                .withMessageStartingWith("top must be in [1, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options(Transform.NONE, 0.05, 6, 99))
                .withMessageStartingWith("draws must be in [100, ");
    }
}
