package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is said of optional libraries. */
class OptionalServicesTest {
    /** Artifacts that are optional in the pom in every build, with their versions. */
    private static List<String> optional() throws IOException {
        String pom = Files.readString(Path.of("pom.xml")).replaceAll("(?s)<exclusions>.*?</exclusions>|\\s", "");
        String always = pom.substring(pom.indexOf("</dependencyManagement>"), pom.indexOf("<build>"));
        return Pattern.compile("<dependency><groupId>([^<]*)</groupId><artifactId>([^<]*)</artifactId><version>([^<]*)"
                        + "</version><optional>true</optional>")
                .matcher(always)
                .results()
                .map(found -> found.group(1) + ":" + found.group(2) + ":" + value(pom, found.group(3)))
                .toList();
    }

    private static String value(String pom, String version) {
        Optional<MatchResult> property = Pattern.compile(
                        "<(" + Pattern.quote(version.replaceAll("[${}]", "")) + ")>(.*?)</\\1>")
                .matcher(pom)
                .results()
                .findFirst();
        return property.map(found -> found.group(2)).orElse(version);
    }

    @Test
    void whatIsLackingIsWhatThePomHasForTheKitAlone() throws IOException {
        assertThat(OptionalServices.ARTIFACTS.stream().map(Map.Entry::getValue).distinct())
                .containsExactlyInAnyOrderElementsOf(optional());
    }

    /** An importer's build takes them from the page. */
    @Test
    void theLibraryPageNamesThemAll() throws IOException {
        String page = Files.readString(Path.of("src", "site", "markdown", "library.md"));
        assertThat(OptionalServices.ARTIFACTS)
                .allSatisfy(library -> assertThat(page).contains("`" + library.getValue() + "`"));
        assertThat(new TreeSet<>(optional())).hasSizeGreaterThan(8);
    }

    @Test
    void anErrorNamesTheArtifact() {
        NoClassDefFoundError missing = new NoClassDefFoundError("org/knowm/xchart/XYChart");
        assertThat(OptionalServices.lacking(missing))
                .isInstanceOf(OptionalServices.Lacking.class)
                .hasCause(missing)
                .hasMessageStartingWith("add org.knowm.xchart:xchart:")
                .satisfies(told -> assertThat(OptionalServices.lacking((NoClassDefFoundError) told))
                        .isSameAs(told));
        NoClassDefFoundError other = new NoClassDefFoundError("org/example/Urn");
        assertThat(OptionalServices.lacking(other)).isSameAs(other);
        assertThat(OptionalServices.ifThere(() -> {
                    throw missing;
                }))
                .isEmpty();
    }
}
