package io.pharos.alerting.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TemplateTest {
    private static final TemplateEnvironment ENVIRONMENT = new TemplateEnvironment() {
        @Override
        public List<Object> query(String expression) {
            if (expression.equals("none")) {
                return List.of();
            }
            return List.of(
                    new TemplateObject(Map.of("Labels", Map.of("instance", "b"), "Value", 2.0)),
                    new TemplateObject(Map.of("Labels", Map.of("instance", "a", "__value__", "x"), "Value", 1.0)));
        }

        @Override
        public Instant now() {
            return Instant.ofEpochSecond(1_000_000_000);
        }

        @Override
        public String externalUrl() {
            return "http://pharos.example:9090/path";
        }
    };

    private static String expand(String text) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("Labels", new TreeMap<>(Map.of("instance", "web-1:9100", "job", "node", "level", "3")));
        fields.put("Value", 1234567.0);
        fields.put("ExternalLabels", Map.of("region", "north"));
        fields.put("ExternalURL", "http://pharos.example:9090");
        return Template.parse("test", text).expand(new TemplateObject(fields), ENVIRONMENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain text~plain text",
                "{{ $labels.instance }} is down~web-1:9100 is down",
                "{{ .Labels.job }}/{{ .Value }}~node/1.234567e+06",
                "{{ $value }}~1.234567e+06",
                "[{{ $labels.nothing }}]~[]",
                "{{ $externalLabels.region }} {{ $externalURL }}~north http://pharos.example:9090",
                "a {{- 1 -}} b~a1b",
                "a{{/* note */}}b~ab",
                "{{ if gt $value 5.0 }}high{{ else }}low{{ end }}~high",
                "{{ if eq $labels.job `x` }}1{{ else if eq $labels.job `y` `node` }}2{{ else }}3{{ end }}~2",
                "{{ if and true (not false) }}t{{ end }}~t",
                "{{ if or false 0 `` }}t{{ else }}f{{ end }}~f",
                "{{ with $labels.job }}<{{ . }}>{{ end }}~<node>",
                "{{ with $labels.nothing }}<{{ . }}>{{ else }}none{{ end }}~none",
                "{{ $x := 3 }}{{ $x = 4 }}{{ $x }}~4",
                "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}~instance=web-1:9100;job=node;level=3;",
                "{{ range query `none` }}x{{ else }}empty{{ end }}~empty",
                "{{ range $i, $s := query `up` }}{{ $i }}:{{ $s.Labels.instance }}={{ $s.Value }} {{ end }}~0:b=2 1:a=1 ",
                "{{ range query `up` }}{{ if eq .Value 1.0 }}{{ continue }}{{ end }}{{ .Value }}{{ end }}~2",
                "{{ range query `up` | sortByLabel `instance` }}{{ label `instance` . }}{{ end }}~ab",
                "{{ query `up` | first | value }}~2",
                "{{ query `up` | len }}~2",
                "{{ index $labels `job` }}~node",
                "{{ define `t` }}({{ . }}){{ end }}{{ template `t` 5 }}~(5)",
                "{{ define `t` }}{{ .arg0 }}-{{ .arg1 }}{{ end }}{{ template `t` (args 1 `b`) }}~1-b",
                "{{ printf `%.2f|%5d|%-4s|%q|%x|%t|%v|%%` 3.14159 42 `ab` `c` 255 true 1.5 }}~3.14|   42|ab  |\"c\"|ff|true|1.5|%",
                "{{ printf `%d` `x` }}~%!d(string=x)",
                "{{ printf `%s` }}~%!s(MISSING)",
                "{{ print 1 2 `a` }}~1 2a",
                "{{ `héllo wörld` | title }}~Héllo Wörld",
                "{{ toUpper `a` }}{{ toLower `B` }}~Ab",
                "{{ reReplaceAll `:.*` `` $labels.instance }}~web-1",
                "{{ reReplaceAll `(\\w+)-(\\d)` `$2-$1` `web-1` }}~1-web",
                "{{ match `^web` $labels.instance }}~true",
                "{{ stripPort `web-1:9100` }} {{ stripPort `[::1]:80` }}~web-1 ::1",
                "{{ stripDomain `web.example.com:80` }} {{ stripDomain `10.0.0.1` }}~web:80 10.0.0.1",
                "{{ 1234567.0 | humanize }}~1.235M",
                "{{ humanize 0.00123 }}~1.23m",
                "{{ humanize 0.0 }}~0",
                "{{ humanize1024 1048576.0 }}~1Mi",
                "{{ humanizeDuration 93784.0 }}~1d 2h 3m 4s",
                "{{ humanizeDuration 59.5 }} {{ humanizeDuration 0.0012 }}~59.5s 1.2ms",
                "{{ humanizePercentage 0.1234567 }}~12.35%",
                "{{ humanizeTimestamp 1435065584.128 }}~2015-06-23 13:19:44.128 +0000 UTC",
                "{{ pathPrefix }} {{ externalURL }}~/path http://pharos.example:9090/path",
                "{{ `a b&c` | urlQueryEscape }}~a+b%26c",
                "{{ tableLink `up` }}~/graph?g0.expr=up&g0.tab=1",
                "{{ parseDuration `1h30m` }}~5400",
                "{{ humanize `1000` }}~1k",
                "{{ len $labels.job }}{{ len $labels }}~43",
                "{{ 100000.0 }} {{ 0.0001 }} {{ 0.00001 }}~100000 0.0001 1e-05",
            })
    void textsExpandAsInGo(String text, String expected) {
        assertThat(expand(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{ nosuch }}~function \"nosuch\" not defined",
                "{{ $x }}~undefined variable \"$x\"",
                "{{ if true }}~{{end}} is missing",
                "{{ 1 ~unclosed action",
                "{{ end }}~unexpected {{end}}",
                "{{ \"abc }}~unterminated quoted string",
                "{{ }}~missing value",
                "{{ break }}~outside {{range}}",
                "a {{ (1 }}~unclosed left paren",
            })
    void whatCannotBeParsedSaysWhy(String text, String message) {
        assertThatThrownBy(() -> Template.parse("test", text))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("template: test:1: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{ query `none` | first }}~first() called on vector with no elements",
                "{{ .Nothing }}~can't evaluate field Nothing",
                "{{ template `t` }}~template \"t\" not defined",
                "{{ index (query `up`) 5 }}~index out of range",
                "{{ define `t` }}{{ template `t` . }}{{ end }}{{ template `t` . }}~deeper than",
                "{{ humanize `x` }}~is no number",
                "{{ lt 1 `a` }}~incompatible types",
            })
    void whatCannotBeExpandedSaysWhy(String text, String message) {
        assertThatThrownBy(() -> expand(text))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(message);
    }

    @Test
    void faultsNameTheLineInTheText() {
        assertThatThrownBy(() -> Template.parse("test", "one\ntwo {{ nosuch }}"))
                .hasMessageContaining("test:2:");
    }
}
