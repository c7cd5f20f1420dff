package io.pharos.clusternode.command;

import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a running Pharos is reached, and how a command asks it. */
final class ServerOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "A running node (default: ${DEFAULT-VALUE}).")
    private String url = "http://127.0.0.1:9090";

    @Mixin
    private TokenOption token = new TokenOption();

    /** Gets a path with parameters; any status but 401 is an answer. */
    HttpResponse<String> get(String path, Map<String, String> parameters) {
        return send(path, parameters, HttpRequest.newBuilder().GET());
    }

    /** Posts nothing to a path with parameters; otherwise as {@link #get}. */
    HttpResponse<String> post(String path, Map<String, String> parameters) {
        return send(path, parameters, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Posts a body to a path with parameters; otherwise as {@link #get}. */
    HttpResponse<String> post(String path, Map<String, String> parameters, byte[] body) {
        return send(path, parameters, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpResponse<String> send(String path, Map<String, String> parameters, HttpRequest.Builder method) {
        String query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
        try {
            method.uri(URI.create(url + path + query)).timeout(Duration.ofMinutes(3));
            String shown = token.read();
            if (shown != null) {
                method.header("Authorization", "Bearer " + shown);
            }
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build()
                    .send(method.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 401) {
                throw new CommandFailure(
                        shown == null
                                ? url + " wants a token: name the file that has it (--token-file, PHAROS_TOKEN_FILE)"
                                : url
                                        + " does not take this token: the first line of the token file has to be one of the cluster's");
            }
            return answer;
        } catch (ConnectException e) {
            throw new CommandFailure(
                    "nothing answers at " + url + "; is a node running? (pharos node, pharos demo)", e);
        } catch (IOException e) {
            throw new CommandFailure(url + " did not answer: " + CommandFailure.sentence(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("'" + url + "' is not a URL such as http://127.0.0.1:9090", e);
        }
    }
}
