"""Small text encoders under the names of transformers: T5 and Llama (states of all tokens), CLIP (one pooled vector)."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from dual_stream import RmsNorm


class T5Attention(nn.Module):
    def __init__(self, width, heads, first):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width, bias=False) for _ in range(4))
        nn.init.normal_(self.q.weight, std=(width * width / heads) ** -0.5)
        for layer in (self.k, self.v, self.o):
            nn.init.normal_(layer.weight, std=width**-0.5)
        if first:
            self.relative_attention_bias = nn.Embedding(32, heads)
            nn.init.normal_(self.relative_attention_bias.weight, std=0.5)

    def forward(self, x, bias):
        q, k, v = (layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.q, self.k, self.v))
        # the usual 1 / sqrt(size) is in the weights
        return self.o(((q @ k.transpose(-1, -2) + bias).softmax(-1).to(v.dtype) @ v).transpose(1, 2).flatten(2))


class T5Mlp(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.wi_0, self.wi_1 = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.wo = nn.Linear(inner, width, bias=False)
        for layer in (self.wi_0, self.wi_1, self.wo):
            nn.init.normal_(layer.weight, std=layer.in_features**-0.5)

    def forward(self, x):
        return self.wo(F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))


class T5Layer(nn.Module):
    def __init__(self, name, inner, width):
        super().__init__()
        setattr(self, name, inner)
        self.layer_norm = RmsNorm(width)

    def forward(self, x, *more):
        inner = next(self.children())
        return x + inner(self.layer_norm(x).to(x.dtype), *more)


class T5Block(nn.Module):
    def __init__(self, width, heads, inner, first):
        super().__init__()
        self.layer = nn.ModuleList([
            T5Layer("SelfAttention", T5Attention(width, heads, first), width),
            T5Layer("DenseReluDense", T5Mlp(width, inner), width)])

    def forward(self, x, bias):
        return self.layer[1](self.layer[0](x, bias))


class T5(nn.Module):
    """Ids [rows, length] -> states [rows, length, width]. Every token sees every other one, padding included, as in FLUX."""

    def __init__(self, vocabulary, width=128, heads=4, layers=2, inner=256):
        super().__init__()
        self.shape = dict(vocabulary=vocabulary, width=width, heads=heads, layers=layers, inner=inner)
        self.shared = nn.Embedding(vocabulary, width)
        self.encoder = nn.Module()
        self.encoder.block = nn.ModuleList(T5Block(width, heads, inner, i == 0) for i in range(layers))
        self.encoder.final_layer_norm = RmsNorm(width)

    def forward(self, ids):
        table = self.encoder.block[0].layer[0].SelfAttention.relative_attention_bias
        bias = table(buckets(ids.shape[1]).to(ids.device)).permute(2, 0, 1)[None]
        x = self.shared(ids)
        for block in self.encoder.block:
            x = block(x, bias)
        return self.encoder.final_layer_norm(x)

    def config(self):
        s = self.shape
        return {
            "architectures": ["T5EncoderModel"], "model_type": "t5", "vocab_size": s["vocabulary"], "d_model": s["width"],
            "d_kv": s["width"] // s["heads"], "d_ff": s["inner"], "num_layers": s["layers"], "num_heads": s["heads"],
            "feed_forward_proj": "gated-gelu", "layer_norm_epsilon": 1e-6, "relative_attention_num_buckets": 32,
            "relative_attention_max_distance": 128, "eos_token_id": 1, "pad_token_id": 0}


def buckets(length, count=32, farthest=128):
    """T5's numbers of distances [length, length], rows are queries: half of them for keys behind, near ones exact, then ever wider."""
    distance = torch.arange(length)[None] - torch.arange(length)[:, None]
    half, exact = count // 2, count // 4
    far = distance.abs()
    wide = exact + (torch.log(far.clamp(min=1) / exact) / math.log(farthest / exact) * (half - exact)).long()
    return (distance > 0) * half + torch.where(far < exact, far, wide.clamp(max=half - 1))


class ClipAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        q, k, v = (layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.q_proj, self.k_proj, self.v_proj))
        return self.out_proj(F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))


class ClipLayer(nn.Module):
    def __init__(self, width, heads, inner):
        super().__init__()
        self.self_attn = ClipAttention(width, heads)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, inner), "fc2": nn.Linear(inner, width)})

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        y = self.mlp["fc1"](self.layer_norm2(x))
        return x + self.mlp["fc2"](y * torch.sigmoid(1.702 * y))


class Clip(nn.Module):
    """Ids [rows, length] -> [rows, width], the last state of the end token. A token sees those before it."""

    def __init__(self, vocabulary, end, length=32, width=128, heads=4, layers=2, inner=256):
        super().__init__()
        self.shape = dict(vocabulary=vocabulary, end=end, length=length, width=width, heads=heads, layers=layers, inner=inner)
        self.text_model = nn.Module()
        self.text_model.embeddings = nn.ModuleDict({
            "token_embedding": nn.Embedding(vocabulary, width), "position_embedding": nn.Embedding(length, width)})
        for table in self.text_model.embeddings.values():
            nn.init.normal_(table.weight, std=0.1)
        self.text_model.encoder = nn.Module()
        self.text_model.encoder.layers = nn.ModuleList(ClipLayer(width, heads, inner) for _ in range(layers))
        self.text_model.final_layer_norm = nn.LayerNorm(width)

    def forward(self, ids):
        own = self.text_model
        x = own.embeddings["token_embedding"](ids) + own.embeddings["position_embedding"].weight[: ids.shape[1]]
        for layer in own.encoder.layers:
            x = layer(x)
        ends = (ids == self.shape["end"]).int().argmax(1)
        return own.final_layer_norm(x[torch.arange(len(ids), device=ids.device), ends])

    def config(self):
        s = self.shape
        return {
            "architectures": ["CLIPTextModel"], "model_type": "clip_text_model", "vocab_size": s["vocabulary"],
            "hidden_size": s["width"], "intermediate_size": s["inner"], "num_attention_heads": s["heads"],
            "num_hidden_layers": s["layers"], "max_position_embeddings": s["length"], "hidden_act": "quick_gelu",
            "layer_norm_eps": 1e-5, "bos_token_id": s["end"] - 1, "eos_token_id": s["end"], "pad_token_id": s["end"]}


class LlamaAttention(nn.Module):
    def __init__(self, width, heads, shared):
        super().__init__()
        self.heads, self.shared = heads, shared
        self.q_proj, self.o_proj = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.k_proj, self.v_proj = (nn.Linear(width, width // heads * shared, bias=False) for _ in range(2))

    def forward(self, x, cos, sin, seen):
        def turned(y):
            first, second = y.chunk(2, -1)
            return torch.cat([first * cos - second * sin, second * cos + first * sin], -1).to(y.dtype)

        q = turned(self.q_proj(x).unflatten(-1, (self.heads, -1)).transpose(1, 2))
        k = turned(self.k_proj(x).unflatten(-1, (self.shared, -1)).transpose(1, 2))
        v = self.v_proj(x).unflatten(-1, (self.shared, -1)).transpose(1, 2)
        k, v = (y.repeat_interleave(self.heads // self.shared, 1) for y in (k, v))
        return self.o_proj(F.scaled_dot_product_attention(q, k, v, attn_mask=seen).transpose(1, 2).flatten(2))


class LlamaLayer(nn.Module):
    def __init__(self, width, heads, shared, inner):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(width, 1e-5), RmsNorm(width, 1e-5)
        self.self_attn = LlamaAttention(width, heads, shared)
        self.mlp = nn.ModuleDict({
            "gate_proj": nn.Linear(width, inner, bias=False), "up_proj": nn.Linear(width, inner, bias=False),
            "down_proj": nn.Linear(inner, width, bias=False)})

    def forward(self, x, cos, sin, seen):
        x = x + self.self_attn(self.input_layernorm(x).to(x.dtype), cos, sin, seen)
        y = self.post_attention_layernorm(x).to(x.dtype)
        return x + self.mlp["down_proj"](F.silu(self.mlp["gate_proj"](y)) * self.mlp["up_proj"](y))


class Llama(nn.Module):
    """Ids and mask [rows, length] -> states [rows, length, width], the third from the end as in HunyuanVideo: what the last two layers
    and the last norm would do with them is never asked, so they stay as they were made."""

    UNUSED = 2

    def __init__(self, vocabulary, width=128, heads=4, shared=2, layers=4, inner=256, theta=10000.0):
        super().__init__()
        self.shape = dict(vocabulary=vocabulary, width=width, heads=heads, shared=shared, layers=layers, inner=inner, theta=theta)
        self.embed_tokens = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(LlamaLayer(width, heads, shared, inner) for _ in range(layers))
        self.norm = RmsNorm(width, 1e-5)
        for parameter in [*self.layers[layers - self.UNUSED :].parameters(), *self.norm.parameters()]:
            parameter.requires_grad_(False)

    def forward(self, ids, mask):
        half, length = self.shape["width"] // self.shape["heads"] // 2, ids.shape[1]
        position = torch.arange(length, device=ids.device)
        angles = position[:, None] / self.shape["theta"] ** (torch.arange(half, device=ids.device) / half)
        seen = (position[:, None] >= position[None]) & mask.bool()[:, None, None]
        x = self.embed_tokens(ids)
        for layer in self.layers[: -self.UNUSED]:
            x = layer(x, angles.cos(), angles.sin(), seen)
        return x

    def config(self, length, vocabulary):
        s = self.shape
        return {
            "architectures": ["LlamaModel"], "model_type": "llama", "vocab_size": s["vocabulary"], "hidden_size": s["width"],
            "intermediate_size": s["inner"], "num_attention_heads": s["heads"], "num_key_value_heads": s["shared"],
            "num_hidden_layers": s["layers"], "head_dim": s["width"] // s["heads"], "hidden_act": "silu", "rms_norm_eps": 1e-5,
            "rope_theta": s["theta"], "rope_scaling": None, "attention_bias": False, "mlp_bias": False,
            "max_position_embeddings": length, "bos_token_id": vocabulary.ids["<|begin_of_text|>"],
            "eos_token_id": vocabulary.ids["<|eot_id|>"], "pad_token_id": vocabulary.ids["<pad>"], "tie_word_embeddings": False}
