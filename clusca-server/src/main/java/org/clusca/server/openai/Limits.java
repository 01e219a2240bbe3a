package org.clusca.server.openai;

/**
 * What a request may ask for at most.
 *
 * @param side of a picture, in pixels
 * @param steps denoising steps
 * @param count pictures of one request
 * @param frames of a video
 * @param prompt characters
 * @param body bytes
 */
public record Limits(int side, int steps, int count, int frames, int prompt, int body) {
    public static final Limits USUAL = new Limits(2048, 250, 10, 257, 32_000, 1 << 20);
}
