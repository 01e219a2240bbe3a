package org.clusca.server;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.clusca.server.openai.ApiException;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. With a token, who sends it; pictures and videos can be fetched without by whoever
 * knows their numbers, which nobody can guess, and so can the page, which holds nothing. On
 * loopback without a token only what is addressed to this machine: a web page elsewhere whose name
 * was made to mean 127.0.0.1 is not.
 */
final class Access {
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final @Nullable String token;
    private final boolean loopback;

    Access(Settings settings) {
        token = settings.token();
        loopback = isLoopback(settings.host());
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * @throws ApiException 401 or 403
     */
    void check(Context request) {
        if (token == null) {
            if (loopback && !local(request.header("Host"))) {
                throw ApiException.forbidden(
                        "This service answers this machine alone; address it as localhost.");
            }
        } else if (!open(request.path()) && !same(request.header("Authorization"), token)) {
            throw ApiException.wrongToken(
                    "Send the service's token: 'Authorization: Bearer TOKEN'.");
        }
    }

    private static boolean local(@Nullable String host) {
        return host != null && LOCAL.contains(host.replaceAll(":[0-9]+$", ""));
    }

    private static boolean open(String path) {
        return !path.startsWith("/v1/") && !path.equals("/metrics")
                || path.matches("/v1/images/img-[0-9a-f]+|/v1/videos/video_[0-9a-f]+/content");
    }

    private static boolean same(@Nullable String found, String token) {
        return found != null
                && MessageDigest.isEqual(
                        found.getBytes(StandardCharsets.UTF_8),
                        ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
    }
}
