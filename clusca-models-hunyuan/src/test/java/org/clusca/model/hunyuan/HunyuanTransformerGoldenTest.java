package org.clusca.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.TransformerSpec;
import org.clusca.component.Rotary;
import org.clusca.io.LocalModelDirectory;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.CpuDevice;
import org.clusca.onnx.Device;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxGraph;
import org.clusca.onnx.OnnxSession;
import org.clusca.testing.DualStreamStages;
import org.clusca.testing.Golden;
import org.clusca.testing.GoldenDevice;
import org.clusca.testing.RecordingLinker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The network, block by block, against diffusers. */
@Tag("golden")
final class HunyuanTransformerGoldenTest {
    private static final double TOLERANCE = 1e-5;

    private final LocalModelDirectory directory =
            LocalModelDirectory.open(Golden.folder("hunyuan").resolve("pipeline"));
    private final SafetensorsFile golden = Golden.file("hunyuan", "transformer.safetensors");
    private final HunyuanTransformer transformer =
            new HunyuanTransformer(
                    HunyuanConfig.diffusers(directory.json("transformer/config.json")),
                    directory.weights("transformer"));

    private TransformerSpec spec() {
        int[] latent = golden.shape("hidden_states");
        return transformer.spec(
                Arrays.copyOfRange(latent, 1, latent.length),
                golden.shape("encoder_hidden_states")[1]);
    }

    @Test
    void everyBlockEqualsDiffusers() {
        outputs(GoldenDevice.device()).forEach(this::assertRecorded);
    }

    /** As much as some sixty roundings to 2^-11 of a number add up to. */
    @Test
    void everyBlockInFloat16EqualsDiffusersWithin16Bits() {
        outputs(new CpuDevice(0, ElementType.FLOAT16))
                .forEach(
                        (name, actual) -> {
                            Tensor expected = golden.tensor(name);
                            assertThat(
                                            Golden.relativeError(
                                                    Golden.recorded(actual, expected), expected))
                                    .as(name)
                                    .isBetween(TOLERANCE, 8.0 / (1 << 11));
                        });
    }

    private Map<String, Tensor> outputs(Device device) {
        TransformerSpec spec = spec();
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights(), device);
        Map<String, Value> context = NetworkGraphs.context(graph, spec);
        RecordingLinker linker = new RecordingLinker(graph);
        graph.output(
                "output",
                transformer.forward(
                        graph,
                        linker,
                        graph.input("latent", "batch", spec.latentShape()),
                        graph.input("modulation", "batch", new int[1]),
                        context));
        assertThat(DualStreamStages.output(graph, linker, transformer.config().blocks(), golden))
                .as("what %s holds of the blocks", golden.path())
                .isPositive();
        Map<String, Tensor> inputs = new LinkedHashMap<>(spec.positions());
        inputs.put("latent", golden.tensor("hidden_states"));
        inputs.put("modulation", conditioned().get("modulation"));
        inputs.put(HunyuanTransformer.MASK, mask());
        try (OnnxSession session = OnnxSession.load(device, graph)) {
            return session.run(inputs);
        }
    }

    private void assertRecorded(String name, Tensor actual) {
        Tensor expected = golden.tensor(name);
        Golden.assertClose(
                name,
                Golden.recorded(actual, expected),
                expected,
                GoldenDevice.within(TOLERANCE, 1));
    }

    @Test
    void refinerAndEmbeddingsEqualDiffusers() {
        Map<String, Tensor> outputs = conditioned();
        Tensor modulation = outputs.remove("modulation");
        outputs.keySet().retainAll(golden.entries().keySet());
        assertThat(outputs).as("what %s holds of the refiner", golden.path()).isNotEmpty();
        outputs.forEach(this::assertRecorded);
        assertThat(modulation.dimension(1)).isEqualTo(spec().modulationWidth());
    }

    /** What is computed ahead of the loop. */
    private Map<String, Tensor> conditioned() {
        OnnxGraph graph = new OnnxGraph("modulation", transformer.weights());
        Map<String, Value> condition = NetworkGraphs.condition(graph, spec());
        Value timestep = graph.input("timestep", "rows", new int[0]);
        graph.output("modulation", transformer.modulation(graph, timestep, condition));
        graph.output("temb", transformer.embedding(graph, timestep, condition));
        TokenRefiner.Stages refined =
                transformer
                        .refiner()
                        .refine(
                                graph,
                                timestep,
                                condition.get(HunyuanTransformer.TEXT),
                                condition.get(HunyuanTransformer.MASK));
        graph.output("refiner_temb", refined.embedding());
        graph.output("refiner_in", refined.projected());
        for (int i = 0; i < refined.blocks().size(); i++) {
            graph.output("refiner_" + i, refined.blocks().get(i));
        }
        graph.output("ctx", refined.output());
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("timestep", golden.tensor("timestep"));
        inputs.put(HunyuanTransformer.POOLED, golden.tensor("pooled"));
        inputs.put(HunyuanTransformer.TEXT, golden.tensor("encoder_hidden_states"));
        inputs.put(HunyuanTransformer.MASK, mask());
        if (transformer.config().guidance()) {
            inputs.put(HunyuanTransformer.GUIDANCE, golden.tensor("guidance"));
        }
        try (OnnxSession session = OnnxSession.load(GoldenDevice.device(), graph)) {
            return new HashMap<>(session.run(inputs));
        }
    }

    private Tensor mask() {
        int[] shape = golden.shape("encoder_attention_mask");
        return Wholes.tensor(golden.longs("encoder_attention_mask"), shape);
    }

    /** Text at masked places changes nothing: not even by being far off. */
    @Test
    void maskedTextDoesNotMatter() {
        // through the recorded stages: what the refiner makes of padding differs, the rest does not
        TransformerSpec spec = spec();
        OnnxGraph graph = new OnnxGraph("trunk", transformer.weights());
        Map<String, Value> context = NetworkGraphs.context(graph, spec);
        graph.output(
                "output",
                transformer.forward(
                        graph,
                        new RecordingLinker(graph),
                        graph.input("latent", "batch", spec.latentShape()),
                        graph.input("modulation", "batch", new int[1]),
                        context));
        Tensor mask = mask();
        Tensor modulation = conditioned().get("modulation");
        int width = transformer.config().blocks().width();
        int text = mask.dimension(1);
        int vectors = modulation.dimension(1) - text * width;
        Map<String, Tensor> inputs = new HashMap<>(spec.positions());
        inputs.put("latent", golden.tensor("hidden_states"));
        inputs.put(HunyuanTransformer.MASK, mask);
        inputs.put("modulation", modulation);
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            float[] before = session.run(inputs).get("output").toArray();
            for (int i = 0; i < mask.size(); i++) {
                int at = i / text * modulation.dimension(1) + vectors + i % text * width;
                for (int j = 0; mask.data().get(i) == 0 && j < width; j++) {
                    modulation.data().put(at + j, 1e3f * (j - 3));
                }
            }
            assertThat(session.run(inputs).get("output").toArray()).containsExactly(before);
        }
    }

    @Test
    void rotaryTablesEqualDiffusers() {
        TransformerSpec spec = spec();
        for (String half : new String[] {"cos", "sin"}) {
            Tensor expected = golden.tensor("rope_" + half);
            Tensor table = spec.positions().get(half.equals("cos") ? Rotary.COS : Rotary.SIN);
            int image = expected.dimension(0);
            Tensor doubled = Tensor.zeros(expected.shape());
            for (int i = 0; i < doubled.size(); i++) {
                doubled.data().put(i, table.data().get(i / 2));
            }
            Golden.assertClose("rope_" + half, doubled, expected, 1e-6);
            for (int i = doubled.size() / 2; i < table.size(); i++) {
                assertThat(table.data().get(i))
                        .as("text is not turned")
                        .isEqualTo(half.equals("cos") ? 1 : 0);
            }
            assertThat(table.dimension(0))
                    .isEqualTo(image + golden.shape("encoder_hidden_states")[1]);
        }
    }
}
