package org.clusca.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.clusca.onnx.OnnxEnvironment;

/** Of what computed a picture. */
public record Versions(String clusca, String onnxRuntime, String java) {
    /** Of this process. */
    static Versions of(OnnxEnvironment environment) {
        return new Versions(ofClusca(), environment.version(), Runtime.version().toString());
    }

    /** Of the classes that run, as Maven wrote it beside them. */
    public static String ofClusca() {
        Properties build = new Properties();
        try (InputStream file = Versions.class.getResourceAsStream("build.properties")) {
            build.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
