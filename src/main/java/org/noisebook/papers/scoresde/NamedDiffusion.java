package org.noisebook.papers.scoresde;

import org.noisebook.diffusion.Diffusion;

/** The three diffusions of Song et al. 2021 (arXiv 2011.13456) with their standard parameters, by name. */
public enum NamedDiffusion {
    VE("VE", "ve", Diffusion.VarianceExploding.standard()),
    VP("VP", "vp", Diffusion.VariancePreserving.standard()),
    SUB_VP("sub-VP", "subvp", Diffusion.SubVariancePreserving.standard());

    private final String text;
    private final String key;
    private final Diffusion diffusion;

    NamedDiffusion(String text, String key, Diffusion diffusion) {
        this.text = text;
        this.key = key;
        this.diffusion = diffusion;
    }

    /** The name as shown in text. */
    public String text() {
        return text;
    }

    /** The form of the name used in ids. */
    public String key() {
        return key;
    }

    public Diffusion diffusion() {
        return diffusion;
    }
}
