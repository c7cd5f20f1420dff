package io.pharos.clusternode.configuration;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.ConfigurationError;
import io.pharos.conf.ConfigurationException;
import io.pharos.timeseries.store.SettingsStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the configuration into force: at start, whenever a reload is asked for, and whenever another node set a newer version. A
 * faulty one changes nothing. Thread-safe; all that reads or takes one runs on a thread of its own, one thing at a time.
 */
public final class ConfigurationControl implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationControl.class);
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofSeconds(3);
    /** Files are looked at every so many polls; what they hold matters to people only. */
    private static final int POLLS_BETWEEN_LOOKS = 10;

    private final ConfigurationFiles files;
    private final StoredConfiguration stored;
    private final Consumer<CheckedConfiguration> apply;
    private final InstantSource clock;
    private final ConfigurationMetrics metrics;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pharos-configuration");
        thread.setDaemon(true);
        return thread;
    });
    private volatile ConfigurationState state;
    private ConfigurationBundle inForce = ConfigurationBundle.EMPTY;
    private long refusedVersion;
    private int polls;

    /** @param apply gives a checked configuration to the modules */
    public ConfigurationControl(
            ConfigurationFiles files,
            SettingsStore settings,
            Consumer<CheckedConfiguration> apply,
            InstantSource clock,
            PrometheusRegistry registry) {
        this.files = files;
        this.stored = new StoredConfiguration(settings, STORE_PATIENCE);
        this.apply = apply;
        this.clock = clock;
        this.metrics = new ConfigurationMetrics(registry);
        this.state = new ConfigurationState(true, clock.instant(), 0, "", "", "");
    }

    /** Only checks the files. */
    public static void check(Optional<Path> prometheusFile, Optional<Path> alertmanagerFile)
            throws ConfigurationException {
        new ConfigurationFiles(prometheusFile, alertmanagerFile, "").read();
    }

    /**
     * Takes a configuration into force before this node takes part, and looks for newer ones from now on. The files of a node that
     * is the first decide; one that comes to others takes what they have. Blocks.
     *
     * @param isFirst whether no other node runs
     */
    public void start(boolean isFirst) throws ConfigurationException {
        Optional<StoredConfiguration.Version> there = stored.read();
        if (files.areGiven() && (isFirst || there.isEmpty())) {
            takeFiles();
        } else {
            takeStored(there, "as the cluster has it");
        }
        lookAtFiles();
        worker.scheduleWithFixedDelay(this::poll, POLL.toMillis(), POLL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void takeFiles() throws ConfigurationException {
        CheckedConfiguration configuration = files.read();
        long version = stored.write(configuration.bundle());
        take(version, configuration, "from this node's files");
    }

    private void takeStored(Optional<StoredConfiguration.Version> there, String from) throws ConfigurationException {
        take(
                there.map(StoredConfiguration.Version::number).orElse(0L),
                CheckedConfiguration.ofStored(
                        there.map(StoredConfiguration.Version::bundle).orElse(ConfigurationBundle.EMPTY),
                        files.externalUrl()),
                from);
    }

    private void take(long version, CheckedConfiguration configuration, String from) {
        apply.accept(configuration);
        inForce = configuration.bundle();
        String text = inForce.prometheus();
        String drift = state.drift();
        state = new ConfigurationState(true, clock.instant(), version, text == null ? "" : text, "", drift);
        metrics.taken(state.time(), version);
        LOG.info("configuration version {} is in force, {}", version, from);
    }

    /**
     * Reads everything again and makes this node's files, where it has some, the cluster's; completes with what is wrong, an empty
     * list when it was taken. Never fails.
     */
    public CompletionStage<List<String>> reload() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        if (files.areGiven()) {
                            takeFiles();
                        } else {
                            takeStored(stored.read(), "as the cluster has it");
                        }
                        lookAtFiles();
                        return List.of();
                    } catch (ConfigurationException e) {
                        return refused(e.errors().stream()
                                .map(ConfigurationError::toString)
                                .toList());
                    } catch (RuntimeException e) {
                        return refused(List.of(CommandFailure.sentence(e)));
                    }
                },
                worker);
    }

    private void poll() {
        try {
            Optional<StoredConfiguration.Version> newer =
                    stored.readNewerThan(Math.max(state.version(), refusedVersion));
            if (newer.isPresent()) {
                takeNewer(newer.get());
                lookAtFiles();
            } else if (++polls % POLLS_BETWEEN_LOOKS == 0) {
                lookAtFiles();
            }
        } catch (RuntimeException e) {
            // The store is away, which others say loudly enough; the next poll asks again.
            LOG.debug("the stored configuration was not asked: {}", CommandFailure.sentence(e));
        }
    }

    private void takeNewer(StoredConfiguration.Version newer) {
        try {
            takeStored(Optional.of(newer), "as another node set it");
        } catch (ConfigurationException e) {
            refused(newer, e.errors().get(0).toString());
        } catch (RuntimeException e) {
            refused(newer, CommandFailure.sentence(e)); // it is here: what failed is taking it, not the store
        }
    }

    private void refused(StoredConfiguration.Version newer, String why) {
        refusedVersion = newer.number();
        refused(List.of("version " + newer.number() + ", which another node set, cannot be taken here: " + why));
    }

    private void lookAtFiles() {
        String drift = Drift.of(files, state.version(), inForce);
        if (!drift.equals(state.drift())) {
            if (!drift.isEmpty()) {
                LOG.warn(drift);
            }
            state = state.drifted(drift);
            metrics.drifts(!drift.isEmpty());
        }
    }

    private List<String> refused(List<String> faults) {
        state = state.refused(faults.get(0));
        metrics.refused();
        faults.forEach(fault -> LOG.error("the configuration was not reloaded, the old one stays in force: {}", fault));
        return faults;
    }

    /** How the configuration stands now. */
    public ConfigurationState state() {
        return state;
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
