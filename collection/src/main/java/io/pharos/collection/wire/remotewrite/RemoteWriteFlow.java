package io.pharos.collection.wire.remotewrite;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import io.pharos.collection.wire.MalformedBodyException;
import io.pharos.timeseries.sample.SampleSink;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * A request's body on its way to the sink, as pieces of one Akka Stream: the connection is read only as fast as the body can be
 * gathered, and the answer waits for the sink.
 */
public final class RemoteWriteFlow {
    private RemoteWriteFlow() {}

    /**
     * Gathers the parts of one body, within the decoder's limit, and decodes it when it is complete. Emits one element; fails with
     * {@link MalformedBodyException}.
     */
    public static Flow<ByteString, RemoteWriteRequest, NotUsed> decoding(RemoteWriteDecoder decoder) {
        int max = decoder.settings().compressedBytesMax();
        return Flow.of(ByteString.class)
                .fold(ByteString.emptyByteString(), (gathered, part) -> {
                    if (gathered.length() + (long) part.length() > max) {
                        throw MalformedBodyException.tooLarge("the body is larger than " + max + " bytes");
                    }
                    return gathered.concat(part);
                })
                .map(gathered -> decoder.decode(gathered.toArrayUnsafe()));
    }

    /**
     * Decodes one body and appends it to a sink. Emits one element; fails with {@link MalformedBodyException}.
     *
     * @param deadline asked for when the body is complete
     */
    public static Flow<ByteString, RemoteWriteOutcome, NotUsed> into(
            RemoteWriteDecoder decoder, SampleSink sink, Supplier<Instant> deadline) {
        return decoding(decoder)
                .mapAsync(
                        1,
                        request -> sink.append(request.batch(), deadline.get())
                                .thenApply(result -> new RemoteWriteOutcome(
                                        request.resultOf(result),
                                        request.batch().sampleCount(),
                                        request.histograms(),
                                        request.exemplars().count())));
    }
}
