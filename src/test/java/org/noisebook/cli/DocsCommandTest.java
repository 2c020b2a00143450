package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.paper.ToyPaper;

class DocsCommandTest {
    @TempDir
    private Path folder;

    private Called docs(String... more) throws Exception {
        String[] command = Stream.concat(Stream.of("docs", "--root", folder.toString()), Stream.of(more))
                .toArray(String[]::new);
        return ToyShelf.withToyAlone(folder, () -> Called.with(command));
    }

    @Test
    void itSaysWhatItDid() throws Exception {
        Path papers = Files.createDirectories(folder.resolve("src/main/java/org/noisebook/papers"));
        Files.createDirectories(folder.resolve("figures"));
        assertThat(docs().out()).endsWith("2 pages, 2 changed; no paper names: toy\n");
        Files.writeString(papers.resolve("1.md"), "# A\ncite: B\nfigures: toy\nstudies: none\n\nText.\n");
        assertThat(docs("--check")).satisfies(stale -> {
            assertThat(stale.status()).isEqualTo(1);
            assertThat(stale.out()).endsWith("3 pages, 3 stale\n");
        });
        assertThat(docs().out()).endsWith("3 pages, 3 changed\n");
        assertThat(docs().out()).isEqualTo("3 pages, none changed\n");
    }

    /** One list tells commands and pages of a paper. */
    @Test
    void aPaperIsKnownByTheListOfPapers() throws Exception {
        Files.createDirectories(folder.resolve("src/main/java/org/noisebook/papers"));
        String[] docs = {"docs", "--root", folder.toString()};
        Called written = ToyShelf.withPaper(folder, ToyPaper.class, () -> {
            assertThat(Called.with("studies", "toy-power").out()).contains("Powers of a number");
            assertThat(Called.with("figures", "--list").out()).contains("toy-powers");
            return Called.with(docs);
        });
        assertThat(written.err()).isEmpty();
        assertThat(folder.resolve("src/site/markdown/papers/toy-paper.md"))
                .content()
                .contains("Powers grow.");
    }
}
