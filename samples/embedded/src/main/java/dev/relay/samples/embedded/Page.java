package dev.relay.samples.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Serves the page and the client SDK that {@code npm ci} has brought, with the JDK's own HTTP server. */
final class Page {
    private static final Path SDK = Path.of("node_modules", "centrifuge", "dist", "centrifuge.js");

    private Page() {}

    static void serve(int port) throws IOException {
        if (Files.notExists(SDK)) {
            System.out.println("no " + SDK + ": run npm ci in samples/embedded, and start there, to see the page");
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> answer(exchange, 200, "text/html; charset=utf-8", page());
                case "/centrifuge.js" -> answer(exchange, 200, "text/javascript", Files.readAllBytes(SDK));
                default -> answer(exchange, 404, "text/plain", new byte[0]);
            }
        });
        server.start();
        System.out.println("page      http://localhost:" + port);
    }

    private static byte[] page() throws IOException {
        try (InputStream page = Page.class.getResourceAsStream("page.html")) {
            return page == null ? new byte[0] : page.readAllBytes();
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
