package org.noisebook.figure.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.model.Trained;

/**
 * The (B, η) plane of a phase diagram: its cells, maps of them, and the borders between noise-dominated SGD,
 * first-step-dominated SGD and gradient descent.
 *
 * @param batches B of the columns
 * @param rates η of the rows
 * @param cells replicas, {@code [row][column]}
 * @param <R> what a run gives
 */
record BatchPlane<R extends Trained>(double[] batches, double[] rates, List<List<List<R>>> cells) {
    private static final int ONSET_COLOUR = 3;
    private static final int CROSSOVER_COLOUR = 1;
    private static final int FIRST_STEP_COLOUR = 0;

    /** The runs of a cell. */
    interface Cells<R> {
        List<R> at(double batch, double rate);
    }

    /** Where three phases meet: T of the noise onset, B* and the learning rate at which the first step takes over. */
    record Borders(double onset, double crossover, double firstStepRate) {}

    static <R extends Trained> BatchPlane<R> of(double[] batches, double[] rates, Cells<R> runs) {
        List<List<List<R>>> cells = new ArrayList<>();
        for (double rate : rates) {
            List<List<R>> row = new ArrayList<>();
            for (double batch : batches) {
                row.add(runs.at(batch, rate));
            }
            cells.add(row);
        }
        return new BatchPlane<>(batches, rates, cells);
    }

    /** How the replicas ended. */
    Ends[][] ends() {
        return TrainingCells.endsOfPlane(cells);
    }

    /** Means over the replicas that fitted, NaN where none did. */
    double[][] means(ToDoubleFunction<R> value) {
        return TrainingCells.meansOfPlane(cells, value, false);
    }

    /** The lowest and the highest value of the cells where all replicas fitted; 0 and 1 if there is none. */
    double[] range(double[][] value) {
        Ends[][] ends = ends();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < rates.length; j++) {
            for (int i = 0; i < batches.length; i++) {
                if (ends[j][i].allFitted()) {
                    low = Math.min(low, value[j][i]);
                    high = Math.max(high, value[j][i]);
                }
            }
        }
        return low > high ? new double[] {0, 1} : new double[] {low, high};
    }

    /** Adds a map of the cells. */
    void addMap(Sheet sheet, String panel, String title, ColourBar bar, double[][] value) {
        sheet.cells(
                panel,
                title,
                Axis.log2("batch size B"),
                Axis.log2("learning rate η"),
                bar,
                batches,
                rates,
                value,
                ends());
    }

    /**
     * Adds the three borders as far as each parts two phases: B* has no place on a plane whose rates all lie below
     * that at which the first step takes over.
     *
     * @param legends of the noise onset, B* and the first step; empty for none
     * @param onsetKind of the noise onset
     * @param kind of the other two
     */
    void addBorders(
            Sheet sheet,
            String panel,
            Borders borders,
            String[] legends,
            String suffix,
            Sheet.Kind onsetKind,
            Sheet.Kind kind) {
        double first = batches[0];
        double crossover = borders.crossover;
        sheet.line(
                panel,
                "noise onset" + suffix,
                legends[0],
                ONSET_COLOUR,
                new double[] {first, crossover},
                new double[] {borders.onset * first, borders.onset * crossover},
                onsetKind);
        if (borders.firstStepRate < rates[rates.length - 1]) {
            sheet.line(
                    panel,
                    "B*" + suffix,
                    legends[1],
                    CROSSOVER_COLOUR,
                    new double[] {crossover, crossover},
                    new double[] {borders.firstStepRate, rates[rates.length - 1]},
                    kind);
        }
        sheet.line(
                panel,
                "first step" + suffix,
                legends[2],
                FIRST_STEP_COLOUR,
                new double[] {crossover, batches[batches.length - 1]},
                new double[] {borders.firstStepRate, borders.firstStepRate},
                kind);
    }
}
