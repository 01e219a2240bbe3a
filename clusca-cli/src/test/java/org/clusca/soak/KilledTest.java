package org.clusca.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.clusca.cli.Main;
import org.clusca.io.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at any moment: what has a final name is whole, and the next run clears the rest.
 */
@Tag("soak")
final class KilledTest {
    private static final int KILLS = 50;
    private static final int LONGEST_MILLIS = 6000;

    @TempDir private Path folder;
    private final Random random = new Random(7);

    @Test
    void whatHasItsNameIsWhole() throws Exception {
        Files.writeString(
                folder.resolve("prompts.csv"),
                "id,class,steps\na,owl,9\nb,sun,9\nc,fox,9\nd,panda,9\ne,star,9\n");
        String video = ManyGenerationsTest.resource("/golden/hunyuan/pipeline").toString();
        List<List<String>> commands =
                List.of(
                        List.of(
                                "compare",
                                "--class=owl",
                                "--steps=12",
                                "--policies=none,fora",
                                "--out=compare",
                                "--json=compare.json"),
                        List.of(
                                "sweep",
                                "--class=owl",
                                "--steps=8",
                                "--limit-steps=9",
                                "--policies=fora:interval=2+3+4",
                                "--out=sweep.csv"),
                        List.of("batch", "--in=prompts.csv", "--out=batch"),
                        List.of(
                                "generate",
                                "--model=" + video,
                                "--prompt=a fox",
                                "--frames=17",
                                "--steps=3",
                                "--out=fox.mp4"));
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            Process process = start(commands.get(i % commands.size()));
            if (!process.waitFor(random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                killed++;
            }
            assertWhole();
        }
        System.out.println(killed + " of " + KILLS + " were killed");
        assertThat(killed).isGreaterThan(KILLS / 4);
        for (List<String> command : commands) {
            Process process = start(command);
            assertThat(process.waitFor()).as(command + ": " + log()).isZero();
        }
        assertWhole();
        assertThat(files())
                .allMatch(file -> !file.getFileName().toString().endsWith(".part"))
                .anyMatch(file -> file.endsWith("fox.mp4"))
                .anyMatch(file -> file.endsWith("batch/e.json"));
        assertThat(Files.readAllLines(folder.resolve("sweep.csv")))
                .filteredOn(line -> line.contains("fora:interval="))
                .hasSize(3);
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        File log = folder.resolve("log.txt").toFile();
        return builder.redirectOutput(log).start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log.txt"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private void assertWhole() throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.startsWith(".clusca-")) {
                continue;
            }
            if (name.endsWith(".png")) {
                assertThat(ImageIO.read(file.toFile())).as(name).isNotNull();
            } else if (name.endsWith(".json")) {
                assertThat(Json.read(file)).as(name).isNotEmpty();
            } else if (name.endsWith(".mp4")) {
                assertBoxes(Files.readAllBytes(file));
            } else if (name.endsWith(".csv") && Files.size(file) > 0) {
                assertThat(Files.readString(file)).as(name).endsWith("\n");
            }
        }
    }

    /** The boxes of a film fill its file, and what players look for is among them. */
    private static void assertBoxes(byte[] film) {
        ByteBuffer bytes = ByteBuffer.wrap(film);
        List<String> types = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int size = bytes.getInt(bytes.position());
            types.add(
                    new String(
                            film,
                            bytes.position() + 4,
                            4,
                            java.nio.charset.StandardCharsets.US_ASCII));
            bytes.position(bytes.position() + size);
        }
        assertThat(types).contains("ftyp", "moov", "mdat");
    }
}
