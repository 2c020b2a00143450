package org.noisebook.web.build;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Story;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/** Compiles the kit for web pages: {@code WebBuild OUT KIT WEB JDK MATH [FIGURE…]}. */
public final class WebBuild {
    private WebBuild() {}

    /**
     * Writes {@code kit.wasm}, {@code kit-fma.wasm} and the list of classes taken from the JDK.
     *
     * @param args folder to write into, folders of the kit's classes and of those of this build, home of a JDK 21 or newer,
     *     jar of Commons Math, ids of figures; none for all
     */
    public static void main(String... args) throws Exception {
        Path out = Path.of(args[0]);
        Path kit = Path.of(args[1]);
        List<String> figures = args.length > 5
                ? Arrays.asList(args).subList(5, args.length)
                : Catalogue.figures().stream().map(Story::id).toList();
        Path rewritten = out.resolve("classes");
        clear(rewritten);
        long start = System.nanoTime();
        Rewriter rewriter = new Rewriter(rewritten);
        rewriter.folder(
                kit,
                "META-INF",
                "org/noisebook/cli",
                "org/noisebook/kernel",
                "org/noisebook/notebook",
                "org/noisebook/site");
        rewriter.folder(Path.of(args[2]), "org/noisebook/web/build");
        rewriter.jar(Path.of(args[4]));
        Set<String> taken = rewriter.jdk(Path.of(args[3]));
        Files.write(out.resolve("jdk-classes.txt"), taken);
        said("rewritten", start);
        Path source = out.resolve("generated/org/noisebook/web/generated/Registry.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, new Generator().source(figures, kit));
        String libraries = System.getProperty("java.class.path");
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-nowarn",
                        "-proc:none",
                        "-cp",
                        rewritten + File.pathSeparator + libraries,
                        "-d",
                        rewritten.toString(),
                        source.toString());
        if (code != 0) {
            throw new IOException("the registry does not compile");
        }
        said("registry", start);
        teavm(out, rewritten);
        said("compiled", start);
        byte[] plain = Files.readAllBytes(out.resolve("kit.wasm"));
        Files.write(out.resolve("kit-fma.wasm"), FusedModule.of(plain));
        said(plain.length + " bytes", start);
        System.exit(0);
    }

    private static void said(String what, long start) {
        System.err.printf("%s, %.1f s%n", what, (System.nanoTime() - start) / 1e9);
    }

    private static void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    private static void teavm(Path out, Path classes) throws Exception {
        List<URL> urls = List.of(classes.toUri().toURL());
        List<File> files = new ArrayList<>(List.of(classes.toFile()));
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(File::new)
                .filter(one -> one.getName().matches("(teavm|jzlib)-.*"))
                .forEach(files::add);
        try (URLClassLoader loader = new Rewritten(urls.toArray(URL[]::new))) {
            TeaVMTool tool = new TeaVMTool();
            tool.setTargetType(TeaVMTargetType.WEBASSEMBLY_GC);
            tool.setMainClass("org.noisebook.web.Web");
            tool.setTargetDirectory(out.toFile());
            tool.setTargetFileName("kit.wasm");
            tool.setClassLoader(loader);
            tool.setClassPath(files);
            tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
            tool.setObfuscated(true);
            tool.setStrict(false);
            tool.generate();
            // What is missing throws where it is reached, and no figure that is offered reaches it.
            tool.getProblemProvider().getSevereProblems().stream()
                    .map(problem -> problem.getText() + " " + Arrays.toString(problem.getParams()))
                    .filter(text -> !text.contains("jdk.incubator.vector"))
                    .distinct()
                    .sorted()
                    .forEach(System.err::println);
            if (!Files.exists(out.resolve("kit.wasm"))) {
                throw new IOException("TeaVM could not compile the kit");
            }
        }
    }

    /** Finds rewritten classes before those of this program. */
    private static final class Rewritten extends URLClassLoader {
        Rewritten(URL... folders) {
            super(folders, WebBuild.class.getClassLoader());
        }

        @Override
        public URL getResource(String name) {
            URL own = findResource(name);
            return own == null ? super.getResource(name) : own;
        }
    }
}
