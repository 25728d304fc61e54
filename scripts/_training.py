"""What the training scripts share: options, the run itself, and the card at its end."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from visionlab.deep.card import ModelCard, Score, write_card
from visionlab.deep.cost import multiplications, parameters
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.evaluate import evaluation, fit_temperature, logits_of
from visionlab.deep.model import Classifier
from visionlab.deep.nets.architectures import build
from visionlab.deep.teacher import Teacher, take_over
from visionlab.deep.train import Recipe, Trainer, run, with_epochs
from visionlab.deep.weights import load_weights, save_weights
from visionlab.deep.zoo import load


def arguments(text: str) -> argparse.Namespace:
    """Read the options that all training scripts have."""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data set")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for log, checkpoint, weights and card"
    )
    parser.add_argument("--epochs", type=int, help="train shorter or longer than the recipe says")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument(
        "--init", type=Path, help="begin the recipe's last cycle with these weights (safetensors)"
    )
    parser.add_argument(
        "--teacher", type=Path, help="card of a trained teacher, where the recipe has one"
    )
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")
    parser.add_argument("--threads", type=int, help="threads of the CPU; all cores by default")
    return parser.parse_args()


def start(
    args: argparse.Namespace,
    card: ModelCard,
    recipe: Recipe,
    train: Dataset,
    test: Dataset,
    teacher: Path | None = None,
) -> None:
    """Train the card's network as the options say; write weights and card to `--out`.

    Parameters
    ----------
    args : Namespace
        From `arguments`.
    card : ModelCard
        All but what is measured.
    recipe : Recipe
        How to train.
    train, test : Dataset
        The network learns from the first and is measured on the second.
    teacher : Path, optional
        Card of a trained network that teaches this one, which begins with its weights.
    """
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.epochs:
        recipe = with_epochs(recipe, args.epochs)
    torch.manual_seed(recipe.seed)
    net = build(card.architecture, card.arguments)
    teaching = load(teacher).net if teacher else None
    if args.init:
        load_weights(net, args.init)
    elif teaching:
        take_over(net, teaching)
    trainer = Trainer(net, recipe, train, args.device, Teacher(teaching) if teaching else None)
    if args.init:
        trainer.epoch = len(recipe.sizes) - len(recipe.cycles[-1].sizes)
    trained = run(trainer, test, args.out, args.resume)
    write_bundle(args.out, trained.to("cpu"), card, test)


def write_bundle(folder: Path, net: nn.Module, card: ModelCard, test: Dataset) -> None:
    """Write the weights as half-precision safetensors, and the card with what they score."""
    card = replace(
        card,
        labels=test.labels,
        parameters=parameters(net),
        multiplications=multiplications(net, card.preprocess.channels, card.preprocess.size),
    )
    half = test.sample(len(test) // 2, seed=1)
    temperature = fit_temperature(logits_of(Classifier(card, net), half), half.targets.numpy())
    digest = save_weights(net, folder / card.weights)
    card = replace(card, temperature=round(temperature, 4), sha256=digest)
    path = folder / f"{card.id}.json"
    write_card(card, path)
    found = evaluation(
        logits_of(load(path), test), test.targets.numpy(), test.labels, card.temperature
    )
    pending = card.scores[0]
    score = Score(
        pending.split, found.pictures, round(found.top1, 4), round(found.top5, 4),
        round(found.calibration_error, 4), pending.command,
    )  # fmt: skip
    write_card(replace(card, scores=(score,)), path)
    print(f"{path}: top-1 {score.top1:.2%}, top-5 {score.top5:.2%}")
