package org.clusca.component;

import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;
import org.clusca.api.model.ModelDirectory;

/** Reads the {@code config.json} of a text encoder of transformers. */
final class TextEncoderConfig {
    /**
     * What transformers writes for every network: about training, text generation, the file itself.
     */
    private static final Set<String> NEUTRAL =
            Set.of(
                    "add_cross_attention",
                    "architectures",
                    "attention_dropout",
                    "bad_words_ids",
                    "begin_suppress_tokens",
                    "bos_token_id",
                    "chunk_size_feed_forward",
                    "classifier_dropout",
                    "cross_attention_hidden_size",
                    "decoder_start_token_id",
                    "diversity_penalty",
                    "do_sample",
                    "dropout",
                    "dropout_rate",
                    "dtype",
                    "early_stopping",
                    "encoder_no_repeat_ngram_size",
                    "eos_token_id",
                    "exponential_decay_length_penalty",
                    "finetuning_task",
                    "forced_bos_token_id",
                    "forced_eos_token_id",
                    "id2label",
                    "initializer_factor",
                    "initializer_range",
                    "is_decoder",
                    "is_encoder_decoder",
                    "label2id",
                    "length_penalty",
                    "max_length",
                    "min_length",
                    "model_type",
                    "no_repeat_ngram_size",
                    "num_beam_groups",
                    "num_beams",
                    "num_return_sequences",
                    "output_attentions",
                    "output_hidden_states",
                    "output_past",
                    "output_scores",
                    "pad_token_id",
                    "prefix",
                    "problem_type",
                    "projection_dim",
                    "remove_invalid_values",
                    "repetition_penalty",
                    "return_dict",
                    "return_dict_in_generate",
                    "sep_token_id",
                    "suppress_tokens",
                    "task_specific_params",
                    "temperature",
                    "tf_legacy_loss",
                    "tie_encoder_decoder",
                    "tie_word_embeddings",
                    "tokenizer_class",
                    "top_k",
                    "top_p",
                    "torch_dtype",
                    "torchscript",
                    "transformers_version",
                    "typical_p",
                    "use_bfloat16",
                    "use_cache");

    private TextEncoderConfig() {}

    /**
     * The configuration of the encoder in a folder.
     *
     * @param type what {@code model_type} must be
     * @param read keys that the encoder looks at, or may leave aside
     * @throws CluscaException NOT_FOUND when there is none, INVALID_MODEL when it is of another
     *     type, or any other key has a value
     */
    static Config read(ModelDirectory directory, String folder, String type, Set<String> read) {
        Config config = directory.json(folder + "/config.json");
        config.choice("model_type", type, type);
        requireKnown(config, read);
        return config;
    }

    private static void requireKnown(Config config, Set<String> read) {
        for (String key : config.keys()) {
            if (key.startsWith("_") || NEUTRAL.contains(key) || read.contains(key)) {
                continue;
            }
            Object value = config.values().get(key);
            boolean off =
                    value == null
                            || value.equals(false)
                            || value instanceof Iterable<?> list && !list.iterator().hasNext()
                            || value instanceof Map<?, ?> map && map.isEmpty();
            if (!off) {
                throw new CluscaException(
                        ErrorCode.INVALID_MODEL,
                        config.origin()
                                + ": the key '"
                                + key
                                + "' may change the computation and is not known here.");
            }
        }
    }
}
