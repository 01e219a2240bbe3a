package org.clusca.spark;

import java.util.List;
import java.util.stream.Stream;

/**
 * What Spark wants opened of Java 17's own modules, in processes that are not started by its
 * scripts.
 */
final class Opened {
    private Opened() {}

    static List<String> options() {
        return Stream.of(
                        "java.lang",
                        "java.lang.invoke",
                        "java.lang.reflect",
                        "java.io",
                        "java.net",
                        "java.nio",
                        "java.util",
                        "java.util.concurrent",
                        "java.util.concurrent.atomic",
                        "sun.nio.ch",
                        "sun.nio.cs",
                        "sun.security.action",
                        "sun.util.calendar")
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .toList();
    }
}
