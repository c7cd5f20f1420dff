package io.pharos.clusternode.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.program.CommandFailure;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where nodes are looked for beside the roll.
 *
 * @param method {@code dns}, {@code kubernetes} or empty for nowhere else
 * @param serviceName what is looked up: a DNS name, or the value of the label that Kubernetes' pods have
 * @param namespace Kubernetes' namespace; empty for that of this pod
 * @param labelSelector which pods, with %s for the service's name
 */
public record DiscoverySettings(String method, String serviceName, String namespace, String labelSelector) {
    /**
     * Reads {@code pharos.cluster.discovery}.
     *
     * @throws CommandFailure for an unknown method, or one without a name to look for
     */
    public static DiscoverySettings of(Config config) {
        Config discovery = config.getConfig("pharos.cluster.discovery");
        DiscoverySettings settings = new DiscoverySettings(
                discovery.getString("method"),
                discovery.getString("service-name"),
                discovery.getString("kubernetes.namespace"),
                discovery.getString("kubernetes.label-selector"));
        if (!settings.method.isEmpty() && !settings.method.equals("dns") && !settings.method.equals("kubernetes")) {
            throw new CommandFailure(
                    "pharos.cluster.discovery.method must be dns, kubernetes or empty, not '" + settings.method + "'");
        }
        if (settings.isUsed() && settings.serviceName.isEmpty()) {
            throw new CommandFailure(
                    "pharos.cluster.discovery.service-name is needed with the method " + settings.method);
        }
        return settings;
    }

    /** Whether there is a method. */
    public boolean isUsed() {
        return !method.isEmpty();
    }

    /**
     * The same for Akka's bootstrap and discovery.
     *
     * @param port where every node answers others that look for it
     */
    public Config akka(int port) {
        if (!isUsed()) {
            return ConfigFactory.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        String bootstrap = "akka.management.cluster.bootstrap.";
        // Founding is decided over the keyspace, where two that do it at once are seen.
        values.put(bootstrap + "new-cluster-enabled", false);
        values.put(bootstrap + "contact-point-discovery.service-name", serviceName);
        values.put(
                bootstrap + "contact-point-discovery.discovery-method",
                method.equals("dns") ? "pharos-dns" : "kubernetes-api");
        values.put(bootstrap + "contact-point-discovery.required-contact-point-nr", 1);
        values.put(bootstrap + "contact-point-discovery.contact-with-all-contact-points", false);
        values.put(bootstrap + "contact-point.fallback-port", port);
        values.put("akka.discovery.pharos-dns.class", JvmDnsDiscovery.class.getName());
        values.put("akka.discovery.kubernetes-api.pod-label-selector", labelSelector);
        // A pod's address needs no DNS of the cluster to be reached.
        values.put("akka.discovery.kubernetes-api.use-raw-ip", true);
        if (!namespace.isEmpty()) {
            values.put("akka.discovery.kubernetes-api.pod-namespace", namespace);
        }
        return ConfigFactory.parseMap(values);
    }
}
