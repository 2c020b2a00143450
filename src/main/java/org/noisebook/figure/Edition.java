package org.noisebook.figure;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.noisebook.chart.Plate;
import org.noisebook.chart.Strip;
import org.noisebook.data.Frame;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Origin;
import org.noisebook.experiment.Provenance;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Sweep;

/**
 * A published figure: SVG and PNG, a CSV file of exactly what is plotted, and a JSON file with its provenance.
 *
 * @param id id of the figure
 * @param preset its preset
 * @param csv text of the CSV file
 * @param json text of the JSON file
 * @param plate the chart with its footer
 * @param recipe instructions for drawing the chart from the table
 * @param caption the caption
 * @param claims its claims
 */
public record Edition(
        String id,
        Preset preset,
        String csv,
        String json,
        Plate plate,
        String recipe,
        String caption,
        List<Claim> claims) {
    private static final int STAMP_HASH_LENGTH = 12;
    private static final String STAMP_SEPARATOR = " · ";
    /** Width of a figure's PNG in pixels. */
    public static final int PNG_WIDTH = 1400;

    /** The edition of a paper's figure. */
    public static Edition of(Chapter paper, Preset preset, Experiment experiment) {
        return of(paper.story(), preset, experiment);
    }

    /**
     * Draws and signs a figure; for the standard seed and the exact engine it is taken from the folder {@code
     * NOISEBOOK_COMMITTED} if that is set and contains it.
     *
     * @throws IllegalArgumentException if the figure has no such preset
     */
    public static Edition of(Story figure, Preset preset, Experiment experiment) {
        checkPreset(figure, preset);
        String folder = System.getenv().getOrDefault("NOISEBOOK_COMMITTED", "");
        if (!folder.isBlank()
                && experiment.rootSeed() == Experiment.STANDARD_SEED
                && experiment.engineClass().equals(Run.EXACT_ENGINE)) {
            try {
                Optional<Edition> committed = committed(figure.id(), preset, Path.of(folder));
                if (committed.isPresent()) {
                    return committed.get();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return drawn(figure, preset, experiment);
    }

    /**
     * Draws and signs a figure from its runs, ignoring committed files.
     *
     * @throws IllegalArgumentException if the figure has no such preset
     */
    public static Edition drawn(Story figure, Preset preset, Experiment experiment) {
        return drawn(figure, preset, new Runs.Computed(experiment), Variant.none());
    }

    /** The same with a reader's own settings, which the footer lists. */
    public static Edition drawn(Story figure, Preset preset, Runs runs, Variant variant) {
        checkPreset(figure, preset);
        List<Sweep<?, ?>> sweeps = new ArrayList<>();
        Story.Drawing drawing = figure.draw(preset, runs.withLog(sweeps::add), variant);
        String csv = drawing.data().csv();
        Provenance provenance = Provenance.of(sweeps, runs.rootSeed(), runs.engineClass());
        String stamp = stamp(
                what(figure.id(), preset, runs.engineClass())
                        + (variant.text().isEmpty() ? "" : STAMP_SEPARATOR + variant.text()),
                provenance.configHash(),
                runs.rootSeed(),
                drawing.replicas());
        String json = provenance.json(
                head(figure, preset, drawing),
                Claim.json(drawing.claims()),
                figure.sources(),
                csv.getBytes(StandardCharsets.UTF_8));
        return new Edition(
                figure.id(),
                preset,
                csv,
                json,
                drawing.plate().footer(stamp),
                drawing.recipe(),
                drawing.caption(),
                drawing.claims());
    }

    /** The engine is named unless it is exact. */
    private static String what(String id, Preset preset, String engineClass) {
        String name = id + STAMP_SEPARATOR + preset.text();
        return engineClass.equals(Run.EXACT_ENGINE) ? name : name + STAMP_SEPARATOR + engineClass;
    }

    /** The footer of a figure: what it is, n, the seed and the beginning of its hash. */
    public static String stamp(String what, String hash, long rootSeed, String replicas) {
        return String.join(
                STAMP_SEPARATOR,
                what,
                "n = " + replicas,
                "seed " + rootSeed,
                "noisebook " + Origin.kitVersion(),
                hash.substring(0, STAMP_HASH_LENGTH));
    }

    /**
     * Rejects a preset that a figure lacks.
     *
     * @throws IllegalArgumentException listing the presets it has
     */
    public static void checkPreset(Story figure, Preset preset) {
        if (!figure.presets().contains(preset)) {
            throw new IllegalArgumentException("preset of " + figure.id() + " must be one of "
                    + figure.presets().stream().map(Preset::text).sorted().toList() + ", got " + preset.text());
        }
    }

    private static Map<String, String> head(Story figure, Preset preset, Story.Drawing drawing) {
        Map<String, String> head = new LinkedHashMap<>();
        head.put("figure", figure.id());
        head.put("shows", figure.title());
        head.put("preset", preset.text());
        head.put("caption", drawing.caption());
        head.put("title", drawing.plate().title());
        head.put("subtitle", drawing.plate().subtitle());
        head.put("replicas", drawing.replicas());
        return head;
    }

    /** What it shows, and the verdicts of its claims, in two lines. */
    @Override
    public String toString() {
        String judged = claims.isEmpty() ? "no claims" : "claims: " + Strip.counts(claims);
        return id + STAMP_SEPARATOR + preset.text() + ": " + plate.title() + "\n" + judged
                + "; write(folder) writes SVG, PNG, CSV and JSON";
    }

    /** Writes the four files into the figures folder, each atomically. */
    public void write(Path figures) throws IOException {
        Path folder = Files.createDirectories(preset.in(figures));
        WholeFile.write(folder.resolve(id + ".csv"), file -> Files.writeString(file, csv));
        WholeFile.write(folder.resolve(id + ".json"), file -> Files.writeString(file, json));
        writePictures(figures);
    }

    /** Writes only SVG and PNG, for a committed figure after a change in the drawing code. */
    public void writePictures(Path figures) throws IOException {
        Path folder = Files.createDirectories(preset.in(figures));
        WholeFile.write(folder.resolve(id + ".svg"), file -> Files.writeString(file, svg()));
        WholeFile.write(folder.resolve(id + ".png"), file -> plate.writePng(file, PNG_WIDTH));
    }

    /** The sheet including the recipe. */
    public String svg() {
        return Recipe.put(plate.svg(), recipe);
    }

    /** Writes the sheet as PDF into the same folder, for a journal. */
    public void writePdf(Path figures) throws IOException {
        Path folder = Files.createDirectories(preset.in(figures));
        WholeFile.write(folder.resolve(id + ".pdf"), plate::writePdf);
    }

    /**
     * Restores a figure without a run, from its table and the recipe in its SVG. Claims have no standard errors.
     *
     * @return empty if there is no such figure or its SVG contains no recipe
     */
    public static Optional<Edition> committed(String id, Preset preset, Path figures) throws IOException {
        Path folder = preset.in(figures);
        Path old = folder.resolve(id + ".svg");
        Optional<String> recipe = Files.exists(old) ? Recipe.in(Files.readString(old)) : Optional.empty();
        if (recipe.isEmpty()) {
            return Optional.empty();
        }
        String csv = Files.readString(folder.resolve(id + ".csv"));
        String text = Files.readString(folder.resolve(id + ".json"));
        JsonObject json = JsonParser.parseString(text).getAsJsonObject();
        String stamp = stamp(
                what(id, preset, json.get("engine").getAsString()),
                json.get("configHash").getAsString(),
                json.get("rootSeed").getAsLong(),
                json.get("replicas").getAsString());
        Path table = folder.resolve("claims.csv");
        List<Claim> all = Files.exists(table) ? Claim.parse(Frame.parseCsv(Files.readString(table))) : List.of();
        List<Claim> claims =
                all.stream().filter(claim -> claim.figure().equals(id)).toList();
        Plate plate =
                Recipe.parse(recipe.get()).plate(Frame.parseCsv(csv), claims).footer(stamp);
        return Optional.of(new Edition(
                id, preset, csv, text, plate, recipe.get(), json.get("caption").getAsString(), claims));
    }
}
