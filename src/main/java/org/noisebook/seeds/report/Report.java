package org.noisebook.seeds.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;

/** Questions about a table, each answered in a sentence: what terminals, notebooks and pages show. */
public interface Report {
    /** What it is about, in one line. */
    String title();

    /** How the text begins. */
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
     * @param question the title
     * @param answer one sentence
     * @param remarks further paragraphs
     * @param table a small table, with no column if there is none
     */
    record Section(String question, String answer, List<String> remarks, Frame table) {
        /** Copies. */
        public Section {
            remarks = List.copyOf(remarks);
        }
    }

    /** The whole as plain text, paragraphs wrapped for a terminal. */
    default String text() {
        StringBuilder out = new StringBuilder(Wording.wrapped(heading())).append("\n\n");
        preface().forEach(line -> out.append(Wording.wrapped(line)).append('\n'));
        int number = 1;
        for (Section section : sections()) {
            out.append('\n')
                    .append(number++)
                    .append(". ")
                    .append(section.question())
                    .append("\n\n");
            List<String> blocks = new ArrayList<>();
            if (!section.answer().isEmpty()) {
                blocks.add(Wording.wrapped(section.answer()) + "\n");
            }
            section.remarks().stream()
                    .filter(remark -> !remark.startsWith("- "))
                    .forEach(remark -> blocks.add(Wording.wrapped(remark) + "\n"));
            String points = section.remarks().stream()
                    .filter(remark -> remark.startsWith("- "))
                    .map(remark -> Wording.wrapped(remark) + "\n")
                    .collect(Collectors.joining());
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
}
