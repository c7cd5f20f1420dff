package io.pharos.httpapi.server;

import akka.NotUsed;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.headers.ContentEncoding;
import akka.http.javadsl.model.headers.HttpEncodings;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Compression;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.pharos.httpapi.json.JsonBody;
import io.pharos.httpapi.json.JsonChunks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes responses: JSON in portions, plain text, errors; compressed where the client takes it and it pays. */
public final class Answers {
    private static final int GZIP_FROM_BYTES = 1024;

    private Answers() {}

    /** A successful answer without warnings. */
    public static HttpResponse success(Call call, JsonBody data) {
        return success(call, data, List.of(), List.of());
    }

    /** A successful answer; one that fills more than a piece is streamed as fast as the client reads. */
    public static HttpResponse success(Call call, JsonBody data, List<String> warnings, List<String> infos) {
        JsonChunks chunks = new JsonChunks(data, warnings, infos);
        ByteString first = chunks.next();
        if (!chunks.hasNext()) {
            return bytes(call, ContentTypes.APPLICATION_JSON, first);
        }
        Source<ByteString, NotUsed> rest = Source.fromIterator(() -> chunks);
        Source<ByteString, NotUsed> all = Source.single(first).concat(rest);
        if (call.acceptsGzip()) {
            return HttpResponse.create()
                    .addHeader(ContentEncoding.create(HttpEncodings.GZIP))
                    .addHeader(RawHeader.create("Vary", "Accept-Encoding"))
                    .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, all.via(Compression.gzip())));
        }
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, all));
    }

    /** A whole body of a type, compressed where the client takes it and it pays. */
    public static HttpResponse bytes(Call call, ContentType type, ByteString body) {
        if (body.size() < GZIP_FROM_BYTES || !call.acceptsGzip()) {
            return HttpResponse.create().withEntity(HttpEntities.create(type, body));
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.size() / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body.toArrayUnsafe());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a buffer in memory does not fail
        }
        return HttpResponse.create()
                .addHeader(ContentEncoding.create(HttpEncodings.GZIP))
                .addHeader(RawHeader.create("Vary", "Accept-Encoding"))
                .withEntity(HttpEntities.create(type, ByteString.fromArrayUnsafe(compressed.toByteArray())));
    }

    /** Plain text with a status. */
    public static HttpResponse text(StatusCode status, String text) {
        return HttpResponse.create().withStatus(status).withEntity(ContentTypes.TEXT_PLAIN_UTF8, text);
    }

    /** An error of Prometheus' form. */
    public static HttpResponse error(ErrorType type, String message) {
        return HttpResponse.create()
                .withStatus(type.status())
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, JsonChunks.error(type.text(), message)));
    }
}
