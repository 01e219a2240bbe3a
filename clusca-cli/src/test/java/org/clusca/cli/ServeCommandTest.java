package org.clusca.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command that starts a service. */
final class ServeCommandTest {
    @Test
    void servesUntilItIsStopped() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Thread service =
                new Thread(
                        () ->
                                Main.run(
                                        new String[] {"serve", "--port", "0", "--model", "a=emoji"},
                                        new PrintStream(out, true, StandardCharsets.UTF_8),
                                        new PrintStream(err, true, StandardCharsets.UTF_8)));
        service.start();
        for (int i = 0; i < 1000 && out.size() == 0; i++) {
            Thread.sleep(50);
        }
        String ready = out.toString(StandardCharsets.UTF_8).strip();
        assertThat(ready)
                .as(err.toString(StandardCharsets.UTF_8))
                .startsWith("clusca serves a at http://127.0.0.1:");
        URI models = URI.create(ready.substring(ready.indexOf("http")) + "/v1/models");
        HttpClient http = HttpClient.newHttpClient();
        assertThat(
                        http.send(
                                        HttpRequest.newBuilder(models).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                .contains("\"id\":\"a\"");
        service.interrupt();
        service.join();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(1)
                .allMatch(line -> line.contains("GET /v1/models 200"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--host 0.0.0.0 | 2 | --no-token",
                "--token x --no-token | 2 | exclude each other",
                "--port 65536 | 1 | --port must be from 0 to 65535, found 65536",
                "--queue 0 | 1 | --queue must be from 1",
                "--model emoji --model emoji | 1 | two are named emoji",
                "--model a/b=emoji | 1 | a name has letters",
                "--model /no/such | 1 | there is no such file or folder",
                "--host 192.0.2.1 --no-token | 1 | Cannot listen at 192.0.2.1"
            })
    void refusesWhatMakesNoSense(String arguments, int code, String expected) {
        String[] all = ("serve " + arguments).split(" ");
        Cli refused = Cli.run(all);
        assertThat(refused.code()).as(refused.err()).isEqualTo(code);
        assertThat(refused.err()).contains(expected);
        assertThat(refused.err().lines()).hasSize(1);
    }

    @Test
    void saysThatAPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> all = List.of("serve", "--port", Integer.toString(taken.getLocalPort()));
            Cli refused = Cli.run(all.toArray(String[]::new));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("Cannot listen at 127.0.0.1:")
                    .contains("another port");
        }
    }
}
