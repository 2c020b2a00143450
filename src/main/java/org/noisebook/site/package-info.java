/** The site: every committed figure, claim, paper page, document and notebook as pages that need no server and no network. */
package org.noisebook.site;
