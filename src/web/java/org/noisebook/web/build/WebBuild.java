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
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.vm.TeaVMOptimizationLevel;

/** Compiles the kit for web pages: {@code WebBuild ROOT WORK PAGE KIT WEB JDK MATH [FIGURE…]}. */
public final class WebBuild {
    private WebBuild() {}

    /**
     * Writes into a page's folder the module twice, with and without fused multiply-adds, what the page knows of each figure,
     * the files that figures read, and the list of classes taken from the JDK.
     *
     * @param args the checkout, folders to work in and to write into, folders of the kit's classes and of those of this build,
     *     home of a JDK 21 or newer, jar of Commons Math, ids of figures; none for those that pages offer
     */
    public static void main(String... args) throws Exception {
        Path work = Path.of(args[1]);
        Path page = Path.of(args[2]);
        Path kit = Path.of(args[3]);
        Sheets sheets = new Sheets(Path.of(args[0]), kit);
        List<String> figures = args.length > 7
                ? Arrays.asList(args).subList(7, args.length)
                : List.copyOf(sheets.offered().keySet());
        Path rewritten = work.resolve("classes");
        clear(rewritten);
        long start = System.nanoTime();
        Rewriter rewriter = new Rewriter(rewritten);
        rewriter.folder(
                kit,
                "META-INF",
                "org/noisebook/cli",
                "org/noisebook/kernel",
                "org/noisebook/notebook",
                "org/noisebook/opencl",
                "org/noisebook/site",
                "org/noisebook/tensor",
                "org/noisebook/web");
        rewriter.folder(Path.of(args[4]), "org/noisebook/web/build");
        rewriter.jar(Path.of(args[6]));
        Set<String> taken = rewriter.jdk(Path.of(args[5]));
        Files.createDirectories(page);
        Files.write(page.resolve("jdk-classes.txt"), taken);
        said("rewritten", start);
        Path source = work.resolve("generated/org/noisebook/web/generated/Registry.java");
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
        teavm(work, rewritten);
        said("compiled", start);
        byte[] plain = Files.readAllBytes(work.resolve("kit.wasm"));
        Files.write(page.resolve("kit-fma.wasm"), FusedModule.of(plain));
        Files.write(page.resolve("kit.wasm"), plain);
        sheets.write(page);
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
            Files.deleteIfExists(out.resolve("kit.wasm"));
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
