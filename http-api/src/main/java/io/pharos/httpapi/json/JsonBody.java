package io.pharos.httpapi.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * The data of an answer, written in portions so that a large one is never whole in memory as text. Used by one thread at a time.
 */
@FunctionalInterface
public interface JsonBody {
    /** Writes the next portion, some kilobytes at most; false when it was the last one. */
    boolean write(JsonGenerator out) throws IOException;

    /** An answer written in one go. */
    static JsonBody whole(Whole whole) {
        return out -> {
            whole.write(out);
            return false;
        };
    }

    /** Writes everything. */
    @FunctionalInterface
    interface Whole {
        void write(JsonGenerator out) throws IOException;
    }
}
