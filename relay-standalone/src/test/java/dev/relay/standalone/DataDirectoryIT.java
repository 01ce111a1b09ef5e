package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.RelayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {
    private final Path parent;

    DataDirectoryIT(@TempDir Path parent) {
        this.parent = parent;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void it_is_made_for_its_owner_only() throws IOException {
        Path path = parent.resolve("a").resolve("data");
        DataDirectory.open(path).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
    }

    @Test
    void the_node_keeps_its_id() {
        String first;
        try (DataDirectory directory = DataDirectory.open(parent)) {
            first = directory.nodeId();
        }
        try (DataDirectory directory = DataDirectory.open(parent)) {
            assertThat(directory.nodeId()).isEqualTo(first).hasSize(36);
        }
    }

    @Test
    void two_nodes_have_two_ids() {
        try (DataDirectory one = DataDirectory.open(parent.resolve("1"));
                DataDirectory two = DataDirectory.open(parent.resolve("2"))) {
            assertThat(one.nodeId()).isNotEqualTo(two.nodeId());
        }
    }

    @Test
    void nobody_else_gets_it_while_it_is_held() {
        try (DataDirectory held = DataDirectory.open(parent)) {
            assertThatThrownBy(() -> DataDirectory.open(parent))
                    .isInstanceOf(RelayException.class)
                    .hasMessageContaining(parent.toString())
                    .hasMessageContaining("is in use by another process (pid "
                            + ProcessHandle.current().pid() + ")");
            assertThat(held.path()).isEqualTo(parent);
        }
    }

    @Test
    void closing_twice_is_closing_once() {
        DataDirectory directory = DataDirectory.open(parent);
        directory.close();
        directory.close();
    }

    @Test
    void a_file_in_its_place_is_named() throws IOException {
        Path file = Files.createFile(parent.resolve("data"));

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(RelayException.class)
                .hasMessageContaining("data directory " + file + " cannot be used");
    }

    @Test
    void a_damaged_id_is_refused_and_the_lock_let_go() throws IOException {
        Files.writeString(parent.resolve("node-id"), "\n");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> DataDirectory.open(parent)).hasMessageContaining("holds no id");
        }
    }
}
