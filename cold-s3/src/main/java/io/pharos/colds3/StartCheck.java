package io.pharos.colds3;

import java.time.Duration;
import java.util.UUID;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Does once, with an object of its own, all that a cold store does with a bucket: write, read, list and delete. */
final class StartCheck {
    /** Names of objects of shards begin otherwise. */
    static final String FOLDER = "start-check/";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TIMED_OUT = 408;
    private static final int TOO_MANY = 429;

    private StartCheck() {}

    /** How a bucket answered. */
    enum Kind {
        GOOD,
        /** It said no, and will go on saying so. */
        REFUSED,
        /** It did not answer, or cannot now. */
        AWAY
    }

    /**
     * An answer.
     *
     * @param reason empty where it is good
     */
    record Answer(Kind kind, String reason) {}

    /** Asks; blocks for half a minute where nothing answers. */
    static Answer of(S3Settings settings) {
        AwsRequestOverrideConfiguration hurried = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(PATIENCE)
                .build();
        String bucket = settings.bucket();
        String folder = settings.prefix() + FOLDER;
        String key = folder + UUID.randomUUID();
        String what = "write";
        try (S3Client client = S3Clients.client(settings, S3Clients.keys(settings), 1)) {
            client.putObject(
                    request -> request.bucket(bucket).key(key).overrideConfiguration(hurried),
                    RequestBody.fromString("pharos"));
            what = "read";
            client.getObject(
                    request -> request.bucket(bucket).key(key).overrideConfiguration(hurried),
                    ResponseTransformer.toBytes());
            what = "list";
            client.listObjectsV2(
                    request -> request.bucket(bucket).prefix(folder).maxKeys(1).overrideConfiguration(hurried));
            what = "delete";
            client.deleteObject(request -> request.bucket(bucket).key(key).overrideConfiguration(hurried));
            return new Answer(Kind.GOOD, "");
        } catch (SdkException failed) {
            String reason = "cannot " + what + " objects there: " + S3ColdStore.reason(failed);
            return new Answer(isRefused(failed) ? Kind.REFUSED : Kind.AWAY, reason);
        }
    }

    private static boolean isRefused(SdkException failed) {
        return failed instanceof S3Exception refused
                && refused.statusCode() >= 300
                && refused.statusCode() < 500
                && refused.statusCode() != TIMED_OUT
                && refused.statusCode() != TOO_MANY;
    }
}
