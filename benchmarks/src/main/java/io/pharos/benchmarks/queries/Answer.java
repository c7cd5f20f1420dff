package io.pharos.benchmarks.queries;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer of a query endpoint.
 *
 * @param series times (seconds) and values in turn, by the series' labels
 */
record Answer(Map<String, double[]> series) {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Reads the body of a successful answer. */
    static Answer of(byte[] body) {
        Map<String, double[]> series = new TreeMap<>(Comparator.naturalOrder());
        try (JsonParser in = FACTORY.createParser(body)) {
            while (in.nextToken() != null) {
                if (in.currentToken() == JsonToken.FIELD_NAME
                        && in.currentName().equals("metric")) {
                    in.nextToken();
                    String labels = labels(in);
                    in.nextToken(); // value or values
                    in.nextToken();
                    series.put(labels, numbers(in));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(series);
    }

    private static String labels(JsonParser in) throws IOException {
        Map<String, String> labels = new TreeMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            labels.put(name, in.getText());
        }
        return labels.toString();
    }

    private static double[] numbers(JsonParser in) throws IOException {
        List<Double> numbers = new ArrayList<>();
        int depth = 0;
        do {
            JsonToken token = in.currentToken();
            if (token == JsonToken.START_ARRAY) {
                depth++;
            } else if (token == JsonToken.END_ARRAY) {
                depth--;
            } else {
                numbers.add(number(in.getText()));
            }
            if (depth > 0) {
                in.nextToken();
            }
        } while (depth > 0);
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** What is different in another answer, or nothing: values may differ by one part in a thousand million. */
    String difference(Answer other) {
        if (series.size() != other.series.size()) {
            return series.size() + " series instead of " + other.series.size();
        }
        for (Map.Entry<String, double[]> one : series.entrySet()) {
            double[] wanted = other.series.get(one.getKey());
            double[] got = one.getValue();
            if (wanted == null) {
                return one.getKey() + " is only in one";
            }
            if (wanted.length != got.length) {
                return one.getKey() + " has " + got.length / 2 + " values instead of " + wanted.length / 2;
            }
            for (int i = 0; i < got.length; i++) {
                double size = Math.max(Math.abs(got[i]), Math.abs(wanted[i]));
                if (Double.compare(got[i], wanted[i]) != 0 && !(Math.abs(got[i] - wanted[i]) <= 1e-9 * size)) {
                    return one.getKey() + " has " + got[i] + " instead of " + wanted[i];
                }
            }
        }
        return "";
    }
}
