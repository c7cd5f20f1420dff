package io.pharos.collection.bulk;

import io.pharos.timeseries.labels.Labels;
import java.util.List;

/** Labels that an import gives to every series: the parameters {@code extra_label=NAME=VALUE}. */
public final class ExtraLabels {
    private ExtraLabels() {}

    /**
     * Reads the parameters.
     *
     * @throws IllegalArgumentException naming the one that has no name or no equals sign
     */
    public static Labels of(List<String> parameters) {
        Labels.Builder labels = new Labels.Builder();
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("extra_label is NAME=VALUE, not \"" + parameter + "\"");
            }
            labels.set(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
        return labels.build();
    }

    static void add(Labels from, Labels.Builder to) {
        for (int i = 0; i < from.size(); i++) {
            to.set(from.name(i), from.value(i));
        }
    }
}
