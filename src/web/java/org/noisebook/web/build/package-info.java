/** Compiles the kit's classes for web pages, on the JVM. */
package org.noisebook.web.build;
