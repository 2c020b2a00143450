package org.noisebook.cli;

import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyTables;
import org.noisebook.figure.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the studies, or one with its parameters and results. */
@Command(
        name = "studies",
        description = "List the studies, or one with its parameters, ranges, defaults and results.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  noisebook studies", "  noisebook studies perceptron"})
final class StudiesCommand implements Callable<Integer> {
    private static final int DIGITS = 6;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "STUDY", description = "a study's id")
    private String id = "";

    @Override
    public Integer call() {
        if (id.isEmpty()) {
            Frame frame = new Frame("study", "version", "what it computes");
            Catalogue.studies().forEach(study -> frame.add(study.id(), study.version(), study.title()));
            print(frame);
        } else {
            describe(Catalogue.study(id));
        }
        return 0;
    }

    private <C extends Record, R extends Record> void describe(Study<C, R> study) {
        spec.commandLine().getOut().println(study.id() + ", version " + study.version() + ": " + study.title() + "\n");
        print(StudyTables.parameters(study));
        print(StudyTables.results(study, " (with --arrays)"));
        spec.commandLine()
                .getOut()
                .println("streams: "
                        + String.join(
                                ", ", study.streamNames().stream().sorted().toList()));
        study.sources().forEach(source -> spec.commandLine().getOut().println("source: " + source));
    }

    private void print(Frame frame) {
        spec.commandLine().getOut().println(frame.print(DIGITS));
    }
}
