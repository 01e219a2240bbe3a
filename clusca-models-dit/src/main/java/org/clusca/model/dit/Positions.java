package org.clusca.model.dit;

/**
 * The fixed position table: the first half of the channels encodes the column, the second the row,
 * each as sines and cosines of frequencies {@code 10000^(-i / (width/4))}.
 */
final class Positions {
    private Positions() {}

    /** {@code [grid * grid, width]}, row by row. */
    static float[] table(int width, int grid) {
        int quarter = width / 4;
        float[] table = new float[grid * grid * width];
        for (int row = 0; row < grid; row++) {
            for (int column = 0; column < grid; column++) {
                int start = (row * grid + column) * width;
                for (int i = 0; i < quarter; i++) {
                    double frequency = Math.pow(10000, -i / (double) quarter);
                    table[start + i] = (float) Math.sin(column * frequency);
                    table[start + quarter + i] = (float) Math.cos(column * frequency);
                    table[start + 2 * quarter + i] = (float) Math.sin(row * frequency);
                    table[start + 3 * quarter + i] = (float) Math.cos(row * frequency);
                }
            }
        }
        return table;
    }
}
