package io.pharos.alerting.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.conf.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RuleFilesTest {
    private final RuleFiles files = new RuleFiles(Duration.ofMinutes(1), Duration.ZERO);

    @Test
    void aFileIsReadWhole() throws ConfigurationException {
        List<RuleGroup> groups = files.read("a.yml", """
                groups:
                  - name: g
                    interval: 15s
                    query_offset: 5s
                    limit: 10
                    labels: {team: db}
                    rules:
                      - record: job:up:sum
                        expr: sum by (job) (up)
                      - alert: Down
                        expr: up == 0
                        for: 5m
                        keep_firing_for: 1m
                        labels: {severity: page, team: web}
                        annotations:
                          summary: "{{ $labels.instance }} is down"
                """);
        RuleGroup group = groups.get(0);
        assertThat(group.key()).isEqualTo("a.yml;g");
        assertThat(group.interval()).isEqualTo(Duration.ofSeconds(15));
        assertThat(group.queryOffset()).isEqualTo(Duration.ofSeconds(5));
        assertThat(group.limit()).isEqualTo(10);
        assertThat(group.rules().get(0).labels()).isEqualTo(Map.of("team", "db"));
        Rule.Alerting alert = (Rule.Alerting) group.rules().get(1);
        assertThat(alert.holdFor()).isEqualTo(Duration.ofMinutes(5));
        assertThat(alert.keepFiringFor()).isEqualTo(Duration.ofMinutes(1));
        assertThat(alert.labels()).isEqualTo(Map.of("team", "web", "severity", "page"));
        assertThat(alert.id()).isEqualTo(RuleIdentity.of("a.yml", "g", "Down", alert.labels(), 0));
    }

    @Test
    void everyFaultHasItsLine() {
        assertThatThrownBy(() -> files.read("a.yml", """
                        groups:
                          - name: g
                            intervall: 15s
                            rules:
                              - record: x
                                expr: sum(
                                for: 5m
                              - alert: A
                                expr: up
                                annotations:
                                  summary: "{{ nosuch }}"
                              - expr: up
                          - name: g
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.yml:3:16:")
                .hasMessageContaining("did you mean 'interval'")
                .hasMessageContaining("a.yml:6:15:")
                .hasMessageContaining("parse error")
                .hasMessageContaining("a.yml:7:14:")
                .hasMessageContaining("a.yml:11:20:")
                .hasMessageContaining("function \"nosuch\" not defined")
                .hasMessageContaining("either 'record' or 'alert'")
                .hasMessageContaining("given twice in this file");
    }

    @Test
    void aTemplateOfTheGroupsLabelsIsAFaultOfEachAlertThatHasIt() {
        assertThatThrownBy(() -> files.read("a.yml", """
                        groups:
                          - name: g
                            labels: {team: "{{ nosuch }}"}
                            rules:
                              - alert: A
                                expr: up
                              - alert: B
                                expr: up
                                labels: {team: web}
                        """))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.yml:5:")
                .hasMessageContaining("the group's label 'team'")
                .hasMessageContaining("function \"nosuch\" not defined")
                .satisfies(fault ->
                        assertThat(((ConfigurationException) fault).errors()).hasSize(1));
    }

    @Test
    void equalRulesAreToldApartByTheirOrdinal() throws ConfigurationException {
        List<RuleGroup> groups = files.read("a.yml", """
                groups:
                  - name: g
                    rules:
                      - {alert: A, expr: up == 0}
                      - {alert: A, expr: up == 1}
                """);
        List<String> ids = groups.get(0).rules().stream()
                .map(rule -> ((Rule.Alerting) rule).id())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.get(1)).isEqualTo(RuleIdentity.of("a.yml", "g", "A", Map.of(), 1));
    }

    @Test
    void theIdentityOfARuleNeverChanges() {
        assertThat(RuleIdentity.of("rules.yml", "hosts", "Down", Map.of("severity", "page", "team", "db"), 0))
                .isEqualTo("alert-rule|9e1f5798057a2f850a09e3e381ed1d9d");
    }
}
