"""The models of section `speed`: how each is built, and the shape of its input. Weights are random; those of packages are made in their real sizes."""

TIMM = """
vit_tiny_patch16_224 deit_small_patch16_224 swin_tiny_patch4_window7_224 convnext_atto convnext_tiny mobilevit_xxs mobilevitv2_050 efficientformer_l1
efficientnet_b0 mobilenetv3_small_100 ghostnet_100 resnet18 repvgg_a0 mixer_s32_224 fastvit_t8 mobileone_s0 repghostnet_100 repvit_m0_9 levit_128s
""".split()

TORCHVISION = "vit_b_32 mobilenet_v2 shufflenet_v2_x1_0 squeezenet1_1 resnet50 densenet121 lraspp_mobilenet_v3_large".split()

AUDIO = "tdnn ecapa-tdnn conformer vocoder".split()
PLAIN = "encoder-77 encoder-128 lstm-tagger super-resolution".split()

# Configuration, model, what its configuration differs in, and the shape of what it is fed.
TRANSFORMERS = [
    ("Bert", "BertModel", dict(hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024), ("int64", (1, 128))),
    # As MiniLM.
    ("Bert", "BertModel", dict(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536), ("int64", (1, 50))),
    ("CLIPText", "CLIPTextModel", dict(hidden_size=512, num_hidden_layers=4, num_attention_heads=8, intermediate_size=2048), ("int64", (1, 77))),
    ("Whisper", "WhisperModel.encoder", dict(d_model=384, encoder_layers=2, encoder_attention_heads=6, encoder_ffn_dim=1536, max_source_positions=250), (1, 80, 500)),
    ("Wav2Vec2", "Wav2Vec2Model", dict(hidden_size=256, num_hidden_layers=2, num_attention_heads=4, intermediate_size=1024), (1, 16000)),
]


def builders():
    """By name a function that gives a model and the shape of its input. Only these functions need PyTorch."""
    found = {f"timm/{name}": lambda name=name: from_timm(name) for name in TIMM}
    found |= {f"torchvision/{name}": lambda name=name: from_torchvision(name) for name in TORCHVISION}
    for row in TRANSFORMERS:
        shape = row[3][1] if row[3][0] == "int64" else row[3]
        found[f"transformers/{row[1].replace('.', '-')}-{row[2].get('hidden_size', row[2].get('d_model'))}-{shape[-1]}"] = lambda row=row: from_transformers(*row)
    found |= {f"audio/{name}": lambda name=name: audio()[name]() for name in AUDIO}
    found |= {f"plain/{name}": lambda name=name: plain()[name]() for name in PLAIN}
    return found | {"ultralytics/yolo11n": yolo}


def from_timm(name):
    import timm

    model = timm.create_model(name, pretrained=False)
    return model, (1, *model.default_cfg["input_size"])


def from_torchvision(name):
    import torchvision

    settings = {"weights_backbone": None} if name.startswith("lraspp") else {}
    return torchvision.models.get_model(name, weights=None, **settings), (1, 3, 224, 224)


def from_transformers(config, kind, settings, shape):
    import transformers

    outer, _, inner = kind.partition(".")
    model = getattr(transformers, outer)(getattr(transformers, f"{config}Config")(**settings))
    return (getattr(model, inner) if inner else model), shape


def yolo():
    from ultralytics import YOLO

    model = YOLO("yolo11n.yaml").model.eval().fuse()
    head = model.model[-1]
    head.export, head.format = True, "onnx"
    return model, (1, 3, 320, 320)


def audio():
    from speech_models import EcapaTdnn
    from torch import nn

    class Tdnn(nn.Module):
        """The layers of an x-vector network."""

        def __init__(self):
            super().__init__()
            layers, channels = [], 80
            for outputs, kernel, dilation in [(512, 5, 1), (512, 3, 2), (512, 3, 3), (512, 1, 1), (1500, 1, 1)]:
                layers += [nn.Conv1d(channels, outputs, kernel, dilation=dilation), nn.ReLU(), nn.BatchNorm1d(outputs)]
                channels = outputs
            self.frames, self.last = nn.Sequential(*layers), nn.Linear(1500, 192)

        def forward(self, x):
            return self.last(self.frames(x).mean(-1))

    class ConformerConvolution(nn.Module):
        def __init__(self, width=256, kernel=31):
            super().__init__()
            self.norm, self.first = nn.LayerNorm(width), nn.Conv1d(width, 2 * width, 1)
            self.depth = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
            self.batch, self.last = nn.BatchNorm1d(width), nn.Conv1d(width, width, 1)

        def forward(self, x):
            y = nn.functional.glu(self.first(self.norm(x).transpose(1, 2)), 1)
            y = nn.functional.silu(self.batch(self.depth(y)))
            return x + self.last(y).transpose(1, 2)

    class Residual(nn.Module):
        def __init__(self, channels, kernel):
            super().__init__()
            wide = lambda dilation: nn.Conv1d(channels, channels, kernel, padding=dilation * (kernel - 1) // 2, dilation=dilation)  # noqa: E731
            self.first, self.second = nn.ModuleList([wide(1), wide(3)]), nn.ModuleList([wide(1), wide(1)])

        def forward(self, x):
            for first, second in zip(self.first, self.second):
                x = x + second(nn.functional.leaky_relu(first(nn.functional.leaky_relu(x, 0.1)), 0.1))
            return x

    class Vocoder(nn.Module):
        """A generator as HiFi-GAN has it."""

        def __init__(self, channels=128):
            super().__init__()
            self.first, self.up, self.blocks = nn.Conv1d(80, channels, 7, padding=3), nn.ModuleList(), nn.ModuleList()
            for kernel, stride in ((16, 8), (16, 8), (4, 2), (4, 2)):
                self.up.append(nn.ConvTranspose1d(channels, channels // 2, kernel, stride, padding=(kernel - stride) // 2))
                channels //= 2
                self.blocks.append(nn.ModuleList([Residual(channels, 3), Residual(channels, 7)]))
            self.last = nn.Conv1d(channels, 1, 7, padding=3)

        def forward(self, x):
            x = self.first(x)
            for up, (first, second) in zip(self.up, self.blocks):
                x = up(nn.functional.leaky_relu(x, 0.1))
                x = (first(x) + second(x)) / 2
            return self.last(nn.functional.leaky_relu(x)).tanh()

    conformer = lambda: nn.Sequential(*[ConformerConvolution() for _ in range(3)])  # noqa: E731
    return {
        "tdnn": lambda: (Tdnn(), (1, 80, 300)),
        "ecapa-tdnn": lambda: (EcapaTdnn(), (1, 80, 200)),
        "conformer": lambda: (conformer(), (1, 200, 256)),
        "vocoder": lambda: (Vocoder(), (1, 80, 40)),
    }


def plain():
    from torch import nn

    def encoder(tokens):
        layer = nn.TransformerEncoderLayer(256, 4, 1024, batch_first=True, activation="gelu")
        return nn.TransformerEncoder(layer, 3, enable_nested_tensor=False), (1, tokens, 256)

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.recurrent, self.last = nn.LSTM(128, 128, 2, batch_first=True, bidirectional=True), nn.Linear(256, 20)

        def forward(self, x):
            return self.last(self.recurrent(x)[0])

    class Compact(nn.Module):
        """A super-resolution network as Real-ESRGAN's compact one."""

        def __init__(self, width=48, depth=8):
            super().__init__()
            body = [nn.Conv2d(3, width, 3, padding=1), nn.PReLU(width)]
            for _ in range(depth):
                body += [nn.Conv2d(width, width, 3, padding=1), nn.PReLU(width)]
            self.body = nn.Sequential(*body, nn.Conv2d(width, 48, 3, padding=1), nn.PixelShuffle(4))

        def forward(self, x):
            return self.body(x) + nn.functional.interpolate(x, scale_factor=4, mode="nearest")

    return {
        "encoder-77": lambda: encoder(77),
        "encoder-128": lambda: encoder(128),
        "lstm-tagger": lambda: (Tagger(), (1, 40, 128)),
        "super-resolution": lambda: (Compact(), (1, 3, 96, 96)),
    }
