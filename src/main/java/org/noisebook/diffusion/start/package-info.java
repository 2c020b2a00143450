/** Studies of where sampling starts: learned, blended and chosen starts of a diffusion. */
package org.noisebook.diffusion.start;
