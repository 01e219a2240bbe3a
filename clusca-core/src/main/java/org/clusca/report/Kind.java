package org.clusca.report;

import org.clusca.api.model.Model;
import org.clusca.api.model.Size;

/** What a model is asked for and what it makes, and the words for it. */
public final class Kind {
    private Kind() {}

    /** Whether a model is asked for classes; else it is for prompts. */
    public static boolean ofClasses(Model model) {
        return !model.conditioner().classes().isEmpty();
    }

    /** Whether a model makes videos; else it makes pictures. */
    public static boolean ofVideos(Model model) {
        return model.latentShape(Size.DEFAULT).length == 4;
    }

    /** {@code class} or {@code prompt}: what metadata call it. */
    public static String word(Model model) {
        return ofClasses(model) ? "class" : "prompt";
    }

    /** {@code classes} or {@code prompts}: what reports call them. */
    public static String words(Model model) {
        return ofClasses(model) ? "classes" : "prompts";
    }
}
