package org.clusca.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.clusca.io.SafetensorsFile;
import org.clusca.io.SafetensorsWriter;

/** Latents in safetensors files. */
final class LatentsFile {
    private static final String LATENTS = "latents";

    private LatentsFile() {}

    /**
     * The float32 tensor {@code latents} of a file.
     *
     * @param shape of one latent
     * @param anySize whether height and width, and frames, may be other ones, for the model to
     *     judge
     */
    static Tensor read(Path file, int images, int[] shape, boolean anySize) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        SafetensorsFile.Entry entry = opened.entries().get(LATENTS);
        String expected = file + ": expected a tensor '" + LATENTS + "' of dtype F32 and shape ";
        long[] wanted = new long[shape.length + 1];
        Arrays.setAll(wanted, i -> i == 0 ? images : shape[i - 1]);
        if (entry == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    expected
                            + Arrays.toString(wanted)
                            + ", found only "
                            + shown(List.copyOf(opened.entries().keySet()))
                            + ".");
        }
        long[] found = entry.shape();
        if (anySize && found.length == wanted.length) {
            System.arraycopy(found, 2, wanted, 2, wanted.length - 2);
        }
        if (!entry.dtype().equals("F32") || !Arrays.equals(found, wanted)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    expected
                            + Arrays.toString(wanted)
                            + ", found "
                            + entry.dtype()
                            + " "
                            + Arrays.toString(found)
                            + ".");
        }
        Tensor latents = opened.tensor(LATENTS);
        if (!latents.isFinite()) {
            throw new CluscaException(
                    ErrorCode.NOT_FINITE,
                    file + ": tensor '" + LATENTS + "' holds NaN or infinity.");
        }
        return latents;
    }

    private static String shown(List<String> names) {
        return names.isEmpty()
                ? "no tensor"
                : String.join(", ", names.subList(0, Math.min(5, names.size())))
                        + (names.size() > 5 ? ", ..." : "");
    }

    /** Writes the final latents and those after every step. */
    static void write(Path file, Generated generated) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(LATENTS, generated.latents());
        for (int step = 0; step < generated.stepLatents().size(); step++) {
            tensors.put(
                    String.format(Locale.ROOT, "step_%04d", step),
                    generated.stepLatents().get(step));
        }
        SafetensorsWriter.write(file, tensors);
    }
}
