/**
 * The static site: pages for every committed figure, claim, paper, document and notebook, without server or network.
 */
package org.noisebook.site;
