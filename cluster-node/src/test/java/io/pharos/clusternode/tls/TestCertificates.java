package io.pharos.clusternode.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Certificates made by the JDK's keytool for a test: an authority, and what it signs, as PEM files and as PKCS12. */
public final class TestCertificates {
    public static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path authority;
    private final Set<String> chained = new HashSet<>();

    /** Makes an authority in a folder of its own. */
    public TestCertificates(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        this.authority = folder.resolve("ca.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-dname",
                "CN=authority of " + folder.getFileName(),
                "-ext",
                "bc:c",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-keystore",
                authority.toString());
        keytool("-exportcert", "-rfc", "-alias", "ca", "-file", ca().toString(), "-keystore", authority.toString());
    }

    /** The authority's certificate. */
    public Path ca() {
        return folder.resolve("ca.pem");
    }

    public Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    public Path key(String name) {
        return folder.resolve(name + "-key.pem");
    }

    /** The key and its chain, as PKCS12. */
    public Path store(String name) throws IOException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        if (chained.add(name)) {
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    "ca",
                    "-file",
                    ca().toString(),
                    "-keystore",
                    store.toString());
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    name,
                    "-file",
                    certificate(name).toString(),
                    "-keystore",
                    store.toString());
        }
        return store;
    }

    /** The authority's certificate alone, as PKCS12. */
    public Path trust() throws IOException, InterruptedException {
        Path store = folder.resolve("trust.p12");
        if (!Files.exists(store)) {
            keytool(
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    "ca",
                    "-file",
                    ca().toString(),
                    "-keystore",
                    store.toString());
        }
        return store;
    }

    /** Signs a certificate for loopback and the DNS name "pharos". */
    public TestCertificates sign(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        String request = folder.resolve(name + ".csr").toString();
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-keystore",
                store.toString());
        keytool("-certreq", "-alias", name, "-file", request, "-keystore", store.toString());
        keytool(
                "-gencert",
                "-rfc",
                "-alias",
                "ca",
                "-ext",
                "SAN=IP:127.0.0.1,DNS:localhost,DNS:pharos",
                "-infile",
                request,
                "-outfile",
                certificate(name).toString(),
                "-keystore",
                authority.toString());
        KeyStore loaded = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Key key = loaded.getKey(name, PASSWORD.toCharArray());
        String encoded = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded());
        Files.writeString(key(name), "-----BEGIN PRIVATE KEY-----\n" + encoded + "\n-----END PRIVATE KEY-----\n");
        return this;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }
}
