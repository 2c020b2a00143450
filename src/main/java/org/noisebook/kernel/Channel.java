package org.noisebook.kernel;

import java.util.List;

/** The five sockets of a kernel, each with the kinds of sockets that may connect to it; the first is this kit's client. */
enum Channel {
    SHELL("ROUTER", "DEALER", "REQ", "ROUTER"),
    CONTROL("ROUTER", "DEALER", "REQ", "ROUTER"),
    STDIN("ROUTER", "DEALER", "REQ", "ROUTER"),
    IOPUB("PUB", "SUB", "XSUB"),
    HEARTBEAT("REP", "REQ", "DEALER");

    private final String type;
    private final List<String> partners;

    Channel(String type, String... partners) {
        this.type = type;
        this.partners = List.of(partners);
    }

    /** What ZeroMQ calls a side of it. */
    String type(boolean kernel) {
        return kernel ? type : partners.get(0);
    }

    /** Whether a socket of this type may be on the other side. */
    boolean serves(boolean kernel, String other) {
        return kernel ? partners.contains(other) : type.equals(other);
    }

    /** Whether what comes to the kernel is a signed message. */
    boolean isSigned() {
        return this != IOPUB && this != HEARTBEAT;
    }
}
