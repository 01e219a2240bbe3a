package org.clusca.onnx;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * External data references of one graph. ONNX Runtime wants every file below one folder and names
 * relative to it; the folder is known only when all files are, so names are filled in at the end.
 */
final class WeightFiles {
    private record Reference(String initializer, Path file) {}

    private final List<Reference> references = new ArrayList<>();

    void refer(OnnxMl.TensorProto.Builder tensor, Path file, long offset, long bytes) {
        references.add(new Reference(tensor.getName(), file.toAbsolutePath().normalize()));
        tensor.addExternalDataBuilder().setKey("location").setValue("");
        tensor.addExternalDataBuilder().setKey("offset").setValue(Long.toString(offset));
        tensor.addExternalDataBuilder().setKey("length").setValue(Long.toString(bytes));
    }

    /** The deepest folder that holds every file, or null without files. */
    @Nullable Path folder() {
        Path folder = null;
        for (Reference reference : references) {
            Path parent = requireNonNull(reference.file().getParent());
            folder = folder == null ? parent : common(folder, parent);
        }
        return folder;
    }

    private static Path common(Path a, Path b) {
        Path folder = a;
        while (!b.startsWith(folder)) {
            folder = requireNonNull(folder.getParent());
        }
        return folder;
    }

    void finish(OnnxMl.GraphProto.Builder graph) {
        Path folder = folder();
        if (folder == null) {
            return;
        }
        int next = 0;
        for (OnnxMl.TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            if (next < references.size()
                    && tensor.getName().equals(references.get(next).initializer())) {
                Path file = references.get(next++).file();
                tensor.getExternalDataBuilder(0)
                        .setValue(folder.relativize(file).toString().replace('\\', '/'));
            }
        }
    }
}
