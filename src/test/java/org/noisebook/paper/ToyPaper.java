package org.noisebook.paper;

import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.rng.Streams;

/** The smallest paper: a power of a number, of which large ones are lost. */
@Paper(
        key = "toy-paper",
        title = "On Powers",
        cite = {"Author 2000, arXiv 0000.00000", "Other 1999, On Roots"},
        study = "toy-power",
        version = 3,
        does = "Powers of a number",
        figure = "toy-powers",
        shows = "Powers",
        streams = "none")
public final class ToyPaper extends OnePaper<ToyPaper.Config, ToyPaper.Result> {
    /** How it is taken. */
    public enum Way {
        PLAIN,
        INVERSE
    }

    /** A number and its power. */
    public record Config(
            @Parameter(value = "exponent", standard = "2", range = "[1, 9]")
            int power,

            @Parameter(value = "number", symbol = "b", standard = "1.5", range = "(0, 2 power]")
            double number,

            @Parameter(value = "plain or inverse", standard = "plain")
            Way way) {}

    /** What comes out. */
    public record Result(
            @Parameter("the power") double value,

            @Parameter(value = "all lower ones", length = "power")
            Doubles lower,

            @Parameter("how many multiplications") int count)
            implements Outcome {}

    @Override
    protected Result measure(Config c, Streams streams) {
        double value = Math.pow(c.number(), c.way() == Way.PLAIN ? c.power() : -c.power());
        Grammar.finite(new double[][] {{value < 100 ? value : Double.NaN}});
        return new Result(value, Doubles.of(new double[c.power()]), c.power());
    }

    @Override
    protected void tell(Board board) {
        board.replicas(2);
        board.control("none: a toy");
        var plain = on(board, "plain").along("number", 1, 1.5, 2);
        var ways = on(board, "of two").with("number=2").each("way", "plain", "inverse");
        var plot = board.plot("powers", "Powers", Axis.linear("number").range(0, 3), Axis.linear("power"))
                .means("plain", plain, Result::value)
                .level("one", 1);
        plot.claim("square", "power", plain, 2, Result::value).theory(4).from(source());
        board.claim("inverse", "power", ways, 2, r -> r.value() - r.lower().get(1))
                .below(0.5)
                .from(source());
        plot.claim("ratio", "power over its inverse", ways)
                .above(10)
                .of(ways.at(1).over(ways.at(2), Result::value))
                .from(source());
        board.claim("alone", "power", on(board, "cubes").with("power=3").cell())
                .above(3)
                .of(1)
                .from(source());
        board.caption("Powers.");
    }

    @Override
    protected String says() {
        return "Powers grow.";
    }
}
