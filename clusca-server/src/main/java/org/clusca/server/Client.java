package org.clusca.server;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Who sent a request, while the thread that answers it waits. Jetty reads nothing of a connection
 * as long as its request is being answered, so that it does not notice who closes it; here it is
 * read for that. To be used on that thread only, once the body was read and before the answer is
 * written.
 */
final class Client {
    private final EndPoint connection;
    private final ByteBuffer buffer = BufferUtil.allocate(1);
    private boolean more;

    Client(ServletRequest request) {
        connection =
                ServletContextRequest.getServletContextRequest(request)
                        .getConnectionMetaData()
                        .getConnection()
                        .getEndPoint();
    }

    /** Whether it has closed the connection, or its side of it. */
    boolean gone() {
        if (more) {
            return false;
        }
        try {
            int read = connection.fill(buffer);
            // it sends a second request before the first is answered
            more = read > 0;
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether a byte of a second request was read here, so that the connection is spent. */
    boolean spent() {
        return more;
    }
}
