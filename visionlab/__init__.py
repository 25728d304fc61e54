"""VisionLab: classical computer vision, live, on the picture in front of you."""

__version__ = "0.1.0"
