/**
 * Fields learned by regression: objectives and losses, networks, training, file format and library, and the studies
 * that compare a learned field with the exact one.
 */
package org.noisebook.field;
