package org.clusca.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that does what none should. */
final class RawClient implements AutoCloseable {
    final Socket socket;
    private final BufferedReader answer;

    RawClient(CluscaServer server) throws IOException {
        URI address = URI.create(server.address());
        socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(60_000);
        answer =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    void generate(String body) throws IOException {
        send(
                "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    /** The next line of the answer, or an empty one at its end. */
    String line() throws IOException {
        String line = answer.readLine();
        return line == null ? "" : line;
    }

    void leave() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
