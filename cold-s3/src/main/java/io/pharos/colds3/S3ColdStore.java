package io.pharos.colds3;

import io.pharos.timeseries.store.ColdObjectMissingException;
import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket. One request an object: a put is seen whole or not at all, and durable when it is answered. What the server
 * refuses for a moment, and what the network loses, the library sends again, a limited number of times.
 */
final class S3ColdStore implements ColdStore {
    private static final int THREADS = 8;
    /** No object of ours comes near; a server takes 5 GiB in one request. */
    private static final int OBJECT_BYTES_MAX = 1 << 30;

    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_RANGE = 416;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** Of a listing: the most a server sends. */
    private static final int PAGE_ENTRIES = 1000;

    private final S3Settings settings;
    private final int pageEntries;
    private final S3Client client;
    private final ExecutorService threads;

    S3ColdStore(S3Settings settings) {
        this(settings, PAGE_ENTRIES);
    }

    S3ColdStore(S3Settings settings, int pageEntries) {
        this.settings = settings;
        this.pageEntries = pageEntries;
        this.client = S3Clients.client(settings, S3Clients.keys(settings), THREADS);
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "cold-store");
            thread.setDaemon(true);
            return thread;
        });
    }

    private <T> CompletionStage<T> run(String what, Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.get();
                    } catch (SdkException failed) {
                        throw new StoreUnavailableException(
                                "cannot " + what + " in " + settings.place() + ": " + reason(failed), failed);
                    }
                },
                threads);
    }

    /** What a server or the library says, its code first. */
    static String reason(SdkException failed) {
        String code = failed instanceof S3Exception refused ? code(refused) : "";
        String message = String.valueOf(failed.getMessage());
        return code.isEmpty() || message.contains(code) ? message : code + ": " + message;
    }

    private static String code(S3Exception refused) {
        return refused.awsErrorDetails() == null || refused.awsErrorDetails().errorCode() == null
                ? ""
                : refused.awsErrorDetails().errorCode();
    }

    private static boolean isMissing(S3Exception refused) {
        return refused.statusCode() == NOT_FOUND && !code(refused).equals("NoSuchBucket");
    }

    private String key(String name) {
        return settings.prefix() + ColdStore.checked(name);
    }

    @Override
    public CompletionStage<Void> put(String name, ByteBuffer bytes) {
        String key = key(name);
        if (bytes.remaining() > OBJECT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    name + " has " + bytes.remaining() + " bytes, more than the " + OBJECT_BYTES_MAX + " of an object");
        }
        return run("write " + name, () -> {
                    // The server compares the checksum with what arrived, before it keeps anything.
                    String checksum = md5(bytes);
                    return client.putObject(
                            request ->
                                    request.bucket(settings.bucket()).key(key).contentMD5(checksum),
                            RequestBody.fromRemainingByteBuffer(bytes.duplicate()));
                })
                .thenAccept(done -> {});
    }

    private static String md5(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes.duplicate());
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    @Override
    public CompletionStage<ByteBuffer> read(String name, long offset, int length) {
        String key = key(name);
        return run("read " + name, () -> {
            // A range cannot be empty: where nothing is asked for, whether the object is there still is.
            String range = "bytes=" + offset + "-" + (offset + Math.max(1, length) - 1);
            try {
                return client.getObject(
                        request -> request.bucket(settings.bucket()).key(key).range(range),
                        (response, body) -> stretch(response, body, offset, length));
            } catch (S3Exception refused) {
                if (refused.statusCode() == NO_SUCH_RANGE) {
                    return NOTHING.duplicate();
                }
                if (isMissing(refused)) {
                    throw new ColdObjectMissingException(name);
                }
                throw refused;
            }
        });
    }

    private static ByteBuffer stretch(GetObjectResponse response, AbortableInputStream body, long offset, int length) {
        try (body) {
            if (response.contentRange() == null) {
                // A server that knows no ranges sends all of it.
                for (long left = offset; left > 0; ) {
                    long skipped = body.skip(left);
                    if (skipped == 0 && body.read() < 0) {
                        return NOTHING.duplicate();
                    }
                    left -= Math.max(1, skipped);
                }
            }
            byte[] bytes = body.readNBytes(length);
            if (response.contentRange() == null) {
                body.abort(); // not to read what nobody asked for
            }
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        } catch (IOException lost) {
            throw RetryableException.create("the answer broke off: " + lost, lost);
        }
    }

    @Override
    public CompletionStage<Void> list(String prefix, Consumer<Entry> consumer) {
        String all = settings.prefix() + ColdStore.checkedPrefix(prefix);
        return run("list " + prefix, () -> {
                    long count = 0;
                    // A page at a time is in memory.
                    for (S3Object each : client.listObjectsV2Paginator(request -> request.bucket(settings.bucket())
                                    .prefix(all)
                                    .maxKeys(pageEntries))
                            .contents()) {
                        String name = each.key().substring(settings.prefix().length());
                        if (ColdStore.NAME.matcher(name).matches()) {
                            consumer.accept(new Entry(name, each.size()));
                            count++;
                        }
                    }
                    return count;
                })
                .thenAccept(count -> {});
    }

    @Override
    public CompletionStage<Void> delete(String name) {
        String key = key(name);
        return run("delete " + name, () -> {
                    try {
                        client.deleteObject(
                                request -> request.bucket(settings.bucket()).key(key));
                        return true;
                    } catch (S3Exception refused) {
                        if (isMissing(refused)) {
                            return false;
                        }
                        throw refused;
                    }
                })
                .thenAccept(done -> {});
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }

    @Override
    public String toString() {
        return settings.place();
    }
}
