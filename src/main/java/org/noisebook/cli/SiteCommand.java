package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.noisebook.site.Site;
import org.noisebook.site.SiteServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the site. */
@Command(
        name = "site",
        description =
                "Write all committed figures, claims, papers, documents, notebooks and the Javadoc of supported packages"
                        + " as a site that needs no server and no network; computes nothing.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  noisebook site                    then open target/site/index.html",
            "  noisebook site --serve            and read it at http://127.0.0.1:8000/",
        })
final class SiteCommand implements Callable<Integer> {
    private static final int LAST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "DIR", description = "where it goes (default: target/site of the kit)")
    private Path out;

    @Option(names = "--root", paramLabel = "DIR", description = "the checkout (default: the kit's)")
    private Path root = ExperimentOptions.home();

    @Option(
            names = "--base",
            paramLabel = "URL",
            description = "address at which it will stand, for citations of claims and badges")
    private String base = "";

    @Option(
            names = "--serve",
            arity = "0..1",
            paramLabel = "PORT",
            fallbackValue = "8000",
            description = "serve it to this machine only, until Ctrl-C (default port: ${FALLBACK-VALUE})")
    private Integer port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port != null && (port < 0 || port > LAST_PORT)) {
            throw new ParameterException(spec.commandLine(), "--serve must be in [0, 65535], got " + port);
        }
        if (!Files.isDirectory(root.resolve("src/site/markdown"))) {
            throw new ParameterException(
                    spec.commandLine(), "--root must be a checkout of the kit with a folder src/site, got " + root);
        }
        if (!base.isEmpty() && !base.matches("https?://[^\\s\"<>]+")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--base must be an address that begins with http:// or https://, got '" + base + "'");
        }
        Path folder = out == null ? root.resolve("target/site") : out;
        ExperimentOptions.makeFolder(folder);
        if (!Site.writeJavadoc(root, folder)) {
            spec.commandLine().getErr().println("noisebook: no Javadoc: this Java has no javadoc");
        }
        int pages = Site.write(root, folder, base.isEmpty() || base.endsWith("/") ? base : base + "/");
        var print = spec.commandLine().getOut();
        print.println(pages + " pages: " + folder.resolve("index.html"));
        if (port != null) {
            var server = SiteServer.start(folder, port);
            print.println("http://127.0.0.1:" + server.getAddress().getPort() + "/  (Ctrl-C ends)");
            print.flush();
            Thread.currentThread().join();
        }
        return 0;
    }
}
