"""Tokenizers for a small language, in the files of the published ones: one token for every word, letters for everything else.

Training meets nothing but words of the language and looks them up; the files do the same for whatever people type.
"""
import collections
import json
import string

T5_SPECIAL = ["<pad>", "</s>", "<unk>"]


class T5Vocabulary:
    """Unigram pieces as of sentencepiece: a word of the language is worth more than its letters."""

    def __init__(self, words):
        self.pieces = [[p, 0.0] for p in T5_SPECIAL] + [["\u2581", -6.0]]
        self.pieces += [["\u2581" + w, -3.0] for w in sorted(words)] + [[letter, -6.0] for letter in string.ascii_lowercase]
        self.ids = {piece: i for i, (piece, _) in enumerate(self.pieces)}

    def __len__(self):
        return len(self.pieces)

    def encode(self, prompt, length):
        ids = [self.ids["\u2581" + word] for word in prompt.split()] + [1]
        assert len(ids) <= length, prompt
        return ids + [0] * (length - len(ids))

    def write(self, folder, length):
        folder.mkdir(parents=True, exist_ok=True)
        special = [
            {"id": i, "content": p, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, p in enumerate(T5_SPECIAL)]
        # case, signs and more than one space say nothing here
        normalizers = [
            {"type": "NFKC"}, {"type": "Lowercase"},
            {"type": "Replace", "pattern": {"Regex": "[^a-z]+"}, "content": " "},
            {"type": "Strip", "strip_left": True, "strip_right": True}]
        end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
        tokenizer = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
            "normalizer": {"type": "Sequence", "normalizers": normalizers},
            "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
            "post_processor": {
                "type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, end],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, end, {"Sequence": {"id": "B", "type_id": 0}}, end],
                "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
            "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
            "model": {"type": "Unigram", "unk_id": 2, "vocab": self.pieces, "byte_fallback": False}}
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1))
        config = {
            "tokenizer_class": "T5Tokenizer", "model_max_length": length, "pad_token": "<pad>", "eos_token": "</s>",
            "unk_token": "<unk>", "extra_ids": 0}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))


class ClipVocabulary:
    """Byte-level pair encoding, learnt until every word of the language is one token."""

    BEGIN, END = "<|startoftext|>", "<|endoftext|>"

    def __init__(self, words):
        self.merges = pairs(words)
        letters = byte_symbols()
        tokens = letters + [x + "</w>" for x in letters] + ["".join(pair) for pair in self.merges] + [self.BEGIN, self.END]
        self.ids = {token: i for i, token in enumerate(tokens)}
        assert len(self.ids) == len(tokens)
        self.end = len(tokens) - 1

    def __len__(self):
        return len(self.ids)

    def encode(self, prompt, length):
        ids = [self.ids[self.BEGIN]] + [self.ids[word + "</w>"] for word in prompt.split()] + [self.end]
        assert len(ids) <= length, prompt
        return ids + [self.end] * (length - len(ids))

    def write(self, folder, length):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vocab.json").write_text(json.dumps(self.ids, ensure_ascii=False))
        (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *map(" ".join, self.merges)]) + "\n")
        config = {
            "tokenizer_class": "CLIPTokenizer", "model_max_length": length, "bos_token": self.BEGIN, "eos_token": self.END,
            "unk_token": self.END, "pad_token": self.END, "do_lower_case": True, "add_prefix_space": False, "errors": "replace"}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))


class LlamaVocabulary:
    """Byte-level tokens of which a word with the space ahead of it is one; what is no word falls into its bytes."""

    MARKS = ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<pad>"]
    # bytes, a space with what follows it, and signs apart, as in Llama 3
    SPLIT = (
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")

    def __init__(self, words):
        tokens = byte_symbols() + ["user"] + ["\u0120" + w for w in sorted(words)]
        self.words = {token: i for i, token in enumerate(tokens)}
        self.ids = {**self.words, **{mark: len(tokens) + i for i, mark in enumerate(self.MARKS)}}
        begin, start, over, self.end, self.pad = (self.ids[mark] for mark in self.MARKS)
        self.head = [begin, start, self.words["user"], over]
        self.crop = len(self.head)

    def __len__(self):
        return len(self.ids)

    def encode(self, prompt, length):
        """Ids and mask of the prompt within the template."""
        # of an empty prompt the template's space is left
        ids = self.head + ([self.words["\u0120" + word] for word in prompt.split()] or [self.words["\u0120"]]) + [self.end]
        assert len(ids) <= length, prompt
        rest = length - len(ids)
        return ids + [self.pad] * rest, [1] * len(ids) + [0] * rest

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        added = [
            {"id": self.ids[m], "content": m, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for m in self.MARKS]
        begin = self.MARKS[0]
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
        mark = {"SpecialToken": {"id": begin, "type_id": 0}}
        tokenizer = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": self.SPLIT}, "behavior": "Isolated", "invert": False}, byte_level]},
            "post_processor": {
                "type": "TemplateProcessing", "single": [mark, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [mark, {"Sequence": {"id": "A", "type_id": 0}}, mark, {"Sequence": {"id": "B", "type_id": 0}}],
                "special_tokens": {begin: {"id": begin, "ids": [self.ids[begin]], "tokens": [begin]}}},
            "decoder": byte_level,
            "model": {
                "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                "fuse_unk": False, "byte_fallback": False, "ignore_merges": True, "vocab": self.words, "merges": []}}
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1))
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 10**30, "bos_token": begin, "eos_token": "<|eot_id|>",
            "pad_token": "<pad>", "padding_side": "right"}
        (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))


def byte_symbols():
    """The printable characters that stand for the 256 bytes, in CLIP's order."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("\u00a1"), ord("\u00ac") + 1), *range(ord("\u00ae"), ord("\u00ff") + 1)]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(256 - len(plain))]


def pairs(words):
    """Merges in the order in which they are applied: the most frequent pair first, until nothing is left to merge."""
    split = [[*word[:-1], word[-1] + "</w>"] for word in sorted(words)]
    merges = []
    while True:
        counts = collections.Counter(pair for word in split for pair in zip(word, word[1:]))
        if not counts:
            return merges
        best = max(counts, key=lambda pair: (counts[pair], pair))
        merges.append(best)
        for word in split:
            i = 0
            while i < len(word) - 1:
                if (word[i], word[i + 1]) == best:
                    word[i : i + 2] = ["".join(best)]
                i += 1
