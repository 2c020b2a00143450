package org.noisebook.papers.asg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.Prediction;
import org.noisebook.diffusion.SpectralMixture;
import org.noisebook.paper.Grammar;
import org.noisebook.papers.asg.StructureGuidance.Config;
import org.noisebook.papers.asg.StructureGuidance.Guide;
import org.noisebook.solver.Field;
import org.noisebook.solver.SharedTasks;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.WindowScore;

/**
 * DDIM with the mean of the denoisers of overlapping patches, whose block means are replaced by those of a low-resolution denoiser.
 *
 * <p>Block means are multiplied by the root of the block's size, so that the map B of a picture to them has orthonormal rows and white
 * noise stays white. All patches of a step and its guidance are tasks that may run at once; each writes its own part, and the parts are
 * added in the order of the patches, so that any number of threads gives the same bits.
 */
final class GuidedPatches {
    private final Config config;
    private final double[] times;
    private final int[][] patches;
    private final int[] cover;
    /** The block of each pixel. */
    private final int[] block;

    private final double weight;
    private final Field detail;
    private final Field structure;

    GuidedPatches(Config config) {
        this.config = config;
        times = TimeGrid.UNIFORM.times(1, 0, config.steps());
        patches = WindowScore.windows(config.axes(), config.side(), config.patch(), config.stride());
        cover = new int[config.pixels()];
        for (int[] patch : patches) {
            for (int pixel : patch) {
                cover[pixel]++;
            }
        }
        block = config.blocks();
        weight = 1 / Math.sqrt(Math.pow(config.block(), config.axes()));
        Diffusion diffusion = config.diffusion();
        detail = Prediction.SCORE.to(
                Prediction.DENOISER, diffusion, new SpectralMixture(config.law(config.patch())).score(diffusion));
        structure = Prediction.SCORE.to(
                Prediction.DENOISER, diffusion, new SpectralMixture(config.coarseLaw()).score(diffusion));
    }

    /** The number of patches. */
    int count() {
        return patches.length;
    }

    /** B x: the block means times the root of the block's size. */
    double[][] coarse(double[]... x) {
        double[][] v = new double[structure.dimension()][x[0].length];
        for (int i = 0; i < block.length; i++) {
            for (int k = 0; k < x[i].length; k++) {
                v[block[i]][k] += weight * x[i][k];
            }
        }
        return v;
    }

    /**
     * The pictures that initial noise becomes.
     *
     * @param noise the noise of the pixels, and after it that of a low-resolution picture of its own if the guide starts from it
     * @param threads for the tasks of a step
     */
    double[][] run(double[][] noise, int threads) {
        int n = noise[0].length;
        double[][] x =
                Arrays.stream(noise, 0, config.pixels()).map(double[]::clone).toArray(double[][]::new);
        double[][] v = config.guide() == Guide.STRANGER
                ? Arrays.stream(noise, config.pixels(), noise.length)
                        .map(double[]::clone)
                        .toArray(double[][]::new)
                : coarse(x);
        double[][][] said = new double[patches.length][detail.dimension()][n];
        List<double[][]> guides = new ArrayList<>();
        for (int step = 0; step < config.steps(); step++) {
            Grammar.stopIfInterrupted();
            double from = times[step];
            double to = times[step + 1];
            double[][] seen = config.guide() == Guide.BLOCKS ? coarse(x) : v;
            double[][] guide = new double[v.length][n];
            int guiding = config.guide() == Guide.NONE ? 0 : 1;
            SharedTasks.run(patches.length + guiding, threads, () -> {
                Field.Evaluator patch = detail.evaluator(n);
                return (IntConsumer) task -> {
                    if (task == patches.length) {
                        structure.evaluator(n).at(from, seen, n, guide);
                    } else {
                        double[][] part =
                                Arrays.stream(patches[task]).mapToObj(i -> x[i]).toArray(double[][]::new);
                        patch.at(from, part, n, said[task]);
                    }
                };
            });
            double[][] clean = mean(said, n);
            if (guiding == 1) {
                guides.add(guide);
                double[][] told = guides.get(Math.max(0, step - config.stale()));
                double[][] own = coarse(clean);
                for (int i = 0; i < clean.length; i++) {
                    for (int k = 0; k < n; k++) {
                        clean[i][k] += weight * (told[block[i]][k] - own[block[i]][k]);
                    }
                }
                move(v, guide, from, to);
            }
            move(x, clean, from, to);
        }
        return x;
    }

    private double[][] mean(double[][][] said, int n) {
        double[][] clean = new double[config.pixels()][n];
        for (int p = 0; p < patches.length; p++) {
            for (int i = 0; i < patches[p].length; i++) {
                int pixel = patches[p][i];
                for (int k = 0; k < n; k++) {
                    clean[pixel][k] += said[p][i][k] / cover[pixel];
                }
            }
        }
        return clean;
    }

    /** The step of DDIM to a_j x̂ + √V_j (x − a_i x̂)/√V_i. */
    private void move(double[][] x, double[][] clean, double from, double to) {
        Diffusion diffusion = config.diffusion();
        double kept = diffusion.stdDev(to) / diffusion.stdDev(from);
        double added = diffusion.meanCoefficient(to) - kept * diffusion.meanCoefficient(from);
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < x[i].length; k++) {
                x[i][k] = Math.fma(kept, x[i][k], added * clean[i][k]);
            }
        }
    }
}
