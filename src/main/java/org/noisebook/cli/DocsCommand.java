package org.noisebook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.noisebook.data.WholeFile;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.PaperPage;
import org.noisebook.site.PaperText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the pages of the papers. */
@Command(
        name = "docs",
        description = "Write a page for every paper from the committed claims and the hand-written text of"
                + " its class or of KEY.md in its folder into src/site/markdown/papers.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  noisebook docs", "  noisebook docs --check      exit 1 if a page is stale"})
final class DocsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--check", description = "write nothing; exit 1 if a page differs from what would be written")
    private boolean check;

    @Option(names = "--root", paramLabel = "DIR", description = "the checkout (default: the kit's)")
    private Path root = ExperimentOptions.home();

    @Override
    public Integer call() throws IOException {
        List<Path> stale = new ArrayList<>();
        Map<Path, String> pages = PaperText.pages(root);
        for (Map.Entry<Path, String> page : pages.entrySet()) {
            Path file = root.resolve(page.getKey());
            if (!Files.exists(file) || !Files.readString(file).equals(page.getValue())) {
                stale.add(page.getKey());
                if (!check) {
                    Files.createDirectories(file.getParent());
                    WholeFile.write(file, target -> Files.writeString(target, page.getValue()));
                }
            }
        }
        var print = spec.commandLine().getOut();
        stale.forEach(page -> print.println(page + (check ? ": stale, run 'noisebook docs'" : "")));
        List<String> alone = new ArrayList<>();
        Catalogue.figures().forEach(figure -> alone.add(figure.id()));
        PaperPage.all(root).forEach(paper -> alone.removeAll(paper.figures()));
        print.println(pages.size() + " pages, " + (stale.isEmpty() ? "none" : stale.size())
                + (check ? " stale" : " changed")
                + (alone.isEmpty() ? "" : "; no paper names: " + String.join(", ", alone)));
        return check && !stale.isEmpty() ? Main.FAILURE : 0;
    }
}
