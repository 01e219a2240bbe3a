package org.clusca.io;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.model.Weight;
import org.clusca.api.model.Weight.DType;
import org.clusca.io.TorchArchive.Range;

/**
 * A PyTorch file as {@code torch.save} has written it since PyTorch 1.6: a zip, in which {@code
 * data.pkl} describes the tensors and their storages lie as they are. Tensors are used where they
 * lie; only those that do not lie row by row, such as transposed ones, are copied.
 */
final class TorchFile implements TensorFile {
    private final Path path;
    private final Map<String, TorchTensor> tensors;
    private final Map<String, Range> storages;

    private TorchFile(Path path, Map<String, TorchTensor> tensors, Map<String, Range> storages) {
        this.path = path;
        this.tensors = tensors;
        this.storages = storages;
    }

    /**
     * Finds the tensors of a file.
     *
     * @throws CluscaException NOT_FOUND; CORRUPT_FILE for whatever {@code torch.save} does not
     *     write
     */
    static TorchFile open(Path path) {
        TensorFile.requireFile(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            TorchArchive archive = TorchArchive.read(path, channel);
            Object saved = Pickle.read(path, archive.pickle());
            TorchFile file =
                    new TorchFile(path, StateDict.tensors(path, saved), archive.storages());
            file.tensors.forEach((name, tensor) -> file.check(name, tensor, channel));
            return file;
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    /** That a tensor lies within its storage, and is no larger than the file. */
    private void check(String name, TorchTensor tensor, FileChannel channel) {
        Range range = storages.get(tensor.storage().key());
        if (range == null) {
            throw corrupt(name, "its storage " + tensor.storage().key() + " is not in the file");
        }
        int size = bytes(tensor.dtype());
        long inStorage = tensor.storage().dtype() == null ? 1 : size;
        try {
            if (Math.multiplyExact(tensor.storage().elements(), inStorage) != range.bytes()) {
                throw corrupt(
                        name,
                        "its storage must have "
                                + tensor.storage().elements()
                                + " elements of "
                                + tensor.dtype()
                                + ", found "
                                + range.bytes()
                                + " bytes");
            }
            long last = tensor.offset();
            long elements = 1;
            for (int axis = 0; axis < tensor.shape().length; axis++) {
                long length = tensor.shape()[axis];
                elements = Math.multiplyExact(elements, length);
                last =
                        Math.addExact(
                                last,
                                Math.multiplyExact(
                                        Math.max(0, length - 1), tensor.strides()[axis]));
            }
            long end = Math.multiplyExact(Math.addExact(last, 1), size);
            if (elements > 0 && end > range.bytes()
                    || Math.multiplyExact(elements, size) > channel.size()) {
                throw corrupt(name, "it reaches beyond its storage");
            }
        } catch (ArithmeticException e) {
            throw corrupt(name, "it is larger than any file");
        } catch (IOException e) {
            throw IoErrors.reading(path, e);
        }
    }

    private CluscaException corrupt(String name, String problem) {
        return IoErrors.corrupt(
                path,
                "tensor "
                        + IoErrors.shown(name)
                        + " of shape "
                        + IoErrors.shown(Arrays.toString(tensor(name).shape()))
                        + ": "
                        + problem
                        + TorchGlobals.ADVICE);
    }

    private static int bytes(String dtype) {
        return switch (dtype) {
            case "F64", "I64" -> 8;
            case "F32", "I32" -> 4;
            case "F16", "BF16", "I16" -> 2;
            default -> 1;
        };
    }

    private TorchTensor tensor(String name) {
        return requireNonNull(tensors.get(name));
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public long elements(String name) {
        return Arrays.stream(tensor(name).shape()).reduce(1, (a, b) -> a * b);
    }

    @Override
    public Weight weight(String name) {
        TorchTensor tensor = tensor(name);
        DType dtype = TensorFile.dtype(path, name, tensor.dtype());
        Range range = requireNonNull(storages.get(tensor.storage().key()));
        Path file = TensorFile.realPath(path);
        return tensor.isContiguous()
                ? new Weight(
                        name,
                        dtype,
                        tensor.shape(),
                        file,
                        range.offset() + tensor.offset() * dtype.bytes())
                : ContiguousCopy.of(
                        new Weight(name, dtype, tensor.shape(), file, range.offset()), tensor);
    }
}
