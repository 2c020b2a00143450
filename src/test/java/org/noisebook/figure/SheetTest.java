package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.ImageSheet;
import org.noisebook.chart.Plate;
import org.noisebook.data.Frame;
import org.noisebook.experiment.EndCounts;
import org.noisebook.stats.Estimate;

class SheetTest {
    private static final Axis X = Axis.log2("size P");
    private static final Axis Y = Axis.log10("signal w₁*");

    private static String svg(Sheet sheet, int columns) {
        Frame table = sheet.frame();
        return Plate.of(
                        sheet.parts().stream()
                                .map(part -> part.panel(table, 0, colour -> colour))
                                .toList(),
                        columns)
                .svg();
    }

    @Test
    void aMeanIsShownOnlyIfEveryReplicaFitted() {
        Sheet sheet = new Sheet().panel("p", "Title", X, Y);
        Estimate estimate = new Estimate(2, 0.1, 1.8, 2.2, 4);
        double[] x = {1, 2, 4};
        sheet.points("p", "χ = 1", "χ = 1", 0, x, new Estimate[] {estimate, estimate, estimate}, new EndCounts[] {
            new EndCounts(4, 0, 0), new EndCounts(3, 1, 0), new EndCounts(0, 0, 4)
        });
        Frame frame = sheet.frame();

        assertThat(frame.doubles("y")).containsExactly(2, Double.NaN, Double.NaN);
        assertThat(frame.doubles("low")).containsExactly(1.8, Double.NaN, Double.NaN);
        assertThat(frame.doubles("n")).containsExactly(4, 4, 4);
        assertThat(frame.doubles("capped")).containsExactly(0, 1, 0);
        assertThat(frame.doubles("diverged")).containsExactly(0, 0, 4);
    }

    @Test
    void linesSayWhetherTheyCarryAMeasuredNumber() {
        Sheet sheet = new Sheet().panel("p", "Title", X, Y);
        double[] ends = {1, 2};
        sheet.line("p", "a", "", 0, ends, ends, LineKind.THEORY);
        sheet.line("p", "b", "", 0, ends, ends, LineKind.ANCHORED);

        assertThat(sheet.frame().column("kind")).containsExactly("theory", "theory", "anchored", "anchored");
        assertThat(svg(sheet, 1)).contains("stroke-dasharray");
    }

    @Test
    void bandsStandInTheTable() {
        Sheet sheet = new Sheet().panel("p", "Title", X, Y);
        sheet.band("p", "floor", "floor", 7, new double[] {1, 2}, new double[] {1, 1}, new double[] {2, 3});

        assertThat(sheet.frame().csv().lines().skip(1))
                .containsExactly("p,floor,band,1,NaN,1,2,0,0,0,0", "p,floor,band,2,NaN,1,3,0,0,0,0");
        assertThat(svg(sheet, 1)).contains("floor");
    }

    /** A border is measured and lies over cells: its rows have no interval, no counts and no cell value. */
    @Test
    void bordersStandInTheTable() {
        Sheet sheet = new Sheet();
        double[] centres = {1, 2};
        EndCounts fitted = new EndCounts(2, 0, 0);
        EndCounts[][] ends = {{fitted, fitted}, {fitted, fitted}};
        sheet.cells(
                Part.map("map", "Map", X, Y, ColourBar.of("value", 0, 3)), centres, centres, new double[2][2], ends);
        String before = svg(sheet, 1);
        sheet.line("map", "edge", "the edge", 0, centres, new double[] {1.5, Double.NaN}, LineKind.BORDER);

        assertThat(sheet.frame().csv().lines().skip(5))
                .containsExactly(
                        "map,edge,border,1,1.5,NaN,NaN,0,0,0,0,NaN", "map,edge,border,2,NaN,NaN,NaN,0,0,0,0,NaN");
        String after = svg(sheet, 1);
        assertThat(before).doesNotContain("stroke-dasharray");
        assertThat(after).contains("stroke-dasharray", "the edge");
    }

    @Test
    void cellsCarryTheirCountsAndStates() {
        Sheet sheet = new Sheet();
        EndCounts fitted = new EndCounts(2, 0, 0);
        EndCounts[][] ends = {{fitted, new EndCounts(1, 1, 0)}, {new EndCounts(0, 0, 2), new EndCounts(0, 2, 0)}};
        double[][] value = {{1, 2}, {Double.NaN, Double.NaN}};
        double[] centres = {1, 2};
        sheet.cells(Part.map("map", "Map", X, Y, ColourBar.of("value", 0, 3)), centres, centres, value, ends);

        assertThat(sheet.frame().doubles("value")).containsExactly(1, 2, Double.NaN, Double.NaN);
        assertThat(sheet.frame().column("kind")).containsOnly("cell");
        assertThat(svg(sheet, 1)).contains("training diverges");
    }

    @Test
    void unknownPanelsAndWrongKindsAreNamed() {
        Sheet sheet = new Sheet().panel("p", "Title", X, Y);

        assertThatThrownBy(() -> sheet.note("q", "text")).hasMessage("unknown panel 'q'; panels: [p]");
    }

    /** A word stands beside its place, and before it where the border is near; the head of an arrow is filled. */
    @Test
    void wordsAndPathsStandOnCurves() {
        Sheet sheet = new Sheet().panel("p", "Title", X.range(0.5, 10), Y.range(0.5, 10));
        sheet.line("p", "path", "", 2, new double[] {1, 5, 9}, new double[] {1, 5, 9}, LineKind.PATH);
        String without = svg(sheet, 1);
        sheet.text("p", 1, 1, "begins");
        sheet.text("p", 9.9, 9, "ends there");
        String with = svg(sheet, 1);

        assertThat(sheet.frame().column("kind")).containsOnly("path");
        assertThat(without).contains("<path").doesNotContain("begins");
        assertThat(with).contains("begins").containsPattern("text-anchor=\"end\"[^<]*(<[^>]*>)?ends there");
    }

    @Test
    void exactCellsHaveNoCounts() {
        Sheet sheet = new Sheet();
        double[] centres = {1, 2};
        sheet.cells(Part.map("map", "Map", X, Y, ColourBar.of("value", 0, 3)), centres, centres, new double[][] {
            {1, 2}, {3, 0}
        });

        assertThat(sheet.frame().csv().lines().skip(1))
                .startsWith("map,,theory,1,1,NaN,NaN,0,0,0,0,1", "map,,theory,2,1,NaN,NaN,0,0,0,0,2");
    }

    @Test
    void picturesStandInTheTableAsTheyAreShown() {
        Sheet sheet = new Sheet().panel("p", "Title", X, Y);
        double[][] pixels = {{-1, 1}, {0, 5}, {-9, Double.NaN}};
        sheet.images("sheet", "Samples", List.of("first", "second"), 2, 1, pixels, -1, 1);
        sheet.line("p", "a", "", 0, new double[] {1}, new double[] {2}, LineKind.SAMPLE);

        assertThat(sheet.frame().csv().lines().skip(1))
                .containsExactly(
                        "sheet,first,image,0,0,NaN,NaN,1,1,0,0,00ff",
                        "sheet,first,image,1,0,NaN,NaN,1,1,0,0,80ff",
                        "sheet,second,image,0,1,NaN,NaN,1,1,0,0,0000",
                        "p,a,sample,1,2,NaN,NaN,0,0,0,0,");
        assertThat(svg(sheet, 2)).contains("<image", "second");
    }

    @Test
    void rowsOfPicturesAreDrawnAsDifferencesAndTabulatedAsTheyAre() {
        Sheet sheet = new Sheet();
        sheet.images("p", "P", List.of("first", "second"), 1, 2, new double[][] {{0, 255}, {51, 0}}, 0, 255);
        sheet.part("p").differences(85, -1, 0);

        ImageSheet drawn = (ImageSheet) sheet.part("p").panel(sheet.frame(), -1, colour -> colour);
        assertThat(drawn.hexadecimal(0)).isEqualTo("00ff");
        assertThat(drawn.hexadecimal(1)).as("|51 − 0| of 85, |0 − 255| of 85").isEqualTo("99ff");
        assertThat(sheet.frame().csv()).contains("3300");
        assertThat(svg(sheet, 1)).contains("|second|").doesNotContain("|first|");
        assertThatThrownBy(() -> sheet.part("p").differences(85, 0)).hasMessageContaining("each of its 2 rows");
        assertThatThrownBy(() -> sheet.part("p").differences(85, -1, 2)).hasMessageContaining("from −1 to 1");
    }
}
