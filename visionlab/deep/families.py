"""The networks that can be asked for by name, and whether they can be had here. No PyTorch."""

from importlib.util import find_spec

OWN = ("plain", "residual")
TORCHVISION = (
    "resnet18",
    "resnet34",
    "resnet50",
    "vgg11",
    "vgg11_bn",
    "vgg16",
    "vgg16_bn",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "squeezenet1_0",
    "squeezenet1_1",
    "alexnet",
)
ONNX = "onnx"  # the file is the architecture

SUFFIXES = (".safetensors", ".pt", ".pth", ".onnx")
"""How files of weights end."""

ALIKE = (".ckpt", ".bin", ".pt2", ".pkl", ".h5", ".keras", ".tflite")
"""How other files of models end: some hold a state dict, the others are refused in plain words."""

TITLES = {
    "plain": "Plain (VGG-like), this program's own",
    "residual": "Residual (ResNet-like), this program's own",
    "resnet18": "ResNet-18",
    "resnet34": "ResNet-34",
    "resnet50": "ResNet-50",
    "vgg11": "VGG-11",
    "vgg11_bn": "VGG-11 with batch normalisation",
    "vgg16": "VGG-16",
    "vgg16_bn": "VGG-16 with batch normalisation",
    "mobilenet_v3_small": "MobileNetV3 small",
    "mobilenet_v3_large": "MobileNetV3 large",
    "squeezenet1_0": "SqueezeNet 1.0",
    "squeezenet1_1": "SqueezeNet 1.1",
    "alexnet": "AlexNet",
    ONNX: "ONNX: the file is the architecture",
}
"""What people call them."""


def needs(architecture: str) -> str:
    """Return the library that an architecture needs and that is not installed, or ''."""
    library = {ONNX: "onnxruntime"}.get(
        architecture, "torchvision" if architecture in TORCHVISION else ""
    )
    return library if library and find_spec(library) is None else ""


def extra(library: str) -> str:
    """Return what pip is asked for, to install a library that `needs` named."""
    return f"visionlab[{'onnx' if library == 'onnxruntime' else library}]"
