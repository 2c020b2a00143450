package org.noisebook.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.figure.Story;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.SeedTable;
import org.noisebook.seeds.SourceTable;
import org.noisebook.seeds.report.ConditionsReport;
import org.noisebook.seeds.report.SeedReport;
import org.noisebook.seeds.report.SeedReport.Options;

class SeedReportPlateTest {
    private static final Options OPTIONS = Options.of("seed", "model", "score");

    private static Stream stream() {
        return Streams.of(1).at("bootstrap");
    }

    private static double[][] scores(int seeds, int conditions) {
        Stream noise = Streams.of(5).at("noise");
        double[][] y = new double[seeds][conditions];
        for (double[] row : y) {
            double own = 3 * noise.nextGaussian();
            for (int c = 0; c < conditions; c++) {
                row[c] = own + noise.nextGaussian();
            }
        }
        return y;
    }

    private static List<Object> panels(Story.Drawing drawing) {
        return drawing.data().column("panel").stream().distinct().toList();
    }

    @Test
    void everyKindOfReportHasAFigure() {
        SeedTable table = SeedTable.of(scores(8, 5));
        Story.Drawing conditions = SeedReportPlate.of(SeedReport.of(table, OPTIONS, stream()));
        assertThat(panels(conditions)).containsExactly("shares", "reliability", "seeds", "picking");
        assertThat(conditions.replicas()).startsWith("8 × 5");
        assertThat(panels(SeedReportPlate.of(SeedReport.of(SeedTable.of(scores(8, 3)), OPTIONS, stream()))))
                .containsExactly("shares", "reliability", "seeds");
        assertThat(panels(SeedReportPlate.of(SeedReport.of(SeedTable.of(scores(2, 1)), OPTIONS, stream()))))
                .containsExactly("seeds", "luck");
        SourceTable sources = new SourceTable(
                List.of("init", "order"), List.of(List.of("0", "1", "2"), List.of("0", "1")), 1, new double[] {
                    1, 3, 2, 5, 7, 6
                });
        Story.Drawing drawn = SeedReportPlate.of(SeedReport.of(sources, OPTIONS, stream()));
        assertThat(panels(drawn)).containsExactly("shares", "average");
        assertThat(drawn.plate().svg()).contains("What moves the score?", "same order");
    }

    /** Interactions of three sources leave room for the names of all. */
    @Test
    void everySourceHasItsName() {
        List<String> two = List.of("0", "1");
        double[] y = {1, 3, 2, 5, 7, 6, 4, 9};
        SourceTable sources = new SourceTable(List.of("init", "order", "data"), List.of(two, two, two), 1, y);
        assertThat(upright(SeedReport.of(sources, OPTIONS, stream())))
                .contains(">init<", ">order<", ">data<", ">i×o<", ">i×d<", ">o×d<", ">rest<");
        SourceTable alike = new SourceTable(List.of("draw", "data", "order"), List.of(two, two, two), 1, y);
        assertThat(upright(SeedReport.of(alike, OPTIONS, stream()))).contains(">draw<", ">data<", ">dr×da<", ">da×or<");
    }

    /** The picture without what makes quantities italic. */
    private static String upright(SeedReport report) {
        return SeedReportPlate.of(report).plate().svg().replaceAll("</?tspan[^>]*>", "");
    }

    @Test
    void theFigureShowsWhatTheReportSays() {
        ConditionsReport report = (ConditionsReport) SeedReport.of(SeedTable.of(scores(8, 5)), OPTIONS, stream());
        Story.Drawing drawing = SeedReportPlate.of(report);
        int better = (int) report.table().seeds().stream()
                .filter(seed -> report.named(seed) > 0)
                .count();
        assertThat(better).isPositive();
        assertThat(drawing.data().column("series").stream().filter("better"::equals))
                .hasSize(better);
        assertThat(drawing.plate().svg())
                .isEqualTo(SeedReportPlate.of(report).plate().svg());
        double[] y = drawing.data().doubles("y");
        int first = drawing.data().column("series").indexOf("better");
        assertThat(y[first])
                .isEqualTo(report.golden()
                        .seeds()
                        .get(report.golden().ranking()[0])
                        .effect());
    }

    @Test
    void manySeedsAreNumberedByRank() {
        SeedReport many = SeedReport.of(SeedTable.of(scores(61, 4)), OPTIONS, stream());
        assertThat(SeedReportPlate.of(many).plate().svg()).contains("rank of seed, best first");
        SeedReport few = SeedReport.of(SeedTable.of(scores(60, 4)), OPTIONS, stream());
        assertThat(SeedReportPlate.of(few).plate().svg()).contains(">seed, best first");
    }

    /** Hundreds of bars would hide the leads, so that only seeds that stand out keep theirs. */
    @Test
    void manySeedsThatDoNotStandOutHaveNoBars() {
        assertThat(barsOf("may be luck", 61)).isEmpty();
        assertThat(barsOf("better", 61)).isNotEmpty();
        assertThat(barsOf("may be luck", 60)).isNotEmpty();
    }

    private static double[] barsOf(String series, int seeds) {
        Story.Drawing drawing = SeedReportPlate.of(SeedReport.of(SeedTable.of(scores(seeds, 8)), OPTIONS, stream()));
        double[] low = drawing.data().doubles("low");
        List<Object> names = drawing.data().column("series");
        assertThat(names).contains(series);
        return IntStream.range(0, low.length)
                .filter(row -> names.get(row).equals(series))
                .mapToDouble(row -> low[row])
                .filter(value -> !Double.isNaN(value))
                .toArray();
    }
}
