package org.clusca.component;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clusca.io.LocalModelDirectory;

/** A component of a model directory with another configuration. */
final class ConfigCopy {
    private ConfigCopy() {}

    /**
     * @param value JSON; replaces the value of {@code key}, which is no object, or adds it
     */
    static LocalModelDirectory of(Path component, Path into, String key, String value)
            throws IOException {
        Path folder = Files.createDirectory(into.resolve(component.getFileName()));
        try (Stream<Path> files = Files.list(component)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path file = folder.resolve("config.json");
        String config = Files.readString(file);
        String entry = "\"" + key + "\": " + value;
        Matcher found =
                Pattern.compile("\"" + key + "\"\\s*:\\s*(\\[[^]]*\\]|\"[^\"]*\"|[^,\\s}]+)")
                        .matcher(config);
        Files.delete(file);
        Files.writeString(
                file,
                found.find()
                        ? found.replaceFirst(Matcher.quoteReplacement(entry))
                        : config.replaceFirst("\\{", Matcher.quoteReplacement("{" + entry + ",")));
        return LocalModelDirectory.open(into);
    }
}
