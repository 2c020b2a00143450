package org.noisebook.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.noisebook.chart.Strip;
import org.noisebook.experiment.Claim;

/**
 * A committed figure with the texts on its sheet.
 *
 * @param figure the figure
 * @param preset its edition
 * @param title the title that matches the verdict of its main claim
 * @param subtitle the grey line below
 * @param rows its claims in plain words, the main one first
 * @param claims all its claims
 */
public record Exhibit(
        Story figure, Preset preset, String title, String subtitle, List<Strip.Row> rows, List<Claim> claims) {
    private static final Recipe NONE = new Recipe(List.of(), "", List.of(), List.of(), List.of());

    /** The edition shown to readers: the full preset if it exists. */
    public static Optional<Exhibit> of(Path root, String id, Map<Preset, List<Claim>> claims) throws IOException {
        Optional<Exhibit> full = of(root, id, Preset.FULL, claims);
        return full.isPresent() ? full : of(root, id, Preset.QUICK, claims);
    }

    /** One edition; empty if it is not committed. */
    public static Optional<Exhibit> of(Path root, String id, Preset preset, Map<Preset, List<Claim>> claims)
            throws IOException {
        Path svg = preset.in(root.resolve("figures")).resolve(id + ".svg");
        if (!Files.exists(svg)) {
            return Optional.empty();
        }
        Story figure = Catalogue.figure(id);
        List<Claim> own = claims.getOrDefault(preset, List.of()).stream()
                .filter(claim -> claim.figure().equals(id))
                .toList();
        Recipe recipe = Recipe.in(Files.readString(svg)).map(Recipe::parse).orElse(NONE);
        List<Strip.Row> rows = recipe.rows(own);
        List<Strip.Row> said = rows.stream()
                .filter(row -> recipe.sayings().stream()
                        .anyMatch(saying ->
                                saying.words().split(Recipe.MEASURE)[0].equals(row.claim())))
                .toList();
        return Optional.of(new Exhibit(figure, preset, recipe.title(rows), recipe.subtitle(), said, own));
    }

    /** Whether the main claim is decided; undecided figures are not exhibited. */
    public boolean isDecided() {
        List<Claim> main = rows.isEmpty() ? claims : rows.get(0).claims();
        return main.isEmpty() || new Strip.Row("", main).verdict() != Claim.Verdict.NOT_RESOLVED;
    }

    /** Path of its SVG in a checkout. */
    public String picture() {
        return preset.in(Path.of("figures"))
                .resolve(figure.id() + ".svg")
                .toString()
                .replace('\\', '/');
    }

    /** The command that draws it. */
    public String command() {
        return "environment/noisebook figures " + figure.id()
                + (preset == Preset.QUICK ? "" : " --preset " + preset.text());
    }

    /** The line of Java that draws it. */
    public String java() {
        return "Edition.of(new " + figure.home().getSimpleName() + "(), Preset." + preset + ", Notebook.experiment())";
    }
}
