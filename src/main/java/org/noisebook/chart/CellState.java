package org.noisebook.chart;

/** How the replicas ended in one cell of a {@link HeatMap}. */
public enum CellState {
    /** All replicas fitted: the colour is their mean. */
    FITTED(""),
    /** Only some replicas fitted: the colour is the mean of those, with a ring. */
    MIXED("some runs did not converge"),
    /** The replicas diverged: no value. */
    DIVERGED("training diverges"),
    /** The replicas hit the step cap: no value. */
    CAPPED("step limit reached"),
    /** All replicas fitted, but the interval of the value contains 0: a dot. */
    UNRESOLVED("interval contains 0"),
    /** Not run: no value. */
    MISSING("not run");

    private final String legend;

    CellState(String legend) {
        this.legend = legend;
    }

    /** The words in the map or the legend; empty for none. */
    String legend() {
        return legend;
    }

    /** Whether the cell carries a value. */
    boolean hasValue() {
        return this == FITTED || this == MIXED || this == UNRESOLVED;
    }
}
