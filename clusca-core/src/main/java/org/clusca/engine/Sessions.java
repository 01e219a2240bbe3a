package org.clusca.engine;

import java.util.HashMap;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Encoder;
import org.clusca.api.model.LatentCodec;
import org.clusca.api.model.Model;
import org.clusca.api.model.Transformer;
import org.clusca.api.model.TransformerSpec;
import org.clusca.api.model.Weights;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkForm;
import org.clusca.onnx.Device;
import org.clusca.onnx.NetworkGraphs;
import org.clusca.onnx.OnnxSession;
import org.jspecify.annotations.Nullable;

/**
 * The loaded networks of an open model; each comes when it is first asked for. Safe to use from
 * several threads.
 */
final class Sessions implements AutoCloseable {
    private final Model model;
    private final Device device;
    private final WeightFormat format;
    private final Map<TrunkForm, Trunk> trunks = new HashMap<>();
    private final Map<String, OnnxSession> encoders = new HashMap<>();
    private @Nullable OnnxSession modulation;
    private @Nullable OnnxSession prepared;
    private @Nullable OnnxSession codec;
    private boolean closed;

    Sessions(Model model, Device device, WeightFormat format) {
        this.model = model;
        this.device = device;
        this.format = format;
    }

    private Weights weights() {
        return format.of(model.transformer().weights());
    }

    synchronized Trunk trunk(TrunkForm form, TransformerSpec spec) {
        requireOpen();
        Trunk trunk = trunks.get(form);
        if (trunk == null) {
            trunk = Trunk.load(device, model.name(), model.transformer(), weights(), spec, form);
            trunks.put(form, trunk);
        }
        return trunk;
    }

    synchronized OnnxSession encoder(Encoder encoder) {
        requireOpen();
        OnnxSession session = encoders.get(encoder.name());
        if (session == null) {
            String name = model.name() + " " + encoder.name();
            Memory.require(
                    "Loading " + name,
                    Memory.weights(encoder.weights(), format),
                    Memory.available());
            session =
                    OnnxSession.load(
                            device,
                            NetworkGraphs.encoder(name, encoder, format.of(encoder.weights())),
                            false);
            encoders.put(encoder.name(), session);
        }
        return session;
    }

    synchronized OnnxSession modulation() {
        requireOpen();
        OnnxSession session = modulation;
        if (session == null) {
            session =
                    OnnxSession.load(
                            device,
                            NetworkGraphs.modulation(
                                    model.name() + " modulation", model.transformer(), weights()),
                            false);
            modulation = session;
        }
        return session;
    }

    /** Of {@link Transformer#prepared}. */
    synchronized OnnxSession prepared() {
        requireOpen();
        OnnxSession session = prepared;
        if (session == null) {
            session =
                    OnnxSession.load(
                            device,
                            NetworkGraphs.prepared(
                                    model.name() + " preparation", model.transformer(), weights()),
                            false);
            prepared = session;
        }
        return session;
    }

    synchronized OnnxSession codec(LatentCodec parts) {
        requireOpen();
        OnnxSession session = codec;
        if (session == null) {
            session =
                    OnnxSession.load(
                            device,
                            NetworkGraphs.codec(
                                    model.name() + " autoencoder",
                                    parts,
                                    model.transformer().spec()));
            codec = session;
        }
        return session;
    }

    /**
     * Bytes of the weights that are not loaded yet.
     *
     * @param decode whether the autoencoder's count
     */
    synchronized long missingWeights(TrunkForm form, boolean decode) {
        long bytes =
                trunks.containsKey(form)
                        ? 0
                        : Memory.weights(model.transformer().weights(), format);
        return decode && codec == null
                ? bytes + model.codec().map(parts -> Memory.weights(parts.weights())).orElse(0L)
                : bytes;
    }

    /** The same of encoders. */
    synchronized long missingEncoders() {
        return model.conditioner().encoders().stream()
                .filter(encoder -> !encoders.containsKey(encoder.name()))
                .mapToLong(encoder -> Memory.weights(encoder.weights(), format))
                .sum();
    }

    /** Encoders that are needed again are loaded again. */
    synchronized void releaseEncoders() {
        encoders.values().forEach(OnnxSession::close);
        encoders.clear();
    }

    private void requireOpen() {
        if (closed) {
            throw new CluscaException(
                    ErrorCode.CANCELLED, "The pipeline was closed; open it again to generate.");
        }
    }

    /** Closes all of them; waits for runs that are under way. Closing twice is allowed. */
    @Override
    public synchronized void close() {
        closed = true;
        trunks.values().forEach(Trunk::close);
        trunks.clear();
        releaseEncoders();
        if (modulation != null) {
            modulation.close();
        }
        if (prepared != null) {
            prepared.close();
        }
        if (codec != null) {
            codec.close();
        }
    }
}
