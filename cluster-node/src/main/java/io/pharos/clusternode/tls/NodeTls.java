package io.pharos.clusternode.tls;

import akka.pki.pem.DERPrivateKeyLoader;
import akka.pki.pem.PEMDecoder;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.program.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Mutual TLS between nodes: its settings for Akka, and checks that say in a line what is wrong with a certificate. */
public final class NodeTls {
    private static final String PROTOCOL = "TLSv1.2";
    /** For RSA keys, which are all that Akka reads. */
    private static final List<String> CIPHERS = List.of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private static final String HUNG_UP =
            "hung up when greeted by TLS: does it talk in clear with other nodes, while this one has pharos.cluster.tls?";
    private static final int PATIENCE_MILLIS = 5000;

    private final TlsFiles files;
    private final SSLContext context;

    private NodeTls(TlsFiles files, SSLContext context) {
        this.files = files;
        this.context = context;
    }

    /**
     * Reads the files and checks that they belong together.
     *
     * @throws CommandFailure that names the file and what is wrong with it
     */
    public static NodeTls load(TlsFiles files) {
        X509Certificate authority = certificate(files.authority());
        X509Certificate own = certificate(files.certificate());
        PrivateKey key = key(files.key());
        try {
            own.checkValidity();
        } catch (GeneralSecurityException e) {
            throw new CommandFailure(files.certificate() + " is not valid now: " + e.getMessage(), e);
        }
        try {
            own.verify(authority.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CommandFailure(
                    files.certificate() + " is not signed by the authority in " + files.authority(), e);
        }
        try {
            requirePair(own, key, files);
            return new NodeTls(files, context(authority, own, key));
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandFailure("the certificates of this node cannot be used: " + CommandFailure.sentence(e), e);
        }
    }

    private static void requirePair(X509Certificate own, PrivateKey key, TlsFiles files)
            throws GeneralSecurityException {
        byte[] text = "pharos".getBytes(StandardCharsets.US_ASCII);
        boolean fits = own.getPublicKey().getAlgorithm().equals(key.getAlgorithm());
        if (fits) {
            Signature signature = Signature.getInstance("SHA256with" + key.getAlgorithm());
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(own.getPublicKey());
            signature.update(text);
            fits = signature.verify(signed);
        }
        if (!fits) {
            throw new CommandFailure(files.key() + " is not the key of the certificate in " + files.certificate());
        }
    }

    private static SSLContext context(X509Certificate authority, X509Certificate own, PrivateKey key)
            throws GeneralSecurityException, IOException {
        char[] none = new char[0];
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null);
        keys.setKeyEntry("node", key, none, new X509Certificate[] {own, authority});
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null);
        trusted.setCertificateEntry("authority", authority);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, none);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private static X509Certificate certificate(Path file) {
        try {
            byte[] bytes = PEMDecoder.decode(text(file)).bytes();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw bad(file, "a certificate", e);
        }
    }

    private static PrivateKey key(Path file) {
        try {
            return DERPrivateKeyLoader.load(PEMDecoder.decode(text(file)));
        } catch (Exception e) { // written in Scala, it throws checked ones that it does not name
            throw bad(file, "an RSA private key", e);
        }
    }

    private static CommandFailure bad(Path file, String what, Exception e) {
        return e instanceof CommandFailure said
                ? said
                : new CommandFailure(file + " does not hold " + what + " as PEM: " + CommandFailure.sentence(e), e);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + CommandFailure.sentence(e), e);
        }
    }

    /** The same for Akka, which reads the files again every few minutes, so that certificates can be renewed in place. */
    public Config akka() {
        String engine = "akka.remote.artery.ssl.rotating-keys-engine.";
        return ConfigFactory.parseMap(Map.of(
                "akka.remote.artery.transport",
                "tls-tcp",
                "akka.remote.artery.ssl.ssl-engine-provider",
                "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
                engine + "ca-cert-file",
                files.authority().toString(),
                engine + "cert-file",
                files.certificate().toString(),
                engine + "key-file",
                files.key().toString(),
                engine + "protocol",
                PROTOCOL,
                engine + "enabled-algorithms",
                CIPHERS));
    }

    /**
     * Shakes hands with a node and hangs up; what is wrong as a sentence, empty where nothing is or nobody answers. Blocks for at
     * most some seconds.
     */
    public Optional<String> fault(String host, int port) {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setEnabledProtocols(new String[] {PROTOCOL});
            socket.setEnabledCipherSuites(CIPHERS.toArray(new String[0]));
            return handshakeFault(socket).map(fault -> "the node at " + host + ":" + port + " " + fault);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> handshakeFault(SSLSocket socket) {
        try {
            socket.startHandshake();
            return Optional.empty();
        } catch (SSLException e) {
            return Optional.of(reason(String.valueOf(e.getMessage())));
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(HUNG_UP);
        }
    }

    /** Whether a node talks TLS with others; false also where nobody answers. Blocks for at most some seconds. */
    public static boolean isSpoken(String host, int port) {
        try (SSLSocket socket =
                (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return true;
        } catch (SSLException e) {
            // It showed a certificate we do not know, or wants one of us; what talks something else hangs up or talks
            // nonsense.
            String message = String.valueOf(e.getMessage());
            return message.contains("PKIX") || message.contains("fatal alert");
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    private String reason(String message) {
        if (message.contains("PKIX") || message.contains("No trusted certificate")) {
            return "has a certificate that the authority in " + files.authority() + " did not sign";
        }
        if (message.contains("fatal alert")) {
            return "refuses the certificate of this node (" + files.certificate() + "): " + message;
        }
        if (message.contains("unrecognized SSL message") || message.contains("terminated the handshake")) {
            return HUNG_UP;
        }
        return "cannot be talked to by TLS: " + message;
    }
}
