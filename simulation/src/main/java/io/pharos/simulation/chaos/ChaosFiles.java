package io.pharos.simulation.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of a cluster under chaos: one rule, and one receiver that is told at once. */
final class ChaosFiles {
    private ChaosFiles() {}

    /** Writes prometheus.yml, rules.yml and alertmanager.yml into a folder. */
    static void write(Path folder, int webhookPort) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("prometheus.yml"), "rule_files: [rules.yml]\n");
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                  - name: chaos
                    interval: 1s
                    rules:
                      - alert: %s
                        expr: %s == 1
                        for: 2s
                """.formatted(AlertWitness.ALERT, AlertWitness.SIGNAL));
        Files.writeString(folder.resolve("alertmanager.yml"), """
                route: {receiver: chaos, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 24h}
                receivers:
                  - name: chaos
                    webhook_configs: [{url: 'http://127.0.0.1:%d/'}]
                """.formatted(webhookPort));
    }
}
