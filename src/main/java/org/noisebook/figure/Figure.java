package org.noisebook.figure;

import java.util.List;
import java.util.Set;
import org.noisebook.chart.Plate;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;

/**
 * A figure: the sweep behind it, its reduction to numbers, and their chart.
 *
 * <p>Command line, script, notebook and library call {@link #draw}; the numbers are the same everywhere. A figure is one
 * class, listed in {@code META-INF/services/org.noisebook.figure.Figure}.
 */
public interface Figure {
    /** The name of its files and on the command line. */
    String id();

    /** One line. */
    String title();

    /** What it rests on. */
    List<String> sources();

    /** The presets it has. */
    default Set<Preset> presets() {
        return Set.of(Preset.QUICK, Preset.FULL);
    }

    /** What a long preset will take, said before it starts; empty for nothing to say. */
    default String forecast(Preset preset, Experiment experiment) {
        return "";
    }

    /** Runs what is needed, reduces and draws. */
    Drawing draw(Preset preset, Experiment experiment);

    /**
     * A drawn figure.
     *
     * @param data exactly what is plotted
     * @param plate the chart
     * @param caption what it shows, which intervals and n
     * @param replicas replicas a point, as text such as {@code 64}
     * @param claims the claims it judges, none if it only shows
     */
    record Drawing(Frame data, Plate plate, String caption, String replicas, List<Claim> claims) {
        /** Copies the list. */
        public Drawing {
            claims = List.copyOf(claims);
        }
    }
}
