package org.clusca.cli;

import java.nio.file.Path;

/** Files that are named after another one. */
final class Beside {
    private Beside() {}

    /** {@code fox-2.mp4} for {@code fox.mp4} and {@code -2}. */
    static Path marked(Path file, String mark) {
        String name = String.valueOf(file.getFileName());
        int dot = ending(name);
        return file.resolveSibling(name.substring(0, dot) + mark + name.substring(dot));
    }

    /** {@code sweep.png} for {@code sweep.csv} and {@code .png}. */
    static Path ending(Path file, String ending) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, ending(name)) + ending);
    }

    /** Where the ending begins, with its dot. */
    private static int ending(String name) {
        return name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
    }
}
