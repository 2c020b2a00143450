package org.noisebook.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.noisebook.data.Home;
import org.noisebook.data.Quoted;
import org.noisebook.model.Device;

/** The ND4J backends on the class path, listed without starting them and started on request; ND4J is optional. */
public final class TensorBackends {
    /** Simple names of the backends. */
    static final String CUDA = "JCublasBackend";

    static final String CPU = "CpuBackend";

    private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

    private static final String NATIVE_FOLDER = "org.bytedeco.javacpp.cachedir";

    private TensorBackends() {}

    /** Class names of the backends, such as {@code CpuBackend}; empty without ND4J. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            for (Nd4jBackend backend : ServiceLoader.load(Nd4jBackend.class)) {
                names.add(backend.getClass().getSimpleName());
            }
        } catch (LinkageError | ServiceConfigurationError e) {
            return List.of();
        }
        return names;
    }

    /** The folder into which ND4J's native libraries are unpacked at first use. */
    public static Path nativeFolder() {
        String folder = System.getProperty(NATIVE_FOLDER);
        Home home = Home.here();
        return home.checked(folder != null ? Path.of(folder) : home.folder().resolve(".javacpp/cache"));
    }

    /**
     * Starts ND4J, which happens once per process, and returns the device on which it computes.
     *
     * <p>ND4J is first started in a separate process, see {@link TensorTrial}. On the CPU the CUDA backend is hidden
     * from ND4J, which would otherwise try it first and print why it failed.
     *
     * @param say receives messages for the user, line by line; there are none if the request is met and no card is used
     * @return CPU or GPU: the CPU for {@code AUTO} if no card is usable; maybe another if ND4J was started before
     * @throws UncheckedIOException with a one-line message, if a card is requested and none is usable, ND4J does not
     *     start, or {@code OMP_NUM_THREADS} is not a number
     */
    static Device start(Device asked, Consumer<String> say) {
        checkOpenMp(System.getenv("OMP_NUM_THREADS"));
        return start(asked, DeviceProbe.here(), say);
    }

    /** The same with another probe. */
    static Device start(Device asked, DeviceProbe probe, Consumer<String> say) {
        DeviceProbe.Choice chosen = probe.choose(asked);
        DeviceProbe.Choice choice = chosen.device() == Device.CPU
                ? chosen
                : TensorTrial.onCard()
                        .map(line -> new DeviceProbe.Choice(Device.CPU, line))
                        .orElse(chosen);
        if (asked == Device.GPU && choice.device() == Device.CPU) {
            throw refusal("--device gpu: " + choice.line() + "; --device auto computes on the CPU");
        }
        TensorTrial.onProcessor().ifPresent(line -> {
            throw refusal(line);
        });
        Device started = start(choice, say);
        if (asked == Device.GPU && started == Device.CPU) {
            throw refusal("--device gpu: ND4J does not compute on the card; --device auto goes on on the CPU");
        }
        return started;
    }

    /** Rejects a value that ND4J cannot read, which would make its start fail. */
    static void checkOpenMp(String threads) {
        if (threads != null && !threads.isEmpty() && !threads.matches("[1-9]\\d{0,3}")) {
            throw refusal("OMP_NUM_THREADS must be a whole number in [1, 9999], got '" + Quoted.of(threads) + "'");
        }
    }

    private static UncheckedIOException refusal(String line) {
        return new UncheckedIOException(new IOException(line));
    }

    /** The same with the choice already made, in this process. */
    static Device start(DeviceProbe.Choice choice, Consumer<String> say) {
        if (!choice.line().isEmpty()) {
            say.accept(choice.line());
        }
        // The library itself would use the account's home folder.
        System.setProperty(NATIVE_FOLDER, nativeFolder().toString());
        ClassLoader loader = ND4JClassLoading.getNd4jClassloader();
        if (choice.device() == Device.CPU && !(loader instanceof CpuOnly)) {
            ND4JClassLoading.setNd4jClassloader(new CpuOnly(loader));
        }
        boolean cuda = Nd4j.getBackend().getClass().getSimpleName().equals(CUDA);
        Device started = cuda ? Device.GPU : Device.CPU;
        if (started != choice.device()) {
            say.accept("ND4J computes on the " + started.text()
                    + " all the same: it was started before, or could not load what the other device needs");
        }
        return started;
    }

    /** A class loader that delegates to its parent but hides service files that name only the CUDA backend. */
    static final class CpuOnly extends ClassLoader {
        CpuOnly(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            Enumeration<URL> all = super.getResources(name);
            if (!name.equals(SERVICE)) {
                return all;
            }
            List<URL> kept = new ArrayList<>();
            while (all.hasMoreElements()) {
                URL entry = all.nextElement();
                try (InputStream in = entry.openStream()) {
                    String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    if (!text.contains(CUDA) || text.contains(CPU)) {
                        kept.add(entry);
                    }
                }
            }
            return Collections.enumeration(kept);
        }
    }
}
