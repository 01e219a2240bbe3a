package org.clusca.engine;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.Model;
import org.clusca.io.Fingerprint;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;

/**
 * An open model and what runs it: the same for every picture of a pipeline.
 *
 * @param model its name
 * @param fingerprint of its files, as {@link Fingerprint} takes it
 * @param weights how they were held
 * @param computeType in which the denoising network computed
 */
public record Origin(
        String model,
        String fingerprint,
        WeightFormats weights,
        ElementType computeType,
        Versions versions) {

    static Origin of(Model model, WeightFormats format, Device device) {
        return new Origin(
                model.name(),
                Fingerprint.of(files(model)),
                format,
                device.computeType(),
                Versions.of(device.environment()));
    }

    private static Set<Path> files(Model model) {
        Set<Path> files = new HashSet<>(model.transformer().weights().files());
        for (Encoder encoder : model.conditioner().encoders()) {
            files.addAll(encoder.weights().files());
        }
        model.codec().ifPresent(codec -> files.addAll(codec.weights().files()));
        return files;
    }
}
