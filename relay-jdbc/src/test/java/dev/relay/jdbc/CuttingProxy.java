package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Stands between the driver and the server, and cuts the connection at a commit, delays it, or lets nobody through. */
final class CuttingProxy implements AutoCloseable {
    /** Where to cut. */
    enum Cut {
        NOWHERE,
        BEFORE_COMMIT_ARRIVES,
        BEFORE_ITS_ANSWER
    }

    private static final Pattern ADDRESS = Pattern.compile("jdbc:mysql://([^:/]+):(\\d+)/");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InetSocketAddress server;
    private final String url;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Cut cut = Cut.NOWHERE;
    private volatile long commitDelayNanos;
    private volatile boolean blocked;

    CuttingProxy(String serverUrl) throws IOException {
        Matcher matcher = ADDRESS.matcher(serverUrl);
        Assumptions.assumeTrue(matcher.find(), "the URL has a host and a port");
        server = new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
        // in the clear, so that a commit can be seen
        url = matcher.replaceFirst("jdbc:mysql://127.0.0.1:" + listener.getLocalPort() + "/")
                + "&sslMode=DISABLED&allowPublicKeyRetrieval=true";
        threads.execute(this::accept);
    }

    String url() {
        return url;
    }

    /** Cuts the next commit, once. */
    void cutNext(Cut where) {
        cut = where;
    }

    /** Every commit takes so much longer. */
    void slowCommits(Duration delay) {
        commitDelayNanos = delay.toNanos();
    }

    /** Hangs up on everybody, and on whoever comes until {@link #unblock}. */
    void block() throws IOException {
        blocked = true;
        for (Socket socket : open) {
            socket.close();
        }
    }

    void unblock() {
        blocked = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (blocked) {
                    client.close();
                    continue;
                }
                Socket upstream = new Socket();
                upstream.connect(server);
                open.add(client);
                open.add(upstream);
                threads.execute(() -> copy(client, upstream, true));
                threads.execute(() -> copy(upstream, client, false));
            }
        } catch (IOException e) {
            assert listener.isClosed() : e; // how close() ends this thread
        }
    }

    private void copy(Socket from, Socket to, boolean requests) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                if (requests && cut != Cut.NOWHERE && isCommit(buffer, length)) {
                    Cut here = cut;
                    cut = Cut.NOWHERE;
                    if (here == Cut.BEFORE_ITS_ANSWER) {
                        from.close(); // first, so that the answer finds nobody
                        out.write(buffer, 0, length);
                        out.flush();
                        to.shutdownOutput();
                        in = to.getInputStream();
                        while (in.read(buffer) > 0) {
                            // until the server has done it and hung up
                        }
                    }
                    return;
                }
                if (requests && commitDelayNanos > 0 && isCommit(buffer, length)) {
                    LockSupport.parkNanos(commitDelayNanos);
                }
                out.write(buffer, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            assert e.getMessage() != null : e; // one side has hung up; so does the other
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static boolean isCommit(byte[] buffer, int length) {
        return length < 64
                && new String(buffer, 0, length, ISO_8859_1)
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains("commit");
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
