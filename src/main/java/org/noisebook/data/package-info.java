/**
 * The one package of base maths that reads files: datasets, images, tables and arrays, and the points and tasks made
 * of them.
 */
package org.noisebook.data;
