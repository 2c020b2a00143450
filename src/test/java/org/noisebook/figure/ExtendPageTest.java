package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.paper.OnePaper;

/** The example of the page on extending the kit is whole: it compiles, its figure is drawn, its claims hold. */
class ExtendPageTest {
    private static final Pattern FILE =
            Pattern.compile("(?s)```java\n(package org[.]noisebook.*?public (?:final )?(?:class|record) (\\w+).*?)```");

    @Test
    void theExampleCompilesAndItsClaimsHold(@TempDir Path folder) throws Exception {
        Matcher files = FILE.matcher(Files.readString(Path.of("src", "site", "markdown", "extend.md")));
        List<Path> sources = new ArrayList<>();
        Path place = Files.createDirectories(folder.resolve("example"));
        while (files.find()) {
            sources.add(Files.writeString(place.resolve(files.group(2) + ".java"), files.group(1)));
        }
        assertThat(sources).hasSize(1);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            assertThat(compiler.getTask(
                                    messages,
                                    manager,
                                    null,
                                    options,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(sources))
                            .call())
                    .as(messages.toString())
                    .isTrue();
        }
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            OnePaper<?, ?> paper = (OnePaper<?, ?>) loader.loadClass("org.noisebook.papers.wander.Wander")
                    .getDeclaredConstructor()
                    .newInstance();
            Experiment experiment =
                    new Experiment(1, Cache.inMemory(), new LocalRunner(1, Optional.empty()), Progress.SILENT);
            assertThat(paper.story().draw(Preset.QUICK, experiment).claims())
                    .hasSize(3)
                    .allMatch(claim -> claim.verdict() == Claim.Verdict.REPRODUCED);
        }
    }
}
