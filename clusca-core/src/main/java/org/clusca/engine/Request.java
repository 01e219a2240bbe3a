package org.clusca.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.clusca.api.CluscaException;
import org.clusca.io.FrameSink;
import org.clusca.video.VideoTiles;
import org.jspecify.annotations.Nullable;

/**
 * What to generate, and how that is carried out: what becomes of the latents, who follows, what may
 * end it. Immutable; made by {@link #builder()}.
 */
public final class Request extends Recipe {
    private final Builder values;

    private Request(Builder values) {
        super(values);
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same with what is changed. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** Whether the latents after every step are kept in the result. */
    public boolean keepLatents() {
        return values.keepLatents;
    }

    /** Whether latents are decoded to pictures. */
    public boolean decode() {
        return values.decode;
    }

    /**
     * Gets the frames of videos as soon as they are decoded, those of several videos one after the
     * other; null leaves them in the result.
     */
    public @Nullable FrameSink frames() {
        return values.frames;
    }

    /** In which videos are decoded. */
    public VideoTiles tiles() {
        return values.tiles;
    }

    /** Remembers what prompts became; null for encoding them anew. */
    public @Nullable PromptCache promptCache() {
        return values.promptCache;
    }

    /** Follows the generation. */
    public ProgressListener listener() {
        return values.listener;
    }

    /** Stops the generation from another thread. */
    public Cancellation cancellation() {
        return values.cancellation;
    }

    /** Null for none; of the whole generation, loading included. Ends it within a step. */
    public @Nullable Duration timeout() {
        return values.timeout;
    }

    /** Collects a request; {@link #conditions} is required. */
    public static final class Builder extends Recipe.Builder<Builder> {
        private boolean keepLatents;
        private boolean decode = true;
        private @Nullable FrameSink frames;
        private VideoTiles tiles = VideoTiles.DEFAULT;
        private @Nullable PromptCache promptCache;
        private ProgressListener listener = ProgressListener.NONE;
        private Cancellation cancellation = new Cancellation();
        private @Nullable Duration timeout;

        private Builder() {}

        private Builder(Builder values) {
            super(values);
            keepLatents = values.keepLatents;
            decode = values.decode;
            frames = values.frames;
            tiles = values.tiles;
            promptCache = values.promptCache;
            listener = values.listener;
            cancellation = values.cancellation;
            timeout = values.timeout;
        }

        @Override
        Builder self() {
            return this;
        }

        public Builder keepLatents(boolean value) {
            keepLatents = value;
            return this;
        }

        /** False leaves it at the latents: the result then holds no pictures. */
        public Builder decode(boolean value) {
            decode = value;
            return this;
        }

        /**
         * Where the frames of videos go as soon as they are decoded: then memory does not grow with
         * their number, and the result holds no pictures.
         */
        public Builder frames(FrameSink value) {
            frames = requireNonNull(value, "frames is null");
            return this;
        }

        /** For videos; pictures are decoded whole. */
        public Builder tiles(VideoTiles value) {
            tiles = requireNonNull(value, "tiles is null");
            return this;
        }

        /** For several requests with the same prompts; none unless given. */
        public Builder promptCache(PromptCache value) {
            promptCache = requireNonNull(value, "promptCache is null");
            return this;
        }

        public Builder listener(ProgressListener value) {
            listener = requireNonNull(value, "listener is null");
            return this;
        }

        public Builder cancellation(Cancellation value) {
            cancellation = requireNonNull(value, "cancellation is null");
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = requireNonNull(value, "timeout is null");
            return this;
        }

        /**
         * @throws CluscaException INVALID_PARAMETER when something is missing or out of range
         */
        public Request build() {
            return new Request(new Builder(this));
        }

        @Override
        void check() {
            super.check();
            require(timeout == null || !timeout.isNegative(), "The timeout is negative.");
        }
    }
}
