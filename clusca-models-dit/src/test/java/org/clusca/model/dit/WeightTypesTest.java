package org.clusca.model.dit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.clusca.Clusca;
import org.clusca.api.Tensor;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.io.HalfPrecision;
import org.clusca.io.Json;
import org.clusca.io.SafetensorsFile;
import org.clusca.model.dit.ModelCopy.Stored;
import org.clusca.testing.Golden;
import org.clusca.testing.RawTorch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same network in the forms in which weights are published. */
final class WeightTypesTest {
    @TempDir private Path first;
    @TempDir private Path second;
    private ModelCopy model;

    @BeforeEach
    void copy() {
        model = ModelCopy.in(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16"})
    void sixteenBitsAreTheNetworkOfTheRoundedNumbers(String dtype) {
        ModelCopy rounded = ModelCopy.in(second);
        for (String file : new String[] {ModelCopy.TRANSFORMER, ModelCopy.VAE}) {
            model.weights(file, (name, stored) -> narrow(stored, dtype));
            rounded.weights(file, (name, stored) -> widen(narrow(stored, dtype)));
        }
        Generated narrow = generate(first);
        Generated wide = generate(second);
        Golden.assertClose("latents", narrow.latents(), wide.latents(), 1e-5);
        Golden.assertClose("pictures", narrow.pictures(), wide.pictures(), 1e-5);
        // and rounding has changed something
        assertThat(Golden.relativeError(wide.latents(), generate(TinyDit.folder()).latents()))
                .isGreaterThan(1e-4);
    }

    @Test
    void mixedTypesInOneFile() {
        ModelCopy rounded = ModelCopy.in(second);
        model.weights(
                ModelCopy.TRANSFORMER,
                (name, stored) -> name.contains("attn") ? narrow(stored, "BF16") : stored);
        rounded.weights(
                ModelCopy.TRANSFORMER,
                (name, stored) -> name.contains("attn") ? widen(narrow(stored, "BF16")) : stored);
        Golden.assertClose("latents", generate(first).latents(), generate(second).latents(), 1e-5);
    }

    /** Matrices alone, each with a number that all of it is multiplied by, or with none. */
    @ParameterizedTest
    @CsvSource({"F8_E4M3,", "F8_E4M3,.scale_weight", "F8_E5M2,", "F8_E5M2,.weight_scale"})
    void eightBitsAreTheNetworkOfTheRoundedNumbers(String dtype, String scale) {
        ModelCopy rounded = ModelCopy.in(second);
        Map<String, Stored> all = new LinkedHashMap<>();
        float factor = scale == null ? 1 : 0.0625f;
        model.read(ModelCopy.TRANSFORMER)
                .forEach(
                        (name, stored) -> {
                            boolean narrow = stored.shape().length == 2 && name.endsWith(".weight");
                            all.put(name, narrow ? eight(stored, dtype, factor) : stored);
                            if (narrow && scale != null) {
                                all.put(name.replace(".weight", scale), scalar(factor));
                            }
                        });
        ModelCopy.write(first.resolve(ModelCopy.TRANSFORMER), all);
        rounded.weights(
                ModelCopy.TRANSFORMER,
                (name, stored) ->
                        all.get(name).dtype().equals("F32")
                                ? stored
                                : widen8(all.get(name), factor));

        Golden.assertClose("latents", generate(first).latents(), generate(second).latents(), 1e-5);
    }

    private static Stored scalar(float value) {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        return new Stored("F32", new int[0], bytes.putFloat(value).array());
    }

    /** Rounded towards zero; E4M3 is a float16 of a 256th without its last 7 bits. */
    private static Stored eight(Stored wide, String dtype, float factor) {
        ByteBuffer from = wide.buffer();
        byte[] to = new byte[from.capacity() / 4];
        for (int i = 0; i < to.length; i++) {
            float value = from.getFloat() / factor;
            int sign = value < 0 ? 0x80 : 0;
            to[i] =
                    (byte)
                            (dtype.equals("F8_E5M2")
                                    ? float16(value) >> 8
                                    : sign | float16(Math.abs(value) / 256) >> 7);
        }
        return new Stored(dtype, wide.shape(), to);
    }

    private static Stored widen8(Stored narrow, float factor) {
        ByteBuffer to =
                ByteBuffer.allocate(4 * narrow.bytes().length).order(ByteOrder.LITTLE_ENDIAN);
        int mantissa = narrow.dtype().equals("F8_E4M3") ? 3 : 2;
        int bias = narrow.dtype().equals("F8_E4M3") ? 7 : 15;
        for (byte bits : narrow.bytes()) {
            int exponent = (bits & 0x7f) >> mantissa;
            int whole = bits & (1 << mantissa) - 1 | (exponent == 0 ? 0 : 1 << mantissa);
            float value = Math.scalb((float) whole, Math.max(exponent, 1) - bias - mantissa);
            to.putFloat((bits < 0 ? -value : value) * factor);
        }
        return new Stored("F32", narrow.shape(), to.array());
    }

    @Test
    void asTorchWritesThem() {
        for (String file : new String[] {ModelCopy.TRANSFORMER, ModelCopy.VAE}) {
            RawTorch.write(
                    first.resolve(file.replace(".safetensors", ".bin")),
                    tensors(first.resolve(file)));
            model.delete(file);
        }
        TinyDit.assertSameBits("PyTorch", generate(first), generate(TinyDit.folder()));
    }

    private static Map<String, Tensor> tensors(Path file) {
        SafetensorsFile source = SafetensorsFile.open(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        source.entries().keySet().forEach(name -> tensors.put(name, source.tensor(name)));
        return tensors;
    }

    /** What the authors publish: one file with names of their own. */
    @Test
    void theAuthorsFile() throws IOException {
        Path named = Golden.folder("dit").resolve("dit_original_names.safetensors");
        Path file = second.resolve("DiT-XL-2-256x256.pt");
        RawTorch.write(file, tensors(named));
        Files.copy(named.resolveSibling("dit_original_config.json"), second.resolve("config.json"));
        try (Pipeline torch = Clusca.open(file);
                Pipeline safetensors = Clusca.open(named)) {
            Request request = TinyDit.request("none").conditions("3").build();
            TinyDit.assertSameBits(
                    "the authors' file", torch.generate(request), safetensors.generate(request));
            assertThat(torch.model().name()).isEqualTo("DiT-XL-2-256x256");
        }
    }

    @Test
    void shardsWithAnIndex() {
        Map<String, Stored> all = model.read(ModelCopy.TRANSFORMER);
        Map<String, Map<String, Stored>> shards = new LinkedHashMap<>();
        Map<String, Object> index = new LinkedHashMap<>();
        int next = 0;
        for (Map.Entry<String, Stored> tensor : all.entrySet()) {
            String shard =
                    "diffusion_pytorch_model-0000" + (next++ % 3 + 1) + "-of-00003.safetensors";
            shards.computeIfAbsent(shard, missing -> new LinkedHashMap<>())
                    .put(tensor.getKey(), tensor.getValue());
            index.put(tensor.getKey(), shard);
        }
        shards.forEach(
                (name, tensors) ->
                        ModelCopy.write(first.resolve("transformer").resolve(name), tensors));
        model.delete(ModelCopy.TRANSFORMER);
        Json.write(
                first.resolve(ModelCopy.TRANSFORMER + ".index.json"), Map.of("weight_map", index));
        TinyDit.assertSameBits("shards", generate(first), generate(TinyDit.folder()));
    }

    /** snapshots/REVISION/file -> ../../blobs/HASH, across folders. */
    @Test
    void linksOfTheHubsCache() throws IOException {
        Path snapshot = second.resolve("models--org--name/snapshots/abc");
        Path blobs = Files.createDirectories(second.resolve("models--org--name/blobs"));
        int next = 0;
        try (Stream<Path> files = Files.walk(first)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path blob = Files.copy(file, blobs.resolve("blob" + next++));
                Path link = snapshot.resolve(first.relativize(file).toString());
                Files.createDirectories(link.getParent());
                Files.createSymbolicLink(link, link.getParent().relativize(blob));
            }
        }
        TinyDit.assertSameBits("links", generate(snapshot), generate(TinyDit.folder()));
    }

    private static Generated generate(Path folder) {
        try (Pipeline pipeline = Clusca.open(folder)) {
            return pipeline.generate(
                    TinyDit.request("clusca:interval=3,clusters=8").decode(true).build());
        }
    }

    /** Drops what 16 bits do not hold: rounded towards zero, which any reader must agree on. */
    private static Stored narrow(Stored wide, String dtype) {
        ByteBuffer from = wide.buffer();
        ByteBuffer to = ByteBuffer.allocate(from.capacity() / 2).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            float value = from.getFloat();
            to.putShort(
                    dtype.equals("BF16")
                            ? (short) (Float.floatToRawIntBits(value) >>> 16)
                            : float16(value));
        }
        return new Stored(dtype, wide.shape(), to.array());
    }

    private static Stored widen(Stored narrow) {
        ByteBuffer from = narrow.buffer();
        ByteBuffer to = ByteBuffer.allocate(2 * from.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining()) {
            short bits = from.getShort();
            to.putFloat(
                    narrow.dtype().equals("BF16")
                            ? HalfPrecision.bfloat16(bits)
                            : HalfPrecision.float16(bits));
        }
        return new Stored("F32", narrow.shape(), to.array());
    }

    /** Binary16 of a number below its largest; subnormal ones included. */
    private static short float16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int exponent = (bits >>> 23 & 0xff) - 127 + 15;
        assertThat(exponent).isLessThan(31);
        if (exponent <= 0) {
            return (short) (sign | (int) (Math.abs(value) * 0x1p24f));
        }
        return (short) (sign | exponent << 10 | (bits & 0x7fffff) >>> 13);
    }
}
