package org.noisebook.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

/**
 * A deciding claim of a headline at a setting that was drawn from its {@link Box}.
 *
 * @param figure the figure that declares the headline
 * @param setting number of the setting, from 1
 * @param changes the fields drawn, such as {@code sigma=0.3, clean=0.1}
 * @param refused draws before this one that the study refused
 * @param claim id of the claim
 * @param windowLow lower end of the window
 * @param windowHigh upper end of the window
 * @param measured the estimate, without standard error
 * @param verdict agrees, disagrees, undecided, too few runs or diverged
 */
public record Variation(
        String figure,
        int setting,
        String changes,
        int refused,
        String claim,
        double windowLow,
        double windowHigh,
        Estimate measured,
        String verdict) {
    /** The verdict where a run diverged, which counts as a failure. */
    public static final String DIVERGED = "diverged";

    private static final String FILE = "variations.csv";

    static Variation of(int setting, String changes, int refused, boolean diverged, Claim claim) {
        return new Variation(
                claim.figure(),
                setting,
                changes,
                refused,
                claim.id(),
                claim.windowLow(),
                claim.windowHigh(),
                claim.measured(),
                diverged ? DIVERGED : claim.answer());
    }

    /** The window in words. */
    public String window() {
        return Claim.window(windowLow, windowHigh);
    }

    /** The measurement in words, with its interval. */
    public String found() {
        return Claim.found(measured);
    }

    /** The table of a figures folder. */
    public static Path file(Path figures) {
        return figures.resolve(FILE);
    }

    /** The variations of a figures folder; none if it has no table. */
    public static List<Variation> read(Path figures) throws IOException {
        Path file = file(figures);
        return Files.exists(file) ? parse(Frame.parseCsv(Files.readString(file))) : List.of();
    }

    private static List<Variation> parse(Frame table) {
        List<Variation> all = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            all.add(new Variation(
                    table.text(row, "figure"),
                    (int) number(table, row, "setting"),
                    table.text(row, "changes"),
                    (int) number(table, row, "refused"),
                    table.text(row, "claim"),
                    number(table, row, "windowLow"),
                    number(table, row, "windowHigh"),
                    new Estimate(
                            number(table, row, "measured"),
                            Double.NaN,
                            number(table, row, "low"),
                            number(table, row, "high"),
                            (int) number(table, row, "n")),
                    table.text(row, "verdict")));
        }
        return all;
    }

    private static double number(Frame table, int row, String column) {
        return Numbers.parse(table.text(row, column));
    }

    /** Variations as a table. */
    public static Frame frame(List<Variation> all) {
        Frame frame = new Frame(
                "figure",
                "setting",
                "changes",
                "refused",
                "claim",
                "windowLow",
                "windowHigh",
                "measured",
                "low",
                "high",
                "n",
                "verdict");
        all.forEach(one -> frame.add(
                one.figure,
                one.setting,
                one.changes,
                one.refused,
                one.claim,
                one.windowLow,
                one.windowHigh,
                one.measured.mean(),
                one.measured.low(),
                one.measured.high(),
                one.measured.n(),
                one.verdict));
        return frame;
    }
}
