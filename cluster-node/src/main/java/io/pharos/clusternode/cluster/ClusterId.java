package io.pharos.clusternode.cluster;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.timeseries.store.SettingsStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tells one keyspace from another: a number made by the first node that used it. Only nodes over one keyspace are one cluster. */
public final class ClusterId {
    private static final String NAME = "cluster.id";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ClusterId() {}

    /**
     * Reads it, or makes it for a fresh keyspace. Blocks.
     *
     * @param expected the one of the node that was asked to join, or the empty string
     * @throws CommandFailure where the store is that of another cluster, or does not answer
     */
    public static String of(SettingsStore settings, String expected) throws InterruptedException {
        Optional<SettingsStore.Setting> stored = await(settings.read(NAME));
        if (stored.isEmpty()) {
            ByteBuffer made = ByteBuffer.wrap(UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
            await(settings.replace(NAME, 0, made)); // where another was quicker, its number counts
            stored = await(settings.read(NAME));
        }
        String id = stored.map(setting -> StandardCharsets.US_ASCII
                        .decode(setting.value().duplicate())
                        .toString())
                .orElseThrow(() -> new CommandFailure("the keyspace forgets what is written to it"));
        if (!expected.isEmpty() && !expected.equals(id)) {
            throw new CommandFailure(
                    "the Cassandra of this node is not the one of the cluster it is to join: contact points,"
                            + " datacenter and keyspace have to lead to the same data (or leave them out, --join tells them)");
        }
        return id;
    }

    private static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure(CommandFailure.sentence(e), e);
        } catch (TimeoutException e) {
            throw new CommandFailure("Cassandra did not answer within " + PATIENCE.toSeconds() + " s", e);
        }
    }
}
