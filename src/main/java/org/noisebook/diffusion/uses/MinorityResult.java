package org.noisebook.diffusion.uses;

import org.noisebook.experiment.Parameter;
import org.noisebook.model.Ended;
import org.noisebook.model.Ends;

/**
 * Whom samples steered to a level of rarity come from.
 *
 * <p>Minorities are the components whose weight is below half of an even share.
 *
 * <p><b>Special cases</b>: shares and {@code mahalanobis} are NaN where a sample is not finite.
 *
 * @param rankCorrelation Spearman's, of rarity and −log p over the points that set the levels
 * @param predictedShare Σ π_k P(level | k) over minorities over the same of all: Bayes' at w = 1
 * @param mahalanobis mean of (x − μ)ᵀ Σ⁻¹ (x − μ)/d under the component of largest likelihood: 1 for its own samples
 * @param levelShare of samples whose own rarity is of the level
 */
public record MinorityResult(
        @Parameter("share of samples that are finite") double finiteShare,

        @Parameter("rank correlation of rarity and -log p") double rankCorrelation,

        @Parameter("weight of the minorities") double priorShare,

        @Parameter("share of minorities by Bayes") double predictedShare,

        @Parameter("share of minorities among samples") double minorityShare,

        @Parameter("squared distance from the component, a coordinate")
        double mahalanobis,

        @Parameter("share of samples of the level") double levelShare)
        implements Ended {
    @Override
    public Ends ends() {
        return finiteShare == 1 ? Ends.all(1) : new Ends(0, 0, 1);
    }
}
