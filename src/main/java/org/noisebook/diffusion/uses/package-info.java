/** What one can do with a diffusion without training it again: noise maps of pictures and their edits, rare samples, other readings. */
package org.noisebook.diffusion.uses;
