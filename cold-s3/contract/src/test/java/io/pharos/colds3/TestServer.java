package io.pharos.colds3;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;

/** A server that speaks S3 and checks signatures, in a process of its own, with one bucket in memory. */
final class TestServer implements AutoCloseable {
    static final String ID = "local-identity";
    static final String SECRET = "local-credential";
    static final String BUCKET = "cold-bucket";
    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final Path folder;
    private final Path log;
    private final URI endpoint;

    private TestServer(Process process, Path folder, Path log, URI endpoint) {
        this.process = process;
        this.folder = folder;
        this.log = log;
        this.endpoint = endpoint;
    }

    static TestServer start(Path folder) throws Exception {
        String lib = System.getProperty("pharos.s3.lib", "");
        if (lib.isEmpty()) {
            throw new IllegalStateException("-Dpharos.s3.lib names the server's jars");
        }
        int port = freePort();
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        Path properties = folder.resolve("server.properties");
        Files.write(
                properties,
                List.of(
                        "s3proxy.endpoint=" + endpoint,
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.identity=" + ID,
                        "s3proxy.credential=" + SECRET,
                        "jclouds.provider=transient-nio2",
                        "jclouds.identity=nobody",
                        "jclouds.credential=nothing"));
        // It logs every request at the lowest level.
        Path logging = folder.resolve("logback.xml");
        Files.writeString(logging, "<configuration><root level=\"OFF\"/></configuration>");
        Path log = folder.resolve("server.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile=" + logging,
                        "-cp",
                        lib + File.separator + "*",
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        TestServer server = new TestServer(process, folder, log, endpoint);
        try {
            server.awaitUp();
            server.makeBucket();
            return server;
        } catch (Exception | AssertionError failed) {
            server.close();
            throw failed;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitUp() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), 1000);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the server did not start: " + Files.readString(log), notYet);
                }
                Thread.sleep(50);
            }
        }
    }

    /** The settings of its bucket, with the right keys in a file. */
    Map<String, String> settings() throws IOException {
        return new HashMap<>(Map.of(
                "bucket", BUCKET,
                "prefix", "pharos/",
                "region", "us-east-1",
                "endpoint", endpoint.toString(),
                "path-style", "true",
                "credentials-file", keys(ID, SECRET).toString(),
                "profile", "",
                "timeout", "60s"));
    }

    /** A file with keys. */
    Path keys(String id, String secret) throws IOException {
        return Files.writeString(
                Files.createTempFile(folder, "credentials", ""),
                "[default]\naws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n");
    }

    private void makeBucket() throws IOException {
        S3Settings settings = S3Settings.of(settings());
        try (S3Client client = S3Clients.client(settings, S3Clients.keys(settings), 1)) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
