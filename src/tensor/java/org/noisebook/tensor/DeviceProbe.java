package org.noisebook.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.noisebook.experiment.DriverProbe;
import org.noisebook.model.Device;

/**
 * Determines, before ND4J is started, whether it can compute on an NVIDIA card of this machine.
 *
 * <p>ND4J's binary for CUDA 11.6 contains machine code for compute capabilities 3.7, 5.0, 5.2, 6.0, 6.1, 7.0, 7.5, 8.0
 * and 8.6 and no intermediate code. Machine code for X.Y runs on X.Z with Z ≥ Y and on no other major version, so cards
 * of capability 3.7 and 5.0 to 8.9 are usable; Hopper (9.0) and newer are not.
 *
 * <p><b>Special cases</b>: ND4J starts every card it sees, so if only some cards are usable, all are rejected unless
 * CUDA_VISIBLE_DEVICES names usable ones by their identifiers. <b>Cost</b>: without a driver a few file look-ups; with
 * a driver a call of nvidia-smi, stopped after 20 s.
 */
public final class DeviceProbe {
    /** Compute capabilities of the machine code, as ten times the major version plus the minor version. */
    private static final int[] MACHINE_CODE = {37, 50, 52, 60, 61, 70, 75, 80, 86};

    private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
    private static final List<String> QUERY =
            List.of("nvidia-smi", "--query-gpu=uuid,compute_cap,name", "--format=csv,noheader");

    /** Time limit: a driver that is not kept loaded takes some seconds per card. */
    private static final long SECONDS = 20;

    private final Path root;
    private final Program program;
    private final List<String> backends;
    private final Map<String, String> environment;

    /** A probe with other sources. The folder {@code root} contains dev and proc. */
    DeviceProbe(Path root, Program program, List<String> backends, Map<String, String> environment) {
        this.root = root;
        this.program = program;
        this.backends = List.copyOf(backends);
        this.environment = Map.copyOf(environment);
    }

    /** The probe for this machine and this class path. */
    public static DeviceProbe here() {
        return new DeviceProbe(
                Path.of("/"), command -> DriverProbe.run(command, SECONDS), TensorBackends.names(), System.getenv());
    }

    /**
     * The decision.
     *
     * @param device CPU or GPU
     * @param line a one-line message for the user; may be empty
     */
    public record Choice(Device device, String line) {}

    /** The device on which ND4J can compute for a request; if a requested card is unusable, the CPU and the reason. */
    public Choice choose(Device asked) {
        if (asked == Device.CPU) {
            return new Choice(Device.CPU, "");
        }
        try {
            return new Choice(Device.GPU, "CUDA on " + names(usable()));
        } catch (Unusable e) {
            boolean told = asked == Device.GPU || hasBackend();
            return new Choice(Device.CPU, told ? "no usable CUDA device: " + e.getMessage() : "");
        }
    }

    /** A line for reports: the device chosen for {@link Device#AUTO}, and why. */
    public String describe() {
        try {
            return "gpu: " + names(usable());
        } catch (Unusable e) {
            return "cpu (" + e.getMessage() + ")";
        }
    }

    private boolean hasBackend() {
        return backends.contains(TensorBackends.CUDA);
    }

    private List<Card> usable() throws Unusable {
        if (!hasBackend()) {
            throw new Unusable("this build has no CUDA backend of ND4J, NOISEBOOK_CUDA=1 makes one that has");
        }
        // The second path is the Windows driver as seen by Linux running inside Windows.
        if (!Files.exists(root.resolve("dev/nvidiactl")) && !Files.exists(root.resolve("dev/dxg"))) {
            throw new Unusable("no NVIDIA driver (there is no /dev/nvidiactl)");
        }
        List<Card> cards = visible(cards());
        List<Card> refused = cards.stream().filter(card -> !card.isUsable()).toList();
        if (refused.isEmpty()) {
            return cards;
        }
        String why = names(refused) + " cannot run ND4J's machine code, which is for 3.7 and 5.0 to 8.9";
        throw new Unusable(cards.stream()
                .filter(Card::isUsable)
                .findFirst()
                .map(card -> why + " (" + VISIBLE + "=" + card.id + " chooses the " + card.name + ")")
                .orElse(why));
    }

    /** The cards visible to CUDA: all, none, or those named by (the beginnings of) their identifiers. */
    private List<Card> visible(List<Card> all) throws Unusable {
        String names = environment.get(VISIBLE);
        if (names == null) {
            return all;
        }
        List<Card> shown = new ArrayList<>();
        for (String name : names.split(",")) {
            if (name.matches("\\s*\\d+\\s*")) {
                // Numbers refer to CUDA's order, which may differ from that of nvidia-smi.
                return all;
            }
            Optional<Card> named = all.stream()
                    .filter(card -> !name.isBlank() && card.id.startsWith(name.strip()))
                    .findFirst();
            if (named.isEmpty()) {
                // CUDA stops at the first name that it does not know.
                break;
            }
            shown.add(named.get());
        }
        if (shown.isEmpty()) {
            throw new Unusable(VISIBLE + "='" + names + "' shows no card");
        }
        return shown;
    }

    private List<Card> cards() throws Unusable {
        DriverProbe.Output output;
        try {
            output = program.run(QUERY);
        } catch (IOException e) {
            throw new Unusable("nvidia-smi, which tells the compute capability, does not start" + unnamed());
        } catch (TimeoutException e) {
            throw new Unusable("nvidia-smi did not answer within " + SECONDS + " s" + unnamed());
        }
        List<String> lines = output.lines();
        if (output.exitCode() != 0) {
            // The output is a sentence: there is a driver but no card, or the driver is older than 510 and does not
            // know compute_cap.
            throw new Unusable("nvidia-smi says: " + (lines.isEmpty() ? "nothing" : lines.get(0)) + unnamed());
        }
        if (lines.isEmpty() || lines.get(0).startsWith("No devices")) {
            throw new Unusable("the NVIDIA driver has no card");
        }
        List<Card> cards = new ArrayList<>();
        for (String line : lines) {
            cards.add(Card.parse(line)
                    .orElseThrow(() -> new Unusable("nvidia-smi says no compute capability: " + line + unnamed())));
        }
        return cards;
    }

    /** The model names given by the driver itself, for a line without names. */
    private String unnamed() {
        List<String> models = new ArrayList<>();
        Path folder = root.resolve("proc/driver/nvidia/gpus");
        try (DirectoryStream<Path> gpus = Files.newDirectoryStream(folder)) {
            for (Path gpu : gpus) {
                Files.readAllLines(gpu.resolve("information")).stream()
                        .filter(line -> line.startsWith("Model:"))
                        .forEach(line ->
                                models.add(line.substring("Model:".length()).strip()));
            }
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
        return models.isEmpty() ? "" : models.stream().sorted().collect(Collectors.joining(", ", " (driver: ", ")"));
    }

    private static String names(List<Card> cards) {
        return cards.stream()
                .map(card -> card.name + " (compute capability " + card.major + "." + card.minor + ")")
                .collect(Collectors.joining(", "));
    }

    /** The reason why no card can be used. */
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String reason) {
            super(reason);
        }
    }

    private record Card(String id, int major, int minor, String name) {
        /** Parses a line such as {@code GPU-5f1c…, 8.0, NVIDIA A100-SXM4-80GB}. */
        static Optional<Card> parse(String line) {
            String[] parts = line.split(",", 3);
            if (parts.length < 3 || !parts[1].strip().matches("\\d{1,3}\\.\\d")) {
                return Optional.empty();
            }
            String[] version = parts[1].strip().split("\\.");
            return Optional.of(new Card(
                    parts[0].strip(), Integer.parseInt(version[0]), Integer.parseInt(version[1]), parts[2].strip()));
        }

        boolean isUsable() {
            return IntStream.of(MACHINE_CODE).anyMatch(code -> code / 10 == major && code % 10 <= minor);
        }
    }

    /** Runs a program. */
    interface Program {
        /**
         * The exit code and the output of a program.
         *
         * @throws IOException if it fails to start
         * @throws TimeoutException if it does not end in time
         */
        DriverProbe.Output run(List<String> command) throws IOException, TimeoutException;
    }
}
