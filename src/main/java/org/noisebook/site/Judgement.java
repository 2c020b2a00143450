package org.noisebook.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Box;
import org.noisebook.figure.Catalogue;
import org.noisebook.figure.Headline;
import org.noisebook.figure.PaperPage;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variation;

/**
 * What becomes of a headline: its verdict over the figure's own setting and those drawn from its box.
 *
 * <p>At a setting it holds if all deciding claims agree, fails if a run diverged or those that are decided disagree, holds
 * in part if some agree and some disagree, and is undecided otherwise. Of the decided settings all hold: <i>holds</i>; none
 * does: <i>fails</i>; else <i>holds in part</i>; if fewer than half are decided: <i>undecided</i>. The figure's own setting
 * does not count if a window was set after a look.
 *
 * @param headline what is judged
 * @param verdict the verdict
 * @param own whether the figure's own setting counts, which is then the first
 * @param at the outcome at each setting
 * @param varied the deciding claims at the settings that were drawn
 * @param holdsOf for each deciding claim, at how many settings it agrees
 * @param claims the committed claims by id
 */
public record Judgement(
        Headline headline,
        Verdict verdict,
        boolean own,
        List<At> at,
        List<Variation> varied,
        Map<String, Long> holdsOf,
        Map<String, Claim> claims) {
    /** What stands for a verdict where a paper has no headline. */
    public static final String NOT_ASKED = "not yet asked";

    private static final int MOST_NAMED = 2;

    /** The verdicts of a headline. */
    public enum Verdict {
        HOLDS,
        HOLDS_IN_PART,
        FAILS,
        UNDECIDED,
        NOT_TESTABLE_HERE;

        /** The verdict in words. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /** The same of several. */
        String many() {
            return this == FAILS
                    ? "fail"
                    : words().replaceFirst("holds", "hold").replaceFirst("^(un|not)", "are $1");
        }
    }

    /** The outcome at one setting. */
    public enum At {
        HOLDS("●"),
        FAILS("○"),
        IN_PART("◐"),
        UNDECIDED("·");

        private final String dot;

        At(String dot) {
            this.dot = dot;
        }

        static At of(List<String> verdicts) {
            if (verdicts.contains(Variation.DIVERGED)) {
                return FAILS;
            }
            boolean agree = verdicts.contains("agrees");
            boolean disagree = verdicts.contains("disagrees");
            if (agree && disagree) {
                return IN_PART;
            }
            return disagree ? FAILS : verdicts.stream().allMatch("agrees"::equals) ? HOLDS : UNDECIDED;
        }
    }

    /** The headlines of a checkout by paper, judged by its committed claims and variations. */
    public static Map<String, Judgement> all(Path root) throws IOException {
        return all(root, PaperPage.all(root), PaperText.largest(PaperPage.claims(root)));
    }

    /** The same, of papers and claims that are read already. */
    static Map<String, Judgement> all(Path root, List<PaperPage> papers, Map<String, Claim> largest)
            throws IOException {
        List<Variation> varied = Variation.read(root.resolve("figures"));
        Map<String, Headline> headlines = new HashMap<>();
        for (Story story : Catalogue.figures()) {
            story.headline().ifPresent(one -> headlines.put(story.id(), one));
        }
        Map<String, Judgement> judged = new LinkedHashMap<>();
        for (PaperPage paper : papers) {
            paper.figures().stream()
                    .filter(headlines::containsKey)
                    .findFirst()
                    .ifPresent(figure -> judged.put(paper.key(), of(headlines.get(figure), largest, varied)));
        }
        return judged;
    }

    /** {@code Of 63, 3 hold, 2 hold in part, 1 fails, 57 are not yet asked.} */
    public static String counts(Map<String, Judgement> judged, int papers) {
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            long count = judged.values().stream()
                    .filter(one -> one.verdict() == verdict)
                    .count();
            if (count > 0) {
                parts.add(count + " "
                        + (count == 1 ? verdict.words().replaceFirst("^(un|not)", "is $1") : verdict.many()));
            }
        }
        int open = papers - judged.size();
        if (open > 0) {
            parts.add(open + (open == 1 ? " is " : " are ") + NOT_ASKED);
        }
        return "Of " + papers + " papers, " + String.join(", ", parts) + ".";
    }

    /** All papers as a table; those without a headline are not yet asked. */
    public static Frame frame(List<PaperPage> papers, Map<String, Judgement> judged) {
        Frame frame = new Frame(
                "paper",
                "figure",
                "quotation",
                "place",
                "verdict",
                "where",
                "settings",
                "decides",
                "reason",
                "lacks",
                "box");
        for (PaperPage paper : papers) {
            Judgement one = judged.get(paper.key());
            if (one == null) {
                frame.add(paper.key(), "", "", "", NOT_ASKED, "", "", "", "", "", "");
            } else {
                Headline asked = one.headline;
                frame.add(
                        paper.key(),
                        asked.figure(),
                        asked.quoted(),
                        asked.place(),
                        one.verdict.words(),
                        one.where(),
                        one.dots(),
                        String.join(" ", asked.decides()),
                        asked.reason(),
                        asked.lacks(),
                        asked.box().map(Box::toString).orElse(""));
            }
        }
        return frame;
    }

    /** The number of settings that were drawn. */
    public int settings() {
        return at.size() - (own ? 1 : 0);
    }

    /** The same headline at other settings. */
    public Judgement with(List<Variation> others) {
        return of(headline, claims, others);
    }

    /** Judges a headline by committed claims and variations. */
    static Judgement of(Headline headline, Map<String, Claim> claims, List<Variation> all) {
        List<Variation> varied = all.stream()
                .filter(one -> one.figure().equals(headline.figure()))
                .toList();
        List<List<String>> settings = new ArrayList<>();
        List<Claim> deciding = headline.decides().stream().map(claims::get).toList();
        boolean own = !deciding.contains(null) && deciding.stream().noneMatch(Claim::isLookedAt);
        Map<String, Long> holdsOf = new LinkedHashMap<>();
        if (own) {
            settings.add(deciding.stream().map(Claim::answer).toList());
            deciding.forEach(one -> holdsOf.put(one.id(), one.answer().equals("agrees") ? 1L : 0));
        }
        Map<Integer, List<String>> drawn = new TreeMap<>();
        for (Variation one : varied) {
            drawn.computeIfAbsent(one.setting(), k -> new ArrayList<>()).add(one.verdict());
            holdsOf.merge(one.claim(), one.verdict().equals("agrees") ? 1L : 0, Long::sum);
        }
        settings.addAll(drawn.values());
        List<At> at = settings.stream().map(At::of).toList();
        long holds = count(at, At.HOLDS);
        long decided = at.size() - count(at, At.UNDECIDED);
        Verdict verdict = !headline.reason().isEmpty()
                ? Verdict.NOT_TESTABLE_HERE
                : 2 * decided < at.size() || decided == 0
                        ? Verdict.UNDECIDED
                        : holds == decided
                                ? Verdict.HOLDS
                                : holds == 0 && count(at, At.FAILS) == decided ? Verdict.FAILS : Verdict.HOLDS_IN_PART;
        return new Judgement(headline, verdict, own, at, varied, holdsOf, claims);
    }

    private static long count(List<At> at, At what) {
        return at.stream().filter(what::equals).count();
    }

    /** A dot for each setting. */
    public String dots() {
        return at.stream().map(one -> one.dot).collect(Collectors.joining());
    }

    /** {@code the deciding claim agrees at 6 of 9 settings, the figure's own first; holds at R up to 4, fails from 5}. */
    public String where() {
        long holds = count(at, At.HOLDS);
        boolean several = headline.decides().size() > 1;
        StringBuilder text = new StringBuilder((several ? "all deciding claims agree" : "the deciding claim agrees")
                + " at " + holds + " of " + at.size() + " settings");
        append(text, count(at, At.IN_PART), "some at ");
        append(text, count(at, At.UNDECIDED), "undecided at ");
        if (own) {
            text.append(", the figure's own first");
        }
        if (several && Set.copyOf(holdsOf.values()).size() > 1) {
            text.append("; ")
                    .append(holdsOf.entrySet().stream()
                            .map(one -> one.getKey() + " agrees at " + one.getValue())
                            .collect(Collectors.joining(", ")));
        }
        String border = border();
        return text + (border.isEmpty() ? "" : "; " + border);
    }

    private static void append(StringBuilder text, long count, String words) {
        text.append(count == 0 ? "" : ", " + words + count);
    }

    /** Where it fails, if one field tells, or the settings if they are few; empty otherwise. */
    private String border() {
        Map<String, At> outcome = new LinkedHashMap<>();
        int k = own ? 1 : 0;
        for (String changes :
                varied.stream().map(Variation::changes).collect(Collectors.toCollection(LinkedHashSet::new))) {
            outcome.put(changes, at.get(k++));
        }
        List<String> holds = changes(outcome, At.HOLDS::equals);
        List<String> fails = changes(outcome, one -> one == At.FAILS || one == At.IN_PART);
        if (holds.isEmpty() || fails.isEmpty()) {
            return "";
        }
        for (String field : headline.box().map(Box::fields).orElse(List.of())) {
            List<String> where = values(holds, field);
            List<String> where2 = values(fails, field);
            boolean numbers = where.stream().allMatch(Judgement::isNumber);
            double[] good = numbers ? range(where) : new double[2];
            double[] bad = numbers ? range(where2) : new double[2];
            String name = headline.symbol(field);
            if (numbers && bad[1] < good[0]) {
                return "fails at " + name + " up to " + Numbers.format(bad[1]) + ", holds from "
                        + Numbers.format(good[0]);
            }
            if (numbers && good[1] < bad[0]) {
                return "holds at " + name + " up to " + Numbers.format(good[1]) + ", fails from "
                        + Numbers.format(bad[0]);
            }
            if (!numbers && where.stream().noneMatch(where2::contains)) {
                return "fails where " + name + " is "
                        + where2.stream().distinct().collect(Collectors.joining(" or "));
            }
        }
        return fails.size() <= MOST_NAMED ? "fails at " + String.join("; and at ", fails) : "";
    }

    private static List<String> changes(Map<String, At> outcome, Predicate<At> which) {
        return outcome.entrySet().stream()
                .filter(one -> which.test(one.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<String> values(List<String> settings, String field) {
        return settings.stream()
                .flatMap(changes -> List.of(changes.split(", ")).stream())
                .filter(pair -> pair.startsWith(field + "="))
                .map(pair -> pair.substring(field.length() + 1))
                .toList();
    }

    private static boolean isNumber(String text) {
        return text.matches("-?\\d.*");
    }

    private static double[] range(List<String> values) {
        return new double[] {
            values.stream().mapToDouble(Numbers::parse).min().orElseThrow(),
            values.stream().mapToDouble(Numbers::parse).max().orElseThrow()
        };
    }
}
