package io.pharos.collection.relabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.conf.ConfigurationException;
import io.pharos.conf.YamlReader;
import io.pharos.timeseries.labels.Labels;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelabelRuleTest {
    private static final Labels LABELS = Labels.of("a", "foo", "b", "bar", "c", "baz");

    private static Optional<Labels> apply(Labels labels, String yaml) throws ConfigurationException {
        return RelabelRule.apply(YamlReader.read("r.yml", yaml, RelabelReader::readAll), labels);
    }

    private static void assertResult(String yaml, String... labels) throws ConfigurationException {
        assertThat(apply(LABELS, yaml)).as(yaml).contains(Labels.of(labels));
    }

    @Test
    void everyActionDoesWhatPrometheusSays() throws Exception {
        assertResult(
                "[{source_labels: [a], regex: f(.*), target_label: d, replacement: 'ch${1}-ch$1'}]",
                "a", "foo", "b", "bar", "c", "baz", "d", "choo-choo");
        assertResult(
                "[{source_labels: [a, b], regex: 'f(.*);(.*)r', target_label: a, replacement: 'b$1${2}m'}]",
                "a", "boobam", "b", "bar", "c", "baz");
        assertResult("[{source_labels: [b], target_label: a, replacement: ''}]", "b", "bar", "c", "baz");
        assertResult("[{source_labels: [a], regex: no, target_label: d}]", "a", "foo", "b", "bar", "c", "baz");
        assertResult("[{regex: '(b|c)', action: labeldrop}]", "a", "foo");
        assertResult("[{regex: '(b|c)', action: LabelKeep}]", "b", "bar", "c", "baz");
        assertResult(
                "[{regex: '(a)', action: labelmap, replacement: 'x_$1'}]",
                "a",
                "foo",
                "b",
                "bar",
                "c",
                "baz",
                "x_a",
                "foo");
        assertResult("[{source_labels: [a], action: uppercase, target_label: a}]", "a", "FOO", "b", "bar", "c", "baz");
        assertResult(
                "[{source_labels: [c], target_label: d, action: hashmod, modulus: 1000}]",
                "a",
                "foo",
                "b",
                "bar",
                "c",
                "baz",
                "d",
                "976");
        assertThat(apply(LABELS, "[{source_labels: [a], regex: fo, action: keep}]"))
                .isEmpty();
        assertThat(apply(LABELS, "[{source_labels: [a], regex: foo, action: drop}]"))
                .isEmpty();
        assertThat(apply(LABELS, "[{source_labels: [a], target_label: b, action: keepequal}]"))
                .isEmpty();
        assertThat(apply(LABELS, "[{source_labels: [a], target_label: b, action: dropequal}]"))
                .isPresent();
    }

    @Test
    void aReferenceToNothingIsEmptyAndADollarIsEscaped() throws Exception {
        assertResult(
                "[{source_labels: [a], regex: '(?P<all>f.*)', target_label: d, replacement: '$$-$9-${all}-$all-$'}]",
                "a",
                "foo",
                "b",
                "bar",
                "c",
                "baz",
                "d",
                "$--foo-foo-$");
    }

    @Test
    void faultsAreRefused() {
        assertThatThrownBy(() -> apply(LABELS, "[{action: nothing}]")).hasMessageContaining("unknown relabel action");
        assertThatThrownBy(() -> apply(LABELS, "[{regex: '('}]")).hasMessageContaining("not a regular expression");
        assertThatThrownBy(() -> apply(LABELS, "[{action: hashmod, target_label: a}]"))
                .hasMessageContaining("needs modulus");
        assertThatThrownBy(() -> apply(LABELS, "[{action: labeldrop, regex: a, target_label: a}]"))
                .hasMessageContaining("takes only regex");
        assertThatThrownBy(() -> apply(LABELS, "[{source_labels: [a]}]")).hasMessageContaining("needs target_label");
    }
}
