package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Model;
import org.clusca.api.model.Stream;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.Golden;
import org.clusca.testing.GoldenDevice;
import org.clusca.testing.RecordingLinker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The network, block by block, against diffusers and against the original code on the same weights.
 */
@Tag("golden")
final class DitTransformerGoldenTest {
    @Test
    void everyBlockEqualsDiffusers() {
        compare(
                Golden.folder("dit").resolve("pipeline"),
                Golden.file("dit", "transformer.safetensors"));
    }

    @Test
    void everyBlockEqualsTheOriginalCode() {
        compare(
                Golden.folder("dit").resolve("dit_original_names.safetensors"),
                Golden.file("dit", "transformer_official.safetensors"));
    }

    /**
     * A number of 16 bits is off by up to 2^-11 of itself; some sixty such roundings, which a value
     * has gone through at the end, add up as their root: 8 / 2^11.
     */
    @Test
    void everyBlockInFloat16EqualsDiffusersWithin16Bits() {
        Map<String, Double> errors =
                errors(
                        Golden.folder("dit").resolve("pipeline"),
                        Golden.file("dit", "transformer.safetensors"),
                        new CpuDevice(0, ElementType.FLOAT16));

        assertThat(errors.values())
                .allMatch(error -> error > 1e-5 && error < 8.0 / (1 << 11), "in 16 bits");
    }

    private static void compare(Path path, SafetensorsFile golden) {
        double most = GoldenDevice.within(1e-5, 1);
        assertThat(errors(path, golden, GoldenDevice.device()).values())
                .allMatch(error -> error < most);
    }

    private static Map<String, Double> errors(Path path, SafetensorsFile golden, Device device) {
        Model model = Clusca.create().model(path);
        Transformer transformer = model.transformer();
        TransformerSpec spec = transformer.spec();
        int batch = golden.shape("x")[0];
        Map<String, Tensor> outputs = new LinkedHashMap<>();

        OnnxGraph modulation = new OnnxGraph("modulation", transformer.weights());
        Value timestep = modulation.input("timestep", ElementType.FLOAT32, "rows");
        Value label = modulation.input("label", ElementType.FLOAT32, "rows");
        modulation.output(
                "modulation", transformer.modulation(modulation, timestep, Map.of("label", label)));
        Tensor vectors;
        try (OnnxSession session = OnnxSession.load(device, modulation)) {
            vectors =
                    session.run(
                            Map.of(
                                    "timestep",
                                    floats(golden.longs("t")),
                                    "label",
                                    floats(golden.longs("y"))),
                            "modulation",
                            batch,
                            spec.modulationWidth());
        }

        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights(), device);
        int[] latent = spec.latentShape();
        Value x =
                graph.input(
                        "latent", ElementType.FLOAT32, "batch", latent[0], latent[1], latent[2]);
        Value m = graph.input("modulation", ElementType.FLOAT32, "batch", spec.modulationWidth());
        RecordingLinker linker = new RecordingLinker(graph);
        graph.output("output", transformer.forward(graph, linker, x, m, Map.of()));
        int blocks = spec.branches().size() / 2;
        for (int block = 0; block < blocks; block++) {
            graph.output("block_" + block, linker.stream(id(block, BranchKind.MLP)));
            graph.output("attn_" + block, linker.branch(id(block, BranchKind.ATTENTION)));
            graph.output("ff_" + block, linker.branch(id(block, BranchKind.MLP)));
        }
        int tokens = spec.branches().get(0).tokens();
        int width = spec.branches().get(0).width();
        try (OnnxSession session = OnnxSession.load(device, graph)) {
            Map<String, Tensor> inputs =
                    Map.of("latent", golden.tensor("x"), "modulation", vectors);
            outputs.put(
                    "output",
                    session.run(
                            inputs, "output", batch, spec.outputChannels(), latent[1], latent[2]));
            // a file holds some blocks, and parts of some
            for (int block = 0; block < blocks; block++) {
                Map<String, String> held =
                        Map.of(
                                "block_" + block, "block_" + block,
                                "block" + block + "_attn", "attn_" + block,
                                "block" + block + "_ff", "ff_" + block);
                for (Map.Entry<String, String> one : held.entrySet()) {
                    if (golden.has(one.getKey())) {
                        outputs.put(
                                one.getKey(),
                                session.run(inputs, one.getValue(), batch, tokens, width));
                    }
                }
            }
            assertThat(outputs).as("The output and something of the blocks").hasSizeGreaterThan(1);
        }
        Map<String, Double> errors = new LinkedHashMap<>();
        outputs.forEach(
                (name, tensor) -> {
                    Tensor expected = golden.tensor(name);
                    errors.put(
                            name,
                            Golden.relativeError(Golden.recorded(tensor, expected), expected));
                });
        return errors;
    }

    private static BranchId id(int block, BranchKind kind) {
        return new BranchId(block, Stream.IMAGE, kind);
    }

    private static Tensor floats(long[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return Tensor.of(floats, values.length);
    }
}
