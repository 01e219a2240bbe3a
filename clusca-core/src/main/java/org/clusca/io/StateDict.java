package org.clusca.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a network's weights in what a training run has saved. */
final class StateDict {
    /**
     * Under what the weights lie, the ones to use first: averaged ones, as DiT's own {@code
     * find_model} takes them, before those that were trained.
     */
    private static final List<String> KEYS =
            List.of("ema", "ema_state_dict", "state_dict", "model_state_dict", "model", "module");

    private static final int DEEPEST = 4;

    private StateDict() {}

    /**
     * @param file for errors
     * @param saved by {@code torch.save}
     * @throws org.clusca.api.CluscaException CORRUPT_FILE when there is no tensor by name
     */
    static Map<String, TorchTensor> tensors(Path file, Object saved) {
        Object found = saved;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Map<String, TorchTensor> tensors = named(found);
            if (!tensors.isEmpty()) {
                return tensors;
            }
            Object inner = inner(found);
            if (inner == null) {
                break;
            }
            found = inner;
        }
        throw IoErrors.corrupt(
                file,
                "no tensors by name in it, neither at its top nor under "
                        + String.join(", ", KEYS)
                        + TorchGlobals.ADVICE);
    }

    private static Map<String, TorchTensor> named(Object found) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        if (found instanceof Map<?, ?> map) {
            map.forEach(
                    (key, value) -> {
                        if (key instanceof String name && value instanceof TorchTensor tensor) {
                            tensors.put(name, tensor);
                        }
                    });
        }
        return tensors;
    }

    private static @Nullable Object inner(Object found) {
        return found instanceof Map<?, ?> map
                ? KEYS.stream().map(map::get).filter(Map.class::isInstance).findFirst().orElse(null)
                : null;
    }
}
