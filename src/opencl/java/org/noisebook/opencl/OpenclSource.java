package org.noisebook.opencl;

import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.noisebook.model.Device;
import org.noisebook.model.ReplicaEngine;

/** Makes OpenCL available as a {@link ReplicaEngine.Source}. */
public final class OpenclSource implements ReplicaEngine.Source {
    @Override
    public String name() {
        return "opencl";
    }

    @Override
    public boolean isThere() {
        try {
            Class.forName("org.jocl.CL", false, OpenclSource.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** One line per device with the result of {@link OpenclBits}, for which the device is started. */
    @Override
    public Map<String, String> report() {
        Map<String, String> report = new LinkedHashMap<>();
        List<OpenclDevice> devices;
        try {
            devices = OpenclQueue.devices();
        } catch (UncheckedIOException e) {
            return Map.of(name(), e.getCause().getMessage());
        }
        for (OpenclDevice device : devices) {
            String heading = report.isEmpty() ? name() : name() + " " + device.number();
            report.put(heading, device.describe() + ", " + bits(device));
        }
        return report.isEmpty()
                ? Map.of(name(), "no device: environment/setup.sh --with opencl installs one for processors")
                : report;
    }

    private static String bits(OpenclDevice device) {
        try (OpenclQueue queue = OpenclQueue.open(device)) {
            return OpenclBits.difference(queue)
                    .map(what -> "not exact: " + what)
                    .orElse("exact bits");
        } catch (UncheckedIOException e) {
            return e.getCause().getMessage();
        }
    }

    @Override
    public ReplicaEngine open(Device device, Consumer<String> say) {
        return open(device.text(), say);
    }

    @Override
    public ReplicaEngine open(String device, Consumer<String> say) {
        return OpenclEngine.open(device, say);
    }
}
