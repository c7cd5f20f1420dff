package io.pharos.conf;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; nothing of it was applied. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<ConfigurationError> errors;

    public ConfigurationException(List<ConfigurationError> errors) {
        super(errors.stream().map(ConfigurationError::toString).collect(Collectors.joining("\n")));
        this.errors = List.copyOf(errors);
    }

    public ConfigurationException(ConfigurationError error) {
        this(List.of(error));
    }

    /** Every fault found, in the order of the file. */
    public List<ConfigurationError> errors() {
        return errors;
    }
}
