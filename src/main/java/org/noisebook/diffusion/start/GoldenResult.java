package org.noisebook.diffusion.start;

import org.noisebook.experiment.Parameter;

/** Golden noise beside the noise that it came from. */
public record GoldenResult(
        @Parameter("root mean square of the noise before") double plainSize,

        @Parameter("root mean square of golden noise") double size,

        @Parameter("mean cosine of golden noise and the noise before")
        double cosine,

        @Parameter("mean square error of the map on fresh noise over that of leaving noise as it is")
        double mapError) {}
