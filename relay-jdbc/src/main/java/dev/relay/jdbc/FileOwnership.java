package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operating system's lock on {@code <database file>.lock}. It ends with the process that holds it, however that
 * ends, so whoever gets it knows that the owner before is dead. One thread at a time.
 */
final class FileOwnership {
    private static final Logger LOG = LoggerFactory.getLogger(FileOwnership.class);

    /** The lock is on a byte far behind the text, which others can read while it is held (Windows locks hide bytes). */
    private static final long LOCKED_BYTE = 1L << 40;

    private static final int MAX_TEXT = 200;

    /**
     * The lock files held in this process, by inode. POSIX drops all of a process's locks on a file when it closes any
     * channel to it, so a second journal here must find out before it opens one. Static, since the locks are the
     * process's as well.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Object key;
    private final FileChannel channel;

    private FileOwnership(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    static FileOwnership take(Path database, String nodeId) throws IOException {
        Path path = lockFile(database);
        if (!Files.exists(path)) {
            try {
                Files.createFile(path);
            } catch (FileAlreadyExistsException e) {
                LOG.debug("somebody else made it just now", e);
            }
        }
        Object inode = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        Object key = inode == null ? path : inode;
        if (!HELD.add(key)) {
            throw owned(database, "in this process");
        }
        boolean taken = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
                throw owned(database, text(channel));
            }
            channel.truncate(0);
            String text = "process " + ProcessHandle.current().pid() + " node " + nodeId;
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
            taken = true;
            return new FileOwnership(key, channel);
        } finally {
            if (!taken) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(key);
            }
        }
    }

    private static JournalException owned(Path database, String owner) {
        return new JournalException(
                Reason.OWNED,
                "SQLite file " + database + " is owned by another journal, which lives (" + owner
                        + "); stop it first, or choose another file");
    }
    /** One lock per database, whatever links lead to it. */
    private static Path lockFile(Path database) throws IOException {
        Path real = database.toAbsolutePath();
        if (Files.exists(real)) {
            real = real.toRealPath();
        } else if (real.getParent() != null && !Files.exists(real, LinkOption.NOFOLLOW_LINKS)) {
            real = real.getParent().toRealPath().resolve(real.getFileName());
        }
        return real.resolveSibling(real.getFileName() + ".lock");
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), UTF_8);
    }

    /** Lets others have it. The file stays: deleting it would let two processes lock two files of one name. */
    void giveBack() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("cannot close a lock file; the lock goes with the process", e);
        } finally {
            HELD.remove(key);
        }
    }
}
