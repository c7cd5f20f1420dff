package io.pharos.clusternode.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.collection.PrometheusConfiguration;
import io.pharos.collection.ScrapeJob;
import io.pharos.conf.HoconReader;
import io.pharos.httpclient.HttpClientSettings.Authorization;
import io.pharos.httpclient.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a node listens, and how it gets through its own door. */
class ListenTest {
    private static List<ScrapeJob> jobs(Optional<String> token) {
        return new SelfScrape(NodeSettings.of(HoconReader.defaults()), token).jobs(PrometheusConfiguration.EMPTY);
    }

    @Test
    void anAddressBeyondLoopbackHasToBeMeant() {
        assertThatThrownBy(() -> Ports.requireMeant("192.0.2.1", false))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--token-file")
                .hasMessageContaining("--insecure-listen");
        assertThatCode(() -> Ports.requireMeant("192.0.2.1", true)).doesNotThrowAnyException();
        assertThatCode(() -> Ports.requireMeant("127.0.0.7", false)).doesNotThrowAnyException();
    }

    @Test
    void theScrapeOfTheOwnMetricsShowsTheToken() {
        assertThat(jobs(Optional.empty()))
                .singleElement()
                .satisfies(job -> assertThat(job.client().authorization()).isEmpty());
        assertThat(jobs(Optional.of("c29tZSB0b2tlbiBvZiBvdXJz==")))
                .singleElement()
                .satisfies(job -> assertThat(job.client().authorization())
                        .contains(new Authorization.Credentials("Bearer", Secret.of("c29tZSB0b2tlbiBvZiBvdXJz=="))));
    }
}
