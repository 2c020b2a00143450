package org.noisebook.kernel;

/** The sockets of a kernel. */
enum Channel {
    SHELL,
    CONTROL,
    STDIN,
    IOPUB,
    HEARTBEAT
}
