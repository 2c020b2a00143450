package org.noisebook.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Board;
import org.noisebook.figure.Box;
import org.noisebook.figure.Headline;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variation;
import org.noisebook.stats.Estimate;

/** The verdict of a headline, and what is committed of all. */
class JudgementTest {
    private static final Path ROOT = Path.of("");

    /** Figures whose equal numbers await the revision of their paper. */
    private static final Set<String> AWAITED = Set.of(
            "adaptive-holdout-real-2",
            "circuit-search-learner",
            "freenoise-motion-shuffled",
            "hippo-diagonals-slow-128",
            "hippo-diagonals-slow-32",
            "perceptron-batch-phase-diagram-crossover-chi1",
            "perceptron-batch-phase-diagram-crossover-chi2",
            "perceptron-exponents-b-chi0",
            "perceptron-exponents-b-chi1",
            "perceptron-exponents-b-chi2",
            "perceptron-exponents-b-chi3",
            "seed-policies-wide-p0-top1");

    private static Headline headline(String... decides) {
        return new Story("toy", "t", List.of()) {
            @Override
            protected void tell(Board board) {
                board.headline("abstract", "it grows").decidedBy(decides);
            }
        }.headline().orElseThrow();
    }

    private static Variation at(int setting, String changes, String claim, String verdict) {
        return new Variation("toy", setting, changes, 0, "toy-" + claim, 0, 1, Estimate.NONE, verdict);
    }

    /** A letter a setting: a agrees, d disagrees, u undecided, x diverged; two letters for two claims. */
    @ParameterizedTest
    @CsvSource({
        "a a a, holds, ●●●",
        "a u u, undecided, ●··",
        "a a u, holds, ●●·",
        "a d a, holds in part, ●○●",
        "d d x, fails, ○○○",
        "d d u, fails, ○○·",
        "a a x, holds in part, ●●○",
        "ad ad ad, holds in part, ◐◐◐",
        "aa ad dd, holds in part, ●◐○",
        "du dd dd, fails, ○○○",
        "au aa aa, holds, ·●●",
        "xa aa aa, holds in part, ○●●"
    })
    void theRule(String settings, String verdict, String dots) {
        Map<Character, String> words = Map.of('a', "agrees", 'd', "disagrees", 'u', "undecided", 'x', "diverged");
        List<Variation> all = new ArrayList<>();
        String[] parts = settings.split(" ");
        for (int k = 0; k < parts.length; k++) {
            for (int c = 0; c < parts[k].length(); c++) {
                all.add(at(k + 1, "b=" + k, "c" + c, words.get(parts[k].charAt(c))));
            }
        }
        String[] decides = parts[0].length() == 2 ? new String[] {"c0", "c1"} : new String[] {"c0"};
        Judgement judged = Judgement.of(headline(decides), Map.of(), all);
        assertThat(judged.verdict().words()).isEqualTo(verdict);
        assertThat(judged.dots()).isEqualTo(dots);
    }

    /** Every headline that is committed has variations inside its box, for its deciding claims, and their number. */
    @Test
    void theCommittedVariationsAreThoseOfTheHeadlines() throws IOException {
        Map<String, Judgement> judged = Judgement.all(ROOT);
        Set<String> figures = new TreeSet<>();
        for (Judgement one : judged.values()) {
            Headline headline = one.headline();
            Box box = headline.box().orElseThrow();
            figures.add(headline.figure());
            assertThat(one.settings()).as(headline.figure()).isEqualTo(box.settings());
            assertThat(one.varied()).as("%s in %s", headline.figure(), box).allMatch(row -> box.holds(row.changes()));
            assertThat(one.varied())
                    .as(headline.figure())
                    .hasSize(box.settings() * headline.decides().size());
        }
        assertThat(Variation.read(ROOT.resolve("figures")))
                .extracting(Variation::figure)
                .allMatch(figures::contains);
        String readme = Files.readString(ROOT.resolve("README.md")).replaceAll("\\s+", " ");
        assertThat(readme).contains(Judgement.counts(judged, PaperPage.all(ROOT).size()));
    }

    /** One number of one figure has one verdict. */
    @Test
    void noNumberHasTwoVerdicts() throws IOException {
        for (List<Claim> claims : PaperPage.claims(ROOT).values()) {
            Map<String, Claim> first = new HashMap<>();
            List<String> twice = new ArrayList<>();
            for (Claim claim : claims) {
                Estimate number = claim.measured();
                boolean exact = number.low() == number.high() && number.mean() == Math.rint(number.mean());
                Claim other = first.putIfAbsent(claim.figure() + number, claim);
                if (other != null && !exact && other.verdict() != claim.verdict() && !AWAITED.contains(other.id())) {
                    twice.add(other.id() + " and " + claim.id());
                }
            }
            assertThat(twice).isEmpty();
        }
    }

    /** A role is set by hand only where kind and source do not tell it, for a claim that is made. */
    @Test
    void theRolesAreThoseOfCommittedClaims() throws IOException {
        Map<String, Claim> claims = PaperText.largest(PaperPage.claims(ROOT));
        org.noisebook.data.KitTable.read("roles.tsv").forEach((id, role) -> {
            assertThat(claims).containsKey(id);
            Claim claim = claims.get(id);
            assertThat(claim.role().name()).as(id).isEqualToIgnoringCase(role);
            assertThat(claim.role()).as(id).isNotEqualTo(Claim.Role.of(claim.kind(), claim.source()));
        });
    }
}
