import pytest

from visionlab.sources import device_of, open_source, with_size


@pytest.mark.parametrize(
    ("spec", "device"),
    [
        ("camera:0", "camera:0"),
        ("camera:0:640x480", "camera:0"),
        ("camera:test:640x480@60", "camera:test"),
        ("camera:test@max", "camera:test"),
        ("sample:coffee", ""),
        ("http://camera:8080/live", ""),
        ("/home/me/camera.png", ""),
    ],
)
def test_the_device_of_a_spec(spec, device):
    assert device_of(spec) == device


@pytest.mark.parametrize(
    ("spec", "sized"),
    [
        ("camera:1", "camera:1:320x240"),
        ("camera:1:640x480", "camera:1:320x240"),
        ("camera:test:640x480@60", "camera:test:320x240@60"),
        ("camera:test@max", "camera:test:320x240@max"),
    ],
)
def test_another_size_keeps_the_rest(spec, sized):
    assert with_size(spec, (320, 240)) == sized


def test_a_sized_test_camera_opens():
    source = open_source(with_size("camera:test@60", (320, 240)))
    assert source.read().image.shape == (240, 320, 3)
    assert source.fps == 60
