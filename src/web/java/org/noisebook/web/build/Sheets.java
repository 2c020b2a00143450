package org.noisebook.web.build;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Headline;
import org.noisebook.figure.Story;

/** What a page knows of each figure before the kit is loaded: whether it is offered, and which settings it has. */
final class Sheets {
    private static final int LONGEST = 20;
    private final Path root;
    private final Path kit;

    Sheets(Path root, Path kit) {
        this.root = root;
        this.kit = kit;
    }

    /** Offered figures with the files that each reads, from a table with a line for each: id, seconds, files. */
    Map<String, List<String>> offered() throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String line : Files.readAllLines(root.resolve("src/web/figures.tsv"))) {
            String[] part = line.split("\t", -1);
            if (!line.startsWith("#")) {
                all.put(part[0], part[2].isEmpty() ? List.of() : List.of(part[2].split(" ")));
            }
        }
        return all;
    }

    /** Writes {@code figures.json} and copies the files that figures read. */
    void write(Path page) throws IOException {
        Map<String, Object> figures = new TreeMap<>();
        Map<String, Object> files = new TreeMap<>();
        Map<String, List<String>> offered = offered();
        Map<String, Double> seconds = new TreeMap<>();
        for (String line : Files.readAllLines(root.resolve("environment/tests/seconds.tsv"))) {
            String[] part = line.split("\t");
            if (part[0].equals("figure")) {
                seconds.put(part[1], Double.parseDouble(part[2]));
            }
        }
        for (Story story : Catalogue.figures()) {
            List<String> reads = offered.getOrDefault(story.id(), List.of());
            long bytes = 0;
            for (String name : reads) {
                Path file = kit.resolve(name.substring(1));
                Path copy = page.resolve("files" + name);
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
                files.put(name, Files.size(file));
                bytes += Files.size(file);
            }
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("offered", offered.containsKey(story.id()));
            about.put("jvm", seconds.getOrDefault(story.id(), 0.0));
            about.put("bytes", bytes);
            about.put("fields", fields(story.id()));
            about.put(
                    "box",
                    story.headline()
                            .flatMap(Headline::box)
                            .map(box -> {
                                String[] words = box.toString().split(", ");
                                List<Map<String, String>> sides = new ArrayList<>();
                                for (int k = 0; k < words.length; k++) {
                                    sides.add(Map.of("name", box.fields().get(k), "words", words[k]));
                                }
                                return sides;
                            })
                            .orElse(List.of()));
            figures.put(story.id(), about);
        }
        Files.writeString(page.resolve("figures.json"), new Gson().toJson(Map.of("figures", figures, "files", files)));
    }

    /** The fields that a reader may set: of one value in all cells of every study that has them. */
    private List<Map<String, String>> fields(String figure) throws IOException {
        Map<String, Map<String, String>> fields = new LinkedHashMap<>();
        List<String> compared = new ArrayList<>();
        JsonObject json = JsonParser.parseString(Files.readString(root.resolve("figures/" + figure + ".json")))
                .getAsJsonObject();
        Map<String, Map<String, List<String>>> values = new LinkedHashMap<>();
        for (JsonElement sweep : json.getAsJsonArray("sweeps")) {
            Map<String, List<String>> study = values.computeIfAbsent(
                    sweep.getAsJsonObject().get("study").getAsString(), unseen -> new LinkedHashMap<>());
            sweep.getAsJsonObject()
                    .getAsJsonObject("config")
                    .entrySet()
                    .forEach(one -> one.getValue()
                            .getAsJsonArray()
                            .forEach(value -> study.computeIfAbsent(one.getKey(), unseen -> new ArrayList<>())
                                    .add(value.getAsString())));
        }
        values.forEach((study, config) -> {
            for (Schema.Field field :
                    Schema.of(Catalogue.study(study).defaults()).fields()) {
                List<String> all = config.getOrDefault(field.name(), List.of()).stream()
                        .distinct()
                        .toList();
                if (all.size() > 1) {
                    compared.add(field.name());
                } else if (all.size() == 1
                        && all.get(0).length() < LONGEST
                        && !field.meaning().isEmpty()) {
                    fields.putIfAbsent(
                            field.name(),
                            Map.of(
                                    "name",
                                    field.name(),
                                    "symbol",
                                    field.symbol(),
                                    "value",
                                    all.get(0),
                                    "words",
                                    field.meaning() + (field.range().isEmpty() ? "" : ", " + field.range())));
                }
            }
        });
        compared.forEach(fields::remove);
        return List.copyOf(fields.values());
    }
}
