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
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.io.HalfPrecision;
import org.clusca.io.Json;
import org.clusca.model.dit.ModelCopy.Stored;
import org.clusca.testing.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
