package org.clusca.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * All unions of Ward's clustering of one batch row, found by chains of nearest neighbours: follow
 * the nearest cluster until two are each other's nearest, and unite them. The unions are those of
 * the plain method, in another order (F. Murtagh 1983). The cost of a union is kept up to date by
 * the formula of Lance and Williams.
 */
final class WardTree {
    /**
     * @param a a token of the one cluster
     * @param b a token of the other
     */
    private record Union(int a, int b, float cost) {}

    /**
     * {@code [tokens][tokens]}: what uniting two clusters costs; a cluster is at its first token.
     */
    private final float[][] costs;

    /** Of the cluster at a token; 0 where there is none any more. */
    private final int[] sizes;

    private final List<Union> unions = new ArrayList<>();

    WardTree(float[][] tokens) {
        costs = costs(tokens);
        sizes = new int[tokens.length];
        Arrays.fill(sizes, 1);
        int[] chain = new int[tokens.length];
        int length = 0;
        for (int first = 0; unions.size() < tokens.length - 1; ) {
            if (length == 0) {
                while (sizes[first] == 0) {
                    first++;
                }
                chain[length++] = first;
            }
            int last = chain[length - 1];
            int before = length > 1 ? chain[length - 2] : -1;
            int nearest = nearest(last, before);
            if (nearest == before) {
                length -= 2;
                unite(Math.min(last, nearest), Math.max(last, nearest));
            } else {
                chain[length++] = nearest;
            }
        }
        unions.sort(Comparator.comparingDouble(Union::cost));
    }

    private static float[][] costs(float[][] tokens) {
        float[][] costs = new float[tokens.length][tokens.length];
        int[] all = new int[tokens.length];
        Arrays.setAll(all, i -> i);
        new TokenDistances(tokens, tokens[0].length, true).toAll(tokens, all, all.length, costs);
        for (float[] row : costs) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= row[i] / 2;
            }
        }
        return costs;
    }

    /** Of equally near clusters {@code before}, so that chains end; else the first. */
    private int nearest(int cluster, int before) {
        int nearest = before;
        float[] row = costs[cluster];
        for (int other = 0; other < row.length; other++) {
            if (sizes[other] > 0
                    && other != cluster
                    && (nearest < 0 || row[other] < row[nearest])) {
                nearest = other;
            }
        }
        return nearest;
    }

    /** The union is at {@code a}. */
    private void unite(int a, int b) {
        float cost = costs[a][b];
        unions.add(new Union(a, b, cost));
        float sizeOfA = sizes[a];
        float sizeOfB = sizes[b];
        for (int c = 0; c < sizes.length; c++) {
            if (sizes[c] > 0 && c != a && c != b) {
                float size = sizes[c];
                float united =
                        ((sizeOfA + size) * costs[a][c]
                                        + (sizeOfB + size) * costs[b][c]
                                        - size * cost)
                                / (sizeOfA + sizeOfB + size);
                costs[a][c] = united;
                costs[c][a] = united;
            }
        }
        sizes[a] += sizes[b];
        sizes[b] = 0;
    }

    /** Numbered in the order of their first tokens. */
    int[] labels(int clusters) {
        int[] parents = new int[sizes.length];
        Arrays.setAll(parents, i -> i);
        for (Union union : unions.subList(0, sizes.length - clusters)) {
            int a = root(parents, union.a());
            int b = root(parents, union.b());
            parents[Math.max(a, b)] = Math.min(a, b);
        }
        int[] labels = new int[sizes.length];
        int next = 0;
        for (int i = 0; i < labels.length; i++) {
            int root = root(parents, i);
            labels[i] = root == i ? next++ : labels[root];
        }
        return labels;
    }

    private static int root(int[] parents, int token) {
        int root = token;
        while (parents[root] != root) {
            root = parents[root];
        }
        return root;
    }
}
