package org.noisebook.masked;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** Sentences of a language, unmasked by its exact conditionals. */
public record MaskedConfig(
        @Parameter("language of the sentences") Language language,

        @Parameter(value = "tokens of a sentence", range = "[1, 64]")
        int tokens,

        @Parameter("how masks are taken off") Unmasking unmasking,

        @Parameter(value = "sentences", range = "[2, 1000000]")
        int sentences) {
    /** Validates. */
    public MaskedConfig {
        Ranges.check(MaskedConfig.class, language, tokens, unmasking, sentences);
    }

    /** 16 tokens of 64 symbols by first hitting, 1000 sentences. */
    public static MaskedConfig standard() {
        return new MaskedConfig(Language.Toy.standard(), 16, new Unmasking.FirstHitting(), 1000);
    }
}
