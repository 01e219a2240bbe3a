package org.clusca.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.TreeSet;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weights;

/** Looks through weights for numbers that are not finite. */
public final class WeightScan {
    private static final int CHUNK = 1 << 20;

    private WeightScan() {}

    /** The first tensor, in alphabetical order, that holds NaN or infinity; reads every weight. */
    public static Optional<String> firstNotFinite(Weights weights) {
        for (String name : new TreeSet<>(weights.names())) {
            if (!readable(weights, name).map(WeightScan::finite).orElse(true)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Empty for a tensor of a type that no network computes with, such as a table of positions. */
    public static Optional<Weight> readable(Weights weights, String name) {
        try {
            return Optional.of(weights.get(name));
        } catch (CluscaException e) {
            return Optional.empty();
        }
    }

    private static boolean finite(Weight weight) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        long end = weight.offset() + weight.bytes();
        try (FileChannel channel = FileChannel.open(weight.file())) {
            for (long position = weight.offset(); position < end; position += CHUNK) {
                chunk.clear().limit((int) Math.min(CHUNK, end - position));
                while (chunk.hasRemaining()
                        && channel.read(chunk, position + chunk.position()) >= 0) {}
                chunk.flip();
                while (chunk.remaining() >= weight.dtype().bytes()) {
                    float value = HalfPrecision.next(weight.dtype(), chunk);
                    if (!Float.isFinite(value)) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw IoErrors.reading(weight.file(), e);
        }
    }
}
