package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.QuantizedWeight.Format;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.engine.trunk.TrunkWeights;
import org.clusca.onnx.Device;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxSession;
import org.clusca.onnx.StopSignal;

/** What of an open model can be loaded, and how. */
final class Sessions {
    private final Model model;
    private final Device device;
    private final WeightFormats formats;

    /** Of parts, by their keys. */
    private final Map<Object, Long> bytes = new ConcurrentHashMap<>();

    Sessions(Model model, Device device, WeightFormats formats) {
        this.model = model;
        this.device = device;
        this.formats = formats;
        if (formats.encoders() != WeightFormat.FLOAT32
                && formats.encoders() != formats.transformer()
                && model.conditioner().encoders().isEmpty()) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    model.name()
                            + " has no text encoders whose weights could be held in a format.");
        }
    }

    private Weights weights() {
        return formats.transformer().of(model.transformer().weights());
    }

    /**
     * Refuses what the device or the way the weights are held does not serve.
     *
     * @throws CluscaException INCOMPATIBLE
     */
    void check(Compute compute) {
        if (compute.kind() == Compute.Kind.FLOAT32) {
            return;
        }
        if (formats.transformer() == WeightFormat.INT4) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "Computing in 8-bit whole numbers needs weights in 8 bits, and these are held"
                            + " in 4, with which products are computed in 8 bits by blocks already;"
                            + " leave one of the two out.");
        }
        device.integersRefused()
                .ifPresent(
                        reason -> {
                            throw new CluscaException(
                                    ErrorCode.INCOMPATIBLE,
                                    "This device does not compute in 8-bit whole numbers: "
                                            + reason);
                        });
    }

    /** The denoising network in one form. */
    Part<Trunk> trunk(TrunkForm form, TransformerSpec spec, Compute asked) {
        // without tokens that are computed alone there is nothing that would differ
        Compute compute =
                asked.kind() == Compute.Kind.TOKENS_INT8 && form.tokens().isEmpty()
                        ? Compute.FLOAT32
                        : asked;
        return new Part<>(
                List.of(form, compute),
                model.name(),
                bytes.computeIfAbsent(List.of(form, compute), key -> bytes(form, spec, compute)),
                Trunk.class,
                () ->
                        Trunk.load(
                                device,
                                model.name(),
                                model.transformer(),
                                weights(
                                        compute,
                                        weights(),
                                        () ->
                                                WeightFormat.quantized(
                                                        model.transformer().weights(),
                                                        Format.INT8_ROWS)),
                                spec,
                                form));
    }

    /**
     * @param whole gives the same in 8-bit whole numbers
     */
    private static TrunkWeights weights(Compute compute, Weights held, Supplier<Weights> whole) {
        return switch (compute.kind()) {
            case FLOAT32 -> TrunkWeights.same(held);
            case INT8 -> {
                Weights integers = whole.get();
                yield new TrunkWeights(held, integers, integers, compute.keep());
            }
            case TOKENS_INT8 -> new TrunkWeights(held, held, whole.get(), compute.keep());
        };
    }

    /** Of the transformer's weights; what only modulation and preparation use counts too. */
    private long bytes(TrunkForm form, TransformerSpec spec, Compute compute) {
        Transformer network = model.transformer();
        if (formats.transformer() == WeightFormat.FLOAT32 && compute.equals(Compute.FLOAT32)) {
            return Memory.weights(network.weights());
        }
        WeightBytes count = new WeightBytes();
        Weights held = formats.transformer().counted(count, network.weights());
        Trunk.graph(
                device,
                model.name(),
                network,
                weights(compute, held, () -> count.of(network.weights(), Format.INT8_ROWS)),
                spec,
                form);
        NetworkGraphs.modulation(model.name(), network, held);
        if (!spec.preparedRows().isEmpty()) {
            NetworkGraphs.prepared(model.name(), network, held);
        }
        return count.sum();
    }

    /** How encoders hold their weights. */
    WeightFormat encoderFormat(Compute compute) {
        return formats.encoders() == WeightFormat.FLOAT32 && compute.kind() == Compute.Kind.INT8
                ? WeightFormat.INT8
                : formats.encoders();
    }

    Part<OnnxSession> encoder(Encoder encoder, WeightFormat held) {
        String name = model.name() + " " + encoder.name();
        List<Object> key = List.of("encoder " + encoder.name(), held);
        return new Part<>(
                key,
                name,
                bytes.computeIfAbsent(key, missing -> bytes(encoder, held)),
                OnnxSession.class,
                () ->
                        OnnxSession.load(
                                device,
                                NetworkGraphs.encoder(
                                        device, name, encoder, held.of(encoder.weights())),
                                false));
    }

    private long bytes(Encoder encoder, WeightFormat held) {
        if (held == WeightFormat.FLOAT32) {
            return Memory.weights(encoder.weights());
        }
        WeightBytes count = new WeightBytes();
        NetworkGraphs.encoder(
                device, encoder.name(), encoder, held.counted(count, encoder.weights()));
        return count.sum();
    }

    List<Part<?>> encoders(WeightFormat held) {
        List<Part<?>> encoders = new ArrayList<>();
        model.conditioner().encoders().forEach(encoder -> encoders.add(encoder(encoder, held)));
        return encoders;
    }

    /** The adaLN modulations; their weights stay where they lie. */
    Part<OnnxSession> modulation() {
        String name = model.name() + " modulation";
        return new Part<>(
                "modulation",
                name,
                0,
                OnnxSession.class,
                () ->
                        OnnxSession.load(
                                device,
                                NetworkGraphs.modulation(name, model.transformer(), weights()),
                                false));
    }

    /** Of {@link org.clusca.api.model.Transformer#prepared}. */
    Part<OnnxSession> prepared() {
        String name = model.name() + " preparation";
        return new Part<>(
                "preparation",
                name,
                0,
                OnnxSession.class,
                () ->
                        OnnxSession.load(
                                device,
                                NetworkGraphs.prepared(name, model.transformer(), weights()),
                                false));
    }

    Part<OnnxSession> codec(LatentCodec codec) {
        String name = model.name() + " autoencoder";
        return new Part<>(
                "codec",
                name,
                Memory.weights(codec.weights()),
                OnnxSession.class,
                () ->
                        OnnxSession.load(
                                device,
                                NetworkGraphs.codec(name, codec, model.transformer().spec())));
    }

    /** What a job needs once its prompts are encoded. */
    List<Part<?>> parts(Job job) {
        List<Part<?>> parts = new ArrayList<>();
        parts.add(trunk(job.form(), job.spec(), job.request().compute()));
        parts.add(modulation());
        if (!job.spec().preparedRows().isEmpty()) {
            parts.add(prepared());
        }
        if (job.request().decode()) {
            model.codec().ifPresent(codec -> parts.add(codec(codec)));
        }
        return parts;
    }

    /** The same, of a lease of them; every run of them ends when {@code stop} is given. */
    Networks networks(Job job, SessionPool.Lease lease, StopSignal stop) {
        Trunk trunk = lease.get(trunk(job.form(), job.spec(), job.request().compute()));
        OnnxSession modulation = lease.get(modulation());
        OnnxSession prepared =
                job.spec().preparedRows().isEmpty() ? null : lease.get(prepared()).stoppedBy(stop);
        OnnxSession codec =
                job.request().decode() ? lease.get(codec(job.codec())).stoppedBy(stop) : null;
        return new Networks(trunk.stoppedBy(stop), modulation.stoppedBy(stop), prepared, codec);
    }
}
