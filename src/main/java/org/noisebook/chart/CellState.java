package org.noisebook.chart;

/** What became of the replicas of one cell of a {@link HeatMap}. */
public enum CellState {
    /** All replicas fitted: the colour is their mean. */
    FITTED("fitted"),
    /** Only some replicas fitted: the colour is the mean of those, hatched. */
    MIXED("some replicas not fitted"),
    /** The replicas diverged: no value. */
    DIVERGED("diverged"),
    /** The replicas hit the step cap: no value. */
    CAPPED("step cap reached"),
    /** All replicas fitted, but the interval of the value holds 0. */
    UNRESOLVED("sign not resolved"),
    /** Not run: no value. */
    MISSING("not run");

    private final String legend;

    CellState(String legend) {
        this.legend = legend;
    }

    /** The words in the legend. */
    String legend() {
        return legend;
    }

    /** Whether the cell carries a value. */
    boolean hasValue() {
        return this == FITTED || this == MIXED;
    }
}
