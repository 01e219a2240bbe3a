package org.clusca.engine;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.onnx.Device;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxSession;
import org.clusca.onnx.StopSignal;

/** What of an open model can be loaded, and how. */
final class Sessions {
    private final Model model;
    private final Device device;
    private final WeightFormat format;

    Sessions(Model model, Device device, WeightFormat format) {
        this.model = model;
        this.device = device;
        this.format = format;
    }

    private Weights weights() {
        return format.of(model.transformer().weights());
    }

    /** The denoising network in one form. */
    Part<Trunk> trunk(TrunkForm form, TransformerSpec spec) {
        return new Part<>(
                form,
                model.name(),
                Memory.weights(model.transformer().weights(), format),
                Trunk.class,
                () -> Trunk.load(device, model.name(), model.transformer(), weights(), spec, form));
    }

    Part<OnnxSession> encoder(Encoder encoder) {
        String name = model.name() + " " + encoder.name();
        return new Part<>(
                "encoder " + encoder.name(),
                name,
                Memory.weights(encoder.weights(), format),
                OnnxSession.class,
                () ->
                        OnnxSession.load(
                                device,
                                NetworkGraphs.encoder(
                                        device, name, encoder, format.of(encoder.weights())),
                                false));
    }

    List<Part<?>> encoders() {
        List<Part<?>> encoders = new ArrayList<>();
        model.conditioner().encoders().forEach(encoder -> encoders.add(encoder(encoder)));
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
        parts.add(trunk(job.form(), job.spec()));
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
        Trunk trunk = lease.get(trunk(job.form(), job.spec()));
        OnnxSession modulation = lease.get(modulation());
        OnnxSession prepared =
                job.spec().preparedRows().isEmpty() ? null : lease.get(prepared()).stoppedBy(stop);
        OnnxSession codec =
                job.request().decode() ? lease.get(codec(job.codec())).stoppedBy(stop) : null;
        return new Networks(trunk.stoppedBy(stop), modulation.stoppedBy(stop), prepared, codec);
    }
}
