package org.clusca.api.model;

/**
 * The size of a picture or video; 0 stands for the model's own choice.
 *
 * @param width in pixels
 * @param height in pixels
 * @param frames 1 for a picture
 */
public record Size(int width, int height, int frames) {
    /** What the model was made for. */
    public static final Size DEFAULT = new Size(0, 0, 0);

    @Override
    public String toString() {
        return width + "x" + height + (frames > 1 ? ", " + frames + " frames" : "");
    }
}
