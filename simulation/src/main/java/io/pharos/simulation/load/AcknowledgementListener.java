package io.pharos.simulation.load;

import java.io.IOException;

/** Told of each acknowledged batch, by the sender's thread, before that sender goes on. */
public interface AcknowledgementListener {
    /** A batch was acknowledged with 2xx. What is thrown ends the load. */
    void acknowledged(int batch, int tick) throws IOException;
}
