package dev.relay.benchmarks.load.server;

/** A server under test. It listens on a free port of the loopback address until its process ends. */
interface BenchServer {
    /** Starts it; returns the port when it takes connections. */
    int listen() throws Exception;
}
