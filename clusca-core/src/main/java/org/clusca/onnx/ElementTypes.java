package org.clusca.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.clusca.api.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * The element types of a graph's values, and which type an operation computes in where the graph
 * computes in 16 bits: products of matrices in 16 bits; norms, sums and exponentials, which lose or
 * overflow there, in 32, as the originals of the models do; what takes both, in 16, so that streams
 * stay in 16 bits whatever is added to them.
 */
final class ElementTypes {
    private static final Set<String> IN_16_BITS = Set.of("Gemm", "MatMul", "Conv");
    private static final Set<String> IN_32_BITS =
            Set.of(
                    "DynamicQuantizeMatMul",
                    "InstanceNormalization",
                    "LayerNormalization",
                    "MatMulNBits",
                    "ReduceL1",
                    "ReduceL2",
                    "ReduceMean",
                    "ReduceSum",
                    "ReduceSumSquare",
                    "RotaryEmbedding",
                    "SimplifiedLayerNormalization",
                    "Softmax");
    private static final Set<String> GIVE_WHOLE_NUMBERS = Set.of("ArgMax", "ArgMin", "Shape");
    private static final Set<String> GIVE_BOOLEANS =
            Set.of("And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or");

    private final ElementType compute;
    private final Map<String, ElementType> types = new HashMap<>();

    ElementTypes(ElementType compute) {
        this.compute = compute;
    }

    void put(Value value, ElementType type) {
        types.put(value.name(), type);
    }

    ElementType of(Value value) {
        return types.getOrDefault(value.name(), ElementType.FLOAT32);
    }

    /** What floating inputs of an operation have to be; null where they may stay as they are. */
    @Nullable ElementType wanted(String operation, Value... inputs) {
        if (compute == ElementType.FLOAT32 || operation.equals("Cast")) {
            return null;
        }
        if (IN_16_BITS.contains(operation)) {
            return compute;
        }
        if (IN_32_BITS.contains(operation)) {
            return ElementType.FLOAT32;
        }
        List<ElementType> given =
                Stream.of(inputs).filter(this::isFloating).map(this::of).distinct().toList();
        return given.size() > 1 ? compute : null;
    }

    boolean isFloating(Value value) {
        return !value.equals(Value.NONE) && of(value).isFloating();
    }

    /** Notes what an operation gives. */
    void note(String operation, Map<String, Object> attributes, Value[] inputs, Value output) {
        if (operation.equals("Cast")) {
            put(
                    output,
                    ElementType.of(
                            ((Number) Objects.requireNonNull(attributes.get("to"))).intValue()));
        } else if (GIVE_WHOLE_NUMBERS.contains(operation)) {
            put(output, ElementType.INT64);
        } else if (operation.equals("MatMulInteger")) {
            put(output, ElementType.INT32);
        } else if (GIVE_BOOLEANS.contains(operation)) {
            put(output, ElementType.BOOL);
        } else if (inputs.length > 0 && !operation.equals("ConstantOfShape")) {
            put(output, of(inputs[operation.equals("Where") ? 1 : 0]));
        }
    }
}
