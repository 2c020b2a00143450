/**
 * A Jupyter kernel for Java, compatible with IJava: cells run in JShell, in the process that holds the kit.
 *
 * <p>Of jjava-jupyter it uses the display classes, the connection file and the signature; its channel loops are not used,
 * since one message with a wrong signature ends their thread. Used by the command line alone.
 */
package org.noisebook.kernel;
