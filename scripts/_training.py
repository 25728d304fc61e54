"""What the training scripts share: options, and the run itself."""

import argparse
from pathlib import Path

import torch
from torch import nn

from visionlab.deep.data.dataset import Dataset
from visionlab.deep.train import Recipe, Trainer, run, with_epochs


def arguments(text: str) -> argparse.Namespace:
    """Read the options that all training scripts have."""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data set")
    parser.add_argument("--out", type=Path, required=True, help="folder for log and weights")
    parser.add_argument("--epochs", type=int, help="train shorter or longer than the recipe says")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")
    parser.add_argument("--threads", type=int, help="threads of the CPU; all cores by default")
    return parser.parse_args()


def start(
    args: argparse.Namespace, net: nn.Module, recipe: Recipe, train: Dataset, test: Dataset
) -> None:
    """Train `net` as the options say and write `weights.pt` with the averaged weights."""
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.epochs:
        recipe = with_epochs(recipe, args.epochs)
    trained = run(Trainer(net, recipe, train, args.device), test, args.out, args.resume)
    torch.save(trained.state_dict(), args.out / "weights.pt")
