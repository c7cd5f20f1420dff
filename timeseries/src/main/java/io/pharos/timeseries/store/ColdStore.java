package io.pharos.timeseries.store;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A store of immutable objects under names, for what is read seldom and kept long: a folder, or an object store. All nodes of a
 * cluster see the same objects. No method blocks; stages complete on threads of the adapter. Failures are {@link
 * StoreUnavailableException}, unless said otherwise.
 */
public interface ColdStore extends AutoCloseable {
    /** The longest name. */
    int NAME_LENGTH_MAX = 200;

    /** Parts between slashes; none begins with a dot. */
    Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

    /**
     * Writes an object; when complete it is durable and all nodes see it. It is visible whole or not at all, whatever dies. Writing
     * it again is harmless and replaces it. The buffer is not changed, and must not be changed before the stage is complete.
     */
    CompletionStage<Void> put(String name, ByteBuffer bytes);

    /**
     * Reads a stretch of an object; less than asked, down to nothing, where the object ends before.
     *
     * @param offset from 0
     * @return fails with {@link ColdObjectMissingException} where there is no such object
     */
    CompletionStage<ByteBuffer> read(String name, long offset, int length);

    /**
     * Lists the objects whose names begin with a prefix of whole parts ({@code a/b/} lists {@code a/b/c}), in no particular order;
     * called by one thread at a time. Its exception ends the listing and fails the stage.
     */
    CompletionStage<Void> list(String prefix, Consumer<Entry> consumer);

    /** Deletes an object. Idempotent. */
    CompletionStage<Void> delete(String name);

    /** Lets go of threads and connections; the objects stay. */
    @Override
    void close();

    /** An object and its length. */
    record Entry(String name, long bytes) {}

    /** The name, if it is one; a bad one is an {@link IllegalArgumentException}. */
    static String checked(String name) {
        if (name.length() > NAME_LENGTH_MAX || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no name of a cold object");
        }
        return name;
    }

    /** The prefix, if names can begin with it: a name and a slash. */
    static String checkedPrefix(String prefix) {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("'" + prefix + "' is no prefix of cold objects: it ends without /");
        }
        checked(prefix.substring(0, prefix.length() - 1));
        return prefix;
    }
}
