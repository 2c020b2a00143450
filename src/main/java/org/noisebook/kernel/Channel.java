package org.noisebook.kernel;

import java.util.Set;

/** The five sockets of a kernel, each with the kinds of sockets that may connect to it. */
enum Channel {
    SHELL("ROUTER", Set.of("DEALER", "REQ", "ROUTER")),
    CONTROL("ROUTER", Set.of("DEALER", "REQ", "ROUTER")),
    STDIN("ROUTER", Set.of("DEALER", "REQ", "ROUTER")),
    IOPUB("PUB", Set.of("SUB", "XSUB")),
    HEARTBEAT("REP", Set.of("REQ", "DEALER"));

    private final String socketType;
    private final Set<String> peers;

    Channel(String socketType, Set<String> peers) {
        this.socketType = socketType;
        this.peers = peers;
    }

    /** What ZeroMQ calls this side of it. */
    String socketType() {
        return socketType;
    }

    /** Whether a socket of this type may connect. */
    boolean serves(String type) {
        return peers.contains(type);
    }

    /** Whether what comes is a signed message. */
    boolean isSigned() {
        return socketType.equals("ROUTER");
    }
}
