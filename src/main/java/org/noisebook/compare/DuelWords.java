package org.noisebook.compare;

import java.util.List;
import org.noisebook.compare.Duel.Verdict;
import org.noisebook.data.Echo;
import org.noisebook.runs.Wording;

/**
 * What is said of pairs alike in the answer and in tables.
 *
 * @param of the comparison
 */
record DuelWords(Comparison of) {
    private static final double NARROW = 0.03;

    /** A model as it is called. */
    String name(int model) {
        return Echo.of(of.table().models().get(model));
    }

    /** Models in a sentence. */
    String names(List<Integer> models) {
        return Wording.list(models.stream().map(this::name).toList());
    }

    /** Whether there is one task alone. */
    boolean oneTask() {
        return of.table().tasks().size() == 1;
    }

    /** So many of what pairs are compared on. */
    String units(int number) {
        return Wording.count(number, unit());
    }

    /** What pairs are compared on. */
    String unit() {
        return of.options().overTasks() ? "task" : of.table().cut().isPresent() ? "fold" : "seed";
    }

    /** Pairs that could be compared. */
    List<Duel> usable() {
        return of.duels().stream()
                .filter(duel -> duel.verdict() != Verdict.NONE)
                .toList();
    }

    /** The pair that the answer tells of: the two best that were compared. */
    Duel leading() {
        List<Integer> order = of.ranking();
        return usable().stream()
                .min((a, b) -> Integer.compare(
                        order.indexOf(a.first()) + order.indexOf(a.second()),
                        order.indexOf(b.first()) + order.indexOf(b.second())))
                .map(duel -> order.indexOf(duel.first()) < order.indexOf(duel.second()) ? duel : duel.turned())
                .orElseThrow();
    }

    /** An interval of a share. */
    static String percents(Duel.Span ends) {
        return ends.high() - ends.low() > NARROW
                ? Wording.percents(ends.low(), ends.high())
                : share(ends.low(), ends) + " to " + share(ends.high(), ends);
    }

    /** A share to the digits that its interval leaves. */
    static String share(double share, Duel.Span ends) {
        double width = ends.high() - ends.low();
        return width > NARROW
                ? Wording.percent(share)
                : Wording.of(100 * width / 4).score(100 * share) + " %";
    }

    /** A lead to the digits that its interval leaves. */
    String effect(Duel duel, double value) {
        double width = duel.lead().fixed().high() - duel.lead().fixed().low();
        return Wording.of(Double.isFinite(width) && width > 0 ? width / 4 : Math.abs(duel.effect()))
                .signed(value);
    }

    /** An interval of a lead. */
    String span(Duel duel, Duel.Span ends) {
        return ends.isFinite() ? effect(duel, ends.low()) + " to " + effect(duel, ends.high()) : "open";
    }

    /** A verdict in a clause. */
    String inWords(Duel duel, Verdict verdict) {
        String a = name(duel.first());
        String b = name(duel.second());
        return switch (verdict) {
            case BETTER -> a + " is better than " + b;
            case WORSE -> b + " is better than " + a;
            case SUGGESTS_BETTER -> "the runs suggest that " + a + " is better than " + b;
            case SUGGESTS_WORSE -> "the runs suggest that " + b + " is better than " + a;
            case OPEN -> a + " and " + b + " are not separated";
            case NONE -> a + " and " + b + " cannot be compared";
        };
    }
}
