package org.noisebook.chart;

/** How the replicas in one cell of a {@link HeatMap} ended. */
public enum CellState {
    /** All replicas fitted: the colour shows their mean. */
    FITTED(""),
    /** Only some replicas fitted: the colour shows their mean, and the cell has a ring. */
    MIXED("some runs did not converge"),
    /** The replicas diverged: no value. */
    DIVERGED("training diverges"),
    /** The replicas hit the step cap: no value. */
    CAPPED("step limit reached"),
    /** All replicas fitted, but the interval of the value contains 0: the cell has a dot. */
    UNRESOLVED("interval contains 0"),
    /** Not run: no value. */
    MISSING("not run");

    private final String legend;

    CellState(String legend) {
        this.legend = legend;
    }

    /** The text for the map or the legend; empty if none. */
    String legend() {
        return legend;
    }

    /** Whether the cell has a value. */
    boolean hasValue() {
        return this == FITTED || this == MIXED || this == UNRESOLVED;
    }
}
