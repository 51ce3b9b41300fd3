"""The models of section `corpus`: for each its package, its constructor and the shapes of its inputs. Weights are random."""

from dataclasses import dataclass

TIMM = """
bat_resnext26ts beit_base_patch16_224 botnet26t_256 caformer_s18 cait_xxs24_224 coat_lite_tiny coatnet_nano_rw_224 convformer_s18 convit_tiny
convmixer_768_32 convnext_atto convnextv2_atto crossvit_9_240 cs3darknet_focus_s cspnext_tiny darknet17 davit_tiny deit3_small_patch16_224
deit_tiny_distilled_patch16_224 densenet121 dla46_c dm_nfnet_f0 dpn48b eca_nfnet_l0 eca_halonext26ts ecaresnet26t edgenext_xx_small
efficientformer_l1 efficientformerv2_s0 efficientnet_b0 efficientnetv2_rw_t efficientvit_b0 efficientvit_m0 ese_vovnet19b_slim_dw
eva02_tiny_patch14_224 fasternet_t0 fastvit_t8 fbnetc_100 fbnetv3_b focalnet_tiny_srf gcresnext26ts gcvit_xxtiny gernet_s ghostnet_050
ghostnetv2_100 gmixer_12_224 gmlp_ti16_224 halonet26t hardcorenas_a hgnetv2_b0 hiera_tiny_224 hrnet_w18_small inception_next_atto inception_v3
lambda_resnet26t lcnet_050 legacy_seresnet18 levit_128s mambaout_femto maxvit_rmlp_pico_rw_256 mixer_s32_224 mixnet_s mnasnet_050
mobilenet_edgetpu_v2_xs mobilenetv1_100 mobilenetv2_050 mobilenetv3_small_050 mobilenetv4_conv_small mobileone_s0 mobilevit_xxs mobilevitv2_050
mvitv2_tiny nest_tiny nextvit_small nf_regnet_b0 pit_ti_224 poolformer_s12 pvt_v2_b0 rdnet_tiny regnetx_002 regnety_002 repghostnet_050 repvgg_a0
repvit_m0_9 res2net50_14w_8s resmlp_12_224 resnest14d resnet18 resnetblur18 resnetv2_18 rexnet_100 selecsls42b semnasnet_050 sequencer2d_s
shvit_s1 skresnet18 spnasnet_100 starnet_s050 swiftformer_xs swin_tiny_patch4_window7_224 swinv2_cr_tiny_ns_224 swinv2_tiny_window8_256
tf_efficientnet_b0 tiny_vit_5m_224 tinynet_e tnt_s_patch16_224 tresnet_m twins_pcpvt_small twins_svt_small vgg11_bn visformer_tiny
vit_tiny_patch16_224 vit_tiny_r_s16_p8_224 vit_small_patch14_dinov2 vit_small_patch14_reg4_dinov2 volo_d1_224 xception41 xcit_nano_12_p16_224
""".split()
# Those whose convolutions allow any size are run on a small image.
SMALL = 96

TORCHVISION = """
alexnet convnext_tiny densenet121 efficientnet_b0 efficientnet_v2_s googlenet inception_v3 maxvit_t mnasnet0_5 mobilenet_v2 mobilenet_v3_small
regnet_x_400mf regnet_y_400mf resnet18 resnext50_32x4d shufflenet_v2_x0_5 squeezenet1_0 swin_t swin_v2_t vgg11 vit_b_32
fcn_resnet50 deeplabv3_mobilenet_v3_large lraspp_mobilenet_v3_large
""".split()

ULTRALYTICS = """
yolov3-tiny yolov5n yolov6n yolov8n yolov8n-seg yolov8n-pose yolov8n-obb yolov8n-cls yolov8n-ghost yolov9t yolov10n yolo11n yolo11n-seg
yolo11n-pose yolo12n yolo26n rtdetr-resnet50
""".split()

SEGMENTATION = [
    ("Unet", "resnet18"),
    ("UnetPlusPlus", "resnet18"),
    ("FPN", "mobilenet_v2"),
    ("Linknet", "resnet18"),
    ("MAnet", "resnet18"),
    ("PAN", "resnet18"),
    ("PSPNet", "mobilenet_v2"),
    ("DeepLabV3", "resnet18"),
    ("DeepLabV3Plus", "mobilenet_v2"),
    ("UPerNet", "resnet18"),
    ("Segformer", "mit_b0"),
    ("Unet", "timm-mobilenetv3_small_minimal_100"),
]

TEXT = dict(vocab_size=99, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=40)
IMAGE = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=64, patch_size=16)

# Configuration, model, what its configuration differs in, and what it is fed: token ids or an image of a size.
TRANSFORMERS = [
    ("Bert", "BertModel", TEXT, "ids"),
    ("Roberta", "RobertaModel", TEXT, "ids"),
    ("Albert", "AlbertModel", {**TEXT, "embedding_size": 16}, "ids"),
    ("Electra", "ElectraModel", {**TEXT, "embedding_size": 16}, "ids"),
    ("DistilBert", "DistilBertModel", dict(vocab_size=99, dim=32, n_layers=2, n_heads=4, hidden_dim=64), "ids"),
    ("MobileBert", "MobileBertModel", dict(vocab_size=99, num_hidden_layers=2), "ids"),
    ("SqueezeBert", "SqueezeBertModel", {**TEXT, "embedding_size": 32}, "ids"),
    ("MPNet", "MPNetModel", TEXT, "ids"),
    ("XLMRoberta", "XLMRobertaModel", TEXT, "ids"),
    ("Camembert", "CamembertModel", TEXT, "ids"),
    ("ConvBert", "ConvBertModel", {**TEXT, "embedding_size": 32}, "ids"),
    ("Deberta", "DebertaModel", TEXT, "ids"),
    ("FNet", "FNetModel", dict(vocab_size=99, hidden_size=32, num_hidden_layers=2, intermediate_size=64), "ids"),
    ("Nystromformer", "NystromformerModel", {**TEXT, "num_landmarks": 4, "segment_means_seq_len": 4}, "ids"),
    ("GPT2", "GPT2Model", dict(vocab_size=99, n_embd=32, n_layer=2, n_head=4, n_positions=40, use_cache=False), "ids"),
    ("GPTNeoX", "GPTNeoXModel", {**TEXT, "use_cache": False}, "ids"),
    ("OPT", "OPTModel", dict(vocab_size=99, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, ffn_dim=64, word_embed_proj_dim=32, use_cache=False), "ids"),
    ("Llama", "LlamaModel", {**TEXT, "num_key_value_heads": 2, "use_cache": False}, "ids"),
    ("Qwen2", "Qwen2Model", {**TEXT, "num_key_value_heads": 2, "use_cache": False}, "ids"),
    ("Gemma", "GemmaModel", {**TEXT, "num_key_value_heads": 2, "head_dim": 8, "use_cache": False}, "ids"),
    ("Bloom", "BloomModel", dict(vocab_size=99, hidden_size=32, n_layer=2, n_head=4, use_cache=False), "ids"),
    ("T5", "T5EncoderModel", dict(vocab_size=99, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4), "ids"),
    ("ModernBert", "ModernBertModel", {**TEXT, "pad_token_id": 0}, "ids"),
    ("ViT", "ViTModel", IMAGE, 64),
    ("DeiT", "DeiTModel", IMAGE, 64),
    ("Beit", "BeitModel", IMAGE, 64),
    ("Dinov2", "Dinov2Model", IMAGE, 64),
    ("Yolos", "YolosModel", {**IMAGE, "image_size": [64, 64]}, 64),
    ("ViTMSN", "ViTMSNModel", IMAGE, 64),
    ("CLIPVision", "CLIPVisionModel", IMAGE, 64),
    ("SiglipVision", "SiglipVisionModel", IMAGE, 64),
    ("CLIPText", "CLIPTextModel", TEXT, "ids"),
    ("Swin", "SwinModel", dict(image_size=64, embed_dim=16, depths=[1, 1], num_heads=[2, 4], window_size=4), 64),
    ("Swinv2", "Swinv2Model", dict(image_size=64, embed_dim=16, depths=[1, 1], num_heads=[2, 4], window_size=4), 64),
    ("Segformer", "SegformerForSemanticSegmentation", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32], decoder_hidden_size=32), 64),
    ("MobileViT", "MobileViTModel", dict(image_size=64), 64),
    ("MobileViTV2", "MobileViTV2Model", dict(image_size=64, width_multiplier=0.5), 64),
    ("MobileNetV1", "MobileNetV1Model", dict(image_size=64), 64),
    ("MobileNetV2", "MobileNetV2Model", dict(image_size=64), 64),
    ("ConvNext", "ConvNextModel", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32]), 64),
    ("ConvNextV2", "ConvNextV2Model", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32]), 64),
    ("ResNet", "ResNetModel", dict(depths=[1, 1, 1, 1], hidden_sizes=[16, 24, 32, 40], embedding_size=16), 64),
    ("RegNet", "RegNetModel", dict(depths=[1, 1, 1, 1], hidden_sizes=[16, 24, 32, 40], groups_width=8, embedding_size=16), 64),
    ("PoolFormer", "PoolFormerModel", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32]), 64),
    ("Levit", "LevitModel", dict(), 224),
    ("Pvt", "PvtModel", dict(image_size=64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 40, 32]), 64),
    ("GLPN", "GLPNForDepthEstimation", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 40, 32], decoder_hidden_size=16), 64),
    ("DepthAnything", "DepthAnythingForDepthEstimation", dict(), 70),
    ("Whisper", "WhisperModel.encoder", dict(vocab_size=99, d_model=32, encoder_layers=2, encoder_attention_heads=4, encoder_ffn_dim=64, decoder_layers=1, decoder_attention_heads=4, decoder_ffn_dim=64, max_source_positions=32), "mel"),
    ("Wav2Vec2", "Wav2Vec2Model", dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4), "wave"),
    ("Hubert", "HubertModel", dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4), "wave"),
]


@dataclass(frozen=True)
class Entry:
    name: str
    package: str
    build: callable


def entries():
    found = [Entry(f"timm/{name}", "timm", lambda name=name: from_timm(name)) for name in TIMM]
    found += [Entry(f"torchvision/{name}", "torchvision", lambda name=name: from_torchvision(name)) for name in TORCHVISION]
    found += [Entry(f"ultralytics/{name}", "ultralytics", lambda name=name: from_ultralytics(name)) for name in ULTRALYTICS]
    for number, (kind, encoder) in enumerate(SEGMENTATION):
        build = lambda kind=kind, encoder=encoder: from_segmentation(kind, encoder)  # noqa: E731
        found.append(Entry(f"segmentation/{kind}-{encoder}", "segmentation-models-pytorch", build))
    for row in TRANSFORMERS:
        found.append(Entry(f"transformers/{row[1].replace('.', '-')}", "transformers", lambda row=row: from_transformers(*row)))
    return found


def from_timm(name):
    import timm

    model = timm.create_model(name, pretrained=False)
    _, height, width = model.default_cfg["input_size"]
    fixed = model.default_cfg.get("fixed_input_size") or any(part in name for part in ("vit", "mixer", "mlp", "swin", "bot", "halo", "lambda", "bat", "levit"))
    size = max(height, width) if fixed else SMALL
    try:
        import torch

        with torch.no_grad():
            model.eval()(torch.zeros(1, 3, size, size))
    except Exception:  # noqa: BLE001 - it only takes its own size
        size = max(height, width)
    return model, [(1, 3, size, size)]


def from_torchvision(name):
    import torchvision

    settings = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    if name.startswith(("fcn", "deeplab", "lraspp")):
        settings = {"weights_backbone": None}
    # AlexNet and VGG end with an adaptive pooling, which ONNX expresses only if the size is a multiple of the output size.
    size = 224 if name in ("maxvit_t", "vit_b_32", "alexnet", "vgg11") else 128
    return torchvision.models.get_model(name, weights=None, **settings), [(1, 3, size, size)]


def from_ultralytics(name):
    from ultralytics import RTDETR, YOLO

    model = (RTDETR if name.startswith("rtdetr") else YOLO)(f"{name}.yaml").model
    for module in model.modules():
        # As its own exporter sets them.
        if hasattr(module, "export"):
            module.export = True
            module.format = "onnx"
    return model, [(1, 3, 64, 64) if name.endswith("cls") else (1, 3, 128, 128)]


def from_segmentation(kind, encoder):
    import segmentation_models_pytorch

    return getattr(segmentation_models_pytorch, kind)(encoder, encoder_weights=None, classes=2), [(1, 3, 128, 128) if kind == "PAN" else (1, 3, 96, 96)]


def from_transformers(config, kind, settings, fed):
    import transformers

    configuration = getattr(transformers, f"{config}Config")(**settings)
    outer, _, inner = kind.partition(".")
    model = getattr(transformers, outer)(configuration)
    if inner:
        model = getattr(model, inner)
    shapes = {"ids": [("int64", (1, 8))], "mel": [(1, 80, 64)], "wave": [(1, 4000)]}
    return model, shapes[fed] if isinstance(fed, str) else [(1, 3, fed, fed)]
