package io.pharos.clusternode.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pharos.clusternode.tls.TestCertificates;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods are found as Kubernetes' API lists them; the list is one as it answers. */
class KubernetesDiscoveryTest {
    @TempDir
    Path folder;

    @Test
    void podsThatRunAreFoundByTheirLabel() throws Exception {
        TestCertificates certificates = new TestCertificates(folder.resolve("certificates")).sign("api");
        Path token = Files.writeString(folder.resolve("token"), "a-token");
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpsServer api = api(certificates, requests);
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KubernetesLookup.class.getName(),
                            certificates.ca().toString(),
                            token.toString())
                    .redirectErrorStream(true);
            builder.environment().put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
            builder.environment()
                    .put(
                            "KUBERNETES_SERVICE_PORT",
                            Integer.toString(api.getAddress().getPort()));
            Process lookup = builder.start();
            String output = new String(lookup.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(lookup.waitFor()).as(output).isZero();
            assertThat(output.lines().filter(line -> line.matches("[0-9.]+")))
                    .as(output)
                    .containsExactlyInAnyOrder("10.244.1.17", "10.244.2.9");
        } finally {
            api.stop(0);
        }
        assertThat(requests)
                .containsExactly("/api/v1/namespaces/watch/pods?labelSelector=app%3Dmetrics Bearer a-token");
    }

    private static HttpsServer api(TestCertificates certificates, List<String> requests) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(
                KeyStore.getInstance(certificates.store("api").toFile(), TestCertificates.PASSWORD.toCharArray()),
                TestCertificates.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            try (InputStream pods = KubernetesDiscoveryTest.class.getResourceAsStream("pods.json")) {
                byte[] body = pods.readAllBytes();
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server;
    }
}
