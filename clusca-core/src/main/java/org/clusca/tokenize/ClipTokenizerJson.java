package org.clusca.tokenize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.json} that belongs to the {@code vocab.json} and {@code merges.txt} of CLIP:
 * NFC, runs of white space to one space, lower case, words split off, byte-level BPE with an end of
 * word mark, begin and end token (Radford et al. 2021, "Learning Transferable Visual Models From
 * Natural Language Supervision", section 2.4; in the form of transformers' fast tokenizer).
 */
final class ClipTokenizerJson {
    static final String END = "<|endoftext|>";
    private static final String BEGIN = "<|startoftext|>";

    private static final String WORDS =
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d"
                    + "|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private ClipTokenizerJson() {}

    /**
     * @param vocabulary {@code vocab.json}: ids by token
     * @param special the names of special tokens, and what kind of added tokens they are
     */
    static Map<String, Object> of(Config vocabulary, Path merges, SpecialTokens special) {
        String begin = special.name("bos_token", BEGIN);
        String end = special.name("eos_token", END);
        String unknown = special.name("unk_token", END);
        String padding = special.name("pad_token", END);
        Set<String> added = new TreeSet<>(List.of(begin, end, unknown, padding));
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("unk_token", unknown);
        model.put("continuing_subword_prefix", "");
        model.put("end_of_word_suffix", "</w>");
        model.put("fuse_unk", false);
        model.put("vocab", vocabulary.values());
        model.put("merges", merges(merges));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", "1.0");
        json.put(
                "added_tokens",
                added.stream()
                        .map(token -> special.added(token, vocabulary.whole(token)))
                        .toList());
        json.put(
                "normalizer",
                Map.of(
                        "type",
                        "Sequence",
                        "normalizers",
                        List.of(
                                Map.of("type", "NFC"),
                                Map.of(
                                        "type",
                                        "Replace",
                                        "pattern",
                                        Map.of("Regex", "\\s+"),
                                        "content",
                                        " "),
                                Map.of("type", "Lowercase"))));
        json.put(
                "pre_tokenizer",
                Map.of(
                        "type",
                        "Sequence",
                        "pretokenizers",
                        List.of(
                                Map.of(
                                        "type",
                                        "Split",
                                        "pattern",
                                        Map.of("Regex", WORDS),
                                        "behavior",
                                        "Removed",
                                        "invert",
                                        true),
                                Map.of(
                                        "type",
                                        "ByteLevel",
                                        "add_prefix_space",
                                        false,
                                        "trim_offsets",
                                        true,
                                        "use_regex",
                                        true))));
        json.put(
                "post_processor",
                Map.of(
                        "type",
                        "RobertaProcessing",
                        "sep",
                        List.of(end, vocabulary.whole(end)),
                        "cls",
                        List.of(begin, vocabulary.whole(begin)),
                        "trim_offsets",
                        false,
                        "add_prefix_space",
                        false));
        json.put("model", model);
        return json;
    }

    /** Pairs in the order of the file, whose first line is its version. */
    private static List<List<String>> merges(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw corrupt(file, "it cannot be read as text in UTF-8: " + Tokenizer.oneLine(e));
        }
        List<List<String>> merges = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || i == 0 && line.startsWith("#version")) {
                continue;
            }
            String[] parts = line.split(" ", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw corrupt(
                        file,
                        "line " + (i + 1) + ": expected two tokens, found '" + line.strip() + "'.");
            }
            merges.add(List.of(parts));
        }
        return merges;
    }

    private static CluscaException corrupt(Path file, @Nullable String problem) {
        return new CluscaException(ErrorCode.CORRUPT_FILE, file + ": " + problem);
    }
}
