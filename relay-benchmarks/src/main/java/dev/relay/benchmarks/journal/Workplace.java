package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where a proof keeps its files. */
final class Workplace {
    /** What the options {@code --project} and {@code --jar} mean. */
    static final String HELP = """
              --project DIR    where scripts/testmysql is, default the working directory
              --jar FILE       default relay-standalone/target/relay-standalone.jar in the project
            """;

    private final Path project;
    private final Path jar;
    private final Path directory;

    private Workplace(Path project, Path jar, Path directory) {
        this.project = project;
        this.jar = jar;
        this.directory = directory;
    }

    static Workplace of(Arguments arguments) throws IOException {
        String given = arguments.text("--project");
        Path project = Path.of(given == null ? "" : given).toAbsolutePath();
        String jar = arguments.text("--jar");
        return new Workplace(
                project,
                jar == null ? project.resolve("relay-standalone/target/relay-standalone.jar") : Path.of(jar),
                Files.createTempDirectory("relay-proof-"));
    }

    /** The database: {@code sqlite}, {@code mysql} or {@code mariadb}, started and empty. */
    Store store(String kind) throws IOException {
        return kind.equals("sqlite")
                ? new SqliteFile(directory)
                : new MysqlServer(project.resolve("scripts/testmysql"), directory, kind);
    }

    /** Relay on that database, not yet started. */
    RelayJar relay(Store store, String... settings) throws IOException {
        Map<String, String> all = new HashMap<>(store.settings());
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new RelayJar(jar, directory, all);
    }

    /** Deletes everything. */
    void clear() throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
