package org.clusca.model.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
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
final class FluxTransformerGoldenTest {
    private static final double TOLERANCE = 1e-5;

    private final LocalModelDirectory directory =
            LocalModelDirectory.open(Golden.folder("flux").resolve("pipeline"));
    private final SafetensorsFile golden = Golden.file("flux", "transformer.safetensors");
    private final FluxTransformer diffusers =
            new FluxTransformer(
                    FluxConfig.diffusers(directory.json("transformer/config.json")),
                    directory.weights("transformer"));

    private FluxTransformer original() {
        Path file = Golden.folder("flux").resolve("flux_original_names.safetensors");
        Weights weights = LocalModelDirectory.open(file).weights("");
        FluxConfig config = FluxConfig.original(file, weights);
        return new FluxTransformer(config, OriginalNames.of(weights, config.blocks()));
    }

    private TransformerSpec spec(FluxTransformer transformer) {
        int[] latent = golden.shape("latent_unpacked");
        return transformer.spec(
                new int[] {latent[1], latent[2], latent[3]},
                golden.shape("encoder_hidden_states")[1]);
    }

    @Test
    void everyBlockEqualsDiffusers() {
        compare(diffusers);
    }

    @Test
    void everyBlockEqualsDiffusersFromTheOriginalNames() {
        compare(original());
    }

    /** As much as some sixty roundings to 2^-11 of a number add up to. */
    @Test
    void everyBlockInFloat16EqualsDiffusersWithin16Bits() {
        assertThat(errors(diffusers, new CpuDevice(0, ElementType.FLOAT16)).values())
                .allMatch(error -> error > TOLERANCE && error < 8.0 / (1 << 11), "in 16 bits");
    }

    private void compare(FluxTransformer transformer) {
        double most = GoldenDevice.within(TOLERANCE, 1);
        assertThat(errors(transformer, GoldenDevice.device()).values())
                .allMatch(error -> error < most);
    }

    private Map<String, Double> errors(FluxTransformer transformer, Device device) {
        TransformerSpec spec = spec(transformer);
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
        inputs.put("latent", golden.tensor("latent_unpacked"));
        inputs.put("modulation", modulation(transformer));
        inputs.put(
                FluxTransformer.TEXT,
                TextStream.of(transformer, golden.tensor("encoder_hidden_states")));
        Map<String, Tensor> outputs;
        try (OnnxSession session = OnnxSession.load(device, graph)) {
            outputs = session.run(inputs);
        }
        Map<String, Double> errors = new LinkedHashMap<>();
        outputs.forEach(
                (name, tensor) -> {
                    Tensor expected = golden.tensor(name);
                    Tensor actual = name.equals("output") ? Packing.pack(tensor) : tensor;
                    errors.put(
                            name,
                            Golden.relativeError(Golden.recorded(actual, expected), expected));
                });
        return errors;
    }

    private Tensor modulation(FluxTransformer transformer) {
        OnnxGraph graph =
                NetworkGraphs.modulation("modulation", transformer, transformer.weights());
        Tensor time = golden.tensor("timestep");
        for (int i = 0; i < time.size(); i++) {
            // schedulers count timesteps to 1000, the file holds the network's time
            time.data().put(i, time.data().get(i) * 1000);
        }
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("timestep", time);
        inputs.put(FluxTransformer.POOLED, golden.tensor("pooled"));
        if (transformer.config().guidance()) {
            inputs.put(FluxTransformer.GUIDANCE, golden.tensor("guidance"));
        }
        try (OnnxSession session = OnnxSession.load(new CpuDevice(0), graph)) {
            return session.run(inputs).get("modulation");
        }
    }

    @Test
    void rotaryTablesEqualDiffusers() {
        TransformerSpec spec = spec(diffusers);
        for (String half : new String[] {"cos", "sin"}) {
            Tensor expected = golden.tensor("rope_" + half);
            Tensor table = spec.positions().get(half.equals("cos") ? Rotary.COS : Rotary.SIN);
            int width = table.dimension(1);
            Tensor doubled = Tensor.zeros(table.dimension(0), 2 * width);
            for (int i = 0; i < doubled.size(); i++) {
                doubled.data().put(i, table.data().get(i / 2));
            }
            Golden.assertClose("rope_" + half, doubled, expected, 1e-6);
        }
    }
}
