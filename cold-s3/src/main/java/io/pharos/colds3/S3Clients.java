package io.pharos.colds3;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes clients of buckets, with a limit on everything: connections, attempts, times. */
final class S3Clients {
    /** Of a request, the first included; the library waits longer before each, and less often where many fail. */
    static final int ATTEMPTS_MAX = 4;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private S3Clients() {}

    /** Keys of the file that is named, else of where Amazon's tools look: environment, files in the home folder, the machine's role. */
    static AwsCredentialsProvider keys(S3Settings settings) {
        if (settings.credentials().isEmpty()) {
            DefaultCredentialsProvider.Builder everywhere = DefaultCredentialsProvider.builder();
            return (settings.profile().isEmpty() ? everywhere : everywhere.profileName(settings.profile())).build();
        }
        // Looked at again when it changes, so keys are changed without a restart.
        ProfileCredentialsProvider.Builder file = ProfileCredentialsProvider.builder()
                .profileFile(ProfileFileSupplier.reloadWhenModified(
                        settings.credentials().get(), ProfileFile.Type.CREDENTIALS));
        return (settings.profile().isEmpty() ? file : file.profileName(settings.profile())).build();
    }

    /** A client for as many requests at a time. */
    static S3Client client(S3Settings settings, AwsCredentialsProvider keys, int connections) {
        var builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(keys)
                // Checksums as trailers are not understood by all servers; our objects carry their own, and puts an
                // MD5.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(connections)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .connectionAcquisitionTimeout(settings.timeout())
                        .socketTimeout(settings.timeout()))
                .overrideConfiguration(
                        override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                        .maxAttempts(ATTEMPTS_MAX)
                                        .build())
                                .apiCallAttemptTimeout(settings.timeout())
                                .apiCallTimeout(settings.timeout().multipliedBy(ATTEMPTS_MAX)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
