package org.noisebook.opencl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jocl.CL;
import org.noisebook.experiment.DriverProbe;

/** The program in which OpenCL drivers are first started: every device is opened, compiles and computes. */
final class OpenclTrial {
    private static final String VARIABLES = "(OCL_|OPENCL_|POCL_|HWLOC_|CUDA_VISIBLE).*";
    /** Paths by which drivers find cores and cards. */
    private static final List<String> SYSTEM = List.of(
            "/sys/devices/system/cpu",
            "/dev/dri",
            "/dev/nvidiactl",
            "/dev/kfd",
            "/dev/dxg",
            "/proc/driver/nvidia/version");

    private OpenclTrial() {}

    /** Evaluated once per process. */
    private static final class Asked {
        static final Optional<String> FAILURE = DriverProbe.failure("OpenCL", OpenclTrial.class, List.of(), version());
    }

    /** The reason why the drivers cannot be used, in one line; empty if they can. */
    static Optional<String> failure() {
        return Asked.FAILURE;
    }

    public static void main(String[] arguments) {
        List<OpenclDevice> devices;
        try {
            devices = JoclQueue.list();
        } catch (LinkageError e) {
            // Without a loader there is no driver, which a request for devices reports.
            return;
        }
        for (OpenclDevice device : devices) {
            try (OpenclQueue queue = OpenclQueue.open(device)) {
                OpenclBits.difference(queue);
            }
        }
    }

    private static List<String> version() {
        List<String> facts = new ArrayList<>();
        facts.add("jocl " + CL.class.getProtectionDomain().getCodeSource().getLocation());
        new TreeMap<>(System.getenv()).forEach((name, value) -> {
            if (name.matches(VARIABLES)) {
                facts.add(name + "=" + value);
            }
        });
        for (String path : SYSTEM) {
            Path file = Path.of(path);
            facts.add(path
                    + (Files.isRegularFile(file)
                            ? " " + DriverProbe.date(file)
                            : Files.exists(file) ? " is there" : ""));
        }
        Path vendors = Path.of(System.getenv().getOrDefault("OCL_ICD_VENDORS", "/etc/OpenCL/vendors"));
        try (Stream<Path> files = Files.isDirectory(vendors) ? Files.list(vendors) : Stream.of(vendors)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".icd"))
                    .sorted()
                    .toList()) {
                String library = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
                String date = library.matches("/\\P{C}+") ? DriverProbe.date(Path.of(library)) : "";
                facts.add(file + " " + DriverProbe.date(file) + ": " + library + " " + date);
            }
        } catch (IOException e) {
            facts.add(vendors + " cannot be read");
        }
        return facts;
    }
}
