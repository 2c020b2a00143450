package org.noisebook.figure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.noisebook.chart.Plate;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Origin;
import org.noisebook.experiment.Provenance;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Sweep;

/**
 * A figure as it is published: SVG and PNG, the CSV of exactly what is plotted, and the JSON that says how it was made.
 *
 * @param id the figure's id
 * @param preset its size
 * @param csv text of the CSV file
 * @param json text of the JSON file
 * @param plate the chart with its footer
 * @param caption the caption
 * @param claims its claims
 */
public record Edition(
        String id, Preset preset, String csv, String json, Plate plate, String caption, List<Claim> claims) {
    private static final int STAMP_HASH_LENGTH = 12;
    private static final String STAMP_SEPARATOR = " · ";
    /** Pixels across a figure's PNG. */
    public static final int PNG_WIDTH = 1400;

    /**
     * Draws a figure and signs it.
     *
     * @throws IllegalArgumentException if the figure has no such preset
     */
    public static Edition of(Story figure, Preset preset, Experiment experiment) {
        checkPreset(figure, preset);
        List<Sweep<?, ?>> sweeps = new ArrayList<>();
        Story.Drawing drawing = figure.draw(preset, experiment.withLog(sweeps::add));
        String csv = drawing.data().csv();
        Provenance provenance = Provenance.of(sweeps, experiment.rootSeed(), experiment.engineClass());
        String stamp = stamp(
                what(figure, preset, experiment.engineClass()),
                provenance.configHash(),
                experiment.rootSeed(),
                drawing.replicas());
        String json = provenance.json(
                head(figure, preset, drawing),
                Claim.json(drawing.claims()),
                figure.sources(),
                csv.getBytes(StandardCharsets.UTF_8));
        return new Edition(
                figure.id(), preset, csv, json, drawing.plate().footer(stamp), drawing.caption(), drawing.claims());
    }

    /** Only results of the exact engines go without its name. */
    private static String what(Story figure, Preset preset, String engineClass) {
        String name = figure.id() + STAMP_SEPARATOR + preset.text();
        return engineClass.equals(Run.EXACT_ENGINE) ? name : name + STAMP_SEPARATOR + engineClass;
    }

    /** The small print under a figure: what it is, and of its hash the beginning. */
    public static String stamp(String what, String hash, long rootSeed, String replicas) {
        return String.join(
                STAMP_SEPARATOR,
                what,
                "noisebook " + Origin.kitVersion(),
                hash.substring(0, STAMP_HASH_LENGTH),
                "seed " + rootSeed,
                "n = " + replicas);
    }

    /**
     * Refuses a preset that a figure lacks.
     *
     * @throws IllegalArgumentException naming those it has
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
        head.put("title", figure.title());
        head.put("preset", preset.text());
        head.put("caption", drawing.caption());
        head.put("replicas", drawing.replicas());
        return head;
    }

    /** The names of its files. */
    public static Set<String> fileNames(String id) {
        Set<String> names = new LinkedHashSet<>();
        for (String ending : List.of("csv", "json", "svg", "png")) {
            names.add(id + "." + ending);
        }
        return names;
    }

    /** Writes the four files under the figures folder; each appears whole or not at all. */
    public void write(Path figures) throws IOException {
        Path folder = Files.createDirectories(preset.in(figures));
        WholeFile.write(folder.resolve(id + ".csv"), file -> Files.writeString(file, csv));
        WholeFile.write(folder.resolve(id + ".json"), file -> Files.writeString(file, json));
        WholeFile.write(folder.resolve(id + ".svg"), plate::writeSvg);
        WholeFile.write(folder.resolve(id + ".png"), file -> plate.writePng(file, PNG_WIDTH));
    }
}
