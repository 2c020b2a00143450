package org.noisebook.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Moves points apart that have the same x and would hide each other, or that share a named position. */
final class Dodge {
    /** Distance between neighbours, in units of the sheet. */
    private static final double STEP = 3.5;
    /** Distance between neighbours at a named position. */
    private static final double NAMED_STEP = 9;
    /** Largest fraction of the distance to the next group that one group may take. */
    private static final double SHARE = 0.4;

    private static final double NAMED_SHARE = 0.8;
    /** Positions closer than this fraction of the axis count as equal. */
    private static final double SAME = 2e-3;
    /** Margin kept free at the borders. */
    private static final double MARGIN = 5e-3;

    private Dodge() {}

    /**
     * A point: its series and index, its position, and the range of the plot it covers, all as fractions of the axes.
     */
    private record Spot(int series, int index, double u, double low, double high) {}

    /** The same chart with points moved apart, for given rulers and a plot of the given size. */
    static CurveChart of(CurveChart chart, Ruler x, Ruler y, double width, double height) {
        List<Mark> marks = new ArrayList<>(chart.marks());
        double reach = CurvePainter.MARKER_SIZE / 2 / height;
        List<Spot> spots = new ArrayList<>();
        for (int s = 0; s < marks.size(); s++) {
            if (marks.get(s) instanceof Mark.Points points) {
                for (int i = 0; i < points.x().length; i++) {
                    double v = y.u(points.y()[i]);
                    if (!Double.isNaN(x.u(points.x()[i]) + v)) {
                        double low = points.low().length == 0 ? Double.NaN : y.u(points.low()[i]);
                        double high = points.high().length == 0 ? Double.NaN : y.u(points.high()[i]);
                        spots.add(new Spot(
                                s,
                                i,
                                x.u(points.x()[i]),
                                Double.isNaN(low) ? v - reach : Math.min(low, v - reach),
                                Double.isNaN(high) ? v + reach : Math.max(high, v + reach)));
                    }
                }
            }
        }
        spots.sort(Comparator.comparingDouble(Spot::u));
        List<List<Spot>> places = new ArrayList<>();
        double gap = 1;
        for (Spot spot : spots) {
            List<Spot> last = places.isEmpty() ? List.of() : places.get(places.size() - 1);
            if (!last.isEmpty() && spot.u - last.get(0).u < SAME) {
                last.add(spot);
            } else {
                gap = last.isEmpty() ? gap : Math.min(gap, spot.u - last.get(0).u);
                places.add(new ArrayList<>(List.of(spot)));
            }
        }
        for (List<Spot> place : places) {
            place.sort(Comparator.comparingDouble(Spot::low));
            List<Spot> crowd = new ArrayList<>();
            double top = Double.NEGATIVE_INFINITY;
            for (Spot spot : place) {
                if (spot.low > top && x.isNumbers()) {
                    part(crowd, marks, x, width, gap);
                    crowd.clear();
                }
                crowd.add(spot);
                top = Math.max(top, spot.high);
            }
            part(crowd, marks, x, width, gap);
        }
        CurveChart moved = chart.without();
        for (Mark mark : marks) {
            moved = moved.with(mark);
        }
        return moved;
    }

    /** Moves apart spots that cover each other, in the order of their series. */
    private static void part(List<Spot> crowd, List<Mark> marks, Ruler x, double width, double gap) {
        int others = Math.max(1, crowd.size() - 1);
        // No point is pushed beyond the border.
        double room = crowd.stream()
                .mapToDouble(spot -> Math.min(spot.u, 1 - spot.u) - MARGIN)
                .min()
                .orElse(0);
        double step = Math.min(
                Math.min(
                        (x.isNumbers() ? STEP : NAMED_STEP) / width,
                        (x.isNumbers() ? SHARE : NAMED_SHARE) * gap / (others + 1)),
                Math.max(0, 2 * room / others));
        List<Spot> order =
                crowd.stream().sorted(Comparator.comparingInt(Spot::series)).toList();
        for (int k = 0; k < order.size() && order.size() > 1; k++) {
            Spot spot = order.get(k);
            Mark.Points points = (Mark.Points) marks.get(spot.series);
            double[] places = points.x().clone();
            places[spot.index] = x.value(spot.u + (k - (order.size() - 1) / 2.0) * step);
            marks.set(
                    spot.series,
                    new Mark.Points(points.name(), points.colour(), places, points.y(), points.low(), points.high()));
        }
    }
}
