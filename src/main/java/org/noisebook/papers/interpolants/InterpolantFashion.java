package org.noisebook.papers.interpolants;

import java.util.List;
import java.util.Set;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.InterpolantPicturesConfig;
import org.noisebook.figure.Board;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Target;
import org.noisebook.paper.Grammar;

/** Fashion-MNIST pictures sampled with a learned field, five of each class; the training is too long for the quick preset. */
public final class InterpolantFashion extends Story {
    private static final int CLASSES = 10;
    private static final int SIDE = 28;
    private static final int SHOWN = 5;

    /** The figure. */
    public InterpolantFashion() {
        super("interpolant-fashion", "Clothes drawn with a learned field, by class", InterpolantDigits.STUDY.sources());
    }

    @Override
    public Set<Preset> presets() {
        return Set.of(Preset.FULL);
    }

    @Override
    protected void tell(Board board) {
        board.replicas(1);
        FieldConfig field =
                Schema.with(FieldConfig.fashion(), "target", new Target.Pictures(DataSource.FASHION_TEST, 9000));
        var cell = board.cell(InterpolantDigits.STUDY, new InterpolantPicturesConfig(field, true, 1, 100, 0.03, 1000));
        double[][] pictures = Grammar.pictures(cell.runs().get(0).pixels(), SIDE * SIDE, 0, CLASSES * SHOWN);
        board.pictures("fashion", "Fashion-MNIST, ε = α(t)", List.of(), CLASSES, SIDE, pictures, -1, 1);
        board.caption("A class-conditional velocity from noise, learned from 9000 of the 10 000 pictures of the"
                + " Fashion-MNIST test file, one training; samples of dX = (b + εs) dt + √(2ε) dW with ε = α(t) ="
                + " 1 − t, one class per column.");
    }
}
