package org.noisebook.diffusion.start;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;

/**
 * Errors of restored pictures by their start: squares, averaged over pixels and the pairs that judge.
 *
 * @param rankCorrelation Spearman's of the errors of candidates on the pairs that choose and on those that judge
 * @param lengthCorrelation Spearman's of the lengths of candidates and their errors on the pairs that judge
 * @param stranger of the candidate nearest to the data of another pair each, chosen so
 */
public record BoundaryResult(
        @Parameter("error of the exact posterior mean, below which no start can come")
        double mmse,

        @Parameter("mean error of the candidates") double random,

        @Parameter("error of the chosen candidate") double chosen,

        @Parameter("error of the start 0") double zero,

        @Parameter("least error of a candidate, in hindsight")
        double best,

        @Parameter("mean error of candidates shortened or stretched to the length of the chosen one")
        double sameLength,

        @Parameter("error of a candidate chosen by data of other observations")
        double stranger,

        @Parameter("rank correlation of the candidates' errors, choosing and judging")
        double rankCorrelation,

        @Parameter("rank correlation of the candidates' lengths and errors")
        double lengthCorrelation,

        @Parameter("root mean square of the chosen start") double chosenSize,

        @Parameter("root mean square of each candidate") Doubles sizes,

        @Parameter("error of each candidate") Doubles errors) {}
