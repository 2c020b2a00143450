package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.stats.Estimate;

/** A picture comes again, to the byte, from its table and the recipe in its SVG. */
class RecipeTest {
    private static final Path FIGURES = Path.of("figures");
    private static final Axis X = Axis.log2("size <P> & \"more\"").range(0.5, 8);
    private static final Axis Y = Axis.linear("signal");
    private static final double[] PLACES = {1, 2, 4};

    private static Estimate estimate(double mean) {
        return new Estimate(mean, 0.1, mean - 0.2, mean + 0.2, 4);
    }

    /** Every word that a board draws with. */
    private static final class Everything extends Story {
        Everything() {
            super("everything", "All that can be drawn", List.of());
        }

        @Override
        protected void tell(Board board) {
            EndCounts fitted = new EndCounts(4, 0, 0);
            Estimate[] y = {estimate(1), estimate(2), estimate(3)};
            board.plot("curves", "Curves", X, Y)
                    .points("seen", PLACES, y, new EndCounts[] {fitted, new EndCounts(3, 1, 0), fitted})
                    .joined("seen")
                    .law("law", PLACES, x -> x)
                    .colour(3)
                    .named("its name")
                    .fit("fit", PLACES, x -> 2 * x)
                    .band("floor", 1, 4, 0.5, 0.7)
                    .level(LineKind.BORDER, "none", 0, 1, 4)
                    .note("a note");
            board.plot("named", "Names", Axis.named("thing", List.of("a", "b", "c")), Axis.log10("size"))
                    .points("seen", PLACES, y, 4);
            double[][] value = {{1, 2}, {Double.NaN, Double.NaN}};
            EndCounts[][] ends = {{fitted, new EndCounts(1, 1, 0)}, {new EndCounts(0, 0, 2), new EndCounts(0, 2, 0)}};
            double[] centres = {1, 2};
            board.map("map", "Map", X, Y, ColourBar.log10("value", 0.1, 10), centres, centres, value, ends)
                    .line(LineKind.BORDER, "edge", centres, new double[] {1.5, Double.NaN})
                    .text(1, 2, "two\nlines");
            board.exactMap(
                    "exact",
                    "Exact",
                    Y,
                    Y,
                    ColourBar.differences("change", 3),
                    centres,
                    new double[] {5},
                    new double[][] {{-1, 2}});
            double[][] pixels = {{-1, 1}, {0.1, 5}, {-9, Double.NaN}};
            board.pictures("pictures", "Pictures", List.of("first", "second"), 2, 1, pixels, -1, 1)
                    .differences(0.5, -1, 0);
            board.control("none: a toy");
            for (String panel : List.of("curves", "map")) {
                board.claim("at-" + panel, "at its point or cell")
                        .in(panel)
                        .above(0.5)
                        .judge(estimate(1), "here");
                board.claim("told-" + panel, "in words")
                        .in(panel)
                        .says("as wanted")
                        .theory(4)
                        .judge(estimate(9), "here");
            }
            board.title("All of it");
            board.subtitle("everything against everything");
            board.stamp("4");
            board.caption("All.");
        }
    }

    @Test
    void everythingThatIsDrawnComesAgain(@TempDir Path folder) throws IOException {
        Edition edition = Edition.of(
                new Everything(),
                Preset.FULL,
                new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT));
        edition.write(folder);
        Files.writeString(
                folder.resolve("full/claims.csv"), Claim.frame(edition.claims()).csv());
        Path svg = folder.resolve("full/everything.svg");
        String first = Files.readString(svg);
        byte[] picture = Files.readAllBytes(folder.resolve("full/everything.png"));
        assertThat(first)
                .contains(
                        "its name",
                        "stroke-dasharray",
                        "&lt;P&gt; &amp;",
                        "two",
                        "everything · full",
                        "as wanted",
                        "All of it");
        // As if an older painter had drawn them.
        Files.writeString(svg, first.substring(0, first.indexOf("<g")) + "</svg>");
        Files.delete(folder.resolve("full/everything.png"));
        Edition again = Edition.committed("everything", Preset.FULL, folder).orElseThrow();
        assertThat(again.svg()).isEqualTo(first);
        again.writePictures(folder);
        assertThat(svg).hasContent(first);
        assertThat(folder.resolve("full/everything.png")).hasBinaryContent(picture);
    }

    @Test
    void thereIsNothingToRedrawWithoutARecipe(@TempDir Path folder) throws IOException {
        assertThat(Edition.committed("none", Preset.QUICK, folder)).isEmpty();
        Files.writeString(folder.resolve("old.svg"), "<svg></svg>");
        assertThat(Edition.committed("old", Preset.QUICK, folder)).isEmpty();
    }

    /** A number changed in a table or an SVG, or a painter changed without {@code noisebook figures --redraw}, shows here. */
    @Test
    void committedPicturesAreWhatTheirTablesDraw() throws IOException {
        List<String> stale = new ArrayList<>();
        int drawn = 0;
        for (Story figure : Catalogue.figures()) {
            for (Preset preset : figure.presets()) {
                var again = Edition.committed(figure.id(), preset, FIGURES);
                Path svg = preset.in(FIGURES).resolve(figure.id() + ".svg");
                if (again.isPresent()) {
                    drawn++;
                    if (!Files.readString(svg).equals(again.get().svg())) {
                        stale.add(svg.toString());
                    }
                }
            }
        }
        assertThat(stale).as("draw again by 'noisebook figures --redraw'").isEmpty();
        assertThat(drawn).isPositive();
    }

    /** Wordings of an edition that was drawn again from its files must be of the claims that it has, and its titles short. */
    @Test
    void wordingsAreOfClaimsOfTheirEdition() throws IOException {
        for (Preset preset : Preset.values()) {
            Path folder = preset.in(FIGURES);
            Path table = folder.resolve("claims.csv");
            List<String> known = Files.exists(table)
                    ? Claim.parse(Frame.parseCsv(Files.readString(table))).stream()
                            .map(Claim::id)
                            .toList()
                    : List.of();
            for (Story figure : Catalogue.figures()) {
                Path svg = folder.resolve(figure.id() + ".svg");
                Optional<String> recipe = Files.exists(svg) ? Recipe.in(Files.readString(svg)) : Optional.empty();
                recipe.map(Recipe::parse).ifPresent(one -> {
                    assertThat(one.titles()).as("%s", svg).allMatch(title -> title.split(" ").length <= 12);
                    one.sayings()
                            .forEach(saying -> assertThat(known)
                                    .as("%s, %s", svg, saying.words())
                                    .containsAll(saying.ids()));
                });
            }
        }
    }
}
