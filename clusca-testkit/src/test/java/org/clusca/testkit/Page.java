package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A page of the documentation: its sources, compiled into a jar as its reader would. */
final class Page implements AutoCloseable {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern SERVICE =
            Pattern.compile("`META-INF/services/(\\S+)`:\n\n```\n(.*?\n)```", Pattern.DOTALL);
    private static final Pattern TYPE =
            Pattern.compile("^public (?:final class|record) (\\w+)", Pattern.MULTILINE);

    /** By class name; all are in the package org.example. */
    private final Map<String, String> sources = new LinkedHashMap<>();

    private final Map<String, String> services = new LinkedHashMap<>();
    private final URLClassLoader loader;

    private Page(String text, Path folder) throws IOException {
        Matcher java = JAVA.matcher(text);
        while (java.find()) {
            Matcher type = TYPE.matcher(java.group(1));
            assertThat(type.find()).as("A block with a public type: %s", java.group(1)).isTrue();
            sources.put(type.group(1), java.group(1));
        }
        Matcher service = SERVICE.matcher(text);
        while (service.find()) {
            services.put(service.group(1), service.group(2));
        }
        assertThat(sources).as("Sources in the page").hasSizeGreaterThan(1);
        assertThat(services).as("Service files in the page").hasSize(1);
        Path jar = jar(folder);
        loader =
                new URLClassLoader(
                        new URL[] {jar.toUri().toURL()},
                        Thread.currentThread().getContextClassLoader());
    }

    /**
     * @param folder to compile into
     */
    static Page open(String name, Path folder) throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("docs"))) {
            root = root.getParent();
            assertThat(root).as("A folder above with docs in it").isNotNull();
        }
        String text = Files.readString(root.resolve("docs").resolve(name));
        return new Page(text.replace("\r\n", "\n"), Files.createDirectories(folder.resolve(name)));
    }

    /** Lines of one source. */
    long lines(String type) {
        return sources.get(type).lines().count();
    }

    /** The tests in the page. */
    List<Class<?>> tests() throws ClassNotFoundException {
        List<Class<?>> tests = new ArrayList<>();
        for (String type : sources.keySet()) {
            if (type.endsWith("Test")) {
                tests.add(load(type));
            }
        }
        return tests;
    }

    Class<?> load(String type) throws ClassNotFoundException {
        return loader.loadClass("org.example." + type);
    }

    /** Does something with the page's jar on the class path. */
    void within(Body body) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            body.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** What is done there. */
    @FunctionalInterface
    interface Body {
        void run() throws Exception;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    private Path jar(Path folder) throws IOException {
        Path classes = compile(folder);
        Path jar = folder.resolve("page.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
                Files.copy(path, out);
            }
            for (Map.Entry<String, String> service : services.entrySet()) {
                out.putNextEntry(new JarEntry("META-INF/services/" + service.getKey()));
                out.write(service.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private Path compile(Path folder) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey() + ".java");
            files.add(Files.writeString(file, source.getValue()));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of(
                        "-proc:none",
                        "-Xlint:deprecation,rawtypes,unchecked",
                        "-Werror",
                        "--release",
                        "17",
                        "-d",
                        classes.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled =
                    compiler.getTask(
                                    messages,
                                    manager,
                                    null,
                                    options,
                                    null,
                                    manager.getJavaFileObjectsFromPaths(files))
                            .call();
            assertThat(compiled).as("The page compiles: %s", messages).isTrue();
        }
        return classes;
    }
}
