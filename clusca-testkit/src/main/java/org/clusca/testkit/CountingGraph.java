package org.clusca.testkit;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.clusca.api.Tensor;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * Writes a graph and notes every product in it: linear layers, convolutions, attention, MatMul,
 * Gemm and Einsum. How much each is, its shapes tell, which are known when the graph has run: they
 * are made outputs of it.
 */
final class CountingGraph implements GraphBuilder {
    private final OnnxGraph graph;
    private final List<Product> products = new ArrayList<>();
    private List<BranchId> section = List.of();

    /**
     * @param section the branches that it is for
     * @param shapes of the operands and of the result, as they are named among the graph's outputs
     */
    private record Product(
            List<BranchId> section, List<String> shapes, ToLongFunction<List<long[]>> count) {}

    CountingGraph(OnnxGraph graph) {
        this.graph = graph;
    }

    /** What is written from now on is for these branches. */
    void section(List<BranchId> ids) {
        section = ids;
    }

    /** Multiply-adds by section, from what the graph gave. */
    Map<List<BranchId>, Long> counts(Map<String, Tensor> outputs) {
        Map<List<BranchId>, Long> counts = new HashMap<>();
        for (Product product : products) {
            List<long[]> shapes =
                    product.shapes.stream()
                            .map(name -> shape(requireNonNull(outputs.get(name))))
                            .toList();
            counts.merge(product.section, product.count.applyAsLong(shapes), Long::sum);
        }
        return counts;
    }

    private static long[] shape(Tensor sizes) {
        float[] values = sizes.toArray();
        long[] shape = new long[values.length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = (long) values[i];
        }
        return shape;
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long length : shape) {
            size *= length;
        }
        return size;
    }

    private static long last(long[] shape) {
        return shape[shape.length - 1];
    }

    private Value noted(Value result, ToLongFunction<List<long[]>> count, Value... operands) {
        List<String> shapes = new ArrayList<>();
        Stream.concat(Stream.of(operands), Stream.of(result))
                .forEach(
                        value -> {
                            String name = "shape" + products.size() + "." + shapes.size();
                            graph.output(
                                    name,
                                    graph.cast(graph.op("Shape", value), ElementType.FLOAT32));
                            shapes.add(name);
                        });
        products.add(new Product(section, shapes, count));
        return result;
    }

    @Override
    public Value op(String operation, Map<String, Object> attributes, Value... inputs) {
        return ops(operation, 1, attributes, inputs).get(0);
    }

    @Override
    public List<Value> ops(
            String operation, int outputs, Map<String, Object> attributes, Value... inputs) {
        List<Value> results = graph.ops(operation, outputs, attributes, inputs);
        Value result = results.get(0);
        switch (operation) {
            case "MatMul" ->
                    noted(result, s -> size(s.get(2)) * last(s.get(0)), inputs[0], inputs[1]);
            case "Gemm" -> {
                int shared = Integer.valueOf(1).equals(attributes.get("transA")) ? 0 : 1;
                noted(result, s -> size(s.get(1)) * s.get(0)[shared], inputs[0]);
            }
            case "Conv" ->
                    // each output channel reads the input channels of its group
                    noted(result, s -> size(s.get(1)) * size(s.get(0)) / s.get(0)[0], inputs[1]);
            case "Einsum" -> {
                String equation = (String) requireNonNull(attributes.get("equation"));
                noted(result, s -> einsum(equation, s), inputs);
            }
            case "com.microsoft:MultiHeadAttention" ->
                    noted(result, CountingGraph::attention, inputs[0], inputs[1], inputs[2]);
            default -> {}
        }
        return results;
    }

    /** As often as its letters can be chosen. */
    private static long einsum(String equation, List<long[]> shapes) {
        String[] operands = equation.replace(" ", "").split("->")[0].split(",");
        Map<Character, Long> lengths = new HashMap<>();
        for (int i = 0; i < operands.length; i++) {
            for (int axis = 0; axis < operands[i].length(); axis++) {
                lengths.put(operands[i].charAt(axis), shapes.get(i)[axis]);
            }
        }
        return lengths.values().stream().reduce(1L, (a, b) -> a * b);
    }

    /** Queries with keys, and weights with values, each {@code [batch, tokens, channels]}. */
    private static long attention(List<long[]> shapes) {
        long[] q = shapes.get(0);
        long[] v = shapes.get(2);
        return q[0] * q[1] * v[1] * (last(q) + last(v));
    }

    @Override
    public Value attention(Value q, Value k, Value v, int heads) {
        return noted(graph.attention(q, k, v, heads), CountingGraph::attention, q, k, v);
    }

    @Override
    public Value maskedAttention(Value q, Value k, Value v, int heads, Value mask, double scale) {
        return noted(
                graph.maskedAttention(q, k, v, heads, mask, scale),
                CountingGraph::attention,
                q,
                k,
                v);
    }

    @Override
    public Value linear(Value x, int rank, String prefix, int in, int out) {
        return noted(graph.linear(x, rank, prefix, in, out), s -> size(s.get(0)) * out, x);
    }

    @Override
    public Value convolution(
            Value x, String prefix, int in, int out, int kernel, int stride, int padding) {
        return noted(
                graph.convolution(x, prefix, in, out, kernel, stride, padding),
                s -> size(s.get(0)) * in * kernel * kernel);
    }

    @Override
    public Value layerNorm(Value x, int width, double epsilon) {
        return graph.layerNorm(x, width, epsilon);
    }

    @Override
    public Value groupNorm(Value x, String prefix, int channels, int groups, double epsilon) {
        return graph.groupNorm(x, prefix, channels, groups, epsilon);
    }

    @Override
    public Value weight(String name, long... shape) {
        return graph.weight(name, shape);
    }

    @Override
    public boolean hasWeight(String name) {
        return graph.hasWeight(name);
    }

    @Override
    public Value constant(float[] values, long... shape) {
        return graph.constant(values, shape);
    }

    @Override
    public Value constant(long... values) {
        return graph.constant(values);
    }
}
