/** The only package of the base maths that reads files: datasets, images, tables and arrays, with points and tasks. */
package org.noisebook.data;
