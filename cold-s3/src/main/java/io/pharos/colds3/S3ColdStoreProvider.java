package io.pharos.colds3;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Opens buckets. What the server refuses is said when a node starts, not a day and a half later when the first day is written. */
public final class S3ColdStoreProvider implements ColdStoreProvider {
    private static final Logger LOG = LoggerFactory.getLogger(S3ColdStoreProvider.class);

    /** For the service loader. */
    public S3ColdStoreProvider() {}

    @Override
    public String kind() {
        return "s3";
    }

    @Override
    public ColdStore open(Map<String, String> settings) throws IOException {
        S3Settings place = S3Settings.of(settings);
        keysAreThere(place);
        StartCheck.Answer answer = StartCheck.of(place);
        if (answer.kind() == StartCheck.Kind.REFUSED) {
            throw new IOException(place.place() + " cannot be used: " + answer.reason());
        }
        if (answer.kind() == StartCheck.Kind.AWAY) {
            // A store that is away for a while must not keep nodes from starting: they do much that does not need it.
            LOG.error(
                    "{} does not answer; days are written, and cold samples read, as soon as it does: {}",
                    place.place(),
                    answer.reason());
        }
        return new S3ColdStore(place);
    }

    private static void keysAreThere(S3Settings place) throws IOException {
        if (place.credentials().isPresent()
                && !Files.isReadable(place.credentials().get())) {
            throw new IOException("pharos.storage.cold.s3.credentials-file "
                    + place.credentials().get() + " cannot be read");
        }
        try {
            S3Clients.keys(place).resolveCredentials();
        } catch (SdkException | IllegalArgumentException | IllegalStateException none) {
            // The library lists every place with its reason, in a thousand letters.
            String where = place.credentials()
                    .map(file -> file + ": " + none.getMessage())
                    .orElse(
                            "pharos.storage.cold.s3.credentials-file names no file, and there are none in the environment"
                                    + " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), ~/.aws or from a role of the container or"
                                    + " the machine");
            throw new IOException("no keys for " + place.place() + ": " + where, none);
        }
    }
}
