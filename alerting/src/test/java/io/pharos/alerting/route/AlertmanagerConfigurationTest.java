package io.pharos.alerting.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.conf.ConfigurationException;
import io.pharos.timeseries.labels.LabelMatcher;
import io.pharos.timeseries.labels.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AlertmanagerConfigurationTest {
    private static final String TREE = """
            global: {resolve_timeout: 10m}
            route:
              receiver: all
              group_by: [alertname]
              group_wait: 5s
              routes:
                - receiver: db
                  matchers: ['team="db"', severity=~"page|critical"]
                  group_by: ['...']
                  continue: true
                - match: {team: db}
                  receiver: copy
                  routes:
                    - match_re: {env: test.*}
                      receiver: all
                - receiver: web
                  matchers: [team=web]
            receivers:
              - name: all
                webhook_configs:
                  - url: http://127.0.0.1:9999/hook
                    max_alerts: 5
                    send_resolved: false
                    timeout: 3s
              - name: db
              - name: copy
              - name: web
            """;

    private static List<String> receivers(AlertmanagerConfiguration config, String... labels) {
        return config.root().matching(Labels.of(labels)).stream()
                .map(Route::receiver)
                .toList();
    }

    @Test
    void alertsTakeTheirRoute() throws ConfigurationException {
        AlertmanagerConfiguration config = AlertmanagerConfiguration.read("am.yml", TREE);
        assertThat(receivers(config, "team", "web")).containsExactly("web");
        assertThat(receivers(config, "team", "none")).containsExactly("all");
        assertThat(receivers(config, "team", "db", "severity", "page")).containsExactly("db", "copy");
        assertThat(receivers(config, "team", "db", "env", "test1")).containsExactly("all");
        assertThat(receivers(config, "team", "db")).containsExactly("copy");
        assertThat(config.resolveTimeout()).isEqualTo(Duration.ofMinutes(10));
        Route db = config.root()
                .matching(Labels.of("team", "db", "severity", "page"))
                .get(0);
        assertThat(db.groupByAll()).isTrue();
        assertThat(db.groupWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(db.groupInterval()).isEqualTo(Duration.ofMinutes(5));
        Labels groupLabels = Labels.of("alertname", "Down");
        assertThat(db.groupKey(groupLabels))
                .isEqualTo("{}/{team=\"db\",severity=~\"page|critical\"}:{alertname=\"Down\"}");
        Receiver.Webhook webhook =
                config.receiver("all").orElseThrow().webhooks().get(0);
        assertThat(webhook.alertsMax()).isEqualTo(5);
        assertThat(webhook.sendResolved()).isFalse();
        assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatIsNotSupportedYetIsRefusedWithItsLine() {
        assertThatThrownBy(() -> AlertmanagerConfiguration.read("am.yml", """
                        global:
                          smtp_from: a@b
                        route:
                          receiver: nobody
                          mute_time_intervals: [x]
                        inhibit_rules: []
                        receivers:
                          - name: a
                            slack_configs: []
                            webhook_configs:
                              - url: ftp://x
                        """))
                .hasMessageContaining("am.yml:2:14: global.smtp_from: is not supported yet")
                .hasMessageContaining("am.yml:4:13: route.receiver: there is no receiver 'nobody'")
                .hasMessageContaining("am.yml:5:24: route.mute_time_intervals: is not supported yet")
                .hasMessageContaining("am.yml:6:16: inhibit_rules: is not supported yet")
                .hasMessageContaining("am.yml:9:20: receivers[0].slack_configs: is not supported yet")
                .hasMessageContaining("am.yml:11:14:");
    }

    @Test
    void matchersAreReadInEveryForm() {
        assertThat(MatcherParser.parse("{a=\"x,y\", b!=z ,c=~\"d.*\\\"\", \"e f\"!~g}"))
                .containsExactly(
                        LabelMatcher.of(LabelMatcher.Type.EQUAL, "a", "x,y"),
                        LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "b", "z"),
                        LabelMatcher.of(LabelMatcher.Type.REGEX, "c", "d.*\""),
                        LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "e f", "g"));
        assertThatThrownBy(() -> MatcherParser.parse("a>b")).hasMessageContaining("expected =");
        assertThatThrownBy(() -> MatcherParser.parse("a=\"b")).hasMessageContaining("not closed");
    }
}
