package dev.relay.standalone.e2e;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The scripts of {@code src/test/python}, and a virtual environment with what they need. */
final class PythonScript {
    private static final Path SOURCES = Path.of("src/test/python").toAbsolutePath();
    private static final Path ENVIRONMENT = Path.of("target/python").toAbsolutePath();

    private static @Nullable String whyNotInstalled;
    private static boolean installed;

    private PythonScript() {}

    /** Where a script is. */
    static Path source(String script) {
        return SOURCES.resolve(script);
    }

    /** The interpreter that has the SDK; where there is none, the test is reported skipped. */
    static synchronized Path interpreter() {
        if (!installed && whyNotInstalled == null) {
            whyNotInstalled = install();
            installed = whyNotInstalled == null;
        }
        assumeTrue(installed, () -> "the Python SDK cannot run: " + whyNotInstalled);
        return ENVIRONMENT.resolve("bin/python");
    }

    private static @Nullable String install() {
        Path requirements = SOURCES.resolve("requirements.txt");
        Path done = ENVIRONMENT.resolve("installed-requirements.txt");
        try {
            ChildProcess.output(
                    SOURCES,
                    "python3",
                    "-c",
                    "import sys; assert sys.version_info >= (3, 10), 'Python 3.10 is needed'");
            if (!Files.exists(done) || Files.mismatch(requirements, done) != -1) {
                ChildProcess.output(SOURCES, "python3", "-m", "venv", "--clear", ENVIRONMENT.toString());
                ChildProcess.output(
                        SOURCES,
                        ENVIRONMENT.resolve("bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--no-input",
                        "--disable-pip-version-check",
                        "--requirement",
                        requirements.toString());
                Files.copy(requirements, done, REPLACE_EXISTING);
            }
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
