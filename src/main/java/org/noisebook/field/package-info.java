/**
 * Fields learned by regression: objectives and losses, networks, training, file format and library.
 */
package org.noisebook.field;
