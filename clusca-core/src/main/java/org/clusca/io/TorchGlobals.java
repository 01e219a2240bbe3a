package org.clusca.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.io.Pickle.Tuple;
import org.clusca.io.TorchTensor.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The names that a PyTorch file may refer to, and what calling them gives. Each is known here by
 * its name alone: none is looked up, loaded or run.
 */
final class TorchGlobals {
    static final String ADVICE =
            "; download it again, or save its state_dict() alone with torch.save or as"
                    + " safetensors.";

    private static final Map<String, String> STORAGES =
            Map.ofEntries(
                    Map.entry("FloatStorage", "F32"),
                    Map.entry("HalfStorage", "F16"),
                    Map.entry("BFloat16Storage", "BF16"),
                    Map.entry("DoubleStorage", "F64"),
                    Map.entry("LongStorage", "I64"),
                    Map.entry("IntStorage", "I32"),
                    Map.entry("ShortStorage", "I16"),
                    Map.entry("CharStorage", "I8"),
                    Map.entry("ByteStorage", "U8"),
                    Map.entry("BoolStorage", "BOOL"));

    private static final Map<String, String> DTYPES =
            Map.ofEntries(
                    Map.entry("float32", "F32"),
                    Map.entry("float16", "F16"),
                    Map.entry("bfloat16", "BF16"),
                    Map.entry("float64", "F64"),
                    Map.entry("float8_e4m3fn", "F8_E4M3"),
                    Map.entry("float8_e5m2", "F8_E5M2"),
                    Map.entry("int64", "I64"),
                    Map.entry("int32", "I32"),
                    Map.entry("int16", "I16"),
                    Map.entry("int8", "I8"),
                    Map.entry("uint8", "U8"),
                    Map.entry("bool", "BOOL"));

    /** Of training checkpoints, beside the weights: made, but never looked into. */
    private static final Set<String> ASIDE =
            Set.of("argparse.Namespace", "torch.device", "torch.Size");

    private static final Set<String> CALLED =
            Set.of(
                    "collections.OrderedDict",
                    "torch._utils._rebuild_tensor_v2",
                    "torch._utils._rebuild_tensor_v3",
                    "torch._utils._rebuild_parameter");

    private TorchGlobals() {}

    /**
     * @param name with its module
     */
    private record Global(String name) {}

    /** What stands for something of a training run that is not read. */
    private record Aside(String name) {}

    private record Type(@Nullable String dtype) {}

    static Object named(Path file, String module, String name) {
        String full = module + "." + name;
        if (module.equals("torch") && STORAGES.containsKey(name)) {
            return new Type(STORAGES.get(name));
        }
        if (module.equals("torch") && DTYPES.containsKey(name)) {
            return new Type(DTYPES.get(name));
        }
        if (full.equals("torch.storage.UntypedStorage")) {
            return new Type(null);
        }
        if (CALLED.contains(full) || ASIDE.contains(full)) {
            return new Global(full);
        }
        throw IoErrors.corrupt(
                file,
                "refers to "
                        + IoErrors.shown(full)
                        + ", which tensors do not need and which is therefore not loaded"
                        + ADVICE);
    }

    /** Of a persistent id, {@code ('storage', type, key, device, elements)}. */
    static Object storage(Path file, Object id) {
        List<Object> parts = items(id);
        if (parts.size() == 5
                && parts.get(0).equals("storage")
                && parts.get(1) instanceof Type type
                && parts.get(2) instanceof String key
                && parts.get(4) instanceof Long elements
                && elements >= 0) {
            if (!key.matches("[0-9]{1,18}")) {
                throw IoErrors.corrupt(
                        file,
                        "the name of a storage must be a number, found '"
                                + IoErrors.shown(key)
                                + "'"
                                + ADVICE);
            }
            return new Storage(key, type.dtype(), elements);
        }
        throw malformed(file, "storage");
    }

    static Object call(Path file, Object called, Object arguments) {
        if (!(called instanceof Global global) || !(arguments instanceof Tuple)) {
            throw malformed(file, "call");
        }
        List<Object> given = items(arguments);
        return switch (global.name()) {
            case "collections.OrderedDict" -> dictionary(file, given);
            case "torch._utils._rebuild_tensor_v2" -> tensor(file, given, false);
            case "torch._utils._rebuild_tensor_v3" -> tensor(file, given, true);
            case "torch._utils._rebuild_parameter" -> {
                if (given.isEmpty() || !(given.get(0) instanceof TorchTensor data)) {
                    throw malformed(file, "parameter");
                }
                yield data;
            }
            default -> new Aside(global.name());
        };
    }

    /** PyTorch fills it afterwards; Python 2 gave it its items. */
    private static Object dictionary(Path file, List<Object> given) {
        if (!given.isEmpty()) {
            throw malformed(file, "dictionary");
        }
        return new LinkedHashMap<>();
    }

    private static Object tensor(Path file, List<Object> given, boolean typed) {
        if (given.size() < (typed ? 7 : 4)
                || !(given.get(0) instanceof Storage storage)
                || !(given.get(1) instanceof Long offset)) {
            throw malformed(file, "tensor");
        }
        String dtype = storage.dtype();
        if (typed && given.get(6) instanceof Type type) {
            dtype = type.dtype();
        }
        long[] shape = wholes(file, given.get(2));
        long[] strides = wholes(file, given.get(3));
        if (dtype == null || offset < 0 || shape.length != strides.length) {
            throw malformed(file, "tensor");
        }
        return new TorchTensor(storage, dtype, offset, shape, strides);
    }

    private static long[] wholes(Path file, Object tuple) {
        List<Long> values = new ArrayList<>();
        for (Object item : items(tuple)) {
            if (!(item instanceof Long value) || value < 0) {
                throw malformed(file, "tensor");
            }
            values.add(value);
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static List<Object> items(Object tuple) {
        return tuple instanceof Tuple some ? some.items() : List.of();
    }

    private static CluscaException malformed(Path file, String what) {
        return IoErrors.corrupt(file, "a " + what + " is not described as PyTorch does" + ADVICE);
    }
}
