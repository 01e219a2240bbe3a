package org.clusca.tokenize;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;
import org.clusca.io.Json;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of one text encoder: {@code tokenizer.json}, or {@code vocab.json} and {@code
 * merges.txt} of CLIP. Safe to use from several threads; whoever opens it closes it.
 */
public final class Tokenizer implements AutoCloseable {
    private static final List<String> SENTENCEPIECE =
            List.of("spiece.model", "tokenizer.model", "sentencepiece.bpe.model");

    private static final AtomicInteger OPEN = new AtomicInteger();

    private final HuggingFaceTokenizer tokenizer;
    private final Path folder;
    private final int vocabulary;
    private final int padding;
    private boolean closed;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Path folder, int vocabulary, int padding) {
        this.tokenizer = tokenizer;
        this.folder = folder;
        this.vocabulary = vocabulary;
        this.padding = padding;
        OPEN.incrementAndGet();
    }

    /**
     * @param folder of the tokenizer within the directory, e.g. {@code tokenizer_2}
     * @throws CluscaException NOT_FOUND when there is none, CORRUPT_FILE or INVALID_MODEL when it
     *     cannot be used, naming the file
     */
    public static Tokenizer open(ModelDirectory directory, String folder) {
        SpecialTokens special = SpecialTokens.of(directory, folder);
        TokenizerClass kind = TokenizerClass.of(directory, folder);
        String whole = folder + "/tokenizer.json";
        boolean stored = directory.has(whole);
        Config json = stored ? directory.json(whole) : ofClip(directory, folder, special);
        Config completed =
                completed(json, AddedTokens.of(directory, folder, special), kind, special);
        byte[] text =
                stored && completed == json
                        ? read(directory.path().resolve(whole))
                        : Json.text(completed.values()).getBytes(StandardCharsets.UTF_8);
        String padding = special.name("pad_token");
        if (padding == null) {
            padding = stored ? kind.padding() : ClipTokenizerJson.END;
        }
        return create(directory, folder, completed, text, padding);
    }

    /** With the tokens that are written beside it, and those that its class puts around a text. */
    private static Config completed(
            Config json,
            List<AddedTokens.Token> added,
            TokenizerClass kind,
            SpecialTokens special) {
        Config all = AddedTokens.complete(json, added);
        Object own = all.values().get("post_processor");
        Object processor = kind.postProcessor(own, special, Vocabulary.of(all));
        if (processor == own) {
            return all;
        }
        Map<String, @Nullable Object> values = new LinkedHashMap<>(all.values());
        values.put("post_processor", processor);
        return new Config(all.origin(), values);
    }

    private static Config ofClip(ModelDirectory directory, String folder, SpecialTokens special) {
        String vocabulary = folder + "/vocab.json";
        String merges = folder + "/merges.txt";
        for (String file : List.of(vocabulary, merges)) {
            if (!directory.has(file)) {
                throw new CluscaException(
                        ErrorCode.NOT_FOUND,
                        directory.path().resolve(folder)
                                + ": "
                                + instead(directory, folder, Path.of(file).getFileName()));
            }
        }
        Config entries = directory.json(vocabulary);
        return new Config(
                entries.origin(),
                ClipTokenizerJson.of(entries, directory.path().resolve(merges), special));
    }

    private static String instead(ModelDirectory directory, String folder, Path missing) {
        for (String file : SENTENCEPIECE) {
            if (directory.has(folder + "/" + file)) {
                return "expected tokenizer.json, found "
                        + file
                        + ", a SentencePiece model, which is not read. transformers writes"
                        + " tokenizer.json: AutoTokenizer.from_pretrained(folder)"
                        + ".save_pretrained(folder).";
            }
        }
        return "expected tokenizer.json, or vocab.json and merges.txt; there is neither"
                + " tokenizer.json nor "
                + missing
                + ".";
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CluscaException(
                    ErrorCode.IO, file + ": cannot be read: " + oneLine(e) + ".", e);
        }
    }

    /**
     * @param json what {@code text} says, with the file for errors
     */
    private static Tokenizer create(
            ModelDirectory directory,
            String folder,
            Config json,
            byte[] text,
            @Nullable String padding) {
        Vocabulary vocabulary = Vocabulary.of(json);
        if (padding == null) {
            throw new CluscaException(
                    ErrorCode.INVALID_MODEL,
                    directory.path().resolve(folder)
                            + ": tokenizer_config.json must name a pad_token.");
        }
        int id = vocabulary.id(padding);
        NativeTokenizers.require();
        // length is this class's concern: the library would fix one per tokenizer
        Map<String, String> options = Map.of("truncation", "false", "padding", "false");
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(text), options),
                    directory.path().resolve(folder),
                    vocabulary.size(),
                    id);
        } catch (IOException | RuntimeException e) {
            throw new CluscaException(
                    ErrorCode.CORRUPT_FILE,
                    json.origin() + ": not a tokenizer that can be read: " + oneLine(e) + ".",
                    e);
        }
    }

    /**
     * Ids at a fixed length: a longer text loses its last tokens, but not the end token that the
     * tokenizer adds; a shorter one is padded on the right.
     *
     * @param length of the result; room for begin and end token at least
     */
    public EncodedText encode(String text, int length) {
        Encoding encoding = run(text);
        long[] all = encoding.getIds();
        int kept = Math.min(all.length, length);
        long[] added = encoding.getSpecialTokenMask();
        int ends = 0;
        while (ends < added.length && added[added.length - 1 - ends] == 1) {
            ends++;
        }
        long least = Arrays.stream(added).sum();
        if (length < least) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A prompt's length must be at least "
                            + least
                            + " tokens, found "
                            + length
                            + ".");
        }
        int[] ids = new int[length];
        int[] mask = new int[length];
        Arrays.fill(ids, padding);
        for (int i = 0; i < kept; i++) {
            ids[i] = (int) all[i < kept - ends ? i : all.length - kept + i];
            mask[i] = 1;
        }
        String rest = kept < all.length ? from(text, encoding, kept - ends) : "";
        return new EncodedText(ids, mask, all.length, rest);
    }

    /** The text from a token on. */
    private static String from(String text, Encoding encoding, int token) {
        // counted in code points; half a surrogate pair counts as more there than here
        int start = encoding.getCharTokenSpans()[token].getStart();
        int length = text.codePointCount(0, text.length());
        return text.substring(text.offsetByCodePoints(0, Math.min(start, length))).strip();
    }

    /** All ids of a text, begin and end token included, neither cut nor padded. */
    public int[] encode(String text) {
        return Arrays.stream(run(text).getIds()).mapToInt(id -> (int) id).toArray();
    }

    private synchronized Encoding run(String text) {
        if (closed) {
            throw new CluscaException(
                    ErrorCode.CLOSED, "The pipeline was closed; open it again to generate.");
        }
        return tokenizer.encode(text, true, false);
    }

    /** One more than the largest id. */
    public int vocabulary() {
        return vocabulary;
    }

    /**
     * @param size tokens that the encoder has embeddings of
     * @param encoder its folder, for the error
     * @throws CluscaException INCOMPATIBLE when this tokenizer has others
     */
    public void requireWithin(int size, String encoder) {
        if (vocabulary > size) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    folder
                            + ": its ids reach "
                            + (vocabulary - 1)
                            + ", but "
                            + encoder
                            + " has a vocab_size of "
                            + size
                            + "; the tokenizer must be the one that the encoder was trained with.");
        }
    }

    /** Tokenizers open in this process. */
    public static int openTokenizers() {
        return OPEN.get();
    }

    static String oneLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            tokenizer.close();
            OPEN.decrementAndGet();
        }
    }
}
