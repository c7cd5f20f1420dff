package io.pharos.collection.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.pharos.collection.metadata.MetadataCache;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.labels.Labels;
import io.pharos.timeseries.sample.AppendResult;
import io.pharos.timeseries.sample.SampleSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RemoteWriteFlowTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(WriteRequests.LIMITS, new MetadataCache(10));
    private final SampleSink sink =
            (batch, deadline) -> CompletableFuture.completedFuture(AppendResult.Decided.allOf(batch.sampleCount()));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private RemoteWriteOutcome run(List<ByteString> parts) throws Exception {
        return Source.from(parts)
                .via(RemoteWriteFlow.into(decoder, sink, () -> Instant.EPOCH))
                .runWith(Sink.head(), KIT.system())
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
    }

    @Test
    void aBodyInPartsReachesTheSinkOnce() throws Exception {
        byte[] body = WriteRequests.snappy(WriteRequests.series(
                Labels.of("__name__", "a"), WriteRequests.sample(1, 2), WriteRequests.sample(2, 3)));
        List<ByteString> parts = new ArrayList<>();
        for (byte b : body) {
            parts.add(ByteString.fromArray(new byte[] {b}));
        }
        assertThat(run(parts)).isEqualTo(new RemoteWriteOutcome(AppendResult.Decided.allOf(2), 2, 0, 0));
    }

    @Test
    void anEmptyOrTooLargeBodyIsMalformed() {
        assertThatThrownBy(() -> run(List.of())).hasCauseInstanceOf(MalformedBodyException.class);
        List<ByteString> large = java.util.Collections.nCopies(20, ByteString.fromArray(new byte[100_000]));
        assertThatThrownBy(() -> run(large))
                .hasCauseInstanceOf(MalformedBodyException.class)
                .hasMessageContaining("larger");
    }
}
