package io.pharos.sharding.series;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * When a head is sealed; also at the end of a UTC day.
 *
 * @param samples at so many samples
 * @param span or when it would hold more than this
 * @param lateSamples so many samples out of order are sealed on their own
 */
public record SealSettings(int samples, Duration span, int lateSamples) {
    /** Reads {@code pharos.sharding.seal}. */
    public static SealSettings of(Config config) {
        return new SealSettings(
                config.getInt("samples"), config.getDuration("span"), config.getInt("out-of-order-samples"));
    }
}
