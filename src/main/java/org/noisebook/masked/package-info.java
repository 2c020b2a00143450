/** Discrete diffusion by masks: languages whose conditionals are exact, samplers that unmask them, and what few random bits do. */
package org.noisebook.masked;
