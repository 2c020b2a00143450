package org.noisebook.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.noisebook.data.Frame;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Origin;
import org.noisebook.figure.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Packs papers for an archive. */
@Command(
        name = "export",
        description = "Pack committed figures, their claims, licences and the kit into one zip, which reproduces them"
                + " anywhere with Java alone. The same files give the same bytes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook export slepian                       into noisebook-slepian.zip",
            "  noisebook export network-tmax network-topt --out network.zip"
        })
final class ExportCommand implements Callable<Integer> {
    /** Of all entries, as in the build's jar. */
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);
    /** A library of the notice; the kit needs no LGPL one, which would ask for its own licence and source in the archive. */
    private static final Pattern LIBRARY = Pattern.compile("(?m)^(?!LGPL)[A-Z]\\S+ {2,}\\S+:(\\S+)$");
    /** What needs libraries that the archive lacks: other engines, whose numbers are not the committed ones. */
    private static final Pattern LEFT_OUT =
            Pattern.compile("org/noisebook/(tensor|opencl)/.*|META-INF/services/org\\.noisebook\\..*\\$.*");

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "PAPER", description = "the id of a paper's figure")
    private List<String> papers = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FILE.zip", description = "where it goes (default: noisebook-PAPER.zip)")
    private Optional<Path> out = Optional.empty();

    @Override
    public Integer call() throws IOException {
        List<String> ids =
                papers.stream().map(id -> Catalogue.figure(id).id()).distinct().toList();
        List<String> names = new ArrayList<>(List.of("LICENSE", "NOTICE", "figures/claims.csv"));
        for (String id : ids) {
            Stream.of(".svg", ".csv", ".json").forEach(ending -> names.add("figures/" + id + ending));
        }
        // By name, so in one order.
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : names) {
            files.put(name, WholeFile.read(ExperimentOptions.home().resolve(name)));
        }
        String all = new String(files.get("figures/claims.csv"), StandardCharsets.UTF_8);
        List<Claim> claims = Claim.parse(Frame.parseCsv(all)).stream()
                .filter(claim -> ids.contains(claim.figure()))
                .toList();
        files.put("figures/claims.csv", Claim.frame(claims).csv().getBytes(StandardCharsets.UTF_8));
        List<String> libraries = new ArrayList<>();
        for (Path library : libraries(new String(files.get("NOTICE"), StandardCharsets.UTF_8))) {
            libraries.add("lib/" + library.getFileName());
            files.put(libraries.get(libraries.size() - 1), Files.readAllBytes(library));
        }
        String jar = "noisebook-" + Origin.kitVersion() + ".jar";
        files.put(jar, kit(String.join(" ", libraries)));
        try (InputStream in = Main.class.getResourceAsStream("/org/noisebook/archive.md")) {
            String readme = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("JAR", jar)
                    .replace("IDS", String.join(" ", ids))
                    .replace("FIGURES", "--figure " + String.join(" --figure ", ids));
            files.put("README.md", readme.getBytes(StandardCharsets.UTF_8));
        }
        Path target = out.orElse(Path.of("noisebook-" + String.join("-", papers) + ".zip"));
        WholeFile.write(target, file -> Files.write(file, zip(files)));
        spec.commandLine()
                .getOut()
                .println(target + ": " + String.join(", ", ids) + ", " + claims.size() + " claims, "
                        + (Files.size(target) >> 20) + " MB; its README.md says how to check");
        return 0;
    }

    /** The jars that the notice names for every build: on the class path, or in lib beside the kit's jar. */
    private static List<Path> libraries(String notice) throws IOException {
        List<Path> there = new ArrayList<>();
        if (Files.isDirectory(place())) {
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .forEach(there::add);
        } else {
            try (Stream<Path> beside = Files.list(place().resolveSibling("lib"))) {
                beside.forEach(there::add);
            }
        }
        List<String> names = LIBRARY.matcher(notice.split("In a build with")[0])
                .results()
                .map(line -> line.group(1))
                .toList();
        List<Path> libraries = new ArrayList<>();
        for (String name : names) {
            // ND4J's own Guava is a milestone.
            String file = Pattern.quote(name) + "-(?!.*-M\\d)\\d.*\\.jar";
            libraries.add(there.stream()
                    .filter(path -> path.getFileName().toString().matches(file))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the class path lacks " + name + ", which NOTICE names")));
        }
        return libraries;
    }

    /** Of the kit's classes: a folder or a jar. */
    private static Path place() {
        return Path.of(URI.create(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** The kit's classes as a jar that starts with these libraries. */
    private static byte[] kit(String libraries) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        if (Files.isDirectory(place())) {
            addEntries(place(), entries);
        } else {
            Path data = place().resolveSibling("lib").resolve("noisebook-" + Origin.kitVersion() + "-data.jar");
            for (Path part : Files.exists(data) ? List.of(data, place()) : List.of(place())) {
                try (FileSystem jar = FileSystems.newFileSystem(part)) {
                    addEntries(jar.getPath("/"), entries);
                }
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, libraries);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        entries.put(JarFile.MANIFEST_NAME, bytes.toByteArray());
        return zip(entries);
    }

    private static void addEntries(Path root, Map<String, byte[]> entries) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().replace(File.separatorChar, '/');
                if (!LEFT_OUT.matcher(name).matches()) {
                    entries.put(name, Files.readAllBytes(file));
                }
            }
        }
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> one : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(one.getKey());
                entry.setTimeLocal(TIME);
                zip.putNextEntry(entry);
                zip.write(one.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
