package io.pharos.clusternode.command;

import io.pharos.conf.PrometheusDuration;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations of the command line as Prometheus writes them. */
final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return PrometheusDuration.parse(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not a duration such as 10s or 5m"));
    }
}
