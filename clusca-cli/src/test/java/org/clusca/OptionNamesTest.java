package org.clusca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Options are named where they are: what other modules advise, the command line words. Over the
 * sources of every module, which hold descriptions as well as constants.
 */
final class OptionNamesTest {
    /** Not one of Java's own. */
    private static final Pattern OPTION = Pattern.compile("(?<![-\\w])--(?!add-opens)[a-z]");

    private static final Path MODULES = Path.of("..").toAbsolutePath().normalize();

    @Test
    void onlyTheCommandLineNamesItsOptions() {
        List<Path> others = sources().filter(file -> !isCommandLine(file)).toList();
        assertThat(others).hasSizeGreaterThan(300);
        assertThat(others).filteredOn(OptionNamesTest::namesAnOption).isEmpty();
    }

    @Test
    void itsOwnSourcesDo() {
        assertThat(sources().filter(OptionNamesTest::isCommandLine))
                .filteredOn(OptionNamesTest::namesAnOption)
                .hasSizeGreaterThan(15);
    }

    private static boolean isCommandLine(Path file) {
        return MODULES.relativize(file).startsWith("clusca-cli");
    }

    private static Stream<Path> sources() {
        try (Stream<Path> files = Files.walk(MODULES)) {
            return files
                    .filter(
                            file ->
                                    MODULES.relativize(file)
                                            .toString()
                                            .matches("clusca-[^/]*/src/main/.*\\.java"))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean namesAnOption(Path file) {
        try {
            return OPTION.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
