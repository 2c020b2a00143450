import java.io.IOException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Uses Noisebook as a library. The first argument is the folder to write to. */
public final class Example {
    private Example() {}

    public static void main(String[] args) throws IOException {
        for (var manifests = Example.class.getClassLoader().getResources(JarFile.MANIFEST_NAME).asIterator();
                manifests.hasNext(); ) {
            try (var in = manifests.next().openStream()) {
                var attributes = new Manifest(in).getMainAttributes();
                if ("org.noisebook".equals(attributes.getValue("Automatic-Module-Name"))) {
                    System.out.println("noisebook " + attributes.getValue("Implementation-Version"));
                }
            }
        }
    }
}
