package io.pharos.alerting.template;

import java.util.Map;

/** A value with a fixed set of fields: unlike a map's key, a field that is not there is a fault. */
public record TemplateObject(Map<String, Object> fields) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        fields.values()
                .forEach(value -> text.append(text.length() == 1 ? "" : " ").append(GoFormat.print(value)));
        return text.append('}').toString();
    }
}
