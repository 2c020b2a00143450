package org.noisebook.diffusion;

/** The three diffusions of Song et al. 2021 (arXiv 2011.13456) with their standard parameters, by name. */
public enum NamedDiffusion {
    /** Variance exploding. */
    VE("VE", "ve", Diffusion.VarianceExploding.standard()),
    /** Variance preserving. */
    VP("VP", "vp", Diffusion.VariancePreserving.standard()),
    /** Sub-variance preserving. */
    SUB_VP("sub-VP", "subvp", Diffusion.SubVariancePreserving.standard());

    private final String text;
    private final String key;
    private final Diffusion diffusion;

    NamedDiffusion(String text, String key, Diffusion diffusion) {
        this.text = text;
        this.key = key;
        this.diffusion = diffusion;
    }

    /** As it is written. */
    public String text() {
        return text;
    }

    /** The form used in names. */
    public String key() {
        return key;
    }

    /** The diffusion. */
    public Diffusion diffusion() {
        return diffusion;
    }
}
