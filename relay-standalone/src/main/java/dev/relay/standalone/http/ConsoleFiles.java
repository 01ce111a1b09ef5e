package dev.relay.standalone.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The console's files, as the build put them together: all in memory, plain and compressed, together half a megabyte.
 *
 * <p><b>Threading.</b> Immutable; any thread. What {@link #loaded} returns is read from the jar once, by whoever asks first.
 */
final class ConsoleFiles {
    private static final String FOLDER = "console/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    /**
     * A file.
     *
     * @param compressed the content with gzip; {@code null} if that is not shorter
     * @param etag a strong validator of the content, in quotes
     * @param isHashed the name says what is in it, so it never changes
     */
    record File(byte[] content, byte @Nullable [] compressed, String type, String etag, boolean isHashed) {}

    private final Map<String, File> files = new HashMap<>();

    private ConsoleFiles() {
        for (String line : new String(read("files"), StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                String[] parts = line.split(" ", -1);
                files.put(parts[0], file(parts[0], parts.length > 1));
            }
        }
    }

    private static final class Holder {
        static final ConsoleFiles FILES = new ConsoleFiles();
    }

    static ConsoleFiles loaded() {
        return Holder.FILES;
    }

    /** The file of that name below the console's path, or {@code null}. */
    @Nullable
    File find(String name) {
        return files.get(name);
    }

    private static File file(String name, boolean isCompressed) {
        byte[] content = read(name);
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(extension);
        if (type == null) {
            throw new IllegalStateException("no content type is known of " + name);
        }
        byte[] compressed = isCompressed ? read(name + ".gz") : null;
        return new File(content, compressed, type, etag(content), name.startsWith("assets/"));
    }

    private static String etag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(String name) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar holds no console/" + name + "; it was not built by Maven");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
