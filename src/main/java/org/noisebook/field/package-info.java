/**
 * Fields learned by regression: objectives and their losses, networks, training, the files and the library that keep
 * them, and the studies that set a learned field beside the exact one.
 */
package org.noisebook.field;
