package io.pharos.clusternode.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.httpapi.status.JoinStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a running node what one needs to know to join its cluster. Blocks: only for the start. */
final class PeerClient {
    private static final String PATH = "/api/v1/status/join";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 300;

    private final Optional<String> token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** @param token what is shown to a peer, if anything */
    PeerClient(Optional<String> token) {
        this.token = token;
    }

    /** No answer that could be used, yet: the next attempt may have one. */
    private static final class NotNow extends Exception {
        private static final long serialVersionUID = 1;

        NotNow(String message) {
            super(message);
        }
    }

    /**
     * The answer of the first peer that has one.
     *
     * @param peers {@code host:port}, tried in turn until one answers or the time is over
     * @throws CommandFailure when none answers in time, or one answers what no node of ours would
     */
    JoinStatus ask(List<String> peers, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            List<String> faults = new ArrayList<>();
            for (String peer : peers) {
                try {
                    return askOnce(peer);
                } catch (NotNow fault) {
                    faults.add(fault.getMessage());
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new CommandFailure(String.join("; ", faults) + " (tried for " + patience.toSeconds() + " s)");
            }
            pause();
        }
    }

    private JoinStatus askOnce(String peer) throws NotNow {
        HttpResponse<String> response;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address(peer)).timeout(PATIENCE);
            token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            throw new NotNow("nothing answers at " + peer
                    + ", which was given to join: is a node running there, and is that its HTTP port?");
        } catch (HttpTimeoutException e) {
            throw new NotNow(peer + ", which was given to join, does not answer");
        } catch (IOException e) {
            throw notPharos(peer, "it does not speak HTTP; give the HTTP port of a node");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
        if (response.statusCode() == 503) {
            throw new NotNow("the node at " + peer + " is not ready to be joined: "
                    + error(response.body()).path("error").asText("it is starting or stopping"));
        }
        if (response.statusCode() == 401) {
            throw new CommandFailure(
                    token.isEmpty()
                            ? "the node at " + peer + " wants a token: give this node the cluster's (--token-file)"
                            : "the node at " + peer
                                    + " does not take the token of this node: the first line of pharos.http.token-file has to be"
                                    + " one of the cluster's");
        }
        if (response.statusCode() != 200) {
            throw notPharos(peer, PATH + " answered " + response.statusCode());
        }
        JoinStatus status = status(peer, response.body());
        if (!Protocol.fits(status.protocolOldest(), status.protocol())) {
            throw new CommandFailure("the node at " + peer + " is Pharos " + status.version()
                    + " and speaks the node protocols " + status.protocolOldest() + " to " + status.protocol()
                    + ", this is " + Version.number() + " and speaks " + Protocol.OLDEST + " to " + Protocol.NEWEST
                    + ": upgrade one version at a time");
        }
        if (status.seeds().isEmpty()) {
            throw new NotNow("the node at " + peer + " is not in a cluster yet");
        }
        return status;
    }

    private static URI address(String peer) {
        String bare = peer.startsWith("http://") ? peer.substring("http://".length()) : peer;
        try {
            URI address = URI.create("http://" + (bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare));
            if (address.getHost() == null
                    || address.getPort() < 1
                    || !address.getPath().isEmpty()) {
                throw new IllegalArgumentException();
            }
            return address.resolve(PATH);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "'" + peer + "' is not HOST:PORT; give the HTTP address of a running node, as 10.0.0.5:9090", e);
        }
    }

    private static JoinStatus status(String peer, String body) {
        JsonNode data = error(body).path("data");
        if (!data.path("application").asText().equals("Pharos")) {
            throw notPharos(peer, PATH + " answered something else");
        }
        JsonNode cassandra = data.path("cassandra");
        return new JoinStatus(
                data.path("version").asText(),
                data.path("clusterId").asText(),
                data.path("protocolOldest").asInt(),
                data.path("protocol").asInt(),
                texts(data.path("seeds")),
                data.path("shardCount").asInt(),
                texts(cassandra.path("contactPoints")),
                cassandra.path("datacenter").asText(),
                cassandra.path("keyspace").asText(),
                cassandra.path("embedded").asBoolean(),
                data.path("tls").asBoolean());
    }

    private static JsonNode error(String body) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            return mapper.createObjectNode();
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    private static CommandFailure notPharos(String peer, String why) {
        return new CommandFailure("what listens at " + peer + " is not a Pharos node that can be joined: " + why);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }
}
