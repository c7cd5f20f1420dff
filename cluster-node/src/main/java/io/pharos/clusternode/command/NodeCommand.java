package io.pharos.clusternode.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import io.pharos.clusternode.node.NodeProcess;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.conf.ConfigurationException;
import io.pharos.conf.HoconReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a node until it is told to stop. */
@Command(
        name = "node",
        description = "Runs a node; without contact points it owns an embedded Cassandra.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Every setting with its default stands in conf/ of the distribution; the options here go over the file.",
            "",
            "Examples:",
            "  pharos node --data DIR --prometheus prometheus.yml",
            "  pharos node --join 127.0.0.1:9090 --port 9190 --data DIR",
            "  pharos node --contact-point 10.0.0.5:9042 --datacenter dc1",
            "  pharos node --set pharos.sharding.shard.hot-span=6h",
        })
final class NodeCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "Settings that go over the defaults (HOCON).")
    private @Nullable Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "Where everything on disk lies (default: data).")
    private @Nullable Path data;

    @Option(names = "--host", description = "The address to listen on (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", description = "HTTP port; the other ports follow from it (default: 9090).")
    private @Nullable Integer port;

    @Option(
            names = "--insecure-listen",
            description = "Listen beyond loopback although anybody there may read and write.")
    private boolean insecureListen;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The token clients have to show, and this node shows to the one it joins.")
    private @Nullable Path tokenFile;

    @Option(names = "--prometheus", paramLabel = "FILE", description = "prometheus.yml: what to scrape, which rules.")
    private @Nullable Path prometheus;

    @Option(names = "--alertmanager", paramLabel = "FILE", description = "alertmanager.yml: whom to tell.")
    private @Nullable Path alertmanager;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "The HTTP address of a running node whose cluster to join; repeat for more.")
    private List<String> peers = new ArrayList<>();

    @Option(
            names = "--contact-point",
            paramLabel = "HOST:PORT",
            description = "An external Cassandra; repeat for more.")
    private List<String> contactPoints = new ArrayList<>();

    @Option(names = "--datacenter", description = "The datacenter of the external Cassandra.")
    private @Nullable String datacenter;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any one setting; repeat for more.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--owned", hidden = true, description = "End when standard input ends: the owner is gone.")
    private boolean owned;

    @Option(names = "--check", description = "Only check the settings and the configuration files.")
    private boolean check;

    @Override
    public Integer call() throws ConfigurationException, IOException {
        return NodeProcess.run(settings(), owned, check);
    }

    private Config settings() throws ConfigurationException, IOException {
        StringBuilder given = new StringBuilder();
        if (file != null) {
            HoconReader.read(file); // names the file's own lines in its faults
            given.append(Files.readString(file)).append('\n');
        }
        put(given, "pharos.node.data", data);
        put(given, "pharos.node.host", host);
        put(given, "pharos.node.port", port);
        put(given, "pharos.http.token-file", tokenFile);
        put(given, "pharos.node.prometheus-file", prometheus);
        put(given, "pharos.node.alertmanager-file", alertmanager);
        put(given, "pharos.persistence.cassandra.datacenter", datacenter);
        if (insecureListen) {
            given.append("pharos.node.insecure-listen = true\n");
        }
        putAll(given, "pharos.cluster.join", peers);
        putAll(given, "pharos.persistence.cassandra.contact-points", contactPoints);
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals <= 0) {
                throw new CommandFailure("--set needs KEY=VALUE, not '" + override + "'");
            }
            given.append(override, 0, equals)
                    .append(" = ")
                    .append(value(override.substring(equals + 1)))
                    .append('\n');
        }
        return HoconReader.read("command line", given.toString());
    }

    private static void putAll(StringBuilder given, String key, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            given.append(key)
                    .append(i == 0 ? " = [" : " += ")
                    .append(ConfigUtil.quoteString(values.get(i)))
                    .append(i == 0 ? "]\n" : "\n");
        }
    }

    private static void put(StringBuilder given, String key, @Nullable Object value) {
        if (value != null) {
            given.append(key)
                    .append(" = ")
                    .append(ConfigUtil.quoteString(value.toString()))
                    .append('\n');
        }
    }

    /** Lists, numbers and words stay as they are; everything else is a text. */
    private static String value(String text) {
        return text.startsWith("[") || text.matches("[A-Za-z0-9.]+") ? text : ConfigUtil.quoteString(text);
    }
}
