package io.pharos.clusternode.configuration;

import io.pharos.conf.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** How the files of a node differ from the configuration that is in force in the cluster. */
final class Drift {
    private Drift() {}

    /** A sentence that names the files, or the empty string where they agree or there are none. */
    static String of(ConfigurationFiles files, long version, ConfigurationBundle inForce) {
        if (!files.areGiven()) {
            return "";
        }
        ConfigurationBundle local;
        try {
            local = files.read().bundle();
        } catch (ConfigurationException e) {
            return "this node's own files have a fault: " + e.errors().get(0);
        }
        List<String> different = different(local, inForce, files);
        return different.isEmpty()
                ? ""
                : "this node's own files differ from version " + version + ", which is in force ("
                        + String.join(", ", different) + "); a reload of this node makes them the cluster's";
    }

    private static List<String> different(
            ConfigurationBundle local, ConfigurationBundle inForce, ConfigurationFiles files) {
        List<String> names = new ArrayList<>();
        if (!Objects.equals(local.prometheus(), inForce.prometheus())) {
            names.add(files.prometheus().map(Object::toString).orElse("prometheus.yml"));
        }
        TreeSet<String> rules = new TreeSet<>(local.rules().keySet());
        rules.addAll(inForce.rules().keySet());
        for (String rule : rules) {
            if (!Objects.equals(local.rules().get(rule), inForce.rules().get(rule))) {
                names.add(rule);
            }
        }
        if (!Objects.equals(local.alertmanager(), inForce.alertmanager())) {
            names.add(files.alertmanager().map(Object::toString).orElse("alertmanager.yml"));
        }
        return names;
    }
}
