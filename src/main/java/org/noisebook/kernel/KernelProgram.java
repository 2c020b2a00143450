package org.noisebook.kernel;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;

/** The kernel process that a front end starts. */
public final class KernelProgram {
    private static final long WATCH_MILLIS = 1000;
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(2);

    private KernelProgram() {}

    /**
     * Serves the front end of a connection file until it asks to shut down; then ends the process.
     *
     * @throws IllegalArgumentException if the file is no connection file, or asks for what is not safe
     * @throws IOException if the file cannot be read, or a port is taken
     */
    public static void serve(Path connectionFile, PrintWriter log) throws IOException, InterruptedException {
        if (ModuleLayer.boot().findModule("jdk.jshell").isEmpty()) {
            throw new IOException(
                    "this Java has no jdk.jshell: a full JDK is needed (" + System.getProperty("java.home") + ")");
        }
        Connection connection = Connection.read(connectionFile);
        watchParent();
        Kernel kernel = new Kernel(connection, new Settings(System.getenv()), message -> {
            log.println("noisebook kernel: " + message);
            log.flush();
        });
        kernel.await();
        kernel.close();
        // A cell's thread or exit hook must not keep the process.
        Thread halt = new Thread(() -> {
            try {
                Thread.sleep(EXIT_LIMIT.toMillis());
            } catch (InterruptedException e) {
                // halts at once
            }
            Runtime.getRuntime().halt(0);
        });
        halt.setDaemon(true);
        halt.start();
        System.exit(0);
    }

    /** A kernel whose front end has died would stay for ever. */
    private static void watchParent() {
        String parent = System.getenv("JPY_PARENT_PID");
        if (parent == null || !parent.matches("[0-9]+")) {
            return;
        }
        ProcessHandle.of(Long.parseLong(parent)).ifPresent(process -> {
            Thread watch = new Thread(() -> {
                try {
                    while (process.isAlive()) {
                        Thread.sleep(WATCH_MILLIS);
                    }
                } catch (InterruptedException e) {
                    return;
                }
                Runtime.getRuntime().halt(1);
            });
            watch.setName("kernel-watch");
            watch.setDaemon(true);
            watch.start();
        });
    }
}
