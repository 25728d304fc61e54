import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread():
    """Tests run side by side, and thread pools that share cores slow each other many times."""
    torch.set_num_threads(1)
