package org.noisebook.figure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.noisebook.experiment.Schema;

/**
 * The main claim of a paper in its own words, the claims that decide whether it holds here, and the settings at which they
 * are repeated; made by {@link Board#headline}.
 */
public final class Headline {
    private static final int MOST_WORDS = 35;
    private static final int MOST_QUOTATIONS = 2;
    private static final int MOST_CLAIMS = 3;
    private static final String OTHER = "id: ";
    private final Board board;
    private final String figure;
    private final String place;
    private final List<String> quotations;
    private final Map<String, String> symbols = new LinkedHashMap<>();
    private List<String> decides = List.of();
    private String lacks = "";
    private String reason = "";
    private Optional<Box> box = Optional.empty();

    Headline(Board board, String figure, String place, String... quotations) {
        this.board = board;
        this.figure = figure;
        this.place = place;
        this.quotations = List.of(quotations);
        if (place.isBlank()) {
            throw new IllegalArgumentException(figure + ": a quotation needs its place, such as abstract");
        }
        if (quotations.length == 0 || quotations.length > MOST_QUOTATIONS) {
            throw new IllegalArgumentException(
                    figure + ": a headline has one or two quotations, got " + quotations.length);
        }
        for (String one : quotations) {
            int words = one.strip().split("\\s+").length;
            if (one.isBlank() || words > MOST_WORDS) {
                throw new IllegalArgumentException(
                        figure + ": a quotation has at most " + MOST_WORDS + " words, got " + words + ": " + one);
            }
        }
    }

    /** Names the one to three claims that decide it: names of this figure's, or {@code id: ID} of another's. */
    public Headline decidedBy(String... claims) {
        if (claims.length == 0 || claims.length > MOST_CLAIMS) {
            throw new IllegalArgumentException(
                    figure + ": one to three claims decide a headline, got " + claims.length);
        }
        decides = Arrays.stream(claims)
                .map(one -> one.startsWith(OTHER) ? one.substring(OTHER.length()) : figure + "-" + one)
                .toList();
        return this;
    }

    /** Says in a phrase what the toy lacks. */
    public Headline lacks(String what) {
        lacks = what;
        return this;
    }

    /** Says why it is not testable here; the deciding claims are then the strongest consequence that is tested instead. */
    public Headline untestable(String why) {
        reason = why;
        return this;
    }

    /**
     * Judges the deciding claims at a setting of the figure, or, for {@code noisebook vary}, at settings drawn from a box
     * instead, where nothing that follows on the board is run.
     */
    public <S extends Varied<S>> Headline vary(S at, Box drawn, BiConsumer<Board, S> judge) {
        box = Optional.of(drawn);
        drawn.fields().forEach(field -> symbols.put(field, Schema.symbol(at.config(), field)));
        board.judge(this, at, judge);
        return this;
    }

    /** The figure that declares it. */
    public String figure() {
        return figure;
    }

    /** Where the quotations stand in the paper. */
    public String place() {
        return place;
    }

    /** The quotations in quotation marks. */
    public String quoted() {
        return quotations.stream().map(one -> '"' + one + '"').collect(Collectors.joining("; "));
    }

    /** What the toy lacks. */
    public String lacks() {
        return lacks;
    }

    /** Why it is not testable here; empty if it is. */
    public String reason() {
        return reason;
    }

    /** The box of settings; empty if it is not varied. */
    public Optional<Box> box() {
        return box;
    }

    /** The symbol of a field of the box. */
    public String symbol(String field) {
        return symbols.getOrDefault(field, field);
    }

    /** The ids of the claims that decide it. */
    public List<String> decides() {
        return decides;
    }
}
