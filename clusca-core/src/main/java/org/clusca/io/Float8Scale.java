package org.clusca.io;

import java.util.Arrays;
import java.util.List;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.io.SafetensorsFile.Entry;

/**
 * What a matrix in 8-bit floating point has to be multiplied by: a number beside it, under one of
 * the names in use, or 1. Scales for every row or block are refused.
 */
final class Float8Scale {
    private static final String WEIGHT = ".weight";
    private static final List<String> NAMES =
            List.of(".scale_weight", ".weight_scale", ".weight_scale_inv");

    private Float8Scale() {}

    /**
     * @throws CluscaException INVALID_MODEL when it is more than one number, or not a positive one
     */
    static float of(SafetensorsFile file, Entry entry) {
        if (!entry.dtype().startsWith("F8") || !entry.name().endsWith(WEIGHT)) {
            return 1;
        }
        String layer = entry.name().substring(0, entry.name().length() - WEIGHT.length());
        for (String ending : NAMES) {
            if (file.has(layer + ending)) {
                return read(file, layer + ending);
            }
        }
        return 1;
    }

    private static float read(SafetensorsFile file, String name) {
        if (file.elements(name) != 1) {
            throw refused(
                    file,
                    name,
                    "expected one number for the whole matrix, found shape "
                            + Arrays.toString(file.shape(name)));
        }
        float scale = file.tensor(name).data().get(0);
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw refused(file, name, "expected a positive number, found " + scale);
        }
        return scale;
    }

    private static CluscaException refused(SafetensorsFile file, String name, String problem) {
        return new CluscaException(
                ErrorCode.INVALID_MODEL,
                file.path()
                        + ": tensor "
                        + name
                        + ": "
                        + problem
                        + "; take the weights in 16 bits, or with one scale for each matrix.");
    }
}
