package org.noisebook.cli;

import java.util.ArrayList;
import java.util.List;
import org.noisebook.data.Frame;

/** Field-by-field differences of committed and recomputed files, a line each. */
final class Differences {
    private Differences() {}

    static List<String> ofCsv(String file, String committed, String computed) {
        if (committed.equals(computed)) {
            return List.of();
        }
        Frame old;
        try {
            old = Frame.parseCsv(committed);
        } catch (IllegalArgumentException e) {
            return List.of(file + ": committed text is no table: " + e.getMessage());
        }
        Frame now = Frame.parseCsv(computed);
        List<String> lines = new ArrayList<>();
        if (!old.names().equals(now.names())) {
            lines.add(file + ": columns: committed " + old.names() + ", computed " + now.names());
            return lines;
        }
        if (old.rows() != now.rows()) {
            lines.add(file + ": rows: committed " + old.rows() + ", computed " + now.rows());
        }
        for (int row = 0; row < Math.min(old.rows(), now.rows()); row++) {
            for (String name : old.names()) {
                String before = old.text(row, name);
                String after = now.text(row, name);
                if (!before.equals(after)) {
                    lines.add(file + ": row " + (row + 1) + ", " + name + ": committed " + before + ", computed "
                            + after);
                }
            }
        }
        if (lines.isEmpty()) {
            lines.add(file + ": the text differs but no cell does (line ends or quotes)");
        }
        return lines;
    }

    static List<String> ofLines(String file, String committed, String computed) {
        List<String> lines = new ArrayList<>();
        String[] old = committed.split("\n", -1);
        String[] now = computed.split("\n", -1);
        for (int k = 0; k < Math.max(old.length, now.length); k++) {
            String before = k < old.length ? old[k] : "(nothing)";
            String after = k < now.length ? now[k] : "(nothing)";
            if (before.strip().equals(after.strip()) && !before.equals(after)) {
                lines.add(file + ": line " + (k + 1) + " differs in blanks or line ends");
            } else if (!before.equals(after)) {
                lines.add(file + ": line " + (k + 1) + ": committed " + before.strip() + ", computed " + after.strip());
            }
        }
        return lines;
    }
}
