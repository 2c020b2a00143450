package org.noisebook.cli;

import java.util.concurrent.Callable;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
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
        Frame parameters = new Frame("parameter", "symbol", "default", "range", "meaning");
        C defaults = study.defaults();
        Schema<C> configs = Schema.of(defaults);
        Object[] values = configs.values(defaults);
        for (int k = 0; k < values.length; k++) {
            Schema.Field field = configs.fields().get(k);
            String range = field.type().isEnum()
                    ? String.join(
                            ", ",
                            java.util.Arrays.stream(field.type().getEnumConstants())
                                    .map(Schema::formatValue)
                                    .toList())
                    : field.range();
            parameters.add(field.name(), field.symbol(), Schema.formatValue(values[k]), range, field.meaning());
        }
        print(parameters);
        Frame results = new Frame("result", "symbol", "meaning");
        Schema.of(study.resultType())
                .fields()
                .forEach(field -> results.add(
                        field.name(), field.symbol(), field.meaning() + (field.scalar() ? "" : " (with --arrays)")));
        print(results);
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
