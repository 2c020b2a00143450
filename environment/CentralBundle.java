import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Packs files as the Central Portal takes them, and checks such a bundle against what Central asks for
 * (https://central.sonatype.org/publish/requirements); release.sh calls it.
 *
 * <pre>
 * java CentralBundle.java pack FOLDER FILE.zip     adds checksums and zips; the same files give the same bytes
 * java CentralBundle.java check FILE.zip [unsigned]   prints what is amiss, one line each, and exits 1
 * </pre>
 *
 * <p>Unsigned, signatures may be missing.
 */
final class CentralBundle {
    /** Of all entries, as in the build's jar. */
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private static final Map<String, String> DIGESTS =
            new TreeMap<>(Map.of(".md5", "MD5", ".sha1", "SHA-1", ".sha256", "SHA-256", ".sha512", "SHA-512"));
    private static final List<String> REQUIRED = List.of(".md5", ".sha1");
    private static final long MOST_BYTES = 1L << 30;

    private final Map<String, byte[]> files;
    private final boolean unsigned;
    private final List<String> amiss = new ArrayList<>();

    private CentralBundle(Map<String, byte[]> files, boolean unsigned) {
        this.files = files;
        this.unsigned = unsigned;
    }

    public static void main(String[] words) throws Exception {
        if (words.length == 3 && words[0].equals("pack")) {
            pack(Path.of(words[1]), Path.of(words[2]));
        } else if (words.length >= 2 && words[0].equals("check")) {
            List<String> amiss = check(Path.of(words[1]), words.length > 2 && words[2].equals("unsigned"));
            amiss.forEach(System.out::println);
            System.exit(amiss.isEmpty() ? 0 : 1);
        } else {
            System.err.println("usage: CentralBundle pack FOLDER FILE.zip | check FILE.zip [unsigned]");
            System.exit(2);
        }
    }

    private static void pack(Path folder, Path zip) throws Exception {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                byte[] bytes = Files.readAllBytes(file);
                files.put(name, bytes);
                for (String ending : name.endsWith(".asc") ? List.<String>of() : DIGESTS.keySet()) {
                    files.put(name + ending, hex(DIGESTS.get(ending), bytes).getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                out.write(file.getValue());
            }
        }
    }

    private static String hex(String digest, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(digest).digest(bytes));
    }

    private static List<String> check(Path zip, boolean unsigned) throws Exception {
        if (!Files.isRegularFile(zip)) {
            return List.of(zip + ": no such file");
        }
        if (Files.size(zip) > MOST_BYTES) {
            return List.of("a bundle has at most " + MOST_BYTES + " bytes, got " + Files.size(zip));
        }
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipFile in = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : in.stream().filter(one -> !one.isDirectory()).toList()) {
                try (InputStream bytes = in.getInputStream(entry)) {
                    files.put(entry.getName(), bytes.readAllBytes());
                }
            }
        } catch (ZipException e) {
            return List.of(zip + ": no zip file: " + e.getMessage());
        }
        CentralBundle bundle = new CentralBundle(files, unsigned);
        List<String> poms = files.keySet().stream().filter(name -> name.endsWith(".pom")).toList();
        if (poms.size() != 1) {
            return List.of("a bundle holds one .pom, got " + poms);
        }
        bundle.checkPom(poms.get(0));
        bundle.checkFiles();
        return bundle.amiss;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            amiss.add(otherwise);
        }
    }

    private void checkPom(String name) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Element pom;
        try {
            pom = factory.newDocumentBuilder().parse(new ByteArrayInputStream(files.get(name))).getDocumentElement();
        } catch (org.xml.sax.SAXException e) {
            amiss.add(name + ": " + e.getMessage());
            return;
        }
        String model = text(pom, "modelVersion");
        require(model.equals("4.0.0"), "modelVersion must be 4.0.0, got '" + model + "'");
        String group = text(pom, "groupId");
        String artifact = text(pom, "artifactId");
        String version = text(pom, "version");
        require(
                group.matches("[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9_-]*)+"),
                "groupId must be a domain backwards, such as org.example, got '" + group + "'");
        require(
                artifact.matches("[a-z][a-z0-9._-]*"),
                "artifactId must be a name in small letters, got '" + artifact + "'");
        require(
                version.matches("[0-9A-Za-z][0-9A-Za-z._-]*"),
                "version must be a number such as 1.0.0, got '" + version + "'");
        require(!version.endsWith("-SNAPSHOT"), "version must not be a snapshot, got '" + version + "'");
        for (String part : List.of("name", "description")) {
            require(!text(pom, part).isBlank(), part + " must be there");
        }
        address(pom, "url", "url");
        List<Element> licences = children(child(pom, "licenses"), "license");
        require(!licences.isEmpty(), "licenses must name a licence");
        for (Element licence : licences) {
            require(!text(licence, "name").isBlank(), "a licence must have a name");
            address(licence, "url", "url of a licence");
        }
        List<Element> developers = children(child(pom, "developers"), "developer");
        require(
                !developers.isEmpty()
                        && developers.stream().noneMatch(one -> text(one, "name").isBlank()),
                "developers must have names");
        Element scm = child(pom, "scm");
        address(scm, "url", "scm url");
        for (String part : List.of("connection", "developerConnection")) {
            String place = text(scm, part);
            require(place.matches("scm:[a-z]+:\\S{8,}"), "scm " + part + " must be scm:KIND:ADDRESS, got '" + place + "'");
        }
        for (String part : List.of("repositories", "pluginRepositories", "parent")) {
            require(child(pom, part) == null, part + " must not be there");
        }
        for (Element dependency : children(child(pom, "dependencies"), "dependency")) {
            String which = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
            require(!text(dependency, "version").endsWith("-SNAPSHOT"), which + " must not be a snapshot");
            require(!text(dependency, "scope").equals("system"), which + " must not be of scope system");
        }
        String stem = group.replace('.', '/') + "/" + artifact + "/" + version + "/" + artifact + "-" + version;
        require(name.equals(stem + ".pom"), "the pom must be " + stem + ".pom, got " + name);
        for (String file : files.keySet()) {
            require(
                    file.startsWith(stem + ".") || file.startsWith(stem + "-"),
                    "files must begin with " + stem + ", got " + file);
        }
        String packaging = text(pom, "packaging");
        if (packaging.isEmpty() || packaging.equals("jar")) {
            for (String ending : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
                require(files.containsKey(stem + ending), stem + ending + " must be there");
            }
        }
    }

    private void address(Element of, String part, String what) {
        String address = text(of, part);
        boolean fits;
        try {
            URI uri = URI.create(address);
            fits = uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            fits = false;
        }
        require(fits, what + " must be an address such as https://example.org/x, got '" + address + "'");
    }

    private static List<Element> children(Element of, String name) {
        List<Element> found = new ArrayList<>();
        for (Node one = of == null ? null : of.getFirstChild(); one != null; one = one.getNextSibling()) {
            if (one instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Element child(Element of, String name) {
        List<Element> found = children(of, name);
        return found.isEmpty() ? null : found.get(0);
    }

    private static String text(Element of, String name) {
        Element found = child(of, name);
        return found == null ? "" : found.getTextContent().strip();
    }

    private void checkFiles() throws Exception {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String name = file.getKey();
            String ending = name.substring(name.lastIndexOf('.'));
            if (ending.equals(".asc") || DIGESTS.containsKey(ending)) {
                String of = name.substring(0, name.length() - ending.length());
                require(files.containsKey(of), name + " must belong to a file");
                continue;
            }
            for (Map.Entry<String, String> digest : DIGESTS.entrySet()) {
                byte[] sum = files.get(name + digest.getKey());
                String which = name + digest.getKey();
                require(sum != null || !REQUIRED.contains(digest.getKey()), which + " must be there");
                String right = hex(digest.getValue(), file.getValue());
                require(
                        sum == null || new String(sum, StandardCharsets.US_ASCII).strip().equalsIgnoreCase(right),
                        which + " must be that of the file");
            }
            byte[] signature = files.get(name + ".asc");
            require(unsigned || signature != null, name + ".asc must be there");
            require(
                    signature == null
                            || new String(signature, StandardCharsets.US_ASCII)
                                    .startsWith("-----BEGIN PGP SIGNATURE-----"),
                    name + ".asc must be a signature in ASCII armour");
            if (ending.equals(".jar")) {
                byte[] start = Arrays.copyOf(file.getValue(), 2);
                require(start[0] == 'P' && start[1] == 'K', name + " must be a jar");
            }
        }
    }
}
