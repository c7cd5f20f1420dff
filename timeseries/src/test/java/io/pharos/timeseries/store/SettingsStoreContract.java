package io.pharos.timeseries.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link SettingsStore} does. */
public abstract class SettingsStoreContract extends StoreContract {
    private final String name = "test-" + UUID.randomUUID();

    private SettingsStore settings() {
        return stores().settings();
    }

    @Test
    void aNameNobodySetHasNoVersion() {
        assertThat(await(settings().read(name))).isEmpty();
        assertThat(await(settings().version(name))).isZero();
    }

    @Test
    void versionsCountUpFromOne() {
        assertThat(await(settings().replace(name, 0, blob(1, 10)))).isTrue();
        assertThat(await(settings().read(name))).isEqualTo(Optional.of(new SettingsStore.Setting(1, blob(1, 10))));
        assertThat(await(settings().replace(name, 1, blob(2, 500_000)))).isTrue();
        assertThat(await(settings().read(name))).isEqualTo(Optional.of(new SettingsStore.Setting(2, blob(2, 500_000))));
        assertThat(await(settings().version(name))).isEqualTo(2);
    }

    @Test
    void anotherVersionThanTheStoredOneChangesNothing() {
        assertThat(await(settings().replace(name, 1, blob(1, 10)))).isFalse();
        assertThat(await(settings().replace(name, 0, blob(2, 10)))).isTrue();
        assertThat(await(settings().replace(name, 0, blob(3, 10)))).isFalse();
        assertThat(await(settings().read(name))).isEqualTo(Optional.of(new SettingsStore.Setting(1, blob(2, 10))));
    }

    @Test
    void ofManyAtOnceOneWins() {
        List<CompletionStage<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(settings().replace(name, 0, blob(i, 10)));
        }
        int won = 0;
        for (CompletionStage<Boolean> answer : answers) {
            won += await(answer) ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
    }
}
