package org.noisebook.site;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Serves the files of a folder on loopback, to this machine alone. */
public final class SiteServer {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "json", "application/json",
            "csv", "text/csv; charset=utf-8");

    private SiteServer() {}

    /**
     * Starts to serve.
     *
     * @param folder what is served
     * @param port the port, 0 for any that is free
     * @return the running server; its address holds the port
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
                byte[] body = found
                        ? Files.readAllBytes(file)
                        : "not found\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                String name = file.getFileName().toString();
                exchange.getResponseHeaders()
                        .set(
                                "Content-Type",
                                found
                                        ? TYPES.getOrDefault(
                                                name.substring(name.lastIndexOf('.') + 1), "text/plain; charset=utf-8")
                                        : "text/plain; charset=utf-8");
                boolean head = exchange.getRequestMethod().equals("HEAD");
                exchange.sendResponseHeaders(found ? 200 : 404, head ? -1 : body.length);
                if (!head) {
                    exchange.getResponseBody().write(body);
                }
            }
        });
        server.start();
        return server;
    }
}
