/**
 * The command line: parses, calls and shows, and computes nothing.
 */
package org.noisebook.cli;
