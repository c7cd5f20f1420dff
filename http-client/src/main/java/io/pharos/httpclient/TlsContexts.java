package io.pharos.httpclient;

import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.HttpsConnectionContext;
import io.pharos.httpclient.HttpClientSettings.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** One TLS context for each distinct setting, made again when one of its files changes. Thread-safe; blocks on small files. */
final class TlsContexts {
    private record Made(List<FileTime> times, HttpsConnectionContext context) {}

    private final ConcurrentHashMap<Tls, Made> contexts = new ConcurrentHashMap<>();

    /** The context of a setting; the same instance until a file changes, because connection pools are found by it. */
    HttpsConnectionContext of(Tls tls) throws IOException, GeneralSecurityException {
        List<FileTime> times = new ArrayList<>();
        for (Optional<Path> file : List.of(tls.authorities(), tls.certificate(), tls.key())) {
            if (file.isPresent()) {
                times.add(modified(file.get()));
            }
        }
        Made made = contexts.get(tls);
        if (made == null || !made.times.equals(times)) {
            made = new Made(times, make(tls));
            contexts.put(tls, made);
        }
        return made.context;
    }

    private static FileTime modified(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new IOException("the TLS file " + file + " cannot be read", e);
        }
    }

    private static HttpsConnectionContext make(Tls tls) throws IOException, GeneralSecurityException {
        TrustManager[] trust = null;
        if (tls.skipVerification()) {
            trust = new TrustManager[] {new TrustAnybody()};
        } else if (tls.authorities().isPresent()) {
            trust = trusting(tls.authorities().get());
        }
        KeyManager[] keys = null;
        if (tls.certificate().isPresent() && tls.key().isPresent()) {
            keys = keys(tls.certificate().get(), tls.key().get());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return ConnectionContext.httpsClient((host, port) -> engine(context, tls, host, port));
    }

    private static SSLEngine engine(SSLContext context, Tls tls, String host, int port) {
        SSLEngine engine = context.createSSLEngine(tls.serverName().orElse(host), port);
        engine.setUseClientMode(true);
        if (!tls.skipVerification()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    private static TrustManager[] trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int index = 0;
        for (X509Certificate certificate : PemFiles.certificates(file)) {
            store.setCertificateEntry("authority" + index++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Path certificate, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        X509Certificate[] chain = PemFiles.certificates(certificate).toArray(X509Certificate[]::new);
        char[] password = new char[0];
        store.setKeyEntry("own", PemFiles.privateKey(key), password, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** What {@code insecure_skip_verify} asks for: the user's own decision, for one job or receiver. */
    private static final class TrustAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
