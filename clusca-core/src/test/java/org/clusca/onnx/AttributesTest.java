package org.clusca.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All kinds of attributes that a graph builder promises. */
final class AttributesTest {
    @Test
    void numbersAndLists() {
        assertThat(Attributes.of("a", 3).getI()).isEqualTo(3);
        assertThat(Attributes.of("a", 4L << 40).getI()).isEqualTo(4L << 40);
        assertThat(Attributes.of("a", 0.5f).getF()).isEqualTo(0.5f);
        assertThat(Attributes.of("a", 0.25).getF()).isEqualTo(0.25f);
        assertThat(Attributes.of("a", "constant").getS().toStringUtf8()).isEqualTo("constant");
        AttributeProto longs = Attributes.of("a", new long[] {1, 5L << 40});
        assertThat(longs.getType()).isEqualTo(AttributeType.INTS);
        assertThat(longs.getIntsList()).isEqualTo(List.of(1L, 5L << 40));
        assertThat(Attributes.of("a", new int[] {2, 0}).getIntsList()).isEqualTo(List.of(2L, 0L));
    }

    @Test
    void othersAreRefused() {
        assertThatThrownBy(() -> Attributes.of("axes", List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("axes");
    }
}
