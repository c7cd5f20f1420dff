package io.pharos.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertWitnessTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ChaosTimeline timeline = new ChaosTimeline(
            new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), nanos::incrementAndGet);
    private final AlertWitness witness = witness();

    private AlertWitness witness() {
        try {
            return new AlertWitness(timeline);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        witness.close();
    }

    private void tell(String incident, String status, String key) throws Exception {
        String body = "{\"alerts\":[{\"status\":\"" + status
                + "\",\"labels\":{\"alertname\":\"ChaosIncident\",\"incident\":\"" + incident + "\"}}]}";
        HttpResponse<Void> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + witness.port() + "/"))
                                .header("Idempotency-Key", key)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void anIncidentThatIsToldOnceAtEachEndIsAsItShouldBe() throws Exception {
        witness.raise();
        assertThat(witness.signals()).isEqualTo(Map.of("1", 1.0));
        tell("1", "firing", "a");
        witness.lowerWhatWasTold(Duration.ZERO);
        assertThat(witness.signals()).isEqualTo(Map.of("1", 0.0));
        assertThat(witness.check()).isEqualTo(1);
        tell("1", "resolved", "b");
        assertThat(witness.signals()).isEmpty();
        assertThat(witness.check()).isZero();
        assertThat(timeline.wrong()).isEmpty();
    }

    @Test
    void aRepeatIsWrongUnlessSomethingWasHurt() throws Exception {
        witness.raise();
        timeline.faultBegins();
        tell("1", "firing", "a");
        tell("1", "firing", "a");
        timeline.faultEnds();
        tell("1", "firing", "b");
        assertThat(timeline.wrong()).isEmpty();

        witness.raise();
        // The last fault is longer ago than a message may be under way.
        nanos.addAndGet(Duration.ofMillis(10_100).toNanos());
        tell("2", "firing", "c");
        tell("2", "firing", "d");
        assertThat(timeline.wrong()).singleElement().asString().contains("told twice");
    }

    @Test
    void anEndThatIsNoneAndAnIncidentThatNeverWasAreWrong() throws Exception {
        witness.raise();
        tell("1", "firing", "a");
        tell("1", "resolved", "b");
        tell("9", "firing", "c");
        assertThat(timeline.wrong())
                .satisfiesExactly(
                        first -> assertThat(first).contains("told to be over, and is not"),
                        second -> assertThat(second).contains("never was"));
    }
}
