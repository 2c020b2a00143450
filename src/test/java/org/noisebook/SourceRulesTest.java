package org.noisebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Rules that only the source text can break, over main and test sources, with and without ND4J and OpenCL. */
class SourceRulesTest {
    private static final List<Path> MAIN =
            List.of(Path.of("src", "main", "java"), Path.of("src", "tensor", "java"), Path.of("src", "opencl", "java"));
    private static final List<Path> TEST = List.of(
            Path.of("src", "test", "java"),
            Path.of("src", "tensor-test", "java"),
            Path.of("src", "opencl-test", "java"));

    /** A note without an issue number. */
    private static final Pattern BARE_TODO = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b(?!.*#\\d)");

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.:/}])/(home|root|tmp|work|Users|mnt|usr|opt|var)/|\\b[A-Z]:\\\\\\\\");

    private static final Pattern UNORDERED = Pattern.compile("\\b(\\w+)\\s*=\\s*(Map|Set)\\.(of|ofEntries|copyOf)\\(");

    private static final Pattern PNG_FIGURE = Pattern.compile("figures/[\\w/-]+\\.png");

    private static final Set<Character.UnicodeScript> SCRIPTS = Set.of(
            Character.UnicodeScript.LATIN,
            Character.UnicodeScript.GREEK,
            Character.UnicodeScript.COMMON,
            Character.UnicodeScript.INHERITED);

    @Test
    void text() {
        List<String> trouble = new ArrayList<>();
        for (Path path : sources()) {
            List<String> lines = read(path).lines().toList();
            for (int k = 0; k < lines.size(); k++) {
                String line = lines.get(k);
                String place = path + ":" + (k + 1) + ": ";
                if (BARE_TODO.matcher(line).find()) {
                    trouble.add(place + "a note needs an issue number such as #12");
                }
                if (MACHINE_PATH.matcher(line).find()) {
                    trouble.add(place + "a path of one machine");
                }
                line.codePoints()
                        .filter(c -> !isAllowed(c))
                        .forEach(c -> trouble.add(place + "character " + String.format("U+%04X", c)));
            }
        }
        assertThat(trouble).isEmpty();
    }

    /** ASCII, and visible Latin and Greek letters, digits, marks and signs: nothing invisible and no look-alikes. */
    private static boolean isAllowed(int c) {
        if (c < 0x7F) {
            return c >= ' ';
        }
        int type = Character.getType(c);
        boolean visible = type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SPACE_SEPARATOR
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED
                && type != Character.PRIVATE_USE
                && type != Character.SURROGATE
                && type != Character.INITIAL_QUOTE_PUNCTUATION
                && type != Character.FINAL_QUOTE_PUNCTUATION;
        return visible && SCRIPTS.contains(Character.UnicodeScript.of(c));
    }

    /** What every build compiles must not need what one profile brings. */
    @Test
    void onlyTheirOwnFoldersKnowNd4jAndOpencl() {
        List<String> known = List.of("nd4j|bytedeco|noisebook\\.tensor", "jocl|noisebook\\.opencl");
        for (int k = 0; k < known.size(); k++) {
            Pattern pattern = Pattern.compile("^import (static )?org\\.(" + known.get(k) + ")\\.", Pattern.MULTILINE);
            Path main = MAIN.get(k + 1);
            Path test = TEST.get(k + 1);
            assertThat(sources().stream()
                            .filter(path -> pattern.matcher(read(path)).find()))
                    .isNotEmpty()
                    .allMatch(path -> path.startsWith(main) || path.startsWith(test));
        }
    }

    @Test
    void lineEndsAndTabs() {
        assertThat(sources().stream().filter(path -> read(path).chars().anyMatch(c -> c == '\r' || c == '\t')))
                .isEmpty();
    }

    /** Where a table of Map.of or Set.of is gone through, its order is another in the next JVM. */
    @Test
    void unorderedTablesAreNotGoneThrough() {
        List<String> trouble = new ArrayList<>();
        for (Path path : sources()) {
            String text = isMain(path) ? read(path) : "";
            UNORDERED
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> Pattern.compile(
                                    "\\b" + name + "\\s*\\.(forEach|entrySet|keySet|values|stream|iterator)\\(|:\\s"
                                            + name + "\\)\\s\\{")
                            .matcher(text)
                            .find())
                    .forEach(name -> trouble.add(path + ": " + name));
        }
        assertThat(trouble).isEmpty();
    }

    /** A package has one subject and tells it in the first sentence. */
    @Test
    void packages() {
        Map<Path, String> subjects = new TreeMap<>();
        for (Path path : sources()) {
            if (isMain(path)) {
                Path told = path.resolveSibling("package-info.java");
                subjects.computeIfAbsent(path.getParent(), room -> Files.exists(told) ? subject(read(told)) : "");
            }
        }
        assertThat(subjects)
                .allSatisfy((room, subject) ->
                        assertThat(subject).as("first sentence of %s", room).matches("\\p{Lu}.{19,199}\\."));
        assertThat(subjects.values()).doesNotHaveDuplicates();
    }

    /** The first sentence of its javadoc on one line; empty if there is none. */
    private static String subject(String text) {
        Matcher doc = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL).matcher(text);
        String plain =
                doc.find() ? doc.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip() : "";
        return plain.replaceAll("(?<=\\.)(\\s|<p>).*", "");
    }

    /** Committed pictures are SVG. A PNG is there only if .gitignore excepts it, for a host that cannot show SVG. */
    @Test
    void documentsShowOnlyCommittedPictures() throws IOException {
        assertThat(read(Path.of(".gitignore")).lines()).contains("figures/**/*.png");
        Set<String> kept = read(Path.of(".gitignore"))
                .lines()
                .filter(line -> line.matches("!figures/.*\\.png"))
                .map(line -> line.substring(1))
                .collect(Collectors.toSet());
        assertThat(kept).allMatch(name -> Files.exists(Path.of(name)));
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
        for (String root : List.of("src/site", "src/main", "notebooks", "environment", "datasets")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(file -> file.toString().matches(".*\\.(md|ipynb)"))
                        .filter(file -> !file.toString().contains("target"))
                        .forEach(documents::add);
            }
        }
        assertThat(documents)
                .hasSizeGreaterThan(50)
                .allSatisfy(file -> assertThat(
                                PNG_FIGURE.matcher(read(file)).results().map(found -> found.group()))
                        .as("%s", file)
                        .isSubsetOf(kept));
    }

    @Test
    void syntax() {
        List<String> trouble = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(d -> {}, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, d -> {}, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Rules(unit, docs, trouble).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(trouble).isEmpty();
    }

    private static final class Rules extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final DocTrees docs;
        private final List<String> trouble;
        private final Path path;

        Rules(CompilationUnitTree unit, DocTrees docs, List<String> trouble) {
            this.unit = unit;
            this.docs = docs;
            this.trouble = trouble;
            this.path = Path.of(unit.getSourceFile().getName());
        }

        private void complain(Tree tree, String what) {
            long start = docs.getSourcePositions().getStartPosition(unit, tree);
            trouble.add(path + ":" + unit.getLineMap().getLineNumber(start) + ": " + what);
        }

        @Override
        public Void visitImport(ImportTree tree, Void unused) {
            if (tree.getQualifiedIdentifier().toString().endsWith(".*")) {
                complain(tree, "a wildcard import");
            }
            return super.visitImport(tree, unused);
        }

        @Override
        public Void visitReturn(ReturnTree tree, Void unused) {
            if (tree.getExpression() instanceof LiteralTree literal && literal.getValue() == null && isMain(path)) {
                complain(tree, "null handed out: use Optional or an exception");
            }
            return super.visitReturn(tree, unused);
        }

        @Override
        public Void visitAnnotation(AnnotationTree tree, Void unused) {
            String name = tree.getAnnotationType().toString();
            if (name.startsWith("Disabled") || name.endsWith(".Disabled") || name.equals("Ignore")) {
                complain(tree, "a test that does not run");
            }
            return super.visitAnnotation(tree, unused);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
            String text = tree.toString();
            boolean stream = text.equals("System.out") || text.equals("System.err");
            if (stream && !path.getParent().endsWith("cli") && !path.getParent().endsWith("kernel")) {
                complain(tree, "a standard stream outside cli and kernel");
            }
            return super.visitMemberSelect(tree, unused);
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            boolean isPublic = tree.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    || (isMemberOfInterface() && tree.getKind() != Tree.Kind.CLASS);
            String doc = docs.getDocComment(getCurrentPath());
            if (isPublic && (doc == null || doc.isBlank())) {
                complain(tree, "public type " + tree.getSimpleName() + " without javadoc");
            }
            return super.visitClass(tree, unused);
        }

        private boolean isMemberOfInterface() {
            TreePath parent = getCurrentPath().getParentPath();
            return parent != null && parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
        }
    }

    private static boolean isMain(Path path) {
        return MAIN.stream().anyMatch(path::startsWith);
    }

    private static List<Path> sources() {
        List<Path> all = new ArrayList<>();
        for (Path root : Stream.of(MAIN, TEST).flatMap(List::stream).toList()) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(all).as("sources, from the folder with pom.xml").hasSizeGreaterThan(50);
        return all;
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
