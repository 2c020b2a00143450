package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InterruptionTest {
    /** Loads the kernel's own classes woven, and so verifies every frame of them. */
    private static final class Woven extends ClassLoader {
        private int changed;

        Woven() {
            super(InterruptionTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.noisebook.kernel.") || name.equals(Interruption.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = file.readAllBytes();
                byte[] woven = Interruption.weave(code);
                changed += woven.length > code.length ? 1 : 0;
                return defineClass(name, woven, 0, woven.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void wovenClassesAreSound() throws IOException, URISyntaxException, ClassNotFoundException {
        Path folder = Path.of(
                        Interruption.class.getResource("Interruption.class").toURI())
                .getParent();
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.startsWith("package"))
                    .map(name -> "org.noisebook.kernel." + name.substring(0, name.length() - ".class".length()))
                    .toList();
        }
        Woven loader = new Woven();
        for (String name : names) {
            assertThat(Class.forName(name, true, loader)).isNotNull();
        }
        assertThat(loader.changed).isGreaterThan(names.size() / 2);
    }

    @Test
    void whatIsNoClassStaysAsItIs() {
        byte[] other = {1, 2, 3};
        assertThat(Interruption.weave(other)).isSameAs(other);
    }

    @Test
    void onlyTheThreadThatIsToStopStops() throws Throwable {
        Interruption.check();
        Thread me = Thread.currentThread();
        Interruption.stop(me);
        try {
            assertThatThrownBy(Interruption::check).isInstanceOf(CancellationException.class);
            Throwable[] others = new Throwable[1];
            Thread other = new Thread(() -> {
                try {
                    Interruption.check();
                } catch (Throwable e) {
                    others[0] = e;
                }
            });
            other.start();
            other.join();
            assertThat(others[0]).isNull();
        } finally {
            Interruption.release(me);
        }
        Interruption.check();
    }
}
