package org.clusca.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which names are offered to somebody who mistyped one. */
final class NamesTest {
    private static final List<String> NAMES =
            List.of("kmeans", "kmeans++", "consecutive", "random", "Red Fox");

    @Test
    void nearestFirst() {
        assertThat(Names.near("kmaens", NAMES)).containsExactly("kmeans");
        assertThat(Names.near("kmeans+", NAMES)).containsExactly("kmeans", "kmeans++");
    }

    @Test
    void partsOfANameAreFoundWhateverTheirCase() {
        assertThat(Names.near("FOX", NAMES)).containsExactly("Red Fox");
        assertThat(Names.near("red fxo", NAMES)).containsExactly("Red Fox");
    }

    @Test
    void farNamesAreLeftOut() {
        assertThat(Names.near("lighthouse", NAMES)).isEmpty();
    }

    @Test
    void atMostFive() {
        assertThat(Names.near("a", List.of("a1", "a2", "a3", "a4", "a5", "a6"))).hasSize(5);
    }
}
