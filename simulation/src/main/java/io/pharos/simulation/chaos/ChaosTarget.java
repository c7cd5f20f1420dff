package io.pharos.simulation.chaos;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The processes that chaos may hurt. Whoever owns them starts again what ended. Called by one thread; may block for seconds. */
public interface ChaosTarget {
    /** Base addresses of all nodes there are or may be added, by number from 0. */
    List<URI> urls();

    /** How many nodes were started; they are numbered from 0. */
    int nodes();

    /** Starts the cluster with a Prometheus and an Alertmanager configuration, and returns when every node is ready. */
    void start(Path prometheus, Path alertmanager) throws IOException, InterruptedException;

    /** Ends a node as {@code kill -9} does. */
    void killNode(int node) throws IOException;

    /** Asks a node to end in order; it comes back. */
    void restartNode(int node) throws IOException;

    /** Stops a node where it is, as {@code kill -STOP} does. */
    void pauseNode(int node) throws IOException;

    /** Lets a paused node go on. */
    void resumeNode(int node) throws IOException;

    /** Starts one more node, whose address is the next of {@link #urls}. */
    void addNode() throws IOException;

    /** Ends the store as {@code kill -9} does. */
    void killStore() throws IOException;

    /** Stops the store where it is. */
    void pauseStore() throws IOException;

    /** Lets the paused store go on. */
    void resumeStore() throws IOException;

    /** Where the logs of all processes are. */
    Path logs();
}
