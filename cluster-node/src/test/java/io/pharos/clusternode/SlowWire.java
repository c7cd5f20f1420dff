package io.pharos.clusternode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A port that leads to one of the loopback, and that a test makes slow or cuts. */
final class SlowWire implements AutoCloseable {
    private static final int CHUNKS_MAX = 10_000;

    private final InetAddress host;
    private final int target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private volatile @Nullable ServerSocket listener;

    private record Chunk(long dueNanos, byte[] bytes) {}

    /** Leads to a port of the loopback, from a free one. */
    SlowWire(int target) throws IOException {
        this(InetAddress.getLoopbackAddress(), target);
    }

    /** Leads to a port of the loopback, from a free one of another address of this machine. */
    SlowWire(InetAddress host, int target) throws IOException {
        this.host = host;
        this.target = target;
        ServerSocket first = listen(0);
        this.port = first.getLocalPort();
        serve(first);
    }

    int port() {
        return port;
    }

    /** What the server answers arrives so much later from now on. */
    void delay(Duration later) {
        delay = later;
    }

    /** Breaks every connection and refuses new ones. */
    void cut() throws IOException {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Takes connections again. */
    void mend() throws IOException {
        serve(listen(port));
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(host, port));
        return server;
    }

    private void serve(ServerSocket server) {
        listener = server;
        thread("accept", () -> {
            while (true) {
                Socket client = server.accept();
                Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(there);
                if (listener != server) {
                    client.close();
                    there.close();
                    return;
                }
                pump(client, there, false);
                pump(there, client, true);
            }
        });
    }

    private void pump(Socket from, Socket to, boolean isDelayed) {
        BlockingQueue<Chunk> onTheWay = new LinkedBlockingQueue<>(CHUNKS_MAX);
        thread("read", () -> {
            byte[] buffer = new byte[1 << 16];
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                long due = System.nanoTime() + (isDelayed ? delay.toNanos() : 0);
                onTheWay.put(new Chunk(due, Arrays.copyOf(buffer, count)));
            }
            onTheWay.put(new Chunk(System.nanoTime(), new byte[0]));
        });
        thread("write", () -> {
            OutputStream out = to.getOutputStream();
            while (true) {
                Chunk chunk = onTheWay.take();
                TimeUnit.NANOSECONDS.sleep(chunk.dueNanos - System.nanoTime());
                if (chunk.bytes.length == 0) {
                    to.close();
                    return;
                }
                out.write(chunk.bytes);
                out.flush();
            }
        });
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void thread(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException cut) {
                        // The connection ends with its thread.
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                },
                "slow-wire-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
