package io.pharos.simulation.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.pharos.simulation.fault.Incident;
import io.pharos.simulation.fault.IncidentKind;
import io.pharos.simulation.pool.Fleet;
import io.pharos.simulation.pool.Timetable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Fleet FLEET = new Fleet(10, 30);
    private static final Timetable TIMETABLE = new Timetable(1_760_000_000_000L, 10_000, 300, 100);
    private static final Incident INCIDENT =
            new Incident(IncidentKind.QUEUE, 2, 1_760_000_003_000L, 1_760_000_013_000L);

    @TempDir
    Path folder;

    @Test
    void whatWasRecordedIsRead() throws Exception {
        Path file = write(1_000);
        LedgerReader.Content content = LedgerReader.read(file);
        assertThat(content.validBytes()).isEqualTo(Files.size(file));
        assertThat(content.sessions()).hasSize(1);
        LedgerSession session = content.sessions().get(0);
        assertThat(session.seed()).isEqualTo(42);
        assertThat(session.fleet().servers()).isEqualTo(10);
        assertThat(session.fleet().metrics()).isEqualTo(30);
        assertThat(session.timetable()).isEqualTo(TIMETABLE);
        assertThat(session.incidents().get(0)).isEqualTo(INCIDENT);
        assertThat(session.ticks()).isEqualTo(1_000);
        assertThat(session.acknowledgedBatches()).isEqualTo(2_000);
        assertThat(session.isAcknowledged(0, 999)).isTrue();
        assertThat(session.isAcknowledged(1, 999)).isFalse();
        assertThat(session.isAcknowledged(2, 999)).isTrue();
    }

    @Test
    void aTailCutAnywhereLosesItsRecordOnly() throws Exception {
        byte[] whole = Files.readAllBytes(write(3));
        int record = 13;
        for (int cut = 1; cut < 2 * record; cut++) {
            Path file = folder.resolve("cut-" + cut);
            Files.write(file, Arrays.copyOf(whole, whole.length - cut));
            LedgerReader.Content content = LedgerReader.read(file);
            assertThat(content.sessions().get(0).acknowledgedBatches()).isEqualTo(6 - (cut + record - 1) / record);
            try (Ledger continued = Ledger.open(file, 43, FLEET, TIMETABLE)) {
                continued.acknowledged(1, 7);
            }
            List<LedgerSession> sessions = LedgerReader.read(file).sessions();
            assertThat(sessions).hasSize(2);
            assertThat(sessions.get(1).isAcknowledged(1, 7)).isTrue();
        }
    }

    @Test
    void damageElsewhereIsAnErrorThatNamesTheByte() throws Exception {
        Path file = write(100);
        byte[] bytes = Files.readAllBytes(file);
        bytes[90] ^= 1;
        Files.write(file, bytes);
        assertThatIOException()
                .isThrownBy(() -> LedgerReader.read(file))
                .withMessageMatching(".* is damaged at byte \\d+");
        Files.write(file, "something else entirely".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThatIOException().isThrownBy(() -> LedgerReader.read(file)).withMessageContaining("is not a ledger");
    }

    @Test
    void twoSimulationsCannotShareALedger() throws Exception {
        Path file = folder.resolve("shared");
        try (Ledger first = Ledger.open(file, 1, FLEET, TIMETABLE)) {
            assertThatIOException()
                    .isThrownBy(() -> Ledger.open(first.file(), 1, FLEET, TIMETABLE))
                    .withMessageContaining("in use");
        }
    }

    private Path write(int ticks) throws IOException {
        Path file = folder.resolve("ledger");
        try (Ledger ledger = Ledger.open(file, 42, FLEET, TIMETABLE)) {
            ledger.began(INCIDENT);
            for (int tick = 0; tick < ticks; tick++) {
                ledger.acknowledged(0, tick);
                ledger.acknowledged(2, tick);
            }
        }
        return file;
    }
}
