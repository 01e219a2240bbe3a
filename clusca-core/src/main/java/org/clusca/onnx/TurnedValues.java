package org.clusca.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clusca.api.graph.Value;

/**
 * Values whose axes a Transpose has exchanged, and what is made of one with constants alone. ONNX
 * Runtime moves such a Transpose behind a mean that reads the value, which then adds up in another
 * order, but not into an If: without something in between, a network whose branches can be switched
 * would differ from the plain one in the last bit.
 */
final class TurnedValues {
    private final Set<Value> turned = new HashSet<>();

    void note(String operation, List<Value> inputs, List<Value> outputs, Initializers constants) {
        boolean anyTurned = inputs.stream().anyMatch(turned::contains);
        boolean alone =
                inputs.stream()
                        .allMatch(input -> turned.contains(input) || constants.contains(input));
        if (operation.equals("Transpose") || anyTurned && alone && !operation.equals("Reshape")) {
            turned.addAll(outputs);
        }
    }

    boolean contains(Value value) {
        return turned.contains(value);
    }
}
