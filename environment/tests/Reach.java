import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which tests, scripts, notebooks and figures a change reaches; without arguments it says how it is called.
 *
 * <p>A file reaches the classes that its code names, and what these reach. That is read from the sources: so constants count, which the
 * compiler copies, and nothing need compile. Studies and figures in the catalogue and commands of the command line, which are looked up
 * by name, are reached by whoever writes that name, or goes through all of them. A float twin is its double source, and a template its
 * class. Changes of comments alone reach only what reads sources. What is gone has changed those that named it.
 */
final class Reach {
    /** A class of tests, a study under the contract of all, its sweep in determinism-test.sh, a script, a notebook or a figure. */
    record Item(String kind, String name, String file) {}

    /** Code with its literals numbered, and the literals. */
    record Text(String code, List<String> literals) {}

    private static final Pattern MAIN = Pattern.compile("src/(main|tensor|opencl|spark)/(java|templates)/.*\\.java");
    private static final Pattern TEST = Pattern.compile("src/(test|tensor-test|opencl-test)/java/(.*)\\.java");
    private static final Pattern SCRIPT = Pattern.compile("environment/tests/(?!notebooks-run)[\\w-]+-(test|run)\\.sh");
    private static final Pattern IMPORT = Pattern.compile("import (?:static )?([a-z]\\w*(?:\\.\\w+)+(?:\\.\\*)?);");
    private static final Pattern WORD = Pattern.compile("(?<![\\w.])[A-Z]\\w*");
    private static final Pattern WHOLE_NAME = Pattern.compile("\\b[a-z]\\w*(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*");
    private static final Pattern PATH = Pattern.compile("Path\\.of\\((\"\\d+\"(?:, \"\\d+\")*)\\)");
    /** Goes through all studies, figures, papers or classes. */
    private static final Pattern ALL =
            Pattern.compile("Catalogue\\s*\\.\\s*(figures|studies|chapters)\\(|ServiceLoader|ClassFileImporter|PaperPage\\.all");

    private static final Pattern BUILD = Pattern.compile("pom\\.xml|\\.mvn/.*|\\.ci/.*|environment/(verify|setup)\\.sh"
            + "|environment/tests/Reach\\.java|environment/generate/.*|figures/regenerate\\.sh|src/test/resources/junit.*");
    /** Read by tests of documents and by those who name them. */
    private static final Pattern DOCUMENT = Pattern.compile(".*\\.(md|cff)|codemeta\\.json|LICENSE|NOTICE|\\.gitignore|\\.(binder|devcontainer)/.*"
            + "|src/site/.*|notebooks/.*|figures/.*|environment/(Containerfile.*|(cluster|benchmarks|tests)/.*)");
    private static final Pattern TABLE = Pattern.compile("src/.*\\.tsv|.*/META-INF/(services|families)/.*");
    private static final String TREE = "folder ";
    private static final String SWEEPS = "environment/tests/determinism-test.sh";
    private static final Pattern SWEEP = Pattern.compile("\\w+=\\(run ([\\w-]+) .*");
    private static final String EXAMPLE = "environment/library-example";
    /** Parts of the kit that only some builds have, and that are looked up. */
    private static final List<String> PARTS = List.of("nd4j", "opencl", "spark");

    private final Path root;
    private final Set<String> files = new TreeSet<>();
    private final Map<String, Text> texts = new TreeMap<>();
    /** Files of what is named: classes by simple name, commands, studies, figures and members of families. */
    private final Map<String, List<String>> classes = new HashMap<>();

    private final Map<String, String> commands = new TreeMap<>();
    private final Map<String, String> studies = new TreeMap<>();
    private final Map<String, String> figures = new TreeMap<>();
    private final Map<String, Set<String>> families = new HashMap<>();
    private final Map<String, Set<String>> reached = new HashMap<>();
    private final Map<String, Set<String>> reachedBy = new HashMap<>();
    private final List<Item> items = new ArrayList<>();
    private final Map<String, Double> seconds = new HashMap<>();
    /** What scripts and notebooks say that they reach. */
    private final Map<String, List<String>> declared = new TreeMap<>();

    private Reach(Path root) throws IOException {
        this.root = root;
        for (String file : git("ls-files", "-co", "--exclude-standard").split("\n")) {
            if (Files.isRegularFile(root.resolve(file))) {
                files.add(file);
            }
        }
        for (String file : files) {
            if (MAIN.matcher(file).matches() || TEST.matcher(file).matches() || file.endsWith(".ipynb")
                    || file.startsWith("environment/") && file.matches(".*(\\.sh|\\.py|\\.java|/noisebook)")) {
                texts.put(file, text(file, Files.readString(root.resolve(file))));
            }
        }
        texts.forEach(this::name);
        for (String file : files) {
            if (file.contains("/META-INF/families/")) {
                for (String member : Files.readAllLines(root.resolve(file))) {
                    families.computeIfAbsent(fileOf(simple(file)), key -> new HashSet<>()).add(fileOf(member));
                }
            }
        }
        rows("reaches.tsv").forEach(row -> declared.put(row[0], List.of(row[1].split(" "))));
        texts.keySet().forEach(this::link);
        reached.forEach((from, all) -> all.forEach(to -> reachedBy.computeIfAbsent(to, key -> new TreeSet<>()).add(from)));
        find();
        rows("seconds.tsv").forEach(row -> seconds.put(row[0] + " " + row[1], Double.valueOf(row[2])));
    }

    private List<String[]> rows(String table) throws IOException {
        Path file = root.resolve("environment/tests/" + table);
        return Files.notExists(file) ? List.of()
                : Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).map(line -> line.split("\t")).toList();
    }

    private String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "core.quotePath=false", "-C", root.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalArgumentException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return out;
    }

    private static String simple(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.java$", "");
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The file of a class, null if there is none: by its binary name, or its simple name, which is nearly always enough. */
    private String fileOf(String name) {
        String binary = name.replaceFirst("\\$.*", "").replace('.', '/');
        List<String> all = classes.getOrDefault(simple(binary), List.of());
        return all.stream().filter(file -> home(file).equals(home(binary))).findFirst().orElse(all.isEmpty() ? null : all.get(0));
    }

    /** The folder of a class's package. */
    private static String home(String file) {
        return file.substring(0, Math.max(0, file.lastIndexOf('/'))).replaceFirst("src/[\\w-]+/(java|templates)/", "");
    }

    private static String twin(String name) {
        return name.replaceAll("Double(?!s)", "Float");
    }

    /** Without comments, white space made one space; of a notebook the cells with code. */
    static Text text(String file, String content) {
        if (file.endsWith(".ipynb")) {
            StringBuilder cells = new StringBuilder();
            Matcher cell = Pattern.compile("(?s)\"cell_type\": \"code\".*?\"source\": \\[(.*?)\\n   ]").matcher(content);
            while (cell.find()) {
                cells.append(cell.group(1).replaceAll("(?m)^ *\"|\",?$", "").replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
                cells.append('\n');
            }
            return text("cells.java", cells.toString());
        }
        if (!file.endsWith(".java")) {
            return new Text(content.lines().filter(line -> !line.matches(" *#.*")).collect(Collectors.joining("\n")), List.of());
        }
        StringBuilder code = new StringBuilder();
        List<String> literals = new ArrayList<>();
        Matcher part = Pattern.compile("(?s)/\\*.*?\\*/|//(?! float:)[^\\n]*|\"\"\"(.*?)(?<!\\\\)\"\"\"|\"((?:[^\"\\\\]|\\\\.)*)\"|'(?:[^'\\\\]|\\\\.)+'|\\s+|[^/\"'\\s]+|.").matcher(content);
        while (part.find()) {
            String whole = part.group();
            String literal = part.group(1) != null ? part.group(1) : part.group(2);
            if (literal != null) {
                code.append('"').append(literals.size()).append('"');
                literals.add(literal);
            } else if (Character.isWhitespace(whole.charAt(0)) || whole.startsWith("/*") || whole.startsWith("//")) {
                if (code.length() != 0 && code.charAt(code.length() - 1) != ' ') {
                    code.append(' ');
                }
            } else {
                code.append(whole);
            }
        }
        return new Text(code.toString(), literals);
    }

    /** What a file is called elsewhere. */
    private void name(String file, Text text) {
        if (!file.endsWith(".java") || !file.startsWith("src/")) {
            return;
        }
        Stream.of(simple(file), twin(simple(file))).distinct().forEach(name -> classes.computeIfAbsent(name, key -> new ArrayList<>()).add(file));
        if (MAIN.matcher(file).matches()) {
            if (simple(file).endsWith("Command")) {
                ids("^.*?@Command\\([^@]*?\\bname = \"(\\d+)\"", file, text, commands);
            }
            ids("@StudyInfo\\([^@]*?\\bid = \"(\\d+)\"", file, text, studies);
            ids("\\bstudy = \"(\\d+)\"", file, text, studies);
            ids("@Paper\\([^@]*?\\bfigure = \"(\\d+)\"", file, text, figures);
            ids("\\b(?:super|this)\\( ?\"(\\d+)\",", file, text, figures);
        }
    }

    private static void ids(String pattern, String file, Text text, Map<String, String> ids) {
        Matcher id = Pattern.compile(pattern).matcher(text.code);
        while (id.find()) {
            ids.putIfAbsent(text.literals.get(Integer.parseInt(id.group(1))), file);
        }
    }

    private void link(String file) {
        Set<String> all = reached.computeIfAbsent(file, key -> new TreeSet<>());
        Text text = texts.get(file);
        boolean test = TEST.matcher(file).matches();
        declared.getOrDefault(file, List.of()).forEach(word -> all.addAll(meant(word)));
        if (file.startsWith("environment/")) {
            all.addAll(named(file, text));
            texts.keySet().stream().filter(other -> other.matches("environment/.*\\..*") && mentions(text, other)).forEach(all::add);
            if (file.startsWith(EXAMPLE)) {
                reached.computeIfAbsent(EXAMPLE, key -> new TreeSet<>()).add(file);
                declared.getOrDefault(EXAMPLE, List.of()).forEach(word -> reached.get(EXAMPLE).addAll(meant(word)));
            }
        } else if (file.endsWith(".ipynb")) {
            all.add("environment/tests/notebooks-run.sh");
            all.add(file.replaceFirst("/([^/]*)\\.ipynb", "/outputs/$1.json"));
        } else {
            all.addAll(named(file, text));
            if (simple(file).equals("CommandTree")) {
                all.removeAll(commands.values());
            }
            for (String literal : text.literals) {
                String base = literal.substring(literal.lastIndexOf('/') + 1);
                for (String resource : resources(base)) {
                    if (test || resource.matches("src/(main|tensor|opencl)/resources/.*|datasets/.*")) {
                        all.add(resource);
                    }
                }
            }
            if (test) {
                looksUp(file, text, all);
            }
        }
        all.remove(file);
    }

    private final Map<String, List<String>> byBase = new HashMap<>();

    private List<String> resources(String base) {
        if (byBase.isEmpty()) {
            files.stream().filter(file -> !file.endsWith(".java")).forEach(
                    file -> byBase.computeIfAbsent(file.substring(file.lastIndexOf('/') + 1), key -> new ArrayList<>()).add(file));
        }
        return byBase.getOrDefault(base, List.of());
    }

    /** The files of the classes that code names, where its imports let it. */
    private Set<String> named(String file, Text text) {
        Set<String> all = new HashSet<>();
        Set<String> places = new HashSet<>(Set.of(home(file)));
        Matcher imported = IMPORT.matcher(text.code);
        while (imported.find()) {
            String name = imported.group(1).replaceFirst("(\\.[A-Z]\\w*).*|\\.\\*", "$1").replace('.', '/');
            places.add(name);
            if (name.startsWith("org/noisebook/") && simple(name).matches("[A-Z].*")) {
                all.add(fileOf(name));
            }
        }
        String code = text.code.replaceAll("import [^;]*;", "");
        Matcher word = WORD.matcher(code);
        while (word.find()) {
            classes.getOrDefault(word.group(), List.of()).stream().filter(of -> places.contains(home(of))).forEach(all::add);
        }
        Matcher whole = WHOLE_NAME.matcher(code + " " + String.join(" ", text.literals));
        while (whole.find()) {
            all.add(fileOf(whole.group()));
        }
        all.remove(null);
        return all;
    }

    /** What a test finds by a name, and what it reads of the tree. */
    private void looksUp(String file, Text text, Set<String> all) {
        Set<String> literals = new HashSet<>(text.literals);
        if (text.code.matches("(?s).*\\b(Main|Called)\\b.*")) {
            Set<String> called = new HashSet<>(commands.keySet());
            called.retainAll(literals);
            (called.isEmpty() ? commands.keySet() : called).forEach(command -> all.add(commands.get(command)));
        }
        studies.keySet().stream().filter(literals::contains).map(studies::get).forEach(all::add);
        figures.keySet().stream().filter(literals::contains).map(figures::get).forEach(all::add);
        PARTS.stream().filter(part -> literals.contains(part) || file.startsWith("src/" + folder(part) + "-test/")).forEach(part -> all.addAll(meant(part)));
        families.forEach((family, members) -> members.forEach(member -> {
            String label = Character.toLowerCase(simple(member).charAt(0)) + simple(member).substring(1);
            if (text.literals.stream().anyMatch(literal -> literal.contains("=" + label))) {
                all.add(member);
            }
        }));
        if (ALL.matcher(text.code).find()) {
            all.add(TREE);
        }
        Matcher path = PATH.matcher(text.code);
        while (path.find()) {
            String place = Arrays.stream(path.group(1).replace("\"", "").split(", "))
                    .map(number -> text.literals.get(Integer.parseInt(number)))
                    .collect(Collectors.joining("/"));
            all.add(files.contains(place) ? place : TREE + place);
        }
    }

    private static String folder(String part) {
        return part.equals("nd4j") ? "tensor" : part;
    }

    private static boolean mentions(Text text, String file) {
        return text.code.matches("(?s).*[/ \"']" + Pattern.quote(file.replaceFirst(".*/", "")) + "\\b.*");
    }

    /** What a word of {@code reaches.tsv} means. */
    private Collection<String> meant(String word) {
        if (word.equals("everything")) {
            return List.of(TREE);
        }
        if (PARTS.contains(word)) {
            return files.stream().filter(file -> file.startsWith("src/" + folder(word) + "/java/")).toList();
        }
        Set<String> all = new HashSet<>();
        all.addAll(classes.getOrDefault(word, List.of()));
        for (Map<String, String> names : List.of(commands, studies, figures)) {
            if (names.containsKey(word)) {
                all.add(names.get(word));
            }
        }
        return all;
    }

    private void find() {
        boolean contract = files.stream().anyMatch(file -> file.endsWith("/StudyContractTest.java"));
        for (String file : texts.keySet()) {
            Matcher test = TEST.matcher(file);
            if (test.matches() && file.endsWith("Test.java") && !texts.get(file).code.contains("abstract class " + simple(file))) {
                items.add(new Item("test", test.group(2), file));
                if (!twin(simple(file)).equals(simple(file))) {
                    items.add(new Item("test", test.group(2).replace(simple(file), twin(simple(file))), file));
                }
            } else if (SCRIPT.matcher(file).matches()) {
                items.add(new Item("script", file, file));
            } else if (file.endsWith(".ipynb")) {
                items.add(new Item("notebook", file, file));
            }
        }
        if (reached.containsKey(EXAMPLE)) {
            items.add(new Item("script", EXAMPLE, EXAMPLE));
        }
        studies.forEach((id, file) -> {
            if (contract) {
                items.add(new Item("study", id, file));
                items.add(new Item("sweep", id, file));
            }
        });
        figures.forEach((id, file) -> {
            if (files.contains("figures/" + id + ".json")) {
                items.add(new Item("figure", id, file));
            }
        });
    }

    /** Everything from which one of these is reached, each with that one. */
    private Map<String, String> reaching(Map<String, String> starts) {
        Map<String, String> found = new HashMap<>(starts);
        Deque<String> next = new ArrayDeque<>(starts.keySet());
        while (!next.isEmpty()) {
            String one = next.remove();
            for (String from : reachedBy.getOrDefault(one, Set.of())) {
                if (found.putIfAbsent(from, found.get(one)) == null) {
                    next.add(from);
                }
            }
        }
        return found;
    }

    /** A change of a file: its text before and after, null where there was or is none, or the same where only lines of tables count. */
    record Change(String file, String before, String after) {}

    /** What a change reaches, and why. */
    Map<Item, String> select(Collection<Change> changes) {
        Map<String, String> classesChanged = new TreeMap<>();
        Map<String, String> changed = new TreeMap<>();
        Set<String> drawn = new HashSet<>();
        Set<String> swept = new HashSet<>();
        for (Change change : changes) {
            String file = change.file;
            changed.put(file, file);
            for (int end = file.length(); end >= 0; end = file.lastIndexOf('/', end - 1)) {
                changed.put(TREE + file.substring(0, end), file);
            }
            changed.put(TREE, file);
            if (BUILD.matcher(file).matches()) {
                return all(file + " changed");
            }
            if (TABLE.matcher(file).matches()) {
                for (String line : difference(change)) {
                    String owner = owner(line.split("\t")[0]);
                    if (owner == null) {
                        classesChanged.put(file, file);
                    } else {
                        classesChanged.put(owner, file);
                    }
                }
            } else if (file.equals(SWEEPS) && difference(change).stream().allMatch(line -> line.matches(SWEEP + "| {4}(--.*|[a-z_ ]+\\)?)|all=\\(.*"))) {
                difference(change).stream().map(SWEEP::matcher).filter(Matcher::matches).forEach(sweep -> swept.add(sweep.group(1)));
            } else if (file.matches("figures/[\\w-]+\\.\\w+")) {
                drawn.add(file.replaceAll("figures/|\\.\\w+$", ""));
            } else if (texts.containsKey(file) || file.endsWith(".java")) {
                if (change.before == null || change.after == null || !text(file, change.before).equals(text(file, change.after))) {
                    classesChanged.put(file, file);
                }
            } else if (reachedBy.containsKey(file)) {
                classesChanged.put(file, file);
            } else if (file.startsWith("src/test/resources/org/") || file.startsWith("src/opencl/resources/")) {
                String folder = file.substring(0, file.lastIndexOf('/')).replaceFirst("src/(\\w+)/resources", "src/$1/java");
                texts.keySet().stream().filter(other -> other.startsWith(folder + "/")).forEach(other -> classesChanged.put(other, file));
            } else if (!DOCUMENT.matcher(file).matches() && change.after != null) {
                return all(file + " changed, which nothing is known to read");
            }
        }
        Map<String, String> byClass = reaching(classesChanged);
        changed.keySet().removeIf(file -> texts.containsKey(file) && !classesChanged.containsKey(file));
        Map<String, String> byFile = reaching(changed);
        byFile.keySet().removeAll(byClass.keySet());
        Map<String, String> withMembers = byClass;
        for (int size = -1; size != withMembers.size(); ) {
            size = withMembers.size();
            Map<String, String> more = new TreeMap<>(withMembers);
            families.forEach((family, members) -> members.stream().filter(more::containsKey).findFirst()
                    .ifPresent(member -> more.putIfAbsent(family, more.get(member))));
            withMembers = reaching(more);
        }
        Map<Item, String> chosen = new LinkedHashMap<>();
        String contract = byClass.get(fileOf("StudyContractTest"));
        String sweeps = byClass.get(SWEEPS);
        for (Item item : items) {
            String why = byClass.getOrDefault(item.file, byFile.get(item.file));
            if (!item.kind.matches("test|script")) {
                why = withMembers.get(item.file);
            }
            if (item.kind.equals("study") && contract != null) {
                why = contract;
            } else if (item.kind.equals("sweep") && sweeps != null) {
                why = sweeps;
            } else if (item.kind.equals("sweep") && swept.contains(item.name)) {
                why = SWEEPS;
            } else if (item.kind.equals("figure") && drawn.contains(item.name)) {
                why = "figures/" + item.name;
            } else if (item.kind.equals("notebook") && why == null) {
                why = drawn.stream().filter(id -> reached.get(item.file).contains(figures.getOrDefault(id, ""))).findFirst().orElse(null);
            }
            if (why != null) {
                chosen.put(item, why);
            }
        }
        settle(chosen);
        return chosen;
    }

    /** What runs the studies and sweeps that are chosen is chosen with them, and not without them. */
    private void settle(Map<Item, String> chosen) {
        Map<String, String> kinds = new HashMap<>();
        chosen.forEach((item, why) -> kinds.putIfAbsent(item.kind, why));
        for (Item item : items) {
            String kind = item.file.equals(SWEEPS) ? "sweep" : item.name.matches(".*/(Study|Paper)ContractTest") ? "study" : null;
            if (kind != null && kinds.containsKey(kind)) {
                chosen.putIfAbsent(item, kinds.get(kind));
            } else if (kind != null) {
                chosen.remove(item);
            }
        }
    }

    private Map<Item, String> all(String why) {
        return items.stream().collect(Collectors.toMap(item -> item, item -> why, (one, two) -> one, LinkedHashMap::new));
    }

    private static List<String> difference(Change change) {
        Set<String> before = new HashSet<>(change.before == null ? List.of() : change.before.lines().toList());
        Set<String> after = new HashSet<>(change.after == null ? List.of() : change.after.lines().toList());
        return Stream.concat(before.stream().filter(line -> !after.contains(line)), after.stream().filter(line -> !before.contains(line)))
                .filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }

    /** The file of the class, study or figure with whose name a row of a table begins. */
    private String owner(String name) {
        if (name.contains(".")) {
            return fileOf(name);
        }
        for (String id = name; !id.isEmpty(); id = id.substring(0, Math.max(0, id.lastIndexOf('-')))) {
            if (figures.containsKey(id) || studies.containsKey(id)) {
                return figures.getOrDefault(id, studies.get(id));
            }
        }
        return null;
    }

    /** What has changed in the folder since a commit. */
    private List<Change> since(String commit) throws IOException {
        Set<String> names = new TreeSet<>(List.of(git("diff", "--name-only", "--no-renames", commit).split("\n")));
        names.addAll(List.of(git("ls-files", "-o", "--exclude-standard").split("\n")));
        names.remove("");
        Set<String> before = new HashSet<>(List.of(git("ls-tree", "-r", "--name-only", commit).split("\n")));
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Path file = root.resolve(name);
            boolean read = name.matches(".*\\.(java|tsv|sh|py|ipynb)|.*/META-INF/.*");
            changes.add(new Change(name, !before.contains(name) ? null : read ? git("show", commit + ":" + name) : "",
                    !Files.isRegularFile(file) ? null : read ? Files.readString(file) : ""));
        }
        return changes;
    }

    private double seconds(Item item) {
        return seconds.getOrDefault(item.kind + " " + item.name, 0.0);
    }

    /** Of what is not chosen a third, dealt so that the thirds take equal times. */
    private void add(Map<Item, String> chosen, int third) {
        List<Item> rest = new ArrayList<>(items);
        rest.removeAll(chosen.keySet());
        rest.sort(Comparator.comparing((Item item) -> -seconds(item)).thenComparing(Item::kind).thenComparing(Item::name));
        for (int k = 0; k < rest.size(); k++) {
            if (Math.min(k % 6, 5 - k % 6) == third) {
                chosen.put(rest.get(k), "in turn");
            }
        }
        settle(chosen);
    }

    private void print(Map<Item, String> chosen) {
        for (Item item : items) {
            System.out.printf("%s\t%s\t%.1f\t%s%n", item.kind, item.name, seconds(item), chosen.getOrDefault(item, "-"));
        }
    }

    /** The share of the tests' seconds that each of the last commits to touch Java needs. */
    private void shares(int count) throws IOException {
        Map<String, String> now = new HashMap<>();
        List<Double> shares = new ArrayList<>();
        Map<String, double[]> kinds = new TreeMap<>();
        double total = items.stream().filter(item -> !item.kind.equals("figure")).mapToDouble(this::seconds).sum();
        for (String commit : git("log", "-n", "" + count, "--no-merges", "--format=%H", "--", "*.java").split("\n")) {
            List<Change> changes = new ArrayList<>();
            for (String line : git("diff-tree", "-r", "-M", "--no-commit-id", "--name-status", "--root", commit).split("\n")) {
                String[] cells = line.split("\t");
                String old = cells[1];
                String name = cells[cells.length - 1];
                String today = now.getOrDefault(name, name);
                now.put(old, today);
                boolean read = name.matches(".*\\.(java|tsv|sh|py|ipynb)|.*/META-INF/.*");
                String before = cells[0].equals("A") ? null : read ? git("show", commit + "^:" + old) : "";
                String after = cells[0].equals("D") ? null : read ? git("show", commit + ":" + name) : "";
                if (files.contains(today) || BUILD.matcher(today).matches()) {
                    changes.add(new Change(today, before, after));
                }
            }
            Map<Item, String> chosen = select(changes);
            double needed = 0;
            for (Item item : chosen.keySet()) {
                if (!item.kind.equals("figure")) {
                    needed += seconds(item);
                }
            }
            shares.add(needed / total);
            String why = chosen.values().stream().filter(one -> one.contains(" changed")).findFirst().orElse("");
            System.out.printf("%s\t%.3f\t%d files\t%s%n", commit.substring(0, 8), needed / total, changes.size(), why);
        }
        shares.sort(null);
        System.out.printf("of %.0f CPU seconds of tests, scripts and notebooks %d commits need %.1f %% on average, %.1f %% in the median%n", total,
                shares.size(), 100 * shares.stream().mapToDouble(x -> x).average().orElse(0), 100 * shares.get(shares.size() / 2));
    }

    /** Classes that compiled ones name and their sources do not reach. */
    private int compiled(Path folder) throws IOException {
        Map<String, Set<String>> whole = new HashMap<>();
        int missing = 0;
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.filter(file -> file.toString().endsWith(".class")).sorted().toList()) {
                String from = fileOf(folder.relativize(path).toString().replace(".class", ""));
                for (String name : constants(path)) {
                    String to = name.startsWith("org/noisebook/") ? fileOf(name) : null;
                    if (from != null && to != null && !simple(from).equals("CommandTree") && !whole.computeIfAbsent(from, this::closure).contains(to)) {
                        System.err.printf("reach: %s names %s, which its source does not reach%n", path.getFileName(), name);
                        missing++;
                    }
                }
            }
        }
        System.out.printf("reach: the sources of %d compiled files reach all that these name%n", whole.size());
        return missing;
    }

    /** Rows of {@code reaches.tsv} that lack what is called, or of a notebook that are not just that. */
    private int undeclared() {
        int wrong = 0;
        Set<String> names = new TreeSet<>(texts.keySet());
        names.add(EXAMPLE);
        for (String file : names) {
            boolean notebook = file.endsWith(".ipynb");
            if (!notebook && !SCRIPT.matcher(file).matches() && !file.equals(EXAMPLE) && !declared.containsKey(file)) {
                continue;
            }
            Set<String> called = new TreeSet<>();
            for (Map.Entry<String, Text> one : texts.entrySet()) {
                if (one.getKey().equals(file) || file.equals(EXAMPLE) && one.getKey().startsWith(EXAMPLE)
                        || !notebook && one.getKey().matches("environment/(tests|export)/.*\\.(py|java)") && texts.containsKey(file) && mentions(texts.get(file), one.getKey())) {
                    calls(one.getKey(), one.getValue(), called);
                }
            }
            List<String> said = declared.getOrDefault(file, List.of());
            if (file.equals(SWEEPS)) {
                called.removeAll(studies.keySet());
            }
            if (!said.contains("stubs") && !said.containsAll(called) || notebook && !called.containsAll(said)) {
                System.err.printf("reach: environment/tests/reaches.tsv should say%n%s\t%s%n", file, String.join(" ", called));
                wrong++;
            }
        }
        for (Map.Entry<String, List<String>> row : declared.entrySet()) {
            for (String word : row.getValue()) {
                if (!names.contains(row.getKey()) || meant(word).isEmpty() && !word.matches("nothing|stubs")) {
                    System.err.printf("reach: environment/tests/reaches.tsv: %s reaches '%s', and one of them does not exist%n", row.getKey(), word);
                    wrong++;
                }
            }
        }
        System.out.printf("reach: %d scripts and notebooks declare what they call%n", declared.size());
        return wrong;
    }

    private void calls(String file, Text text, Set<String> called) {
        named(file, text).forEach(of -> called.add(simple(of)));
        if (file.endsWith(".sh")) {
            Matcher word = Pattern.compile("(?:/noisebook\"?|\\$noisebook\"?|cli\\.Main|kit\\[@]}\"|=\\() ?([a-z]+)(?: ([a-z-]+))?|--engine ([a-z0-9]+)").matcher(text.code);
            while (word.find()) {
                Stream.of(1, 2, 3).map(word::group).filter(one -> one != null
                        && (commands.containsKey(one) || studies.containsKey(one) || figures.containsKey(one) || PARTS.contains(one))).forEach(called::add);
            }
        } else {
            text.literals.stream().filter(one -> studies.containsKey(one) || figures.containsKey(one) || PARTS.contains(one)).forEach(called::add);
        }
    }

    private Set<String> closure(String file) {
        Set<String> found = new HashSet<>(Set.of(file));
        Deque<String> next = new ArrayDeque<>(found);
        while (!next.isEmpty()) {
            for (String to : reached.getOrDefault(next.remove(), Set.of())) {
                if (found.add(to)) {
                    next.add(to);
                }
            }
        }
        return found;
    }

    private static Set<String> constants(Path file) throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream stream = Files.newInputStream(file)) {
            DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(stream.readAllBytes()));
            in.skipBytes(8);
            int count = in.readUnsignedShort();
            String[] text = new String[count];
            List<Integer> indices = new ArrayList<>();
            for (int k = 1; k < count; k++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> text[k] = in.readUTF();
                    case 5, 6 -> in.skipBytes(k++ > 0 ? 8 : 0);
                    case 7 -> indices.add(in.readUnsignedShort());
                    case 8, 16, 19, 20 -> in.skipBytes(2);
                    case 15 -> in.skipBytes(3);
                    default -> in.skipBytes(4);
                }
            }
            indices.forEach(index -> names.add(text[index].replaceAll("^\\[+L|;$", "")));
        }
        return names;
    }

    public static void main(String[] arguments) throws IOException {
        Reach reach = new Reach(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "select" -> {
                Map<Item, String> chosen = reach.select(reach.since(arguments[2]));
                if (arguments.length > 3) {
                    reach.add(chosen, Integer.parseInt(arguments[3]));
                }
                reach.print(chosen);
            }
            case "shares" -> reach.shares(Integer.parseInt(arguments[2]));
            case "declared" -> System.exit(reach.undeclared() == 0 ? 0 : 1);
            case "compiled" -> System.exit(reach.compiled(Path.of(arguments[2])) == 0 ? 0 : 1);
            default -> System.exit(2);
        }
    }
}
