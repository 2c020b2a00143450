/** The kit in a web page: what is called from its script, and what stands for parts of the JDK that TeaVM lacks. */
package org.noisebook.web;
