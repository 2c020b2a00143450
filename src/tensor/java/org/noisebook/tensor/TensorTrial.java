package org.noisebook.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;
import org.noisebook.experiment.DriverProbe;
import org.noisebook.model.Device;

/** The program in which ND4J is first started: it multiplies two matrices. */
final class TensorTrial {
    private TensorTrial() {}

    /** Evaluated once per process. */
    private static final class OnProcessor {
        static final Optional<String> FAILURE = failure(Device.CPU);
    }

    /** Evaluated once per process. */
    private static final class OnCard {
        static final Optional<String> FAILURE = failure(Device.GPU);
    }

    /** The reason why ND4J cannot compute on the CPU, in one line; empty if it can. */
    static Optional<String> onProcessor() {
        return OnProcessor.FAILURE;
    }

    /** Whether ND4J computes on the CPU. */
    static boolean passed() {
        return onProcessor().isEmpty();
    }

    /** The reason why ND4J cannot compute on a card, in one line; empty if it can. */
    static Optional<String> onCard() {
        return OnCard.FAILURE;
    }

    public static void main(String[] arguments) {
        TensorBackends.start(new DeviceProbe.Choice(Device.parse(arguments[0]), ""), line -> {});
        Nd4j.ones(3, 3).mmul(Nd4j.ones(3, 3)).sumNumber();
    }

    private static Optional<String> failure(Device device) {
        List<String> version = new ArrayList<>();
        version.add("nd4j " + Nd4j.class.getProtectionDomain().getCodeSource().getLocation());
        try {
            version.addAll(Files.readAllLines(Path.of("/proc/driver/nvidia/version")));
        } catch (IOException e) {
            version.add("no NVIDIA driver");
        }
        return DriverProbe.failure("ND4J", TensorTrial.class, List.of(device.text()), version);
    }
}
