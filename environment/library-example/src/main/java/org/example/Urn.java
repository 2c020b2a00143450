package org.example;

import java.io.IOException;
import java.nio.file.Path;
import org.noisebook.chart.Axis;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Parameter;
import org.noisebook.figure.Board;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.paper.Grammar;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Pólya's urn: one red and one blue ball; each ball that is drawn goes back with another of its colour. */
@Paper(
        key = "polya-1930",
        title = "Sur quelques points de la théorie des probabilités",
        cite = "Pólya 1930, Annales de l'Institut Henri Poincaré 1, 117",
        study = "urn",
        version = 1,
        does = "Draws from an urn that reinforces",
        figure = "urn",
        shows = "Pólya's urn",
        streams = "draws")
public final class Urn extends OnePaper<Urn.Config, Urn.Result> {
    /** Urns. */
    public record Config(
            @Parameter(standard = "100", symbol = "n", range = "[1, 100000]", value = "draws from each urn")
            int draws,

            @Parameter(standard = "100", range = "[1, 10000]", value = "urns")
            int urns) {}

    /** What came of them. */
    public record Result(@Parameter("mean squared deviation of the red fraction of draws from one half") double variance)
            implements Outcome {}

    @Override
    protected Result measure(Config c, Streams streams) {
        Stream draws = streams.at("draws");
        double squares = 0;
        for (int urn = 0; urn < c.urns(); urn++) {
            Grammar.stopIfInterrupted();
            int red = 1;
            for (int balls = 2; balls < c.draws() + 2; balls++) {
                red += draws.nextDouble() * balls < red ? 1 : 0;
            }
            double deviation = (red - 1.0) / c.draws() - 0.5;
            squares += deviation * deviation;
        }
        return new Result(squares / c.urns());
    }

    @Override
    protected void tell(Board board) {
        board.title("The noise of the first draws stays for ever");
        board.subtitle("Variance of the red fraction after n draws from Pólya's urn");
        int n = board.replicas(64, 256);
        board.control("run: draws with equal chances, whose variance 1/(4 n) lies outside the window");
        var line = on(board, "100 urns").along("draws", 1, 3, 10, 30, 100, 300, 1000);
        var plot = board.plot("variance", "Variance", Axis.log10("draws n"), Axis.log10("variance of the red fraction"))
                .means("simulation", line, Result::variance)
                .law("(n + 2)/(12 n)", line, draws -> (draws + 2) / (12 * draws));
        for (int draws : new int[] {10, 1000}) {
            plot.claim("variance-" + draws, "variance of the red fraction", line, draws, Result::variance)
                    .says("The variance is (n + 2)/(12 n): it does not vanish")
                    .theory((draws + 2.0) / (12 * draws))
                    .from("the number of red draws is uniform on 0 to n");
        }
        board.caption("Points: means over {} replicas with 95 % t intervals; line: theory.", n);
    }

    @Override
    protected String says() {
        return "In Pólya's urn the first draws decide: the variance of the red fraction falls to 1/12, not to 0.";
    }

    /** Draws the figure into the folder of the first argument. */
    public static void main(String[] arguments) throws IOException {
        Edition edition = Edition.of(new Urn(), Preset.QUICK, Experiment.standard());
        edition.write(Path.of(arguments[0]));
        System.out.println(edition);
        edition.claims().forEach(claim -> System.out.println(claim.id() + ": " + claim.found() + ", " + claim.verdict().text()));
    }
}
