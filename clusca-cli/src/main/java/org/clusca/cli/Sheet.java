package org.clusca.cli;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.clusca.io.ContactSheet;

/** The pictures of one request on one picture. */
final class Sheet {
    private static final int COLUMNS = 10;

    private Sheet() {}

    /**
     * One picture as it is, pictures of one class or prompt as a grid, those of several with
     * titles.
     *
     * @param pictures those of one class lie together
     */
    static BufferedImage of(List<BufferedImage> pictures, List<String> classes) {
        if (pictures.size() == 1) {
            return pictures.get(0);
        }
        if (classes.size() == 1) {
            return ContactSheet.grid(pictures);
        }
        List<String> titles = classes.stream().map(Subject::title).toList();
        int count = pictures.size() / classes.size();
        if (count == 1 && classes.size() <= COLUMNS) {
            return ContactSheet.captioned(List.of(pictures), List.of(), titles);
        }
        List<List<BufferedImage>> rows = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += count) {
            rows.add(pictures.subList(from, from + count));
        }
        return ContactSheet.captioned(rows, titles, List.of());
    }
}
