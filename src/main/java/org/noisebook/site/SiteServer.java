package org.noisebook.site;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;

/** Serves the files of a folder on the loopback interface only. */
public final class SiteServer {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "wasm", "application/wasm",
            "svg", "image/svg+xml",
            "png", "image/png",
            "json", "application/json",
            "csv", "text/csv; charset=utf-8");

    private static final String NOT_FOUND = "not found\n";

    private SiteServer() {}

    /**
     * Starts the server.
     *
     * @param folder the folder to serve
     * @param port the port, 0 for any free port
     * @return the running server; its address contains the port
     */
    public static HttpServer start(Path folder, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Path root = folder.toAbsolutePath().normalize();
        server.createContext("/", exchange -> {
            try (exchange) {
                String asked = exchange.getRequestURI().getPath().substring(1);
                Path file = root.resolve(asked).normalize();
                if (Files.isDirectory(file)) {
                    file = file.resolve("index.html");
                }
                boolean found = file.startsWith(root) && Files.isRegularFile(file);
                byte[] body = found ? Files.readAllBytes(file) : NOT_FOUND.getBytes(StandardCharsets.UTF_8);
                String name = file.getFileName().toString();
                String ending = found ? name.substring(name.lastIndexOf('.') + 1) : "";
                exchange.getResponseHeaders()
                        .set("Content-Type", TYPES.getOrDefault(ending, "text/plain; charset=utf-8"));
                exchange.getResponseHeaders().set("Content-Security-Policy", Markup.POLICY);
                boolean head = exchange.getRequestMethod().equals("HEAD");
                exchange.sendResponseHeaders(found ? 200 : 404, head ? -1 : body.length);
                if (!head) {
                    exchange.getResponseBody().write(body);
                }
            }
        });
        // A connection that stops in the middle of its request then keeps one thread, not the server.
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "site");
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
        return server;
    }
}
