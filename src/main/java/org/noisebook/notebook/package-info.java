/**
 * What a notebook shows of the kit's values, as bundles of MIME type and text; knows no notebook library, so that any
 * kernel may use it.
 */
package org.noisebook.notebook;
