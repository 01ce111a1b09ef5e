package dev.relay.standalone;

import dev.relay.RelayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one node, held by this process alone: an operating-system lock, so that it is free again however the
 * process ends. Holding it proves that no other living process uses the node's id.
 *
 * <p><b>Threading.</b> Open and close from one thread; the accessors from any.
 */
final class DataDirectory implements AutoCloseable {
    private static final Pattern NODE_ID = Pattern.compile("[-0-9a-zA-Z]{1,64}");

    private final Path path;
    private final FileChannel lockFile;
    private final String nodeId;

    private DataDirectory(Path path, FileChannel lockFile, String nodeId) {
        this.path = path;
        this.lockFile = lockFile;
        this.nodeId = nodeId;
    }

    /**
     * Makes the directory if it is missing (for its owner only), takes the lock, reads the node's id or makes one.
     *
     * @throws RelayException if the directory cannot be used or another process holds it
     */
    static DataDirectory open(Path path) {
        try {
            create(path);
            FileChannel lockFile = lock(path);
            try {
                return new DataDirectory(path, lockFile, readNodeId(path));
            } catch (IOException | RuntimeException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new RelayException(
                    "data directory " + path.toAbsolutePath() + " cannot be used: " + reason(e)
                            + "; make it writable for user " + System.getProperty("user.name") + " or set data_dir",
                    e);
        }
    }

    /** Where it is. */
    Path path() {
        return path;
    }

    /** The node's id, the same after every restart. */
    String nodeId() {
        return nodeId;
    }

    /** Lets another process have it. Idempotent. */
    @Override
    public void close() {
        try {
            // the file stays: deleting it would let two processes lock two files of one name
            lockFile.close();
        } catch (IOException e) {
            throw new RelayException("data directory " + path + " cannot be released: " + reason(e), e);
        }
    }

    private static void create(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (posix) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(path);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            String holder = Files.readString(path.resolve("lock")).strip();
            channel.close();
            throw new RelayException("data directory " + path.toAbsolutePath() + " is in use by another process"
                    + (holder.isEmpty() ? "" : " (" + holder + ")") + "; stop it, or give this one its own data_dir");
        }
        channel.truncate(0);
        channel.write(
                StandardCharsets.UTF_8.encode("pid " + ProcessHandle.current().pid() + "\n"));
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by another engine in this process
        }
    }

    private static String readNodeId(Path path) throws IOException {
        Path file = path.resolve("node-id");
        if (Files.exists(file)) {
            String id = Files.readString(file).strip();
            if (!NODE_ID.matcher(id).matches()) {
                throw new RelayException("node id file " + file.toAbsolutePath()
                        + " holds no id; restore it, or delete it to become a new node");
            }
            return id;
        }
        String id = UUID.randomUUID().toString();
        Path draft = path.resolve("node-id.new");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(id + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        // moved as a whole: a crash leaves no file or a complete one, never an empty name
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        return id;
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }
}
