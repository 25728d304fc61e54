"""The explainers, one in a file. None imports PyTorch before it runs."""
