package org.clusca.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.clusca.api.Tensor;

/** Writes PyTorch files opcode by opcode, right or wrong. */
public final class RawTorch {
    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private int method = ZipEntry.STORED;

    public RawTorch() {
        bytes(0x80, 2);
    }

    public RawTorch bytes(int... values) {
        for (int value : values) {
            pickle.write(value);
        }
        return this;
    }

    public RawTorch ascii(String text) {
        pickle.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** BINUNICODE. */
    public RawTorch text(String text) {
        return ascii("X").number(text.length()).ascii(text);
    }

    /** BININT. */
    public RawTorch whole(int value) {
        return ascii("J").number(value);
    }

    public RawTorch number(int value) {
        pickle.writeBytes(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        return this;
    }

    public RawTorch global(String module, String name) {
        return ascii("c" + module + "\n" + name + "\n");
    }

    /** A dictionary of one tensor of float32. */
    public RawTorch tensor(String key, int stored, int offset, int[] shape, int[] strides) {
        return ascii("}").item("t", key, stored, offset, shape, strides).ascii(".");
    }

    /** Puts a tensor of float32 into the dictionary on the stack. */
    private RawTorch item(
            String name, String key, int stored, int offset, int[] shape, int[] strides) {
        text(name).global("torch._utils", "_rebuild_tensor_v2").ascii("((");
        text("storage").global("torch", "FloatStorage").text(key).text("cpu").whole(stored);
        ascii("tQ").whole(offset);
        wholes(shape).wholes(strides);
        return ascii("\u0089").global("collections", "OrderedDict").ascii(")RtRs");
    }

    /** A state dictionary, each tensor with a storage of its own. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        RawTorch raw = new RawTorch().ascii("}");
        int key = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            int[] shape = tensor.shape();
            int[] strides = new int[shape.length];
            int stride = 1;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                strides[axis] = stride;
                stride *= shape[axis];
            }
            ByteBuffer bytes = ByteBuffer.allocate(4 * stride).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.toArray());
            raw.item(entry.getKey(), Integer.toString(key), stride, 0, shape, strides)
                    .entry("x/data/" + key++, bytes.array());
        }
        raw.ascii(".").write(file);
    }

    /** A file that torch has written, see {@code torch/make.py}. */
    public static Path made(String name) {
        try {
            return Path.of(RawTorch.class.getResource("/torch/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private RawTorch wholes(int... values) {
        ascii("(");
        for (int value : values) {
            whole(value);
        }
        return ascii("t");
    }

    public RawTorch entry(String name, int bytes) {
        return entry(name, new byte[bytes]);
    }

    public RawTorch entry(String name, byte[] bytes) {
        entries.put(name, bytes);
        return this;
    }

    public RawTorch compressed() {
        method = ZipEntry.DEFLATED;
        return this;
    }

    public Path write(Path file) {
        entries.put("x/data.pkl", pickle.toByteArray());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setMethod(method);
                if (method == ZipEntry.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    header.setCrc(crc.getValue());
                    header.setSize(entry.getValue().length);
                }
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
