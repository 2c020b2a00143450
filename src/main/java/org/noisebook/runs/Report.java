package org.noisebook.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;

/** Questions about a table, each answered in a sentence: what terminals, notebooks and pages show. */
public interface Report {
    /** The topic in one line. */
    String title();

    /** The answer to the main question, before all else; none where each section has its own. */
    default List<String> answer() {
        return List.of();
    }

    /** How what follows the answer begins; empty if nothing need be said. */
    default String heading() {
        return title();
    }

    /** What else one has to know before reading; may be empty. */
    List<String> preface();

    /** The questions in order. */
    List<Section> sections();

    /** The numbers as tables, by the name of their file. */
    Map<String, Frame> frames();

    /**
     * A question and its answer.
     *
     * @param question the title, empty for a table that speaks for itself
     * @param answer one sentence
     * @param remarks further paragraphs
     * @param table a small table, with no column if there is none
     */
    record Section(String question, String answer, List<String> remarks, Frame table) {
        /** Copies. */
        public Section {
            remarks = List.copyOf(remarks);
        }

        /** One without a table. */
        public Section(String question, String answer, List<String> remarks) {
            this(question, answer, remarks, new Frame());
        }
    }

    /** The whole as plain text, paragraphs wrapped for a terminal. */
    default String text() {
        StringBuilder out = new StringBuilder();
        answer().forEach(line -> out.append(line).append('\n'));
        out.append(answer().isEmpty() ? "" : "\n");
        out.append(
                heading().isEmpty()
                        ? ""
                        : Wording.wrapped(heading()) + (preface().isEmpty() ? "\n" : "\n\n"));
        preface().forEach(line -> out.append(Wording.wrapped(line)).append('\n'));
        int number = 1;
        for (Section section : sections()) {
            out.append('\n');
            if (!section.question().isEmpty()) {
                out.append(number++).append(". ").append(section.question()).append("\n\n");
            }
            List<String> blocks = new ArrayList<>();
            if (!section.answer().isEmpty()) {
                blocks.add(Wording.wrapped(section.answer()) + "\n");
            }
            String points = "";
            for (String remark : section.remarks()) {
                String lines = Wording.wrapped(remark) + "\n";
                if (remark.startsWith("- ")) {
                    points += lines;
                } else {
                    blocks.add(lines);
                }
            }
            if (!points.isEmpty()) {
                blocks.add(points);
            }
            if (!section.table().names().isEmpty()) {
                blocks.add(Wording.indented(section.table()));
            }
            out.append(String.join("\n", blocks));
        }
        return out.toString();
    }

    /** The whole as Markdown. */
    default String markdown() {
        StringBuilder out = new StringBuilder();
        answer().forEach(line -> out.append("**").append(Wording.markdown(line)).append("**  \n"));
        out.append("\n").append(Wording.markdown(title())).append("\n\n");
        preface()
                .forEach(line -> out.append("- ").append(Wording.markdown(line)).append('\n'));
        for (Section section : sections()) {
            out.append("\n## ").append(section.question()).append("\n\n");
            out.append(Wording.markdown(section.answer())).append("\n\n");
            section.remarks()
                    .forEach(remark -> out.append(Wording.markdown(remark)).append("\n\n"));
            if (!section.table().names().isEmpty()) {
                List<String> rows = rows(section.table(), Wording::markdown, "| ", " | ", " |\n");
                rows.add(1, "|" + " --- |".repeat(section.table().names().size()) + "\n");
                out.append(String.join("", rows));
            }
        }
        return out.toString();
    }

    /** The tables of the sections for LaTeX with booktabs. */
    default String latex() {
        StringBuilder out = new StringBuilder();
        for (Section section : sections()) {
            if (!section.table().names().isEmpty()) {
                List<String> rows = rows(section.table(), Wording::tex, "", " & ", " \\\\\n");
                out.append("% ").append(section.question()).append("\n\\begin{tabular}{");
                out.append("l".repeat(section.table().names().size())).append("}\n\\toprule\n");
                out.append(rows.remove(0)).append("\\midrule\n").append(String.join("", rows));
                out.append("\\bottomrule\n\\end{tabular}\n\n");
            }
        }
        return "% \\usepackage{booktabs}\n" + (out.indexOf("{CJK}") < 0 ? "" : "% \\usepackage{CJKutf8}\n") + out;
    }

    /** The names of a table and its rows as lines of cells. */
    private static List<String> rows(
            Frame table, Function<String, String> cell, String begin, String between, String end) {
        List<String> lines = new ArrayList<>();
        for (int row = -1; row < table.rows(); row++) {
            int at = row;
            lines.add(table.names().stream()
                    .map(name -> cell.apply(at < 0 ? name : table.text(at, name)))
                    .collect(Collectors.joining(between, begin, end)));
        }
        return lines;
    }
}
