package io.pharos.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import org.junit.jupiter.api.Test;

class HoconReaderTest {
    @Test
    void aUsersValueGoesOverTheDefault() throws ConfigurationException {
        Config config = HoconReader.read("my.conf", "pharos.node.port = 9190");
        assertThat(config.getInt("pharos.node.port")).isEqualTo(9190);
        assertThat(config.getString("pharos.node.host")).isEqualTo("127.0.0.1");
    }

    @Test
    void anUnknownKeyNamesItsLineAndTheNearestKnownOne() {
        assertThatThrownBy(() -> HoconReader.read("my.conf", "pharos {\n node {\n  prot = 1\n }\n}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("my.conf:3: unknown key 'pharos.node.prot'; did you mean 'pharos.node.port'?");
    }

    @Test
    void aValueOfTheWrongKindIsRefused() {
        assertThatThrownBy(() -> HoconReader.read("my.conf", "pharos.node.port = many"))
                .hasMessage("my.conf:1: 'pharos.node.port' must be a number, not a text");
        assertThatThrownBy(() -> HoconReader.read("my.conf", "pharos.node.roles = ingest"))
                .hasMessage("my.conf:1: 'pharos.node.roles' must be a list, not a text");
    }

    @Test
    void brokenHoconSaysWhere() {
        assertThatThrownBy(() -> HoconReader.read("my.conf", "pharos {\n node {\n"))
                .hasMessageStartingWith("my.conf:");
    }
}
