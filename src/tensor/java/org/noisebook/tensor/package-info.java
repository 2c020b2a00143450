/** The only package that touches ND4J. */
package org.noisebook.tensor;
