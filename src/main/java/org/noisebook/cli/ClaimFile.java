package org.noisebook.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.noisebook.data.Quoted;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.OwnClaim;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A reader's claims in a TOML file, each a table {@code [[claim]]}. What is wrong is said with its line. */
final class ClaimFile {
    private final TomlParseResult file;
    /** Of what is read. */
    private TomlPosition position = TomlPosition.positionAt(1, 1);

    private ClaimFile(TomlParseResult file) {
        this.file = file;
    }

    /**
     * The claims in order, each checked.
     *
     * @throws IllegalArgumentException naming file and line
     */
    static List<OwnClaim> read(Path path) throws IOException {
        ClaimFile file = new ClaimFile(Toml.parse(new String(WholeFile.read(path), StandardCharsets.UTF_8)));
        try {
            return file.claims();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + " line " + file.position.line() + ": " + e.getMessage(), e);
        }
    }

    private List<OwnClaim> claims() {
        if (file.hasErrors()) {
            position = file.errors().get(0).position();
            throw new IllegalArgumentException(file.errors().get(0).getMessage());
        }
        if (file.isEmpty()) {
            throw new IllegalArgumentException("there is no claim: each begins with a line [[claim]]");
        }
        for (String key : file.keySet()) {
            position = file.inputPositionOf(List.of(key));
            if (!key.equals("claim")
                    || !(file.get(key) instanceof TomlArray array)
                    || !array.toList().stream().allMatch(TomlTable.class::isInstance)) {
                throw new IllegalArgumentException(
                        "'" + Quoted.of(key) + "' stands where a claim begins with a line [[claim]]");
            }
        }
        TomlArray tables = file.getArrayOrEmpty("claim");
        Map<String, OwnClaim> claims = new LinkedHashMap<>();
        for (int k = 0; k < tables.size(); k++) {
            OwnClaim claim = claim((TomlTable) tables.get(k));
            position = tables.inputPositionOf(k);
            claim.check();
            if (claims.put(claim.id(), claim) != null) {
                throw new IllegalArgumentException("a claim before it is called " + claim.id());
            }
        }
        for (OwnClaim claim : claims.values()) {
            boolean isOther =
                    claims.containsKey(claim.control()) && !claim.control().equals(claim.id());
            if (!isOther && !claim.control().matches("|(none|run): *\\S.*")) {
                throw new IllegalArgumentException(claim.id() + ": control must be the id of another claim of the file,"
                        + " 'none: REASON' or 'run: WHAT', got '" + Quoted.of(claim.control()) + "'");
            }
        }
        return List.copyOf(claims.values());
    }

    private OwnClaim claim(TomlTable table) {
        OwnClaim claim = OwnClaim.standard();
        for (String key : table.keySet()) {
            position = table.inputPositionOf(List.of(key));
            claim = Schema.with(claim, key + "=" + text(table.get(List.of(key))));
        }
        return claim;
    }

    /** A value as the text of a record's component. */
    private static String text(Object value) {
        if (value instanceof TomlArray array) {
            boolean isNumbers = array.toList().stream().allMatch(Number.class::isInstance);
            String all = array.toList().stream().map(String::valueOf).collect(Collectors.joining("; "));
            return isNumbers ? "[" + all + "]" : Schema.formatValue(all);
        }
        if (value instanceof TomlTable) {
            throw new IllegalArgumentException("a text, number or list must stand here, not a table");
        }
        return value instanceof String || value instanceof Double ? Schema.formatValue(value) : String.valueOf(value);
    }
}
