package org.clusca.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.clusca.testing.Refusals.assertRefused;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weight.DType;
import org.clusca.api.model.Weights;
import org.clusca.testing.RawTorch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that torch.save has written; {@code torch/make.py} says of what. */
final class TorchFileTest {
    private static final float[] MATRIX = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

    private final Path path = RawTorch.made("forms.bin");
    private final TorchFile forms = TorchFile.open(path);

    private static float[] values(Weight weight) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(weight.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(weight.file())) {
            channel.read(bytes, weight.offset());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.flip();
        float[] values = new float[Math.toIntExact(weight.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = HalfPrecision.next(weight.dtype(), bytes);
        }
        return values;
    }

    private Weight inPlace(String name) throws IOException {
        Weight weight = forms.weight(name);
        assertThat(weight.file()).isEqualTo(path.toRealPath());
        return weight;
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void types(DType dtype) throws IOException {
        Weight weight = inPlace(dtype.name().toLowerCase(Locale.ROOT));

        assertThat(weight.dtype()).isEqualTo(dtype);
        assertThat(weight.shape()).containsExactly(3, 4);
        assertThat(values(weight)).containsExactly(MATRIX);
    }

    @Test
    void eightBits() throws IOException {
        assertThat(values(inPlace("f8"))).containsExactly(MATRIX);
    }

    @Test
    void storagesThatAreShared() throws IOException {
        assertThat(values(inPlace("first"))).containsExactly(0, 1, 2, 3, 4);
        assertThat(values(inPlace("second"))).containsExactly(3, 4, 5, 6, 7);
        assertThat(inPlace("second").offset() - inPlace("first").offset()).isEqualTo(12);
    }

    @Test
    void rowsAndParametersAndScalars() throws IOException {
        assertThat(values(inPlace("rows"))).containsExactly(4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(values(inPlace("parameter"))).containsExactly(MATRIX);
        assertThat(values(inPlace("scalar"))).containsExactly(7);
        assertThat(inPlace("scalar").shape()).isEmpty();
        assertThat(forms.elements("empty")).isZero();
    }

    @Test
    void stridesAreCopied() {
        Weight transposed = forms.weight("transposed");

        assertThat(transposed.shape()).containsExactly(4, 3);
        assertThat(transposed.dtype()).isEqualTo(DType.BF16);
        assertThat(values(transposed)).containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
        assertThat(values(forms.weight("column"))).containsExactly(1, 5, 9);
        assertThat(values(forms.weight("expanded"))).containsExactly(2, 2, 2, 3, 3, 3);
        assertThat(forms.weight("transposed").file()).isEqualTo(transposed.file());
    }

    @Test
    void typesThatNoNetworkHas() {
        assertRefused(ErrorCode.INVALID_MODEL, () -> forms.weight("f64"), path, "f64", "BF16");
        assertRefused(ErrorCode.INVALID_MODEL, () -> forms.weight("i64"), "tensor i64", "I64");
    }

    @Test
    void averagedWeightsOfACheckpoint() {
        TorchFile checkpoint = TorchFile.open(RawTorch.made("checkpoint.pt"));

        assertThat(checkpoint.names()).containsExactly("layer.weight", "layer.bias");
        assertThat(values(checkpoint.weight("layer.weight"))).containsExactly(5, 5, 5, 5);
    }

    @Test
    void namesBehindAPrefix() {
        Weights weights = LocalModelDirectory.open(RawTorch.made("lightning.ckpt")).weights("");

        assertThat(weights.names()).containsExactly("layer.weight", "layer.bias");
        assertThat(values(weights.get("layer.weight", 2, 2))).containsExactly(5, 5, 5, 5);
    }
}
