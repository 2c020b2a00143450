/** The form in which a paper stands in one file: study, figure, claims and page. */
package org.noisebook.paper;
