/** Networks of other programs, read from files: kernels, similarities with intervals over probes, and whether a training was lazy or rich. */
package org.noisebook.checkpoint;
