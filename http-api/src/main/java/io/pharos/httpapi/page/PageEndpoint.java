package io.pharos.httpapi.page;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.util.ByteString;
import io.pharos.httpapi.server.Answers;
import io.pharos.httpapi.server.Call;
import io.pharos.httpapi.server.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Serves the single-page application from the class path. Files under {@code assets/} carry a hash of their content in their name
 * and never change; every other path that is no file is the page itself, which finds its own way.
 */
public final class PageEndpoint implements Endpoint {
    private static final String FOLDER = "io/pharos/webui";
    private static final String INDEX = "/index.html";

    /** What a file of the page may be called: this is a class path, and nothing else on it is anybody's business. */
    private static final Pattern FILE = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, ContentType> TYPES = Map.of(
            "html", ContentTypes.TEXT_HTML_UTF8,
            "js", ContentTypes.parse("text/javascript; charset=UTF-8"),
            "css", ContentTypes.parse("text/css; charset=UTF-8"),
            "svg", ContentTypes.parse("image/svg+xml"),
            "json", ContentTypes.APPLICATION_JSON,
            "png", ContentTypes.parse("image/png"),
            "ico", ContentTypes.parse("image/x-icon"),
            "txt", ContentTypes.TEXT_PLAIN_UTF8);

    private final ClassLoader loader;
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /** @param loader whose class path has the page, if any has */
    public PageEndpoint(ClassLoader loader) {
        this.loader = loader;
    }

    @Override
    public CompletionStage<HttpResponse> answer(Call call) {
        String path = call.path().equals("/") ? INDEX : call.path();
        Optional<File> file = file(path);
        if (file.isEmpty() && (path.startsWith("/assets/") || path.equals("/favicon.ico"))) {
            return CompletableFuture.completedFuture(
                    Answers.text(StatusCodes.NOT_FOUND, "there is no file " + path + "\n"));
        }
        if (file.isEmpty()) {
            path = INDEX;
            file = file(INDEX);
        }
        String served = path;
        return CompletableFuture.completedFuture(file.map(found -> answer(call, served, found))
                .orElseGet(() -> Answers.text(
                        StatusCodes.NOT_FOUND, "this node was built without its page; the API is under /api/v1\n")));
    }

    private static HttpResponse answer(Call call, String path, File file) {
        String cache = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        HttpResponse response = call.header("if-none-match").equals(file.tag)
                ? HttpResponse.create().withStatus(StatusCodes.NOT_MODIFIED)
                : Answers.bytes(call, file.type, file.content);
        return response.addHeader(RawHeader.create("ETag", file.tag))
                .addHeader(RawHeader.create("Cache-Control", cache))
                .addHeader(RawHeader.create("Content-Security-Policy", POLICY))
                .addHeader(RawHeader.create("Referrer-Policy", "no-referrer"));
    }

    private Optional<File> file(String path) {
        File known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        int dot = path.lastIndexOf('.');
        ContentType type = TYPES.get(path.substring(dot + 1));
        if (dot < 0 || type == null || !FILE.matcher(path).matches()) {
            return Optional.empty();
        }
        try (InputStream in = loader.getResourceAsStream(FOLDER + path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            String tag = '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
            File read = new File(type, ByteString.fromArrayUnsafe(content), tag);
            files.put(path, read); // bounded: only what the jar holds gets here
            return Optional.of(read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record File(ContentType type, ByteString content, String tag) {}
}
