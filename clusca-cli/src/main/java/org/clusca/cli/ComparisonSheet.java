package org.clusca.cli;

import static java.util.Objects.requireNonNull;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.clusca.io.ContactSheet;

/** The picture of a comparison: a row for each policy, and rows with clusters under it. */
final class ComparisonSheet {
    private static final int COLUMNS = 10;

    private final List<List<BufferedImage>> rows = new ArrayList<>();
    private final List<String> captions = new ArrayList<>();
    private final int gridWidth;
    private final int scale;

    /**
     * @param gridWidth tokens in a row of a picture
     * @param tokens whether pictures are to be large enough to tell tokens apart
     */
    ComparisonSheet(BufferedImage picture, int gridWidth, boolean tokens) {
        this.gridWidth = gridWidth;
        scale = tokens ? ClusterPicture.scale(picture, gridWidth) : 1;
    }

    void add(Compared policy) {
        rows.add(policy.pictures().stream().limit(COLUMNS).map(this::enlarged).toList());
        Quality quality = policy.quality();
        captions.add(
                policy.policy()
                        + "\n"
                        + String.format(Locale.ROOT, "%.2fx", policy.speedup())
                        + (quality == null || !Double.isFinite(quality.psnr())
                                ? ""
                                : String.format(Locale.ROOT, ", PSNR %.1f dB", quality.psnr())));
    }

    /** The first picture of a policy with its clusters at some steps. */
    void addClusters(Compared policy, ClusterTrace trace, List<Integer> steps) {
        BufferedImage picture = enlarged(policy.pictures().get(0));
        rows.add(
                steps.stream()
                        .map(
                                step ->
                                        ClusterPicture.of(
                                                picture,
                                                gridWidth,
                                                requireNonNull(trace.steps().get(step))))
                        .toList());
        captions.add(
                "clusters and computed tokens (black) at steps "
                        + steps.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }

    /**
     * @param labels class or prompt of each picture
     */
    BufferedImage picture(List<String> labels) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        List<String> heads =
                new ArrayList<>(labels.stream().limit(columns).map(Subject::title).toList());
        heads.addAll(Collections.nCopies(columns - heads.size(), ""));
        return ContactSheet.captioned(rows, captions, heads);
    }

    private BufferedImage enlarged(BufferedImage picture) {
        return ClusterPicture.enlarged(picture, scale);
    }
}
