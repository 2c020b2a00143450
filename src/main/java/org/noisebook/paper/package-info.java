/** Base classes for a paper in one file: study, figure, claims and page. */
package org.noisebook.paper;
