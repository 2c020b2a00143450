package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.noisebook.checkpoint.ArrayRole;
import org.noisebook.checkpoint.Checkpoint;
import org.noisebook.checkpoint.CheckpointReport;
import org.noisebook.checkpoint.InfiniteWidth;
import org.noisebook.data.ArrayFile;
import org.noisebook.data.NumberArray;
import org.noisebook.data.Quoted;
import org.noisebook.figure.Story;
import org.noisebook.notebook.Displays;
import org.noisebook.report.CheckpointPlate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Was a training of another program lazy or rich? */
@Command(
        name = "regime",
        description = {
            "Was this training lazy or rich? Reads what a training of any framework left and answers in the first line.",
            "",
            "The verdict needs the outputs on about 100 probes before and after, and their derivatives along the change of the weights."
                    + " environment/export/checkpoint_torch.py (checkpoint_jax.py) writes them as one file of a whole training from the weights"
                    + " before and after. Several such files are checkpoints of one training run, or one checkpoint on other probes.",
            "",
            "Files are .npy, .npz or .safetensors of float16, 32 or 64. The name of an array begins with its role: output.start, output.end,"
                    + " linear.start and linear.end (the outputs and these derivatives, probes first), kernel.start, kernel.end, hidden.start.NAME,"
                    + " hidden.end.NAME; loss, targets, inputs. Checkpoints of one moment each are read too: output, jacobian (probes × parameters),"
                    + " weights, kernel, hidden. All need the same probes in the same order."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  python environment/export/checkpoint_torch.py mymodel:Net before.pt after.pt x.pt training.npz",
            "  noisebook regime training.npz",
            "  noisebook regime epoch1.npz epoch9.npz --out report",
            "    two checkpoints of one training run; report, tables and figure go to the folder report",
            "  noisebook regime training.npz validation.npz fresh.npz",
            "    the same checkpoint on three sets of probes",
            "  noisebook regime before.npz after.npz --targets y.npy",
            "    checkpoints with Jacobians and weights; with targets also how the kernel aligns with them",
            "  noisebook regime before.npz after.npz --infinite relu:3",
            "    with inputs in the first file: also compared with the NTK of three hidden layers of infinite width",
            "  noisebook regime k0.npy k1.npy --role k0=kernel --role k1=kernel"
        })
final class RegimeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "files of whole trainings, or checkpoints in order: before, [between …,] after")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--targets",
            paramLabel = "FILE.npy",
            description = "what the outputs are trained to, one row per probe")
    private Optional<Path> targets = Optional.empty();

    @Option(
            names = "--role",
            paramLabel = "NAME=ROLE",
            description = "role of an array whose name does not say it; repeat for more arrays")
    private Map<String, String> roles = new LinkedHashMap<>();

    @Option(
            names = "--infinite",
            paramLabel = "ACTIVATION:LAYERS",
            description =
                    "also compare with the infinite-width kernels of a fully connected network on the inputs in the first"
                            + " file: relu, erf or linear, and the number of hidden layers, such as relu:3")
    private Optional<String> infinite = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "also write the report as text and HTML, its tables as CSV, and its figure as SVG and PNG")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Map<String, ArrayRole> known = new LinkedHashMap<>();
        for (Map.Entry<String, String> role : roles.entrySet()) {
            try {
                known.put(role.getKey(), ArrayRole.valueOf(role.getValue().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--role must be one of " + ArrayRole.words() + ", got '" + Quoted.of(role.getValue()) + "'",
                        e);
            }
        }
        Optional<InfiniteWidth.Network> limit;
        try {
            limit = infinite.map(InfiniteWidth.Network::of);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--infinite: " + e.getMessage(), e);
        }
        List<Checkpoint> moments = new ArrayList<>();
        for (Path file : files) {
            moments.add(read(file, known));
        }
        CheckpointReport report = CheckpointReport.of(moments, targets(), limit);
        String written = "";
        if (out.isPresent()) {
            Story.Drawing drawing = CheckpointPlate.of(report);
            Map<String, String> texts = new LinkedHashMap<>();
            texts.put("regime.txt", report.text());
            texts.put("regime.html", Displays.page(report, drawing));
            written = ReportFiles.write(out.get(), "", report, texts, drawing);
        }
        var print = spec.commandLine().getOut();
        print.print(report.text());
        print.print(written);
        return 0;
    }

    /** A file; one of another format holds weights at most, and is answered with the line to type. */
    private Checkpoint read(Path file, Map<String, ArrayRole> known) throws IOException {
        if (Files.isRegularFile(file) && !file.toString().matches(".*\\.(npy|npz|safetensors)")) {
            String name = file.getFileName().toString();
            String exporter = " outputs and derivatives from the network itself. Type: " + CheckpointReport.EXPORT;
            boolean two = files.size() > 1;
            String line = switch (name.replaceFirst(".*\\.", "").toLowerCase(Locale.ROOT)) {
                case "csv", "tsv", "txt", "json", "jsonl" ->
                    "a table, not a network. For a table of runs, type: environment/noisebook compare "
                            + Quoted.of(name);
                case "h5", "hdf5", "keras" ->
                    "weights of Keras alone give no verdict; export outputs and derivatives from the network itself. Type in Python, with"
                            + " environment/export on its path: from checkpoint_jax import export; export(f, before, after, x,"
                            + " \"training.npz\"), f(weights, x) being the network on JAX";
                case "onnx" -> "this format holds no derivatives; export" + exporter.formatted("before.pt", "after.pt");
                default ->
                    "weights alone give no verdict; export"
                            + exporter.formatted(
                                    Quoted.of(files.get(0).toString()),
                                    two ? Quoted.of(files.get(files.size() - 1).toString()) : "after.pt");
            };
            throw new IOException(Quoted.of(name) + ": " + line);
        }
        return Checkpoint.read(file, known);
    }

    private Optional<NumberArray> targets() throws IOException {
        if (targets.isEmpty()) {
            return Optional.empty();
        }
        Map<String, NumberArray> arrays = ArrayFile.read(targets.get());
        if (arrays.size() != 1) {
            throw new IOException(targets.get() + ": expected one array of targets, found " + arrays.size());
        }
        return Optional.of(arrays.values().iterator().next());
    }
}
