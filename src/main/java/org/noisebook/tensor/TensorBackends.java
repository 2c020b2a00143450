package org.noisebook.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Names the ND4J backends on the class path without starting them; ND4J is optional. */
public final class TensorBackends {
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
}
