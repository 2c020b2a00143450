package org.noisebook.interpolant;

import java.util.List;
import org.noisebook.data.PointSet;
import org.noisebook.rng.Streams;

/** Points in memory as a target: drawn with replacement, in standardised coordinates. */
final class PointTarget implements Target {
    private final PointSet points;

    PointTarget(PointSet points) {
        this.points = points;
    }

    @Override
    public int dimension() {
        return points.dimension();
    }

    @Override
    public int classes() {
        return points.classNames().size();
    }

    @Override
    public List<String> files() {
        return List.of("points " + points.sha256());
    }

    @Override
    public Source open(Streams streams, String name) {
        return new PictureSource(points.points(), streams.at(name).part(0));
    }
}
