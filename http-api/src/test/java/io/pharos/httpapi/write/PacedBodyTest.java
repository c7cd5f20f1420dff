package io.pharos.httpapi.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedBodyTest {
    private final AtomicLong nanos = new AtomicLong();

    /** Gives so many bytes a read, each after a while. */
    private InputStream coming(int total, int atOnce, Duration wait) {
        return new PacedBody(
                new ByteArrayInputStream(new byte[total]) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        nanos.addAndGet(wait.toNanos());
                        return super.read(into, offset, Math.min(length, atOnce));
                    }
                },
                nanos::get);
    }

    @Test
    void whatComesInTimeIsReadToItsEnd() throws IOException {
        assertThat(coming(500_000, 2_000, Duration.ofSeconds(1)).readAllBytes()).hasSize(500_000);
        // A small body may take its minute, and what is done between reads counts for nothing.
        assertThat(coming(3, 1, Duration.ofSeconds(15)).readAllBytes()).hasSize(3);
        InputStream body = coming(3, 1, Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            nanos.addAndGet(Duration.ofMinutes(5).toNanos());
            assertThat(body.read()).isZero();
        }
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void whoSendsAByteNowAndThenIsNotWaitedFor() {
        assertThatThrownBy(() -> coming(1_000, 1, Duration.ofSeconds(30)).readAllBytes())
                .isInstanceOf(PacedBody.TooSlowException.class)
                .hasMessageContaining("more slowly than 1000 bytes a second");
        assertThat(nanos.get()).isLessThan(Duration.ofMinutes(2).toNanos());
        assertThatThrownBy(() -> coming(500_000, 900, Duration.ofSeconds(1)).readAllBytes())
                .isInstanceOf(PacedBody.TooSlowException.class);
    }
}
