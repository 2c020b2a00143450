/**
 * Data: arrays, numbers, tables and text, the points and tasks made of them, and the files and messages that hold them.
 *
 * <p>The only package of the mathematics that reads files.
 */
package org.noisebook.data;
