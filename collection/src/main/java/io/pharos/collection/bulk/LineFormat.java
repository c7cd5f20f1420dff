package io.pharos.collection.bulk;

/** Reads the lines of one body. Not thread-safe. */
public interface LineFormat {
    /**
     * Reads one line, which is not blank, into a gatherer: all of it or nothing.
     *
     * @param from its first byte
     * @param to its end, exclusive, without the line feed
     * @throws LineException when it is none of this format
     */
    void read(byte[] bytes, int from, int to, RunGatherer out) throws LineException;
}
